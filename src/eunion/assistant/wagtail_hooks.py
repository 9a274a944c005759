"""Registers 雲博士's staff screens."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import URLPattern, path, reverse_lazy
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.viewsets.model import ModelViewSet

from eunion.assistant import backoffice


@hooks.register("register_admin_viewset")
def viewsets() -> list[ModelViewSet]:
    """The knowledge."""
    return [backoffice.KnowledgeViewSet()]


@hooks.register("register_admin_urls")
def admin_urls() -> list[URLPattern]:
    """The console's addresses of this room."""
    return [
        path("questions/", backoffice.questions, name="assistant_questions"),
        path("questions/<int:turn_id>/", backoffice.reply, name="assistant_reply"),
    ]


class QuestionsMenuItem(MenuItem):
    """待回复, for those who may look."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Hide it from everyone else."""
        return request.user.has_perm("assistant.view_turn")


@hooks.register("register_admin_menu_item")
def menu_item() -> MenuItem:
    """待回复 below the knowledge."""
    return QuestionsMenuItem(
        "待回复提问", reverse_lazy("assistant_questions"), icon_name="comment", order=410
    )
