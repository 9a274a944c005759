"""Registers the staff screens of the text messages."""

from __future__ import annotations

from wagtail import hooks
from wagtail.admin.viewsets.model import ModelViewSet

from eunion.channels.sms.backoffice import SmsAccountViewSet, SmsMessageViewSet, SmsTemplateViewSet


@hooks.register("register_admin_viewset")
def viewsets() -> list[ModelViewSet]:
    """Accounts, templates, messages."""
    return [SmsAccountViewSet(), SmsTemplateViewSet(), SmsMessageViewSet()]
