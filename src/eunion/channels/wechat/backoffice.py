"""The console of the accounts: how each is doing, its self-check, followers, QR codes and messages."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable
from typing import Any

from django.contrib import messages as flash
from django.contrib.auth.decorators import permission_required
from django.core.paginator import Paginator
from django.db.models import Count, F, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods
from wagtail.admin.panels import FieldPanel
from wagtail.admin.ui.tables import BooleanColumn
from wagtail.admin.viewsets.model import ModelViewSet

from eunion.channels.base import SendError
from eunion.channels.selfcheck import words_of
from eunion.channels.wechat import kinds
from eunion.channels.wechat.errors import SceneTaken
from eunion.channels.wechat.models import (
    Account,
    AutoReply,
    Follower,
    MenuVersion,
    MessageTemplate,
    SceneCode,
    TagRule,
)
from eunion.channels.wechat.services import accounts, followers, messages, scenes
from eunion.kernel import fields
from eunion.kernel.errors import DomainError
from eunion.registry.models import Grid, Member, Union
from eunion.registry.scope import scope_of, signed_in

PAGE_SIZE = 50


def account_of(slug: str) -> Account:
    """Return an account, or 404."""
    found: Account = get_object_or_404(Account, slug=slug)
    return found


def console_rows() -> list[dict[str, Any]]:
    """Return the accounts with their followers and live menus, for the console."""
    rows = Account.objects.annotate(
        follower_count=Count("followers", filter=Q(followers__subscribed=True)),
        user_count=Count("followers"),
        certified_count=Count("followers", filter=Q(followers__member__certification="certified")),
    ).order_by("-active", "id")
    live = {
        one.account_id: one for one in MenuVersion.objects.filter(state=MenuVersion.State.LIVE, tag_rule=None)
    }
    return [{"account": one, "menu": live.get(one.pk)} for one in rows]


@require_http_methods(["GET", "POST"])
@permission_required("wechat.change_account", raise_exception=True)
def check(request: HttpRequest, slug: str) -> HttpResponse:
    """POST /admin/wechat/<slug>/check/: what is wrong with the account, and what to do; GET goes back."""
    if request.method == "GET":
        return redirect("wechat_console")
    account = account_of(slug)
    context = {"account": account, "checks": accounts.check(account)}
    context["settings"] = reverse("accounts:edit", args=[account.pk])
    return render(request, "channels/admin/check.html", context)


def _named(rows: Iterable[Follower], request: HttpRequest) -> list[tuple[Follower, bool, str]]:
    """Return followers, whether this staff member may open them (those in their scope), and the name to show."""
    user, known = signed_in(request), set()
    rows = list(rows)
    if user.has_perm("registry.view_member"):
        wanted = [one.member_id for one in rows if one.member_id]
        visible = Member.objects.visible_to(scope_of(user)).filter(pk__in=wanted)
        known = set(visible.values_list("pk", flat=True))
    return [(one, one.member_id in known, _shown_name(one, open_to=one.member_id in known)) for one in rows]


def _shown_name(one: Follower, *, open_to: bool) -> str:
    if one.member is None:
        return f"{one.openid[:10]}…"
    return one.member.name if open_to else fields.masked_name(one.member.name)


@require_http_methods(["GET", "POST"])
@permission_required("wechat.view_follower", raise_exception=True)
def follower_list(request: HttpRequest, slug: str) -> HttpResponse:
    """GET /admin/wechat/<slug>/followers/: followers by source and state; POST has them synced now."""
    account = account_of(slug)
    if request.method == "POST":
        followers.request_sync(account=account, user=signed_in(request))
        flash.success(request, "已开始同步，粉丝多时要几分钟，完成后这里会显示时间。")
        return redirect("wechat_followers", slug=slug)
    rows = (
        Follower.objects.filter(account=account)
        .select_related("member", "scene")
        .order_by(F("subscribed_at").desc(nulls_last=True), "-id")
    )
    state, scene = request.GET.get("state", ""), request.GET.get("scene", "")
    conditions = {
        "member": Q(member__isnull=False, subscribed=True),
        "unknown": Q(member=None, subscribed=True),
        "left": Q(subscribed=False),
    }
    rows = rows.filter(conditions.get(state, Q()))
    if scene.isdecimal():
        rows = rows.filter(scene_id=int(scene))
    pager = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "account": account,
        "pager": pager,
        "rows": _named(pager, request),
        "state": state,
        "scene": scene,
        "scenes": SceneCode.objects.filter(account=account).order_by("label"),
        "rules": TagRule.objects.filter(account=account),
    }
    return render(request, "wechat/admin/followers.html", context)


@require_http_methods(["GET", "POST"])
@permission_required("wechat.view_scenecode", raise_exception=True)
def scene_list(request: HttpRequest, slug: str) -> HttpResponse:
    """GET /admin/wechat/<slug>/scenes/: QR codes and who came by them; POST makes one."""
    account, error = account_of(slug), ""
    visible = Union.objects.visible_to(scope_of(signed_in(request))).order_by("path")
    if request.method == "POST":
        try:
            scenes.create(user=signed_in(request), account=account, **_scene_fields(request, visible))
            return redirect("wechat_scenes", slug=slug)
        except SceneTaken:
            # A second tap on the same form: the code has been made by the first.
            return redirect("wechat_scenes", slug=slug)
        except DomainError as problem:
            error = problem.message
        except SendError as problem:
            error = words_of(problem, {}, "微信")
    rows = scenes.with_counts(SceneCode.objects.filter(account=account).select_related("union", "grid"))
    context = {
        "account": account,
        "pager": Paginator(rows.order_by("-id"), PAGE_SIZE).get_page(request.GET.get("page")),
        "kinds": SceneCode.Kind.choices,
        "unions": visible.exclude(kind=Union.Kind.GRASSROOTS),
        "error": error,
        "typed": request.POST,
        "once": secrets.token_hex(5),
    }
    return render(request, "wechat/admin/scenes.html", context)


def _scene_fields(request: HttpRequest, visible: Any) -> dict[str, Any]:
    typed = request.POST
    kind = typed.get("kind") if typed.get("kind") in SceneCode.Kind.values else SceneCode.Kind.POSTER
    once = typed.get("once", "")
    union = visible.filter(pk=typed["union"]).first() if typed.get("union", "").isdecimal() else None
    return {
        "scene": f"{kind}-{once if re.fullmatch('[0-9a-f]{10}', once) else secrets.token_hex(5)}",
        "label": typed.get("label", "").strip()[:60] or "未命名",
        "kind": kind,
        "union": union,
        "grid": Grid.objects.filter(code=typed.get("grid", "").strip()).first(),
        "reply": typed.get("reply", "").strip()[:600],
    }


@require_GET
@permission_required("wechat.view_scenecode", raise_exception=True)
def scene_picture(request: HttpRequest, scene_id: int) -> HttpResponse:
    """GET /admin/wechat/scenes/<id>.svg."""
    scene = get_object_or_404(SceneCode, pk=scene_id)
    response = HttpResponse(scenes.picture(scene), content_type="image/svg+xml")
    if request.GET.get("save"):
        response["Content-Disposition"] = f'attachment; filename="{scene.scene}.svg"'
    return response


@require_http_methods(["GET", "POST"])
@permission_required("wechat.view_messagetemplate", raise_exception=True)
def message_list(request: HttpRequest, slug: str) -> HttpResponse:
    """GET /admin/wechat/<slug>/messages/: each kind of message, its template and a preview; POST maps or tests one."""
    account, error = account_of(slug), ""
    if request.method == "POST":
        try:
            return _change_message(request, account)
        except DomainError as problem:
            error = problem.message
        except SendError as problem:
            error = words_of(problem, {}, "微信")
    mapped = {one.kind: one for one in MessageTemplate.objects.filter(account=account)}
    rows = [_message_row(kind, mapped.get(kind.name)) for kind in kinds.KINDS.values()]
    ways = [
        choice
        for choice in MessageTemplate.Way.choices
        if (choice[0] == "mini") == (account.kind == "miniprogram")
    ]
    context = {"account": account, "rows": rows, "ways": ways, "error": error}
    return render(request, "wechat/admin/messages.html", context)


def _message_row(kind: kinds.Kind, template: MessageTemplate | None) -> dict[str, Any]:
    fields = template.fields if template else {}
    values, by_value = kinds.samples(kind), {value: field for field, value in fields.items()}
    lines = [
        {"name": name, "label": label, "field": by_value.get(name, ""), "sample": sample}
        for name, (label, sample) in kind.values.items()
    ]
    preview = [
        (kind.values[value][0], kinds.fitted(field, values.get(value, "")))
        for field, value in fields.items()
        if value in kind.values
    ]
    return {"kind": kind, "template": template, "lines": lines, "preview": preview}


def _change_message(request: HttpRequest, account: Account) -> HttpResponse:
    kind = kinds.KINDS[request.POST["kind"]]
    if request.POST.get("do") == "test":
        template = get_object_or_404(MessageTemplate, account=account, kind=kind.name)
        key = f"test:{secrets.token_hex(8)}"
        openid = request.POST.get("openid", "").strip()
        messages.send_test(template=template, openid=openid, user=signed_in(request), key=key)
        flash.success(request, "测试消息已发出。")
    else:
        typed = {name: request.POST.get(f"field-{name}", "").strip()[:32] for name in kind.values}
        messages.map_kind(
            account=account,
            kind=kind,
            way=request.POST.get("way", ""),
            template_id=request.POST.get("template_id", ""),
            fields={field: name for name, field in typed.items() if field},
            user=signed_in(request),
        )
        flash.success(request, f"“{kind.label}”的模板已保存。")
    return redirect("wechat_messages", slug=account.slug)


class AutoReplyViewSet(ModelViewSet):
    """自动回复."""

    model = AutoReply
    icon = "comment"
    name = "auto-replies"
    menu_label = "自动回复"
    add_to_admin_menu = False
    copy_view_enabled = False
    list_display = ["__str__", "trigger", "account", BooleanColumn("active", label="启用")]
    list_filter = ["account", "trigger", "active"]
    search_fields = ["word", "text"]
    search_backend_name = None
    panels = [
        FieldPanel(name) for name in ("account", "trigger", "word", "match", "text", "title", "url", "active")
    ]


class TagRuleViewSet(ModelViewSet):
    """粉丝标签规则."""

    model = TagRule
    icon = "tag"
    name = "tag-rules"
    menu_label = "粉丝标签规则"
    add_to_admin_menu = False
    copy_view_enabled = False
    list_display = ["name", "account", "attribute", "applied_count"]
    list_filter = ["account"]
    panels = [FieldPanel(name) for name in ("account", "name", "attribute", "tag", "union", "grid")]
