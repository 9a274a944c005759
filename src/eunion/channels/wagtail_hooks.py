"""Registers the channels' staff screens."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import URLPattern, path, reverse_lazy
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.viewsets.model import ModelViewSet

from eunion.channels import console
from eunion.channels.backoffice import AccountViewSet, GatewayViewSet


@hooks.register("register_admin_viewset")
def viewsets() -> list[ModelViewSet]:
    """Accounts and the gateway."""
    return [AccountViewSet(), GatewayViewSet()]


@hooks.register("register_admin_urls")
def admin_urls() -> list[URLPattern]:
    """The console, and the self-checks of what is not WeChat's."""
    return [
        path("wechat/", console.console, name="wechat_console"),
        path("channels/<slug:kind>/<int:number>/check/", console.check, name="channel_check"),
    ]


class ConsoleMenuItem(MenuItem):
    """账号与渠道, for those who may look."""

    def is_shown(self, request: HttpRequest) -> bool:
        """Hide it from everyone else."""
        return console.may_look(request.user)


@hooks.register("register_admin_menu_item")
def menu_item() -> MenuItem:
    """账号与渠道 in the menu: the one way to every account."""
    return ConsoleMenuItem("账号与渠道", reverse_lazy("wechat_console"), icon_name="mobile-alt", order=120)
