"""Staff screens of menus: versions, the difference to what is live at WeChat, the visual editor."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.contrib import messages as flash
from django.contrib.auth.decorators import permission_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from eunion.channels.base import SendError
from eunion.channels.wechat import menu_rules
from eunion.channels.wechat.backoffice import account_of
from eunion.channels.wechat.models import Account, MenuVersion, TagRule
from eunion.channels.wechat.services import menus
from eunion.kernel.errors import DomainError
from eunion.registry.scope import signed_in

PAGE_SIZE = 20
STARTING = [{"name": "职工之家", "type": "view", "url": ""}]


def _words(problem: Exception) -> str:
    return problem.message if isinstance(problem, DomainError) else f"微信没有回应，请稍后再试（{problem}）。"


@require_http_methods(["GET", "POST"])
@permission_required("wechat.view_menuversion", raise_exception=True)
def versions(request: HttpRequest, slug: str) -> HttpResponse:
    """GET /admin/wechat/<slug>/menu/: the versions and what is live now; POST starts a draft from the live one."""
    account = account_of(slug)
    live = MenuVersion.objects.filter(account=account, state=MenuVersion.State.LIVE, tag_rule=None).first()
    error, seen = "", None
    try:
        seen = menus.live_at_wechat(account)
    except SendError as problem:
        error = _words(problem)
    if request.method == "POST":
        rule = TagRule.objects.filter(account=account, pk=request.POST.get("tag_rule") or 0).first()
        begun = live.buttons if live else (seen or STARTING)
        made = menus.draft(account=account, buttons=begun, user=signed_in(request), tag_rule=rule)
        return redirect("wechat_menu", version_id=made.pk)
    rows = MenuVersion.objects.filter(account=account).select_related(
        "created_by", "published_by", "tag_rule"
    )
    context = {
        "account": account,
        "pager": Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page")),
        "live": live,
        "seen": seen,
        "strange": menu_rules.differences(live.buttons if live else [], seen) if seen is not None else [],
        "rules": TagRule.objects.filter(account=account),
        "error": error,
    }
    return render(request, "wechat/admin/menus.html", context)


@require_http_methods(["GET", "POST"])
@permission_required("wechat.view_menuversion", raise_exception=True)
def editor(request: HttpRequest, version_id: int) -> HttpResponse:
    """GET or POST /admin/wechat/menu/<id>/: edit a draft beside the phone's preview; save, or save and publish."""
    version = get_object_or_404(MenuVersion.objects.select_related("account", "tag_rule"), pk=version_id)
    error = ""
    if request.method == "POST":
        typed = _typed(request)
        try:
            version = menus.save(
                version=version, buttons=typed, user=signed_in(request), seen=request.POST.get("seen", "")
            )
            if request.POST.get("do") == "publish":
                menus.publish(version=version, user=signed_in(request))
                flash.success(request, f"第 {version.number} 版菜单已发布，粉丝几分钟内看到。")
                return redirect("wechat_menus", slug=version.account.slug)
            flash.success(request, "草稿已保存。")
        except (DomainError, SendError) as problem:
            error, version.buttons = _words(problem), typed
    return render(request, "wechat/admin/menu.html", _editor_context(version, error))


def _typed(request: HttpRequest) -> Any:
    try:
        return json.loads(request.POST.get("buttons", "[]"))
    except ValueError:
        return []


def _editor_context(version: MenuVersion, error: str) -> dict[str, Any]:
    try:
        live: list[dict[str, Any]] | None = menus.live_at_wechat(version.account)
    except SendError:
        live = None
    return {
        "version": version,
        "account": version.account,
        "problems": menu_rules.problems(version.buttons),
        "error": error,
        "editable": version.state == MenuVersion.State.DRAFT,
        "changes": menu_rules.differences(live, version.buttons)
        if live is not None and not version.tag_rule
        else None,
        "home": settings.PUBLIC_URL,
        "minis": Account.objects.filter(kind=Account.Kind.MINIPROGRAM, active=True),
    }


@require_POST
@permission_required("wechat.change_menuversion", raise_exception=True)
def roll_back(request: HttpRequest, version_id: int) -> HttpResponse:
    """POST /admin/wechat/menu/<id>/roll-back/: publish again what an earlier version said."""
    version = get_object_or_404(MenuVersion.objects.select_related("account", "tag_rule"), pk=version_id)
    try:
        made = menus.roll_back(version=version, user=signed_in(request))
        flash.success(request, f"已退回第 {version.number} 版的内容（作为第 {made.number} 版发布）。")
    except (DomainError, SendError) as problem:
        flash.error(request, _words(problem))
    return redirect("wechat_menus", slug=version.account.slug)
