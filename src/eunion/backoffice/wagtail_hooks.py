"""Composition of the console: branding and the panels of its first page."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from wagtail import hooks
from wagtail.admin.ui.components import Component
from wagtail.models import TaskState

from eunion.broadcast.models import Broadcast
from eunion.registry.models import RosterImport
from eunion.registry.scope import scope_of, signed_in


@hooks.register("insert_global_admin_css")
def branding() -> SafeString:
    """Our colours in the console."""
    return format_html('<link rel="stylesheet" href="{}">', static("backoffice/console.css"))


class TodayPanel(Component):
    """What needs me, and what is under way."""

    order = 50
    template_name = "backoffice/home_panel.html"

    def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
        """Collect the newest broadcasts, my rosters and my reviews; a few small queries."""
        user = signed_in(parent_context["request"])
        reviews = TaskState.objects.reviewable_by(user).select_related("workflow_state", "task")[:8]
        rosters = RosterImport.objects.visible_to(scope_of(user)).filter(
            state__in=[RosterImport.State.CHECKING, RosterImport.State.CHECKED, RosterImport.State.APPLYING]
        )
        return {
            "reviews": list(reviews),
            "broadcasts": Broadcast.objects.all()[:5] if user.has_perm("broadcast.view_broadcast") else [],
            "rosters": rosters[:5] if user.has_perm("registry.import_roster") else [],
        }


@hooks.register("construct_homepage_panels")
def home_panels(request: HttpRequest, panels: list[Any]) -> None:
    """Our panel first; Wagtail's own follow."""
    panels.insert(0, TodayPanel())


@hooks.register("construct_main_menu")
def only_what_we_use(request: HttpRequest, items: list[Any]) -> None:
    """Leave out what this product has no use for."""
    items[:] = [item for item in items if item.name not in {"help"}]


@hooks.register("construct_homepage_summary_items", order=1000)
def no_counts_of_files(request: HttpRequest, items: list[Any]) -> None:
    """Leave out counts of pages and pictures: nobody here acts on them."""
    items.clear()
