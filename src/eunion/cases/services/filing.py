"""Filing for somebody who called, came to the window or told a grid worker."""

from __future__ import annotations

import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from eunion.cases.application import Answers
from eunion.cases.declaration import Service
from eunion.cases.errors import NeedsMending
from eunion.cases.models import Case
from eunion.cases.services import submit
from eunion.kernel import audit, crypto
from eunion.kernel.errors import Invalid, NotAllowed
from eunion.registry.models import Member, User

_WAYS = (Case.Way.PHONE, Case.Way.GRID, Case.Way.WINDOW)


def may_be_filed(service: Service) -> bool:
    """Say whether a service can be typed in by staff: nobody signs or photographs for another."""
    return not any(one.required and one.when is None for one in service.materials)


@transaction.atomic
def file(*, service: Service, typed: dict[str, Any], way: str, user: User) -> Case:
    """Type a case in and submit it. The same words within a minute are the same case.

    Raises NotAllowed, Invalid, NeedsMending (with `errors` by field).
    """
    by_grid_worker = way == Case.Way.GRID and user.has_perm("cases.add_case")
    if not (by_grid_worker or user.has_perm("cases.handle_case")) or not may_be_filed(service):
        raise NotAllowed
    if way not in _WAYS:
        raise Invalid("请选择是怎么来的：来电、网格员还是窗口。")
    errors = Answers(list(service.fields()), typed).errors
    if errors:
        raise NeedsMending(errors=errors)
    again = _just_made(Case.objects.filter(filed_by=user), service, typed)
    if again:
        return again
    case = Case(service_name=service.name, member=_member(typed), way=way, filed_by=user)
    case.answers = typed
    case.save()
    audit.record(actor=user, action="cases.file", target=case)
    return submit.submit(case=case, user=user)


@transaction.atomic
def take(*, service: Service, typed: dict[str, Any], member: Member) -> Case:
    """Make a case of what a member said in a talk, handed in at once. The same words within a minute are the same case.

    Raises NeedsMending, and what submitting raises.
    """
    assert member.user is not None
    again = _just_made(Case.objects.filter(user=member.user, way=Case.Way.ASSISTANT), service, typed)
    if again:
        return again
    case = Case(service_name=service.name, member=member, user=member.user, way=Case.Way.ASSISTANT)
    case.filed_by = member.user
    case.answers = typed
    case.save()
    return submit.submit(case=case, user=member.user)


def _just_made(rows: QuerySet[Case], service: Service, typed: dict[str, Any]) -> Case | None:
    """Return the case of a doubled click or a repeated message."""
    since = timezone.now() - datetime.timedelta(minutes=1)
    rows = rows.filter(service_name=service.name, created_at__gte=since)
    return next((case for case in rows if case.answers == typed), None)


def _member(typed: dict[str, Any]) -> Member | None:
    """Return the member with the ID number that was typed, else with the phone and the name."""
    number = str(typed.get("id_number", ""))
    if number:
        return Member.objects.filter(id_number_index=crypto.blind_index(number, "id_number")).first()
    phone = str(typed.get("phone", ""))
    rows = Member.objects.filter(phone_index=crypto.blind_index(phone, "phone"), name=typed.get("name", ""))
    return rows.first() if phone else None
