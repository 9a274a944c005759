"""Staff screens of the text messages: accounts, templates, and the ledger to read."""

from __future__ import annotations

from typing import Any

from wagtail.admin.panels import FieldPanel, ObjectList
from wagtail.admin.ui.tables import BooleanColumn
from wagtail.admin.viewsets.model import ModelViewSet

from eunion.channels.backoffice import SecretsForm, active_column
from eunion.channels.sms.models import SmsAccount, SmsMessage, SmsTemplate


class SmsAccountForm(SecretsForm):
    """A text-message account."""

    secrets = ("secret", "receipt_token")


class SmsAccountViewSet(ModelViewSet):
    """短信账号."""

    model = SmsAccount
    icon = "mail"
    menu_label = "短信账号"
    name = "sms-accounts"
    add_to_admin_menu = False
    copy_view_enabled = False
    list_display = [
        "name",
        "shape",
        "sign_name",
        "spent_on",
        "spent_fen",
        "daily_budget_fen",
        active_column(),
    ]
    panels = [
        FieldPanel(name)
        for name in (
            "name",
            "slug",
            "shape",
            "key_id",
            "secret",
            "app_id",
            "sign_name",
            "region",
            "api_url",
            "receipt_token",
            "daily_budget_fen",
            "price_fen",
            "rate_per_s",
            "active",
        )
    ]

    def get_edit_handler(self) -> Any:
        """Bind the panels to our form."""
        return ObjectList(self.panels, base_form_class=SmsAccountForm).bind_to_model(self.model)


class SmsTemplateViewSet(ModelViewSet):
    """短信模板."""

    model = SmsTemplate
    icon = "doc-full"
    menu_label = "短信模板"
    name = "sms-templates"
    add_to_admin_menu = False
    copy_view_enabled = False
    list_display = ["kind", "code", "account", BooleanColumn("marketing", label="营销类")]
    form_fields = ["account", "kind", "code", "parameters", "marketing"]


class SmsMessageViewSet(ModelViewSet):
    """短信记录."""

    model = SmsMessage
    icon = "list-ul"
    menu_label = "短信记录"
    name = "sms-messages"
    add_to_admin_menu = False
    copy_view_enabled = False
    list_display = ["at", "kind", "masked", "state", "error_code", "cost_fen"]
    list_filter = ["state", "kind", "account"]
    ordering = ["-id"]
    form_fields = ["kind"]
