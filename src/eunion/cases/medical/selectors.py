"""Reads of medical mutual aid: what plans say, a member's own places, lists with their counts, figures by plan and union."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.utils import timezone

from eunion.cases.medical import plan_form
from eunion.cases.medical.claims import granted_before
from eunion.cases.models import (
    ClaimFacts,
    Enrolment,
    EnrolmentList,
    EnrolmentRow,
    MedicalPlan,
    PayLine,
    PayList,
)
from eunion.cases.reading.benefit import yuan
from eunion.kernel import crypto
from eunion.registry import codes
from eunion.registry.models import Member, User
from eunion.registry.scope import scope_of


def plans_in_words() -> list[tuple[str, str]]:
    """Return the plans that can be joined, each with what it costs and pays."""
    today = timezone.localdate()
    rows = MedicalPlan.objects.filter(state=MedicalPlan.State.PUBLISHED, ends__gte=today).order_by(
        "begins", "pk"
    )
    return [(str(plan), "\n".join(lines_of(plan))) for plan in rows]


def lines_of(plan: MedicalPlan) -> list[str]:
    """Return a plan's terms, a line each."""
    waiting = (
        f"首次参加等待 {plan.waiting_days} 天，续保没有等待期。" if plan.waiting_days else "没有等待期。"
    )
    lines = [
        f"每人 {yuan(plan.fee_fen)} 元，由单位工会统一办理。",
        f"{plan_form.in_words(plan)}。",
        waiting,
        f"出院或结算后 {plan.months_to_claim} 个月内申请。",
        f"定点医院 {len(plan.hospitals)} 家：{'、'.join(plan.hospitals)}。",
    ]
    return [*lines, f"依据：{plan.source}。"] if plan.source else lines


@dataclass(frozen=True)
class Place:
    """One of a member's own places in plans."""

    enrolment: Enrolment
    lines: list[str]
    granted: int
    left: int
    state: str


def places_of(member: Member) -> list[Place]:
    """Return a member's places, the latest first."""
    today = timezone.localdate()
    rows = Enrolment.objects.filter(member=member).select_related("plan", "union").order_by("-plan__begins")
    found = []
    for one in rows:
        granted = granted_before(one)
        left = max(one.plan.read_rules.ceiling - granted, 0)
        found.append(Place(one, lines_of(one.plan), granted, left, _state(one, today)))
    return found


def _state(one: Enrolment, today: datetime.date) -> str:
    if today > one.plan.ends:
        return "已到期"
    if today < one.plan.begins:
        return "还没开始"
    return "等待期" if today < one.covered_from else "保障中"


def enrolments(user: User, asked: dict[str, str]) -> QuerySet[Enrolment]:
    """Return the enrolments in a person's scope that the filters keep; a whole ID number finds by its index."""
    rows = Enrolment.objects.visible_to(scope_of(user)).select_related("plan", "member", "union")
    if asked.get("plan"):
        rows = rows.filter(plan__public_id=asked["plan"])
    if asked.get("how") in ("new", "renewed"):
        rows = rows.filter(renewed=asked["how"] == "renewed")
    words = codes.half_width(asked.get("q", "")).strip()[:40]
    if len(words) == 18 and words[:17].isdecimal():
        rows = rows.filter(member__id_number_index=crypto.blind_index(words.upper(), "id_number"))
    elif words:
        rows = rows.filter(Q(member__name__startswith=words) | Q(union__name__contains=words))
    return rows.order_by("-id")


def row_counts(held: EnrolmentList) -> dict[str, int]:
    """Return how many rows of a list would become what."""
    found = dict(
        EnrolmentRow.objects.filter(list=held).order_by().values_list("action").annotate(count=Count("pk"))
    )
    return {action: found.get(action, 0) for action in EnrolmentRow.Action.values}


def pay_lists(user: User) -> QuerySet[PayList]:
    """Return the payment lists in a person's scope with their sums."""
    rows = PayList.objects.visible_to(scope_of(user)).select_related("created_by", "approved_by")
    return rows.annotate(
        count=Count("lines"),
        fen=Sum("lines__amount_fen"),
        failed=Count("lines", filter=Q(lines__state=PayLine.State.FAILED)),
        paid=Count("lines", filter=Q(lines__state=PayLine.State.PAID)),
    ).order_by("-id")


@dataclass
class Figure:
    """One union's figures in one plan; amounts in fen."""

    plan: str
    union: str
    enrolled: int = 0
    renewed: int = 0
    fees: int = 0
    claims: int = 0
    granted: int = 0
    granted_fen: int = 0
    paid: int = 0
    paid_fen: int = 0

    def line(self) -> tuple[Any, ...]:
        """Return the row of a table, amounts in yuan."""
        return (
            self.plan,
            self.union,
            self.enrolled,
            self.renewed,
            self.fees / 100,
            self.claims,
            self.granted,
            self.granted_fen / 100,
            self.paid,
            self.paid_fen / 100,
        )


def figures(user: User, plan: str) -> list[Figure]:
    """Return the figures of the unions in a person's scope, by plan; of one plan alone if it is named."""
    scope = scope_of(user)
    rows = Enrolment.objects.visible_to(scope)
    if plan:
        rows = rows.filter(plan__public_id=plan)
    claims = ClaimFacts.objects.filter(enrolment__in=rows).order_by()
    names = {one.pk: str(one) for one in MedicalPlan.objects.all()}
    found: dict[tuple[int, int], Figure] = {}
    enrolled = rows.order_by().values("plan_id", "union_id", "union__name")
    for row in enrolled.annotate(
        count=Count("pk"), renewals=Count("pk", filter=Q(renewed=True)), fees=Sum("fee_fen")
    ):
        found[row["plan_id"], row["union_id"]] = Figure(
            names[row["plan_id"]], row["union__name"], row["count"], row["renewals"], row["fees"]
        )
    granted, paid = Q(state__in=ClaimFacts.GRANTED), Q(state=ClaimFacts.State.PAID)
    by_union = claims.values("enrolment__plan_id", "enrolment__union_id")
    for claim in by_union.annotate(
        count=Count("pk"),
        granted=Count("pk", filter=granted),
        granted_fen=Sum("benefit_fen", filter=granted),
        paid=Count("pk", filter=paid),
        paid_fen=Sum("benefit_fen", filter=paid),
    ):
        one = found[claim["enrolment__plan_id"], claim["enrolment__union_id"]]
        one.claims, one.granted, one.paid = claim["count"], claim["granted"], claim["paid"]
        one.granted_fen, one.paid_fen = claim["granted_fen"] or 0, claim["paid_fen"] or 0
    order = list(names)
    return [
        one
        for _, one in sorted(
            found.items(), key=lambda item: (order.index(item[0][0]), -item[1].enrolled, item[1].union)
        )
    ]
