"""知识缺口, 话题预警, 命中率, 评测: what conversations teach, and what to do about it."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from django.contrib import messages as flash
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from eunion.assistant import selectors, weeks
from eunion.assistant.backoffice.listing import day, download, paged, workbook
from eunion.assistant.models import Evaluation, Gap, KnowledgeEntry
from eunion.assistant.services import evaluation, gaps, trends
from eunion.kernel.errors import DomainError
from eunion.registry.scope import signed_in

PERIODS = ((7, "7 天"), (30, "30 天"), (90, "90 天"))
SAMPLES = 5
FIGURES = (
    ("right_first", "首条正确", 0.9, True),
    ("wrong_answer", "答错", 0.05, False),
    ("unanswerable_recognised", "识别无答案", 0.8, True),
)
WIDTH, HEIGHT = 720, 180


@require_GET
@permission_required("assistant.view_gap", raise_exception=True)
def gap_list(request: HttpRequest) -> HttpResponse:
    """GET /admin/gaps/?week=…&state=…&topic=…&q=…: a week's questions without an answer; most askers first."""
    user, asked = signed_in(request), request.GET
    week = weeks.monday(day(asked.get("week")))
    state = asked.get("state", Gap.State.OPEN)
    rows = selectors.gaps_for(user).filter(week=week).select_related("entry")
    counts = {value: rows.filter(state=value).count() for value in Gap.State.values}
    if state in Gap.State.values:
        rows = rows.filter(state=state)
    if asked.get("topic"):
        rows = rows.filter(topic=asked["topic"])
    found: Any = rows
    if asked.get("q", "").strip():
        found = [gap for gap in rows if asked["q"].strip() in gap.sample]
    context = paged(request, found, 20)
    context |= {
        "rows": [(gap, gaps.phrasings(gap, user=user, most=SAMPLES)) for gap in context["pager"]],
        "week": week,
        "last_day": week + datetime.timedelta(days=6),
        "before": week - datetime.timedelta(weeks=1),
        "after": week + datetime.timedelta(weeks=1) if week < weeks.monday() else None,
        "states": [(value, label, counts[value]) for value, label in Gap.State.choices],
        "state": state,
        "topics": selectors.gaps_for(user)
        .exclude(topic="")
        .order_by("topic")
        .values_list("topic", flat=True)
        .distinct(),
        "alerts": selectors.alerts_for(user).filter(week=week, seen_at=None).select_related("grid")
        if user.has_perm("assistant.view_trendalert")
        else [],
    }
    return render(request, "assistant/admin/gaps.html", context)


@require_POST
def gap_change(request: HttpRequest, gap_id: int, verb: str) -> HttpResponse:
    """POST /admin/gaps/<id>/ignore|reopen/; the service asks for the permission."""
    gap = get_object_or_404(selectors.gaps_for(signed_in(request)), pk=gap_id)
    try:
        {"ignore": gaps.close_gap, "reopen": gaps.reopen_gap}[verb](gap=gap, user=signed_in(request))
        flash.success(request, "已标为不写。" if verb == "ignore" else "已放回待写。")
    except DomainError as error:
        flash.error(request, error.message)
    address = redirect("assistant_gaps")
    address["Location"] += f"?week={gap.week:%Y-%m-%d}"
    return address


@require_GET
@permission_required("assistant.view_gap", raise_exception=True)
def gap_export(request: HttpRequest) -> HttpResponse:
    """GET /admin/gaps/export/?week=…: the week's list of entries to write, as XLSX."""
    user = signed_in(request)
    week = weeks.monday(day(request.GET.get("week")))
    heads = ("问法", "可能的主题", "提问人数", "提问次数", "状态", "其他问法")
    rows = (
        [
            gap.sample,
            gap.topic,
            gap.asker_count,
            gap.turn_count,
            gap.get_state_display(),
            "\n".join(gaps.phrasings(gap, user=user)),
        ]
        for gap in selectors.gaps_for(user).filter(week=week)
    )
    return download(workbook("知识缺口", heads, rows), f"gaps-{week:%Y%m%d}.xlsx")


@require_GET
@permission_required("assistant.view_trendalert", raise_exception=True)
def alert_list(request: HttpRequest) -> HttpResponse:
    """GET /admin/alerts/?show=all&q=…: topics on the rise, newest first."""
    rows = selectors.alerts_for(signed_in(request)).select_related("grid", "seen_by")
    if request.GET.get("show") != "all":
        rows = rows.filter(seen_at=None)
    query = request.GET.get("q", "").strip()
    if query:
        by_grid = rows.filter(grid__code__icontains=query) | rows.filter(grid__name__icontains=query)
        rows = rows.filter(topic__icontains=query) | by_grid
    context = {
        **paged(request, rows),
        "times": trends.TIMES,
        "least": trends.LEAST,
        "history": trends.BEFORE_LEAST,
    }
    return render(request, "assistant/admin/alerts.html", context)


@require_POST
def alert_seen(request: HttpRequest, alert_id: int) -> HttpResponse:
    """POST /admin/alerts/<id>/seen/; the service asks for the permission."""
    alert = get_object_or_404(selectors.alerts_for(signed_in(request)), pk=alert_id)
    trends.mark_seen(alert=alert, user=signed_in(request))
    flash.success(request, f"“{alert.topic}”的预警已标为处理。")
    return redirect("assistant_alerts")


