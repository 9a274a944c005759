"""Registers the channels' staff screens."""

from __future__ import annotations

from wagtail import hooks
from wagtail.admin.viewsets.model import ModelViewSet

from eunion.channels.backoffice import AccountViewSet, GatewayViewSet


@hooks.register("register_admin_viewset")
def viewsets() -> list[ModelViewSet]:
    """Accounts and the gateway."""
    return [AccountViewSet(), GatewayViewSet()]
