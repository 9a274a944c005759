"""Test data of legal aid: applications as workers fill them, lawyers with hours, cases at their work."""

from __future__ import annotations

import datetime
import itertools
from typing import Any

from django.utils import timezone

from eunion.cases.factories import applicant, submitted
from eunion.cases.legal import names
from eunion.cases.legal.services import assigning
from eunion.cases.models import AdviceHours, Case, Lawyer, LawyerClient
from eunion.cases.services import review
from eunion.registry.codes import id_check_digit
from eunion.registry.models import Member, User

# A division that does not exist.
ID_NUMBER = "99010119900307123" + id_check_digit("99010119900307123")
_LICENCES = itertools.count(13001202610000000)


def answers(**changed: Any) -> dict[str, Any]:
    """Return a migrant worker's application for wages, as typed; the limit is far away."""
    known = timezone.localdate() - datetime.timedelta(days=30)
    return {
        "what": "representation",
        "who": "migrant",
        "claims": ["wages"],
        "name": "王测试",
        "phone": "13800000001",
        "id_number": ID_NUMBER,
        "address": "河湾区测试路 1 号",
        "employer": "河湾机械厂有限公司",
        "employed": "no",
        "left_on": known.isoformat(),
        "known_on": known.isoformat(),
        "story": "三个月工资没发，找老板要了几次都不给。",
        "tried": ["employer"],
        "requests": [{"words": "支付 8 月至 10 月工资", "amount": "18000"}],
        "evidence_list": [{"name": "工资条", "proves": "月工资 6000 元", "pages": "3"}],
    } | changed


def applied(member: Member | None = None, **changed: Any) -> Case:
    """Return a submitted application."""
    return submitted("legal", member or applicant(), **answers(**changed))


def lawyer(
    name: str = "陈测试", *, clients: tuple[str, ...] = (), hours: bool = False, **fields: Any
) -> Lawyer:
    """Return a lawyer; with `hours` they give advice every day from 9:00 to 11:00."""
    made = Lawyer.objects.create(
        **{
            "name": name,
            "firm": "测试律师事务所",
            "licence": str(next(_LICENCES)),
            "specialities": ["wages"],
            "phone": "0311-85500009",
            "place": "总工会一楼",
        }
        | fields
    )
    for client in clients:
        LawyerClient.objects.create(lawyer=made, name=client, name_key=names.name_key(client))
    if hours:
        AdviceHours.objects.bulk_create(
            AdviceHours(lawyer=made, weekday=day, begins=datetime.time(9), ends=datetime.time(11))
            for day in range(1, 8)
        )
    return made


def accepted(officer: User, member: Member | None = None, **changed: Any) -> Case:
    """Return a case that waits for its lawyer."""
    case = applied(member, **changed)
    return review.pass_stage(case=case, user=officer, version=case.version)


def at_work(officer: User, one: Lawyer, **changed: Any) -> Case:
    """Return a case in which a lawyer acts."""
    case = accepted(officer, **changed)
    assigning.assign(case=case, lawyer=one, user=officer)
    case.refresh_from_db()
    return case


def slot(days: int = 2, hour: int = 9, minute: int = 0) -> datetime.datetime:
    """Return a half hour some days from today."""
    day = timezone.localdate() + datetime.timedelta(days=days)
    return datetime.datetime.combine(day, datetime.time(hour, minute), timezone.get_default_timezone())
