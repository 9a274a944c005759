"""Registers the staff screens of cases."""

from __future__ import annotations

from django.urls import URLPattern
from wagtail import hooks
from wagtail.admin.menu import Menu, MenuItem, SubmenuMenuItem

from eunion.cases.backoffice import screens


@hooks.register("register_admin_urls")
def case_urls() -> list[URLPattern]:
    """The console's addresses of cases."""
    return screens.URLS


@hooks.register("register_admin_menu_item")
def case_menu() -> MenuItem:
    """办件, with its screens."""
    return SubmenuMenuItem(
        "办件", Menu(items=screens.menu_items(0)), name="cases", icon_name="form", order=105
    )
