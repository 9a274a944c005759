"""Where WeChat's sign-in lives, and what we take from it: the openid alone."""

from __future__ import annotations

from typing import Any

from allauth.socialaccount.models import SocialLogin
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from allauth.socialaccount.providers.weixin.views import WeixinOAuth2Adapter
from django.conf import settings
from django.http import HttpRequest


class ServiceAccountAdapter(WeixinOAuth2Adapter):
    """Sign-in by snsapi_base: silent, and no more than the openid leaves WeChat."""

    access_token_method = "GET"  # noqa: S105  as WeChat documents it
    access_token_url = f"{settings.WECHAT_API_URL}/sns/oauth2/access_token"
    authorize_url = f"{settings.WECHAT_OPEN_URL}/connect/oauth2/authorize"

    def complete_login(self, request: HttpRequest, app: Any, token: Any, **kwargs: Any) -> SocialLogin:
        """Read openid and unionid from the token answer; there is no profile to fetch with snsapi_base."""
        answer = kwargs["response"]
        data = {"openid": answer["openid"], "unionid": answer.get("unionid", "")}
        return self.get_provider().sociallogin_from_response(request, data)


oauth2_login = OAuth2LoginView.adapter_view(ServiceAccountAdapter)
oauth2_callback = OAuth2CallbackView.adapter_view(ServiceAccountAdapter)
