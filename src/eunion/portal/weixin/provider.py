"""The provider as allauth finds it."""

from __future__ import annotations

from typing import Any

from allauth.socialaccount.providers.weixin.provider import WeixinProvider
from django.http import HttpRequest

from eunion.portal.weixin.views import ServiceAccountAdapter

BASE, PROFILE = "snsapi_base", "snsapi_userinfo"


class ServiceAccountProvider(WeixinProvider):
    """Weixin, by a service account."""

    oauth2_adapter_class = ServiceAccountAdapter

    def get_default_scope(self) -> list[str]:
        """Ask for nothing but the openid, silently."""
        return [BASE]

    def get_scope_from_request(self, request: HttpRequest) -> list[str]:
        """Return the one scope of a request: the profile only where the person has tapped for it."""
        return [PROFILE] if request.GET.get("scope") == PROFILE else [BASE]

    def extract_common_fields(self, data: dict[str, Any]) -> dict[str, Any]:
        """Take no name from WeChat: nicknames are no names."""
        return {}


provider_classes = [ServiceAccountProvider]
