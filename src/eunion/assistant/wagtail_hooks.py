"""Registers 雲博士's staff screens: one group in the menu, and what needs someone on the first page."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import URLPattern, path, reverse_lazy
from wagtail import hooks
from wagtail.admin.menu import Menu, MenuItem, SubmenuMenuItem
from wagtail.admin.ui.components import Component
from wagtail.snippets.models import register_snippet

from eunion.assistant import selectors
from eunion.assistant.backoffice import entries, files, laws, learned, reviews, talks, tryout, waiting
from eunion.registry.scope import signed_in

register_snippet(entries.KnowledgeViewSet)


@hooks.register("register_admin_urls")
def admin_urls() -> list[URLPattern]:
    """The console's addresses of this room; the entries' own are made by their viewset."""
    return [
        path("knowledge-reviews/", reviews.index, name="assistant_reviews"),
        path("knowledge-reviews/confirm/", reviews.confirm, name="assistant_reviews_confirm"),
        path("knowledge-reviews/approve/", reviews.approve, name="assistant_reviews_approve"),
        path("knowledge-reviews/<int:entry_id>/return/", reviews.send_back, name="assistant_reviews_return"),
        path("knowledge-withdraw/<int:entry_id>/", entries.withdraw, name="assistant_withdraw"),
        path("knowledge-import/", files.import_file, name="assistant_import"),
        path("knowledge-export/<slug:kind>/", files.export, name="assistant_export"),
        path("laws/", laws.index, name="assistant_laws"),
        path("laws/<int:document_id>/", laws.detail, name="assistant_law"),
        path("laws/<int:document_id>/<slug:verb>/", laws.change, name="assistant_law_change"),
        path("questions/", waiting.index, name="assistant_questions"),
        path("questions/<int:turn_id>/", waiting.detail, name="assistant_question"),
        path("try/", tryout.tryout, name="assistant_try"),
        path("talks/", talks.index, name="assistant_talks"),
        path("talks/export/", talks.export, name="assistant_talks_export"),
        path("talks/<int:turn_id>/", talks.talk, name="assistant_talk"),
        path("gaps/", learned.gap_list, name="assistant_gaps"),
        path("gaps/export/", learned.gap_export, name="assistant_gaps_export"),
        path("gaps/<int:gap_id>/<slug:verb>/", learned.gap_change, name="assistant_gap_change"),
        path("alerts/", learned.alert_list, name="assistant_alerts"),
        path("alerts/<int:alert_id>/seen/", learned.alert_seen, name="assistant_alert_seen"),
        path("hit-rates/", learned.rate_list, name="assistant_rates"),
        path("hit-rates/export/", learned.rate_export, name="assistant_rates_export"),
        path("evaluations/run/", learned.evaluation_run, name="assistant_evaluation_run"),
        path("evaluations/", learned.evaluation_list, name="assistant_evaluations"),
    ]


class GuardedMenuItem(MenuItem):
    """A screen, for those who may look."""

    def __init__(self, label: str, address: str, right: str, **kwargs: Any) -> None:
        self.right = right
        super().__init__(label, reverse_lazy(address), **kwargs)

    def is_shown(self, request: HttpRequest) -> bool:
        """Hide it from everyone else."""
        return request.user.has_perm(f"assistant.{self.right}")


def _items() -> list[MenuItem]:
    screens = (
        ("待回复", "assistant_questions", "view_turn", "comment"),
        ("知识库", "knowledge:list", "view_knowledgeentry", "help"),
        ("审核", "assistant_reviews", "approve_knowledgeentry", "check"),
        ("法规文件", "assistant_laws", "view_document", "doc-full"),
        ("试一问", "assistant_try", "view_knowledgeentry", "search"),
        ("问答记录", "assistant_talks", "view_turn", "list-ul"),
        ("知识缺口", "assistant_gaps", "view_gap", "warning"),
        ("话题预警", "assistant_alerts", "view_trendalert", "info-circle"),
        ("命中率", "assistant_rates", "view_gap", "order"),
        ("评测结果", "assistant_evaluations", "view_evaluation", "clipboard-list"),
    )
    return [
        GuardedMenuItem(label, address, right, icon_name=icon, name=f"assistant-{place}", order=place)
        for place, (label, address, right, icon) in enumerate(screens)
    ]


@hooks.register("register_admin_menu_item")
def menu_item() -> MenuItem:
    """云博士, with all its screens."""
    return SubmenuMenuItem("云博士", Menu(items=_items()), name="assistant", icon_name="comment", order=105)


class AssistantPanel(Component):
    """云博士：待回复 n（逾期 m）、本周缺口 k、话题预警 j."""

    order = 60
    template_name = "assistant/admin/home_panel.html"

    def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
        """Count what is under way within the person's scope; a few small queries."""
        return selectors.under_way(signed_in(parent_context["request"]))


@hooks.register("construct_homepage_panels")
def home_panels(request: HttpRequest, panels: list[Any]) -> None:
    """Our panel, for those who may act on it."""
    if any(request.user.has_perm(f"assistant.{right}") for right in ("view_turn", "view_gap")):
        panels.append(AssistantPanel())
