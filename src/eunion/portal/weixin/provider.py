"""The provider as allauth finds it."""

from __future__ import annotations

from typing import Any

from allauth.socialaccount.providers.weixin.provider import WeixinProvider

from eunion.portal.weixin.views import ServiceAccountAdapter


class ServiceAccountProvider(WeixinProvider):
    """Weixin, by a service account."""

    oauth2_adapter_class = ServiceAccountAdapter

    def get_default_scope(self) -> list[str]:
        """Ask for nothing but the openid."""
        return ["snsapi_base"]

    def extract_common_fields(self, data: dict[str, Any]) -> dict[str, Any]:
        """WeChat tells no name with snsapi_base."""
        return {}


provider_classes = [ServiceAccountProvider]
