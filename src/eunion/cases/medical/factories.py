"""Test data of medical mutual aid: plans, members in them, claims as people fill them in, pages as the OCR reads them."""

from __future__ import annotations

import datetime
import io
import json
from typing import Any

import xlsxwriter
from django.utils import timezone

from eunion.cases.factories import applicant, bring, draft, root, staff
from eunion.cases.medical import plan_form, plans
from eunion.cases.models import Case, Enrolment, MedicalPlan, Page
from eunion.cases.services import review, submit
from eunion.registry.models import Member, User

HOSPITAL = "河湾市第一人民医院"
CARD = "6222021234567890128"
PAPERS = ("id_card", "invoice", "settlement", "discharge", "bank_card")


def day(days: int) -> datetime.date:
    """Return a day from today."""
    return timezone.localdate() + datetime.timedelta(days=days)


def rules(**changes: Any) -> dict[str, Any]:
    """Return a plan as it is typed: 10 % of what was self-paid, at most 50,000 yuan, for the year around today."""
    return {
        **plan_form.NEW,
        "name": "职工住院医疗互助",
        "begins": str(day(-180)),
        "ends": str(day(180)),
        "fee": "80",
        "hospitals": f"{HOSPITAL}\n河湾市中医医院",
        **changes,
    }


def plan(user: User | None = None, **changes: Any) -> MedicalPlan:
    """Return a published plan."""
    user = user or staff()
    return plans.publish(plan=plans.create(typed=rules(**changes), user=user), user=user)


def enrolled(member: Member, plan: MedicalPlan, **fields: Any) -> Enrolment:
    """Return a member's place, since the plan began."""
    values = {"union": root(), "fee_fen": plan.fee_fen, "since": plan.begins, "enrolled_by": plan.created_by}
    return Enrolment.objects.create(member=member, plan=plan, **(values | fields))


def workbook(
    *rows: tuple[Any, ...], heads: tuple[str, ...] = ("姓名", "身份证号", "缴费金额（元）")
) -> bytes:
    """Return a sheet as somebody would send it."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for place, row in enumerate((heads, *rows)):
            sheet.write_row(place, 0, row)
    return buffer.getvalue()


def claim_form(**changes: Any) -> dict[str, str]:
    """Return a claim as a worker types it."""
    return {
        "phone": "13800000001",
        "by": "self",
        "kind": "hospital",
        "injury": "no",
        "hospital": HOSPITAL,
        "admitted": str(day(-30)),
        "discharged": str(day(-20)),
        "settled": str(day(-20)),
        "invoice_number": "0012345678",
        "invoice_total": "20000",
        "total": "20000",
        "fund": "12000",
        "self_paid": "8000",
        "card_number": CARD,
        "bank": "中国工商银行",
        **changes,
    }


def claim_draft(member: Member, **changes: Any) -> Case:
    """Return a draft with every paper, not read."""
    assert member.user is not None
    made = draft("medical", member.user, claim_form(**changes))
    for paper in PAPERS:
        bring(made, paper, member.user)
    return made


def claimed(member: Member | None = None, **changes: Any) -> Case:
    """Return a submitted claim."""
    member = member or applicant()
    assert member.user is not None
    return submit.submit(case=claim_draft(member, **changes), user=member.user)


def read(case: Case, material: str, **fields: Any) -> None:
    """Let the OCR have read a material."""
    found = {
        "kind": material,
        "size": [100, 100],
        "fields": {
            name: {"value": value, "text": str(value), "box": [1, 1, 9, 9], "score": 0.98}
            for name, value in fields.items()
        },
    }
    case.pages.filter(material=material).update(
        reading=Page.Reading.READ, found=json.dumps(found, ensure_ascii=False, default=str)
    )


def record(**changes: Any) -> dict[str, str]:
    """Return what the one who confirms writes down."""
    form = claim_form()
    names = ("total", "fund", "self_paid", "invoice_number", "admitted")
    return {name: form[name] for name in names} | changes


def granted(member: Member, officer: User, **changes: Any) -> Case:
    """Return a claim that waits to be paid."""
    case = claimed(member, **changes)
    typed = record(**{name: value for name, value in changes.items() if name in record()})
    return review.pass_stage(case=case, user=officer, version=case.version, typed=typed)
