"""Registers what pages change in the console."""

from __future__ import annotations

from typing import Any

from django.contrib import messages as flash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse, reverse_lazy
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.widgets import Button
from wagtail.models import Page

from eunion.content import backoffice, services
from eunion.content.errors import InAccounts
from eunion.content.models import ReviewedPage

WITHOUT_REVIEW = {"action-publish"}


@hooks.register("construct_page_action_menu")
def hide_publish(menu_items: list[Any], request: HttpRequest, context: dict[str, Any]) -> None:
    """Offer no button that would only be refused: pages are published by their third review."""
    menu_items[:] = [item for item in menu_items if item.name not in WITHOUT_REVIEW]


@hooks.register("before_unpublish_page")
def unpublish_together(request: HttpRequest, page: Any) -> HttpResponse | None:
    """Withdraw a page and all that hangs on it in one transaction; Wagtail's own view would use none."""
    page = page.specific
    if not isinstance(page, ReviewedPage):
        return None
    page.unpublish(user=request.user)
    flash.success(request, f"“{page.title}”已取消发布；已发到公众号的文章正在撤回。")
    return redirect("wagtailadmin_explore", page.get_parent().pk)


@hooks.register("before_delete_page")
def keep_what_is_in_accounts(request: HttpRequest, page: Any) -> HttpResponse | None:
    """Refuse to delete what WeChat still shows: nobody could take it back then."""
    try:
        services.check_gone_from_accounts(page)
    except InAccounts as refused:
        flash.error(request, refused.message)
        return redirect("wagtailadmin_explore", page.get_parent().pk)
    return None


@hooks.register("before_bulk_action")
def keep_all_that_is_in_accounts(
    request: HttpRequest, action_type: str, objects: list[Any], action: Any
) -> HttpResponse | None:
    """The same for several pages at once."""
    pages = [one for one in objects if isinstance(one, Page)] if action_type == "delete" else []
    return next((answer for one in pages if (answer := keep_what_is_in_accounts(request, one))), None)


@hooks.register("register_admin_urls")
def admin_urls() -> list[URLPattern]:
    """The console's addresses of this room."""
    return [
        path("publications/", backoffice.publications, name="content_publications"),
        path(
            "publications/page/<int:page_id>/", backoffice.page_publications, name="content_page_publications"
        ),
        path("publications/<int:publication_id>/withdraw/", backoffice.withdraw, name="content_withdraw"),
    ]


class PublicationsMenuItem(MenuItem):
    """公众号文章, for those who may look."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Hide it from everyone else."""
        return request.user.has_perm("content.view_publication")


@hooks.register("register_admin_menu_item")
def menu_item() -> MenuItem:
    """公众号文章 beside the pages."""
    return PublicationsMenuItem(
        "公众号文章", reverse_lazy("content_publications"), icon_name="doc-full", order=115
    )


@hooks.register("register_page_header_buttons")
def header_button(page: Any, user: Any, next_url: str | None = None, view_name: str = "") -> Any:
    """Lead from a page to the accounts that it is in."""
    if isinstance(page, ReviewedPage) and user.has_perm("content.view_publication"):
        address = reverse("content_page_publications", args=[page.pk])
        yield Button("发到公众号", address, icon_name="doc-full", priority=60)
