"""A claim as the pre-review sees it: the typed values, what the OCR read, the enrolment; and what it comes to.

A rule is judged by what was typed. What the OCR read makes nothing worse than "請核對": a person looks at paper and reading.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django.utils import timezone

from eunion.cases.application import Application
from eunion.cases.declaration import Finding
from eunion.cases.models import ClaimFacts, Enrolment, Page
from eunion.cases.reading import KINDS, checks, claim
from eunion.cases.reading.benefit import Bill, Expected, expected
from eunion.cases.reading.claim import Claim, Paper, Profile, Result, Typed, Verdict
from eunion.cases.reading.labels import Found
from eunion.kernel.crypto import blind_index
from eunion.registry.codes import half_width

DATES = {"admitted", "discharged", "settled", "issued", "valid_until"}
TYPED = tuple(Typed.__dataclass_fields__)
# What the form and the list of papers say by themselves; order is certain to be a slip, everything else may be right.
_SAID_ALREADY = {"values_given"}
_A_SLIP = {"dates_in_order"}
# By these the plan does not cover the claim; a person may let it pass, and writes down why.
COVER_RULES = ("plan_in_force", "waiting_over", "hospital_listed", "in_time", "amounts_add_up")


def invoice_index(number: str) -> str:
    """Return the blind index of an invoice's number, however it was typed."""
    return blind_index(half_width(number).replace(" ", "").upper(), "invoice_number")


def enrolment_of(member: Any, kind: str, admitted: datetime.date | None) -> Enrolment | None:
    """Return the member's place in a plan of a kind that runs on a day; else the latest of that kind, to say what lacks."""
    if member is None or not kind:
        return None
    rows = (
        Enrolment.objects.filter(member=member, plan__kind=kind)
        .select_related("plan")
        .order_by("-plan__begins")
    )
    places = list(rows)
    running = [one for one in places if admitted and one.plan.begins <= admitted <= one.plan.ends]
    return next(iter(running or places), None)


def claim_of(application: Application) -> Claim:
    """Return what the checks are given of an application."""
    values, case = application.values, application.case
    enrolment = enrolment_of(application.member, values.get("kind", ""), values.get("admitted"))
    submitted = case.submitted_at if case and case.submitted_at else timezone.now()
    member = application.member
    return Claim(
        profile=Profile(member.name, member.id_number) if member else Profile("", ""),
        enrolment=_as_claimed(enrolment) if enrolment else None,
        papers=_papers(application),
        typed=Typed(**{name: values.get(name) or None for name in TYPED} | _fen(values)),
        submitted=timezone.localtime(submitted).date(),
        hospitals=enrolment.plan.hospitals if enrolment else (),
        invoice_known=lambda number: bool(other_claims(number, application)),
        months_to_claim=enrolment.plan.months_to_claim if enrolment else 6,
    )


def _fen(values: dict[str, Any]) -> dict[str, int | None]:
    """Return the amounts: nought is an amount, not a gap."""
    return {name: values.get(name) for name in ("invoice_total", "total", "fund", "self_paid")}


def _as_claimed(enrolment: Enrolment) -> claim.Enrolment:
    plan = enrolment.plan
    return claim.Enrolment(
        begins=max(plan.begins, enrolment.since),
        ends=plan.ends,
        first_joined=enrolment.since,
        renewed=enrolment.renewed,
        waiting_days=plan.waiting_days,
    )


def other_claims(number: str, application: Application) -> list[ClaimFacts]:
    """Return the standing claims of other cases with an invoice's number."""
    rows = ClaimFacts.objects.filter(invoice_index=invoice_index(number)).exclude(
        state=ClaimFacts.State.ENDED
    )
    if application.case and application.case.pk:
        rows = rows.exclude(case=application.case)
    return list(rows[:1])


def _papers(application: Application) -> dict[str, Paper]:
    found = {}
    for kind in KINDS:
        pages = application.pages_of(kind)
        if pages:
            # A page without any word on it is for the engine to speak of, not a reading.
            read = any(page.reading == Page.Reading.READ for page in pages)
            found[kind] = Paper(_found(application.read(kind)) if read else None)
    return found


def _found(read: dict[str, Any]) -> dict[str, Found]:
    return {
        name: Found(_value(name, one["value"]), one["text"], tuple(one["box"]), one["score"])
        for name, one in read.items()
    }


def _value(name: str, stored: Any) -> Any:
    return datetime.date.fromisoformat(stored) if name in DATES and stored else stored


def findings(application: Application) -> Iterable[Finding]:
    """Yield what each rule says of an application."""
    looked_at = claim_of(application)
    if set(looked_at.papers) < set(looked_at.needed):
        # What lacks is said by the list of papers; the rule then speaks of those that are there.
        looked_at = replace(
            looked_at, needed=tuple(kind for kind in looked_at.needed if kind in looked_at.papers)
        )
    for result in checks.review(looked_at):
        if result.rule not in _SAID_ALREADY and not _lacks(result, looked_at):
            yield _finding(result)


def _lacks(result: Result, looked_at: Claim) -> bool:
    """Say whether a rule can only repeat that a value has not been typed yet."""
    missing = set(looked_at.typed.missing())
    return result.verdict == Verdict.MEND and bool(result.about) and missing >= set(result.about)


def _finding(result: Result) -> Finding:
    about = [one for one in result.about if isinstance(one, str)]
    level = "pass" if result.verdict == Verdict.KEPT else "mend" if result.rule in _A_SLIP else "warn"
    return Finding(
        level,  # type: ignore[arg-type]
        result.says,
        field=next((one for one in about if one not in KINDS), ""),
        material=next((one for one in about if one in KINDS), ""),
    )


def uncovered(looked_at: Claim) -> list[str]:
    """Return what stands against granting a claim, by the values in it, in words."""
    results = checks.review(looked_at)
    return [one.says for one in results if one.rule in COVER_RULES and one.verdict != Verdict.KEPT]


def granted_before(enrolment: Enrolment, *, without: ClaimFacts | None = None) -> int:
    """Return what an enrolment has been granted in its period, in fen: approved, on its way or paid."""
    rows = enrolment.claims.granted()
    if without is not None:
        rows = rows.exclude(pk=without.pk)
    return sum(fen or 0 for fen in rows.values_list("benefit_fen", flat=True))


def worked_out(
    enrolment: Enrolment, *, self_paid: int, total: int, illness: str, without: ClaimFacts | None = None
) -> Expected:
    """Compute what a claim comes to, within what the period's ceiling leaves."""
    before = granted_before(enrolment, without=without)
    bill = Bill(self_paid=self_paid, total=total, illness=illness.strip(), paid_before=before)
    return expected(enrolment.plan.read_rules, bill)


def computed(application: Application) -> list[tuple[str, str]]:
    """Return the benefit to expect, step by step; nothing as long as it can't be said."""
    facts = ClaimFacts.objects.filter(case=application.case).first() if application.case else None
    if facts and facts.benefit_fen is not None:
        return [("审定的互助金", "\n".join(facts.steps))]
    values = application.values
    enrolment = enrolment_of(application.member, values.get("kind", ""), values.get("admitted"))
    if enrolment is None or values.get("total") is None or values.get("self_paid") is None:
        return []
    found = worked_out(
        enrolment,
        self_paid=values["self_paid"],
        total=values["total"],
        illness=values.get("illness") or "",
        without=facts,
    )
    steps = [
        str(enrolment.plan),
        *(step.says for step in found.steps),
        "这是按您填的数预估的，以工会审定为准。",
    ]
    return [("预计能领多少", "\n".join(steps))]
