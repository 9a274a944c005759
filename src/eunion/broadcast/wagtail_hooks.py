"""Registers the reach's staff screens."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import URLPattern, path, reverse_lazy
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from eunion.broadcast import backoffice


@hooks.register("register_admin_urls")
def admin_urls() -> list[URLPattern]:
    """The console's addresses of this room."""
    return [
        path("broadcasts/", backoffice.index, name="broadcast_index"),
        path("broadcasts/audience-count/", backoffice.audience_count, name="broadcast_audience_count"),
        path("broadcasts/<int:broadcast_id>/", backoffice.detail, name="broadcast_detail"),
        path("broadcasts/<int:broadcast_id>/reach/", backoffice.reach, name="broadcast_reach"),
        path("broadcasts/<int:broadcast_id>/export/", backoffice.export, name="broadcast_export"),
        path("broadcasts/<int:broadcast_id>/<slug:verb>/", backoffice.change, name="broadcast_change"),
    ]


class BroadcastMenuItem(MenuItem):
    """触达, for those who may look."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Hide it from everyone else."""
        return request.user.has_perm("broadcast.view_broadcast")


@hooks.register("register_admin_menu_item")
def menu_item() -> MenuItem:
    """Put 触达 near the top."""
    return BroadcastMenuItem("触达", reverse_lazy("broadcast_index"), icon_name="mail", order=110)
