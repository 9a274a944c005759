"""What becomes of a claim: written down when it is handed in, granted by a person under the enrolment's lock, or ended."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.db import transaction
from django.utils import timezone

from eunion.cases.application import Application, application_of
from eunion.cases.errors import NeedsMending
from eunion.cases.medical import claims
from eunion.cases.medical.errors import InvoiceTaken, NothingToGrant
from eunion.cases.models import Case, ClaimFacts, Enrolment
from eunion.kernel import audit
from eunion.registry.models import User

State = ClaimFacts.State


@transaction.atomic
def write_down(case: Case, application: Application) -> ClaimFacts:
    """Keep a claim's invoice beside its case; what was granted already stays as it is.

    A number that another claim has makes this one contested, not refused.
    """
    granted = ClaimFacts.objects.granted().filter(case=case).first()
    if granted:
        return granted
    values = application.values
    number = values["invoice_number"]
    index = claims.invoice_index(number)
    _lock_number(index)
    standing = ClaimFacts.objects.filter(invoice_index=index, contested=False).exclude(state=State.ENDED)
    facts, _ = ClaimFacts.objects.update_or_create(
        case=case,
        defaults={
            "enrolment": claims.enrolment_of(case.member, values["kind"], values["admitted"]),
            "invoice_number": number,
            "invoice_index": index,
            "contested": standing.exclude(case=case).exists(),
            "admitted": values["admitted"],
            "state": State.OPEN,
        },
    )
    return facts


def _lock_number(index: str) -> None:
    """Let two claims with one number go one after the other until their transactions end."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [index])


@transaction.atomic
def grant(case: Case, record: dict[str, Any], user: User | None) -> ClaimFacts:
    """Grant what the plan pays for the amounts that a person confirmed; two at once never pass the ceiling.

    Raises NeedsMending (no enrolment; outside the rules and no reason written down), InvoiceTaken, NothingToGrant.
    """
    assert user is not None
    application = application_of(case)
    values = application.values | {
        name: record[name] for name in claims.TYPED if record.get(name) is not None
    }
    values["invoice_total"] = values["total"]  # who confirms the total has the invoice before them
    enrolment = claims.enrolment_of(case.member, values["kind"], values["admitted"])
    if enrolment is None:
        raise NeedsMending("没有查到这位会员的参保记录。请先核对参保名单，或选“不通过”并说明。", errors={})
    enrolment = held(enrolment)
    _check_covered(application, values, record)
    facts = _free_of_others(case, application, values["invoice_number"])
    found = claims.worked_out(
        enrolment,
        self_paid=values["self_paid"],
        total=values["total"],
        illness=record.get("illness") or "",
        without=facts,
    )
    if found.fen == 0:
        raise NothingToGrant
    facts.state, facts.contested, facts.enrolment = State.APPROVED, False, enrolment
    facts.admitted = values["admitted"]
    facts.total_fen, facts.fund_fen, facts.self_paid_fen = (
        values["total"],
        values["fund"],
        values["self_paid"],
    )
    facts.benefit_fen, facts.steps = found.fen, [str(enrolment.plan), *(step.says for step in found.steps)]
    facts.paid_before_fen = claims.granted_before(enrolment, without=facts)
    facts.approved_by, facts.approved_at = user, timezone.now()
    facts.save()
    audit.record(actor=user, action="medical.grant", target=case, data={"fen": found.fen})
    return facts


def held(enrolment: Enrolment) -> Enrolment:
    """Return an enrolment with its row locked: every grant waits for the one before, and counts what that committed."""
    return Enrolment.objects.select_for_update(of=("self",)).select_related("plan").get(pk=enrolment.pk)


def _check_covered(application: Application, values: dict[str, Any], record: dict[str, Any]) -> None:
    """Ask for a reason where the confirmed values are outside the plan's rules."""
    looked_at = claims.claim_of(replace_values(application, values))
    wrong = claims.uncovered(looked_at)
    if wrong and not (record.get("exception") or "").strip():
        told = "；".join(wrong)[:250]
        raise NeedsMending(f"{told} 确实要通过的，请写明例外理由。", errors={"exception": "请写明例外理由。"})


def replace_values(application: Application, values: dict[str, Any]) -> Application:
    """Return the application with the values that a person confirmed in place of the typed ones."""
    made = replace(application)
    made.answers.values.update(values)
    return made


def _free_of_others(case: Case, application: Application, number: str) -> ClaimFacts:
    """Return the claim's facts, locked, under the confirmed invoice number. Raises InvoiceTaken."""
    index = claims.invoice_index(number)
    _lock_number(index)
    # A reopened case was ended before: its facts are taken up again.
    facts, _ = ClaimFacts.objects.select_for_update(of=("self",)).get_or_create(
        case=case, defaults={"invoice_index": index}
    )
    others = ClaimFacts.objects.filter(invoice_index=index, contested=False).exclude(state=State.ENDED)
    other = others.exclude(pk=facts.pk).select_related("case").first()
    if other:
        raise InvoiceTaken(
            f"票据号码 {number} 已用在 {other.case.number} 上，先核对、处理那一件，或改正票据号码。"
        )
    facts.invoice_number, facts.invoice_index = number, index
    return facts


def end(case: Case) -> None:
    """Let go of a refused or withdrawn claim's invoice and of its share of the ceiling."""
    ClaimFacts.objects.filter(case=case, state__in=(State.OPEN, State.APPROVED)).update(state=State.ENDED)


def bound(case: Case) -> str:
    """Return why a claim's case can't leave its course: its money is on the way, or was paid."""
    state = ClaimFacts.objects.filter(case=case).values_list("state", flat=True).first()
    if state == State.LISTED:
        return "互助金已在发放清单里，正在打款，现在不能撤回、退回或不通过。"
    return "互助金已经发放，不能撤回、退回或不通过。" if state == State.PAID else ""
