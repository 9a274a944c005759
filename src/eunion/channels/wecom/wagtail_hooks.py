"""Registers the staff screens of WeCom."""

from __future__ import annotations

from wagtail import hooks
from wagtail.admin.viewsets.model import ModelViewSet

from eunion.channels.wecom.backoffice import CorpViewSet, GroupTaskViewSet, RobotViewSet


@hooks.register("register_admin_viewset")
def viewsets() -> list[ModelViewSet]:
    """Apps, robots, tasks."""
    return [CorpViewSet(), RobotViewSet(), GroupTaskViewSet()]
