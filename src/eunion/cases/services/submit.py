"""Submitting: what is asked is there, the rules don't refuse it, and it gets its number, its desk and its clock."""

from __future__ import annotations

from django.db import connection, transaction
from django.utils import timezone

from eunion.cases import states
from eunion.cases.application import Application, application_of
from eunion.cases.errors import NeedsMending
from eunion.cases.models import Case
from eunion.cases.services import desks, drafts
from eunion.cases.services.events import Kind, locked, write
from eunion.kernel import audit
from eunion.registry.models import Membership, Union, User

_NUMBER = """
INSERT INTO cases_casenumber (key, last) VALUES (%s, 1)
ON CONFLICT (key) DO UPDATE SET last = cases_casenumber.last + 1 RETURNING last
"""


@transaction.atomic
def submit(*, case: Case, user: User) -> Case:
    """Submit a draft; again is the same. Raises NeedsMending, AlreadyRunning, NotForYou, WrongState."""
    kept = locked(case)
    if kept.state in states.RUNNING:
        return kept
    if kept.filed_by_id is None:
        drafts.check_may_apply(kept.service, user)
    application = application_of(kept)
    findings = [one for one in application.findings() if one.hinders]
    if findings:
        raise NeedsMending(findings[0].words if len(findings) == 1 else "", findings=len(findings))
    _fill(kept, application)
    kept.number, kept.submitted_at = _number(kept), timezone.now()
    desks.enter(kept, kept.service.first_stage(kept))
    write(kept, Kind.SUBMIT, actor=user, words=kept.service.submitted)
    kept.save()
    kept.service.on_submitted(kept, application)
    audit.record(actor=user, action="cases.submit", target=kept)
    return kept


def _fill(case: Case, application: Application) -> None:
    """Keep beside the encrypted form what lists and statistics need: the applicant, the union, the counted choices."""
    values = application.values
    case.applicant = str(values.get("name") or (case.member.name if case.member else ""))[:40]
    named = next((value for value in values.values() if isinstance(value, Union)), None)
    case.union = named or _own_union(case) or desks.root()
    case.grid = case.member.grid if case.member else case.grid
    case.facts = {
        one.name: application.typed.get(one.name, "")
        for one in case.service.fields()
        if one.counted and application.typed.get(one.name)
    }


def _own_union(case: Case) -> Union | None:
    found = Membership.objects.filter(member=case.member, left_on=None).select_related("union").first()
    return found.union if found else None


def _number(case: Case) -> str:
    """Return the next readable number, e.g. RH-2026-00123; in the transaction, so that none is left out."""
    key = f"{case.service.prefix}-{timezone.localdate().year}"
    with connection.cursor() as cursor:
        cursor.execute(_NUMBER, [key])
        return f"{key}-{cursor.fetchone()[0]:05d}"
