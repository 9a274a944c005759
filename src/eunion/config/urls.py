"""The whole url space, in one readable list: path, who may, which room."""

from __future__ import annotations

from django.conf import settings
from django.conf.urls.static import static
from django.urls import URLPattern, URLResolver, include, path, re_path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from eunion.channels.verification import verify_file

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", include("eunion.kernel.urls")),  # anyone: no data, only ok / not ok
    path("admin/", include(wagtailadmin_urls)),  # staff with a second factor
    path("documents/", include(wagtaildocs_urls)),  # as each collection says
    path("accounts/", include("allauth.urls")),  # anyone: signing in
    path("wechat/", include("eunion.channels.wechat.urls")),  # WeChat, signed
    path("community/", include("eunion.channels.community.urls")),  # the gateway, signed
    path("sms/", include("eunion.channels.sms.urls")),  # providers, a secret in the path
    re_path(r"^(?P<name>[A-Za-z0-9_]{8,40})\.txt$", verify_file),  # WeChat, WeCom: whose domain this is
    path("wecom/", include("eunion.channels.wecom.urls")),  # WeCom, signed and encrypted
    path("", include("eunion.portal.urls")),  # home, me, messages, search
    path("", include("eunion.registry.urls")),  # unions/, grids/
    path("", include("eunion.broadcast.urls")),  # lastmile/: grid workers; messages/: the signed-in member
    path("", include("eunion.booking.urls")),  # events/: anyone; me/tickets/: the member
    path("", include("eunion.cases.urls")),  # services/: anyone; me/cases/: the applicant
    path("assistant/", include("eunion.assistant.urls")),  # anyone: 雲博士
    path(
        "", include(wagtail_urls)
    ),  # anyone: published pages under notices/, news/, policies/, laws/, guides/
    *static(settings.MEDIA_URL, document_root=settings.MEDIA_ROOT),
]

handler400 = "eunion.portal.pages.bad_request"
handler403 = "eunion.portal.pages.forbidden"
handler404 = "eunion.portal.pages.not_found"
handler500 = "eunion.portal.pages.server_error"
