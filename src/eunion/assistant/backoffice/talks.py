"""问答记录: what was asked and said, without who asked; filtered, exported, read as a conversation."""

from __future__ import annotations

import datetime
from typing import Any

from django.contrib.auth.decorators import permission_required
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from eunion.assistant import masking
from eunion.assistant.backoffice.listing import LOOKED_AT, day, download, moment, paged, workbook
from eunion.assistant.backoffice.waiting import CHANNELS
from eunion.assistant.models import Turn
from eunion.registry.models import Grid
from eunion.registry.scope import scope_of, signed_in

may_view = permission_required("assistant.view_turn", raise_exception=True)
THUMBS = (("1", "有用"), ("-1", "没用"), ("0", "没有评价"))
FLAGS = (("urgent", "紧急"), ("rephrased", "换了说法再问"), ("generated", "人工智能改写"))
HEADS = ("时间", "渠道", "网格", "主题", "提问", "回复", "状态", "把握", "评价", "紧急", "换了说法再问")


def _found(request: HttpRequest) -> Any:
    """Return the turns in scope that the filters keep, newest first."""
    asked = request.GET
    rows: QuerySet[Turn] = Turn.objects.visible_to(scope_of(signed_in(request)))
    for name, values in (("channel", CHANNELS), ("state", Turn.State.values)):
        if asked.get(name) in values:
            rows = rows.filter(**{name: asked[name]})
    if asked.get("topic"):
        rows = rows.filter(topic=asked["topic"])
    if asked.get("grid"):
        rows = rows.filter(Q(grid__code=asked["grid"]) | Q(grid__name=asked["grid"]))
    if asked.get("thumb") in ("1", "-1", "0"):
        rows = rows.filter(thumb=int(asked["thumb"]))
    for name, _ in FLAGS:
        if asked.get(name):
            rows = rows.filter(**{name: True})
    since, until = day(asked.get("since")), day(asked.get("until"))
    if since:
        rows = rows.filter(asked_at__gte=moment(since))
    if until:
        rows = rows.filter(asked_at__lt=moment(until + datetime.timedelta(days=1)))
    rows = rows.select_related("grid", "union", "entry").order_by("-id")
    return _searched(rows, asked.get("q", "").strip())


def _searched(rows: QuerySet[Turn], query: str) -> Any:
    """Keep what holds the words, as staff see them; questions are encrypted, so they are looked through here."""
    if not query:
        return rows
    return [
        one
        for one in rows[:LOOKED_AT]
        if query in masking.masked(one.question) or query in masking.masked_reply(one)
    ]


def _row(turn: Turn) -> dict[str, Any]:
    return {
        "turn": turn,
        "question": masking.masked(turn.question),
        "reply": masking.masked_reply(turn),
        "channel": CHANNELS.get(turn.channel, turn.channel),
        "sender": masking.masked_sender(turn.sender),
    }


@require_GET
@may_view
def index(request: HttpRequest) -> HttpResponse:
    """GET /admin/talks/?…: newest first."""
    context = paged(request, _found(request))
    context["rows"] = [_row(turn) for turn in context["pager"]]
    visible = Turn.objects.visible_to(scope_of(signed_in(request)))
    since = timezone.now() - datetime.timedelta(days=90)
    topics = visible.filter(asked_at__gte=since).exclude(topic="").order_by("topic")
    context |= {
        "channels": CHANNELS.items(),
        "states": Turn.State.choices,
        "topics": topics.values_list("topic", flat=True).distinct(),
        "grids": Grid.objects.visible_to(scope_of(signed_in(request))).only("code", "name")[:400],
        "thumbs": THUMBS,
        "flags": [(name, label, bool(request.GET.get(name))) for name, label in FLAGS],
    }
    return render(request, "assistant/admin/talks.html", context)


@require_GET
@may_view
def export(request: HttpRequest) -> HttpResponse:
    """GET /admin/talks/export/?…: what the filters keep (the newest 3,000), masked, as XLSX."""
    rows = (_cells(_row(turn)) for turn in _found(request)[:LOOKED_AT])
    return download(workbook("问答记录", HEADS, rows), f"talks-{timezone.localdate():%Y%m%d}.xlsx")


def _cells(row: dict[str, Any]) -> list[Any]:
    turn: Turn = row["turn"]
    thumb = {1: "有用", -1: "没用"}.get(turn.thumb, "")
    return [
        f"{timezone.localtime(turn.asked_at):%Y-%m-%d %H:%M}",
        row["channel"],
        str(turn.grid or ""),
        turn.topic,
        row["question"],
        row["reply"],
        turn.get_state_display(),
        round(turn.confidence, 2),
        thumb,
        "是" if turn.urgent else "",
        "是" if turn.rephrased else "",
    ]


@require_GET
@may_view
def talk(request: HttpRequest, turn_id: int) -> HttpResponse:
    """GET /admin/talks/<id>/: everything that this asker and 雲博士 said in the same place, oldest first."""
    visible = Turn.objects.visible_to(scope_of(signed_in(request)))
    chosen = get_object_or_404(visible, pk=turn_id)
    same = visible.filter(channel=chosen.channel, sender=chosen.sender, group=chosen.group)
    rows = same.select_related("grid", "union", "entry", "replied_by").order_by("-id")
    context = paged(request, rows, 30)
    context["rows"] = [_row(turn) for turn in context["pager"]][::-1]
    context |= {"chosen": chosen, "head": _row(chosen)}
    return render(request, "assistant/admin/talk.html", context)
