"""The roster of lawyers: who they are, whom they act for otherwise, when they give advice."""

from __future__ import annotations

import datetime
import itertools
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from eunion.cases.legal import names, policies
from eunion.cases.legal.services import appointments
from eunion.cases.models import AdviceHours, Appointment, DayOff, Lawyer, LawyerClient, LegalRules
from eunion.kernel import audit
from eunion.kernel.errors import Invalid
from eunion.registry import codes
from eunion.registry.models import User


@dataclass(frozen=True)
class Hours:
    """Hours of a weekday (1 = Monday)."""

    weekday: int
    begins: datetime.time
    ends: datetime.time


@dataclass
class Client:
    """A client as declared."""

    name: str
    uscc: str = ""
    key: str = field(init=False)

    def __post_init__(self) -> None:
        self.key = names.name_key(self.name)


@transaction.atomic
def keep(*, lawyer: Lawyer, clients: list[Client], user: User) -> Lawyer:
    """Keep a lawyer, new or changed, with their declared clients. Raises NotAllowed, Invalid."""
    policies.check_federation(user, "cases.change_lawyer")
    for one in clients:
        wrong = one.uscc and codes.uscc_error(one.uscc)
        if not one.key or wrong:
            raise Invalid(f"客户“{one.name}”：{wrong or '请写全称'}。")
    lawyer.save()
    LawyerClient.objects.filter(lawyer=lawyer).delete()
    LawyerClient.objects.bulk_create(
        LawyerClient(lawyer=lawyer, name=one.name, name_key=one.key, uscc=one.uscc)
        for one in {one.key: one for one in clients}.values()
    )
    audit.record(actor=user, action="legal.keep_lawyer", target=lawyer, data={"clients": len(clients)})
    return lawyer


@transaction.atomic
def keep_hours(*, lawyer: Lawyer, hours: list[Hours], user: User) -> None:
    """Set a lawyer's weekly hours; what is booked already stays booked. Raises NotAllowed, Invalid (they overlap)."""
    appointments.check_may_keep(user, lawyer)
    ordered = sorted(hours, key=lambda one: (one.weekday, one.begins))
    for one in ordered:
        if one.ends <= one.begins:
            raise Invalid("结束时间要晚于开始时间。")
    for one, following in itertools.pairwise(ordered):
        if one.weekday == following.weekday and following.begins < one.ends:
            raise Invalid("同一天的两段时间重叠了，请改一改。")
    kept = Lawyer.objects.select_for_update(of=("self",)).get(pk=lawyer.pk)
    AdviceHours.objects.filter(lawyer=kept).delete()
    AdviceHours.objects.bulk_create(AdviceHours(lawyer=kept, **vars(one)) for one in ordered)
    audit.record(actor=user, action="legal.keep_hours", target=kept, data={"hours": len(ordered)})


@transaction.atomic
def close_day(*, lawyer: Lawyer, day: datetime.date, why: str, user: User) -> int:
    """Give no advice on a day: what is booked is called off and told. Return how many. Again is the same.

    Raises NotAllowed, Invalid.
    """
    appointments.check_may_keep(user, lawyer)
    kept = Lawyer.objects.select_for_update(of=("self",)).get(pk=lawyer.pk)
    if len(why.strip()) < 2:
        raise Invalid("请写明原因，会告诉已预约的人。")
    DayOff.objects.get_or_create(lawyer=kept, day=day, defaults={"why": why.strip()[:60]})
    rows = Appointment.objects.filter(lawyer=kept, starts_at__date=day, state=Appointment.State.BOOKED)
    called = [appointments.call_off(appointment=one, user=user, why=why) for one in rows]
    audit.record(actor=user, action="legal.keep_hours", target=kept, data={"closed": day.isoformat()})
    return len(called)


@transaction.atomic
def open_day(*, lawyer: Lawyer, day: datetime.date, user: User) -> None:
    """Give advice on a day after all; again is the same. Raises NotAllowed."""
    appointments.check_may_keep(user, lawyer)
    if DayOff.objects.filter(lawyer=lawyer, day=day).delete()[0]:
        audit.record(actor=user, action="legal.keep_hours", target=lawyer, data={"opened": day.isoformat()})


@transaction.atomic
def keep_rules(*, rules: LegalRules, user: User, changes: dict[str, Any]) -> None:
    """Change the federation's figures. Raises NotAllowed."""
    policies.check_federation(user, "cases.change_legalrules")
    rules.pk = 1
    rules.save()
    audit.record(actor=user, action="legal.rules", target=rules, data=changes)