def _rates(request: HttpRequest) -> tuple[list[selectors.HitRate], int]:
    asked = request.GET.get("days", "")
    days = int(asked) if asked in {str(number) for number, _ in PERIODS} else 30
    since = timezone.now() - datetime.timedelta(days=days)
    rates = selectors.hit_rates(since=since, user=signed_in(request))
    query, topic = request.GET.get("q", "").strip(), request.GET.get("topic", "")
    return [
        one for one in rates if query in one.entry.question and (not topic or one.entry.topic == topic)
    ], days


@require_GET
@permission_required("assistant.view_gap", raise_exception=True)
def rate_list(request: HttpRequest) -> HttpResponse:
    """GET /admin/hit-rates/?days=30&q=…&topic=…: how entries did, worst first."""
    rates, days = _rates(request)
    topics = sorted({one.entry.topic for one in rates if one.entry.topic})
    context = {**paged(request, rates), "days": days, "periods": PERIODS, "topics": topics}
    return render(request, "assistant/admin/rates.html", context)


@require_GET
@permission_required("assistant.view_gap", raise_exception=True)
def rate_export(request: HttpRequest) -> HttpResponse:
    """GET /admin/hit-rates/export/?…: the same as XLSX."""
    rates, _ = _rates(request)
    heads = ("编号", "问题", "主题", "命中", "有用", "没用", "换了说法再问", "人工补答", "问题率")
    rows = (
        [
            one.entry.key,
            one.entry.question,
            one.entry.topic,
            one.asked,
            one.up,
            one.down,
            one.rephrased,
            one.by_person,
            round(one.trouble, 3),
        ]
        for one in rates
    )
    return download(workbook("命中率", heads, rows), f"hit-rates-{timezone.localdate():%Y%m%d}.xlsx")


@dataclass(frozen=True)
class Line:
    """One figure over time, as points of a drawing."""

    name: str
    label: str
    points: str
    dots: list[tuple[float, float, str]]


@require_GET
@permission_required("assistant.view_evaluation", raise_exception=True)
def evaluation_list(request: HttpRequest) -> HttpResponse:
    """GET /admin/evaluations/?name=…: the figures of a set of questions over time."""
    finished = Evaluation.objects.finished()
    names = list(finished.order_by("name").values_list("name", flat=True).distinct())
    name = request.GET.get("name") if request.GET.get("name") in names else (names[0] if names else "")
    rows = finished.filter(name=name)
    newest = rows.first()
    under_way = evaluation.is_under_way()
    context = {
        **paged(request, rows),
        "names": [(one, evaluation.NAMES.get(one, one)) for one in names],
        "name": name,
        "under_way": under_way,
        "running": [
            (evaluation.NAMES.get(one.name, one.name), one.figures["done"], one.figures["of"])
            for one in Evaluation.objects.running()
        ]
        if under_way
        else [],
        "newest": newest,
        "tiles": _tiles(newest) if newest else [],
        "faults": _faults(newest) if newest else [],
        "lines": _lines(list(rows[:30])[::-1]),
        "scale": [(round(HEIGHT * (1 - share / 4)), f"{share / 4:.0%}") for share in range(5)],
        "width": WIDTH,
        "height": HEIGHT,
    }
    return render(request, "assistant/admin/evaluations.html", context)


@require_POST
@permission_required("assistant.add_evaluation", raise_exception=True)
def evaluation_run(request: HttpRequest) -> HttpResponse:
    """POST /admin/evaluations/run/: have a job ask all questions; again while it does so changes nothing."""
    if evaluation.start(user=signed_in(request)):
        flash.success(request, "评测已开始，几分钟后出结果；可以离开这一页。")
    else:
        flash.info(request, "评测正在进行，请等它做完。")
    return redirect("assistant_evaluations")


def _faults(newest: Evaluation) -> list[tuple[str, str]]:
    """Return the questions that were not answered well, and the question of the entry thought best instead."""
    faults = newest.figures.get("faults", [])
    keys = [one["got"] for one in faults if one["got"]]
    said = dict(KnowledgeEntry.objects.filter(key__in=keys).values_list("key", "question"))
    return [(one["question"], said.get(one["got"], one["got"])) for one in faults]


def _tiles(newest: Evaluation) -> list[dict[str, Any]]:
    """Return each figure of the newest run with its goal and whether it is reached."""
    found = []
    for name, label, goal, more in FIGURES:
        value = newest.figures.get(name)
        reached = value is not None and (value >= goal if more else value <= goal)
        words = f"目标 {'≥' if more else '≤'} {goal:.0%}"
        found.append({"label": label, "value": value, "goal": words, "reached": reached})
    return found


def _lines(runs: list[Evaluation]) -> list[Line]:
    step = WIDTH / max(len(runs) - 1, 1)
    lines = []
    for name, label, _, _ in FIGURES:
        dots = [
            (round(place * step, 1), round(HEIGHT * (1 - run.figures[name]), 1), f"{run.figures[name]:.1%}")
            for place, run in enumerate(runs)
            if run.figures.get(name) is not None
        ]
        lines.append(Line(name, label, " ".join(f"{x},{y}" for x, y, _ in dots), dots))
    return lines
