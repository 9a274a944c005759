"""Where WeChat's sign-in lives: silent by snsapi_base, and by snsapi_userinfo after the person's own tap."""

from __future__ import annotations

import json
from typing import Any

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialAccount, SocialLogin
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from allauth.socialaccount.providers.weixin.views import WeixinOAuth2Adapter
from django.conf import settings
from django.http import HttpRequest
from django.shortcuts import render

PROFILE = ("nickname", "headimgurl", "unionid")
TIMEOUT_S = 10


class ServiceAccountAdapter(WeixinOAuth2Adapter):
    """Sign-in inside WeChat; snsapi_base leaves no more than the openid with us."""

    access_token_method = "GET"  # noqa: S105  as WeChat documents it

    @property
    def access_token_url(self) -> str:
        """Where a code is changed for an openid."""
        return f"{settings.WECHAT_API_URL}/sns/oauth2/access_token"

    @property
    def authorize_url(self) -> str:
        """Where WeChat asks the person, or comes back at once."""
        return f"{settings.WECHAT_OPEN_URL}/connect/oauth2/authorize"

    @property
    def profile_url(self) -> str:
        """Where the profile is, for those who allowed it."""
        return f"{settings.WECHAT_API_URL}/sns/userinfo"

    def complete_login(self, request: HttpRequest, app: Any, token: Any, **kwargs: Any) -> SocialLogin:
        """Read openid and unionid, and the profile where the person has allowed it."""
        answer = kwargs["response"]
        if answer.get("is_snapshotuser"):
            # Whoever only peeks at a page gets a made-up openid from WeChat: nobody to sign in.
            raise ImmediateHttpResponse(render(request, "portal/snapshot.html", {"tab": "me"}))
        data = {"openid": answer["openid"], "unionid": answer.get("unionid", "")}
        if answer.get("scope") == "snsapi_userinfo":
            data |= self._profile(token.token, answer["openid"])
        # A later silent sign-in brings no profile; what the person allowed once stays.
        kept = SocialAccount.objects.filter(provider=self.provider_id, uid=data["openid"]).first()
        for name in PROFILE if kept else ():
            data[name] = data.get(name) or kept.extra_data.get(name, "")
        return self.get_provider().sociallogin_from_response(request, data)

    def _profile(self, token: str, openid: str) -> dict[str, str]:
        """GET /sns/userinfo. Raises OAuth2Error, RequestException."""
        with get_adapter().get_requests_session() as session:
            query = {"access_token": token, "openid": openid, "lang": "zh_CN"}
            answer = session.get(self.profile_url, params=query, timeout=TIMEOUT_S)
        try:
            # UTF-8 that calls itself text/plain: the session would guess another encoding.
            found = json.loads(answer.content)
        except ValueError:
            raise OAuth2Error(f"Error retrieving profile: HTTP {answer.status_code}") from None
        if found.get("errcode"):
            raise OAuth2Error(f"Error retrieving profile: {found['errcode']}")
        return {name: str(found[name])[:500] for name in PROFILE if found.get(name)}


oauth2_login = OAuth2LoginView.adapter_view(ServiceAccountAdapter)
oauth2_callback = OAuth2CallbackView.adapter_view(ServiceAccountAdapter)
