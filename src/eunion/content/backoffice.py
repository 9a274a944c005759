"""Staff screens of articles: what is in which account, how it did, and sending a page there."""

from __future__ import annotations

import datetime

from django.contrib import messages as flash
from django.contrib.auth.decorators import permission_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from wagtail.models import Page

from eunion.channels.wechat.models import Account
from eunion.content import publishing
from eunion.content.models import Publication, ReviewedPage
from eunion.kernel.errors import DomainError, Invalid
from eunion.registry.scope import signed_in

PAGE_SIZE = 30


@require_GET
@permission_required("content.view_publication", raise_exception=True)
def publications(request: HttpRequest) -> HttpResponse:
    """GET /admin/publications/: all articles, newest first, by account and state."""
    rows = Publication.objects.select_related("page", "account", "created_by")
    state, account = request.GET.get("state", ""), request.GET.get("account", "")
    if state in Publication.State.values:
        rows = rows.filter(state=state)
    if account.isdecimal():
        rows = rows.filter(account_id=int(account))
    context = {
        "pager": Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page")),
        "accounts": _accounts(),
        "states": Publication.State.choices,
        "state": state,
        "account": account,
    }
    return render(request, "content/admin/publications.html", context)


def _accounts() -> list[dict[str, object]]:
    found = Account.objects.filter(active=True).exclude(kind=Account.Kind.MINIPROGRAM).order_by("id")
    return [{"account": one, "left": publishing.quota_left(one)} for one in found]


@require_http_methods(["GET", "POST"])
@permission_required("content.view_publication", raise_exception=True)
def page_publications(request: HttpRequest, page_id: int) -> HttpResponse:
    """GET /admin/publications/page/<id>/: a page in the accounts; POST sends it to those ticked."""
    page = get_object_or_404(Page, pk=page_id).specific
    errors: list[str] = []
    if request.method == "POST":
        errors = _send(request, page)
        if not errors:
            flash.success(request, "已交给微信，结果会显示在这里。")
            return redirect("content_page_publications", page_id=page_id)
    context = {
        "page": page,
        "reviewed": isinstance(page, ReviewedPage) and page.live,
        "accounts": _accounts(),
        "rows": Publication.objects.filter(page_id=page_id).select_related("account", "created_by"),
        "errors": errors,
        "now": timezone.localtime(),
    }
    part = "content/admin/page_rows.html" if request.GET.get("part") else "content/admin/page.html"
    return render(request, part, context)


def _send(request: HttpRequest, page: Page) -> list[str]:
    """Plan the page for each ticked account; return what went wrong, by account."""
    chosen = Account.objects.filter(
        pk__in=[one for one in request.POST.getlist("account") if one.isdecimal()]
    )
    if not chosen:
        return ["请至少选一个公众号。"]
    errors = []
    for account in chosen:
        try:
            publishing.plan(
                page=page,
                account=account,
                way=request.POST.get("way", ""),
                at=_when(request),
                user=signed_in(request),
            )
        except DomainError as error:
            errors.append(f"{account.name}：{error.message}")
    return errors


def _when(request: HttpRequest) -> datetime.datetime | None:
    """Return the wanted time; None for now. Raises Invalid."""
    typed = request.POST.get("at", "").strip()
    if not typed:
        return None
    try:
        at = timezone.make_aware(datetime.datetime.fromisoformat(typed))
    except ValueError:
        raise Invalid("时间格式不对。") from None
    if at < timezone.now():
        raise Invalid("定时要晚于现在。")
    return at


@require_POST
@permission_required("content.publish_article", raise_exception=True)
def withdraw(request: HttpRequest, publication_id: int) -> HttpResponse:
    """POST /admin/publications/<id>/withdraw/."""
    kept = get_object_or_404(Publication, pk=publication_id)
    publishing.withdraw_one(publication=kept, user=signed_in(request))
    flash.success(request, "正在从公众号撤回。")
    return redirect("content_page_publications", page_id=kept.page_id)
