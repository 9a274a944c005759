"""Registers the staff screens of limited places."""

from __future__ import annotations

from django.urls import URLPattern
from wagtail import hooks
from wagtail.admin.menu import Menu, MenuItem, SubmenuMenuItem
from wagtail.admin.viewsets.model import ModelViewSet

from eunion.booking.backoffice import course_screens, offering_screens, seasons


@hooks.register("register_admin_urls")
def offering_urls() -> list[URLPattern]:
    """The console's addresses of offerings."""
    return offering_screens.URLS


@hooks.register("register_admin_urls")
def course_urls() -> list[URLPattern]:
    """The console's addresses of courses."""
    return course_screens.URLS


@hooks.register("register_admin_viewset")
def viewsets() -> list[ModelViewSet]:
    """Seasons."""
    return [seasons.SeasonViewSet()]


@hooks.register("register_admin_menu_item")
def offering_menu() -> MenuItem:
    """活动, with its screens."""
    items = Menu(items=offering_screens.menu_items(0))
    return SubmenuMenuItem("活动", items, name="offerings", icon_name="calendar-alt", order=110)


@hooks.register("register_admin_menu_item")
def course_menu() -> MenuItem:
    """课程与公益, with its screens."""
    items = Menu(items=course_screens.menu_items(0))
    return SubmenuMenuItem("课程与公益", items, name="courses", icon_name="date", order=111)
