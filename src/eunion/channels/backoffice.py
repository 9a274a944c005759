"""Staff screens of the channels: accounts whose secrets go in and never come out, and the gateway."""

from __future__ import annotations

from typing import Any

from django import forms
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, ObjectList
from wagtail.admin.viewsets.model import ModelViewSet

from eunion.channels.community.models import Gateway
from eunion.channels.wechat.models import Account


class SecretsForm(WagtailAdminModelForm):
    """Secrets are shown as empty fields; left empty, what is stored stays."""

    secrets: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.secrets:
            stored = bool(getattr(self.instance, name))
            field = self.fields[name]
            field.widget = forms.PasswordInput(attrs={"autocomplete": "new-password"})
            field.required = not stored
            field.help_text = "已保存，留空则不改" if stored else "必填"
            self.initial[name] = ""

    def clean(self) -> dict[str, Any]:
        """Put what is stored back where nothing was typed."""
        cleaned: dict[str, Any] = super().clean()
        for name in self.secrets:
            cleaned[name] = cleaned.get(name) or getattr(
                type(self.instance).objects.filter(pk=self.instance.pk).first(), name, ""
            )
        return cleaned


class AccountForm(SecretsForm):
    """An official account."""

    secrets = ("secret", "token", "aes_key")


class GatewayForm(SecretsForm):
    """The community gateway."""

    secrets = ("secret",)


class AccountViewSet(ModelViewSet):
    """公众号."""

    model = Account
    icon = "mobile-alt"
    menu_label = "公众号"
    menu_order = 500
    name = "accounts"
    add_to_admin_menu = True
    copy_view_enabled = False
    list_display = ["name", "kind", "appid", "active"]
    panels = [
        FieldPanel(name)
        for name in (
            "name",
            "slug",
            "kind",
            "appid",
            "secret",
            "token",
            "aes_key",
            "notice_template_id",
            "rate_per_s",
            "active",
        )
    ]

    def get_edit_handler(self) -> Any:
        """Bind the panels to our form."""
        return ObjectList(self.panels, base_form_class=AccountForm).bind_to_model(self.model)


class GatewayViewSet(ModelViewSet):
    """云社区接口."""

    model = Gateway
    icon = "group"
    menu_label = "云社区接口"
    menu_order = 510
    name = "gateways"
    add_to_admin_menu = True
    copy_view_enabled = False
    list_display = ["name", "base_url", "active"]
    panels = [FieldPanel(name) for name in ("name", "base_url", "app_key", "secret", "rate_per_s", "active")]

    def get_edit_handler(self) -> Any:
        """Bind the panels to our form."""
        return ObjectList(self.panels, base_form_class=GatewayForm).bind_to_model(self.model)
