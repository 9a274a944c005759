"""Staff screens of the channels: accounts whose secrets go in and never come out, and the gateway."""

from __future__ import annotations

from typing import Any

from django import forms
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, ObjectList
from wagtail.admin.ui.tables import BooleanColumn
from wagtail.admin.viewsets.model import ModelViewSet

from eunion.channels.community.models import Gateway
from eunion.channels.wechat.models import Account


def active_column() -> BooleanColumn:
    """Return the column that shows whether an account is used, as a tick and not as a word."""
    return BooleanColumn("active", label="启用", sort_key="active")


class SecretsForm(WagtailAdminModelForm):
    """Secrets are shown as empty fields; left empty, what is stored stays."""

    secrets: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.secrets:
            stored = bool(getattr(self.instance, name))
            field = self.fields[name]
            field.widget = forms.PasswordInput(attrs={"autocomplete": "new-password"})
            field.required = not stored and name not in self.optional
            field.help_text = "已保存，留空则不改" if stored else "" if name in self.optional else "必填"
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
    """An account at WeChat: only those that chat need the two secrets of the callback."""

    secrets = ("secret", "token", "aes_key")
    optional = ("token", "aes_key")

    def clean(self) -> dict[str, Any]:
        """Ask for the callback's secrets where messages come in, and for a key that WeChat could have made."""
        cleaned = super().clean()
        chats = cleaned.get("kind") != Account.Kind.MINIPROGRAM
        if chats and not cleaned.get("token"):
            self.add_error("token", "请填微信后台“服务器配置”里的 Token。")
        if chats and cleaned.get("mode") != Account.Mode.PLAIN and len(cleaned.get("aes_key") or "") != 43:
            self.add_error("aes_key", "EncodingAESKey 是 43 个字符，请从微信后台复制完整。")
        return cleaned


class GatewayForm(SecretsForm):
    """The community gateway."""

    secrets = ("secret",)


class AccountViewSet(ModelViewSet):
    """公众号和小程序."""

    model = Account
    icon = "mobile-alt"
    menu_label = "账号设置"
    name = "accounts"
    add_to_admin_menu = False
    copy_view_enabled = False
    list_display = ["name", "kind", "appid", active_column()]
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
            "mode",
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
    name = "gateways"
    add_to_admin_menu = False
    copy_view_enabled = False
    list_display = ["name", "base_url", active_column()]
    panels = [FieldPanel(name) for name in ("name", "base_url", "app_key", "secret", "rate_per_s", "active")]

    def get_edit_handler(self) -> Any:
        """Bind the panels to our form."""
        return ObjectList(self.panels, base_form_class=GatewayForm).bind_to_model(self.model)
