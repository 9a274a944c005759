"""Registers what pages change in the console."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from wagtail import hooks

WITHOUT_REVIEW = {"action-publish"}


@hooks.register("construct_page_action_menu")
def hide_publish(menu_items: list[Any], request: HttpRequest, context: dict[str, Any]) -> None:
    """Offer no button that would only be refused: pages are published by their third review."""
    menu_items[:] = [item for item in menu_items if item.name not in WITHOUT_REVIEW]
