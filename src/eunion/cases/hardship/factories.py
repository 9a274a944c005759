"""Test data of hardship assistance: standards, applications as people fill them, cases at a stage, files."""

from __future__ import annotations

import datetime
import uuid
from typing import Any

from django.utils import timezone

from eunion.cases.factories import applicant, bring, picture, submitted
from eunion.cases.hardship.services import ledger
from eunion.cases.models import Case, HardshipEntry, HardshipFile, HardshipProgramme, HardshipStandard
from eunion.cases.services import review
from eunion.registry.factories import UserFactory, id_number
from eunion.registry.models import Member, User

CARD = "6222029901001120039"
ANSWERS: dict[str, Any] = {
    "phone": "13800000001",
    "address": "河湾区建设街 12 号 3 单元 501",
    "employment": "employed",
    "employer": "第二纺织厂",
    "health": "healthy",
    "family": [
        {
            "name": "李小雨",
            "relation": "child",
            "id_number": id_number(901),
            "status": "student",
            "health": "healthy",
            "income": "0",
        }
    ],
    "own_income": "30000",
    "medical": "12000",
    "accident": "no",
    "cause": "illness",
    "story": "孩子得了慢性病，每个月都要去省里看病。",
    "costly_school": "no",
    "properties": "no",
    "company": "no",
    "car": "yes",
    "car_why": "十年前买的旧车，用来送孩子看病。",
    "savings": "no",
    "bank": "中国工商银行河湾支行",
    "bank_card": CARD,
}
FIRST = {"is_worker": "yes", "opinion": "情况属实，同意上报。"}
VISIT = {
    "visited_on": "2026-11-20",
    "person": "王测试",
    "relation": "本人",
    "agrees": "yes",
    "seen": "两口人租住一间房，药费单据齐全。",
}
FEDERATION = {"exclusions": "explained", "opinion": "旧车用于就医，不影响帮扶。"}
INCOME = {"answered_on": "2026-11-24", "answered_by": "区民政局 张科员", "result": "same"}


def standard(**fields: Any) -> HardshipStandard:
    """Return figures in force since last year: a thousand yuan a head and month."""
    wanted = {
        "effective_on": datetime.date(2025, 7, 1),
        "monthly_fen": 100_000,
        "source": "区民政局文件",
        **fields,
    }
    known = HardshipStandard.objects.filter(effective_on=wanted["effective_on"]).first()
    return known or HardshipStandard.objects.create(added_by=UserFactory(), **wanted)


def applied(member: Member | None = None, **answers: Any) -> Case:
    """Return a submitted application."""
    standard()
    return submitted("hardship", member, **(ANSWERS | answers))


def brought_to(stage: str, officer: User, case: Case | None = None, **answers: Any) -> Case:
    """Return a case that an officer of the federation brought to a stage."""
    case = case or applied(**answers)
    records = {"first": FIRST, "visit": VISIT, "federation": FEDERATION, "income": INCOME}
    for name, typed in records.items():
        if case.stage_name == stage:
            break
        if name == "visit":
            bring(case, "visit_photo", officer)
            bring(case, "visit_signature", officer)
        case = review.pass_stage(case=case, user=officer, version=case.version, typed=typed)
    return case


def period_over(case: Case) -> Case:
    """Let the clock of a notice run out."""
    Case.objects.filter(pk=case.pk).update(due_at=timezone.now() - datetime.timedelta(minutes=1))
    case.refresh_from_db()
    return case


def opened(officer: User, **answers: Any) -> HardshipFile:
    """Return an opened file."""
    case = period_over(brought_to("notice", officer, **answers))
    case = review.pass_stage(case=case, user=None, version=case.version)
    review.pass_stage(case=case, user=officer, version=case.version)
    return HardshipFile.objects.get(case=case)


def paid(file: HardshipFile, user: User, amount_fen: int = 100_000, **fields: Any) -> HardshipEntry:
    """Return a line of a file's ledger."""
    programme = fields.pop("programme", None) or HardshipProgramme.objects.get(name="生活救助")
    wanted: dict[str, Any] = {
        "client_id": str(uuid.uuid4()),
        "paid_on": timezone.localdate(),
        "decided_by": "区总工会主席办公会",
        "proof": "工行回单 001",
    }
    return ledger.pay(file=file, user=user, programme=programme, amount_fen=amount_fen, **(wanted | fields))


__all__ = [
    "ANSWERS",
    "applicant",
    "applied",
    "brought_to",
    "opened",
    "paid",
    "period_over",
    "picture",
    "standard",
]
