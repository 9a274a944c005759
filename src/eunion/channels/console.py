"""One console for all accounts: WeChat, WeCom, text messages, the community platform; each with its self-check."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from eunion.channels.community import checks as community
from eunion.channels.community.models import Gateway
from eunion.channels.selfcheck import Check
from eunion.channels.sms import checks as sms
from eunion.channels.sms.models import SmsAccount
from eunion.channels.wechat import backoffice as wechat
from eunion.channels.wecom import checks as wecom
from eunion.channels.wecom.models import Corp
from eunion.registry.models import ResidentsGroup

VIEWS = ("wechat.view_follower", "wecom.view_corp", "sms.view_smsaccount", "community.view_gateway")


@dataclass(frozen=True)
class Kind:
    """A kind of account with a plain settings screen: its table, its permissions' name, its screens and its check."""

    model: type[Any]
    permission: str
    screens: str
    check: Callable[[Any], list[Check]]


KINDS = {
    "wecom": Kind(Corp, "wecom.change_corp", "wecom-corps", wecom.check),
    "sms": Kind(SmsAccount, "sms.change_smsaccount", "sms-accounts", sms.check),
    "community": Kind(Gateway, "community.change_gateway", "gateways", community.check),
}


def may_look(user: Any) -> bool:
    """Say whether someone sees any account."""
    return any(user.has_perm(one) for one in VIEWS)


@require_GET
def console(request: HttpRequest) -> HttpResponse:
    """GET /admin/wechat/: every account on one screen. Raises PermissionDenied."""
    user: Any = request.user
    if not may_look(user):
        raise PermissionDenied
    context = {
        "rows": wechat.console_rows() if user.has_perm("wechat.view_follower") else [],
        "corps": Corp.objects.order_by("-active", "id").prefetch_related("robots"),
        "sms": [_sms_row(one) for one in SmsAccount.objects.order_by("-active", "id")],
        "gateways": Gateway.objects.order_by("-active", "id"),
        "group_count": ResidentsGroup.objects.count(),
    }
    return render(request, "channels/admin/console.html", context)


def _sms_row(account: SmsAccount) -> dict[str, Any]:
    spent = account.spent_fen if account.spent_on == timezone.localdate() else 0
    return {
        "account": account,
        "templates": account.templates.count(),
        "spent": f"{spent / 100:.2f}",
        "budget": f"{account.daily_budget_fen / 100:.2f}",
    }


@require_http_methods(["GET", "POST"])
def check(request: HttpRequest, kind: str, number: int) -> HttpResponse:
    """POST /admin/channels/<kind>/<number>/check/: what is wrong with an account, and what to do; GET goes back."""
    found = KINDS.get(kind)
    if found is None:
        raise Http404
    if not request.user.has_perm(found.permission):  # type: ignore[union-attr]
        raise PermissionDenied
    if request.method == "GET":
        return redirect("wechat_console")
    account = get_object_or_404(found.model, pk=number)
    context = {"account": account, "checks": found.check(account)}
    context["settings"] = reverse(f"{found.screens}:edit", args=[number])
    return render(request, "channels/admin/check.html", context)
