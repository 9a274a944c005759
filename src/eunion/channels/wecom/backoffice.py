"""Staff screens of WeCom: apps, group robots, messages to customer groups."""

from __future__ import annotations

import secrets
from typing import Any

from django import forms
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, ObjectList
from wagtail.admin.ui.tables import Column
from wagtail.admin.viewsets.model import ModelViewSet

from eunion.channels.backoffice import SecretsForm, active_column
from eunion.channels.wecom import services
from eunion.channels.wecom.models import Corp, GroupTask, Robot


class CorpForm(SecretsForm):
    """An app of a corp."""

    secrets = ("secret", "token", "aes_key")


class RobotForm(SecretsForm):
    """A group robot."""

    secrets = ("key",)


class GroupTaskForm(WagtailAdminModelForm):
    """A message to customer groups; it goes through the room's services."""

    chat_ids = forms.CharField(
        label="客户群编号",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="一行一个；留空则发给该群主的全部客户群。群主须在企业微信里确认后才会发出。",
    )

    def clean_chat_ids(self) -> list[str]:
        """Return the numbers, one a line."""
        return [line.strip() for line in self.cleaned_data["chat_ids"].splitlines() if line.strip()]

    def save(self, commit: bool = True) -> GroupTask:
        """Queue the task."""
        fields = {
            name: self.cleaned_data[name] for name in ("corp", "sender", "text", "title", "url", "chat_ids")
        }
        self.instance = services.plan_group_task(**fields, key=secrets.token_hex(16))
        return self.instance


class CorpViewSet(ModelViewSet):
    """企业微信."""

    model = Corp
    icon = "site"
    menu_label = "企业微信"
    name = "wecom-corps"
    add_to_admin_menu = False
    copy_view_enabled = False
    list_display = ["name", "corpid", "agentid", active_column()]
    panels = [
        FieldPanel(name)
        for name in ("name", "slug", "corpid", "agentid", "secret", "token", "aes_key", "active")
    ]

    def get_edit_handler(self) -> Any:
        """Bind the panels to our form."""
        return ObjectList(self.panels, base_form_class=CorpForm).bind_to_model(self.model)


class RobotViewSet(ModelViewSet):
    """群机器人."""

    model = Robot
    icon = "comment"
    menu_label = "群机器人"
    name = "wecom-robots"
    add_to_admin_menu = False
    copy_view_enabled = False
    list_display = ["name", "corp", "grid", active_column()]
    panels = [FieldPanel(name) for name in ("corp", "name", "key", "grid", "active")]

    def get_edit_handler(self) -> Any:
        """Bind the panels to our form."""
        return ObjectList(self.panels, base_form_class=RobotForm).bind_to_model(self.model)


class GroupTaskViewSet(ModelViewSet):
    """客户群群发."""

    model = GroupTask
    icon = "group"
    menu_label = "客户群群发"
    name = "wecom-group-tasks"
    add_to_admin_menu = False
    copy_view_enabled = False
    list_display = ["__str__", "sender", "state", Column("outcome", label="结果"), "error_code", "created_at"]
    ordering = ["-id"]
    panels = [FieldPanel(name) for name in ("corp", "sender", "text", "title", "url", "chat_ids")]

    def get_edit_handler(self) -> Any:
        """Bind the panels to our form."""
        return ObjectList(self.panels, base_form_class=GroupTaskForm).bind_to_model(self.model)
