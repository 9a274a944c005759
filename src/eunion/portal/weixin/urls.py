"""/accounts/weixin/login/ and its callback."""

from __future__ import annotations

from allauth.socialaccount.providers.oauth2.urls import default_urlpatterns

from eunion.portal.weixin.provider import ServiceAccountProvider

urlpatterns = default_urlpatterns(ServiceAccountProvider)
