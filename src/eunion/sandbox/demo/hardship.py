"""Hardship assistance in the demo district: something at every stage, through the same doors as everybody's."""

from __future__ import annotations

import datetime
import io
import uuid
from typing import Any

from django.utils import timezone
from PIL import Image, ImageDraw

from eunion.cases.declaration import SERVICES
from eunion.cases.forms import luhn_is_valid
from eunion.cases.hardship.services import ledger, notices, standards
from eunion.cases.models import Case, HardshipEntry, HardshipFile, HardshipProgramme, HardshipRecheck
from eunion.cases.services import drafts, papers, review, submit
from eunion.registry.codes import id_check_digit
from eunion.registry.models import Member, User

# Of each: how far the case goes, the head's own income and the medical costs in yuan, the cause, the child's name.
_HOUSEHOLDS = (
    ("first", "42000", "26000", "illness", "小雨"),
    ("visit", "30000", "12000", "illness", "小米"),
    ("visit", "26000", "0", "jobless", "天天"),
    ("federation", "38000", "4000", "school", "乐乐"),
    ("income", "24000", "6000", "low_income", "豆豆"),
    ("notice", "31000", "18000", "illness", "朵朵"),
    ("notice", "45000", "9000", "single", "壮壮"),
    ("file", "28000", "15000", "disability", "圆圆"),
    ("file", "22000", "3000", "low_income", "果果"),
    ("file", "36000", "20000", "illness", "安安"),
)
_RECORDS: dict[str, dict[str, str]] = {
    "first": {"is_worker": "yes", "opinion": "是本单位职工，家里情况属实，同意上报。"},
    "federation": {"exclusions": "none", "opinion": "材料齐全，符合条件，同意进入收入核对。"},
    "income": {"answered_by": "区民政局核对中心 马科员", "reference": "核字〔2026〕118 号", "result": "same"},
}
_GIVEN = (("生活救助", 120_000), ("医疗救助", 300_000), ("节日慰问", 100_000))


def load() -> None:
    """Keep a standard, bring the households each to their stage, give help to those with a file."""
    officer = User.objects.get(username="caseofficer")
    standards.add_standard(
        user=officer,
        effective_on=datetime.date(2026, 7, 1),
        monthly_fen=103_000,
        relative_percent=200,
        accident_percent=80,
        notice_workdays=5,
        recheck_months=12,
        source="河湾区民政局《2026 年低保标准的通知》（演示）",
    )
    members = _members(len(_HOUSEHOLDS))
    for number, (member, household) in enumerate(zip(members, _HOUSEHOLDS, strict=True)):
        until, *figures = household
        case = _bring(_applied(member, number, *figures), until, officer)
        if until == "file":
            _opened(case, number, officer)
    _objected()


def _members(count: int) -> list[Member]:
    """Return certified workers of the small unions, who follow nothing and so are on none of the virtual phones."""
    rows = Member.objects.filter(
        certification=Member.Certification.NONE, user=None, memberships__isnull=False
    )
    found = list(rows.order_by("-pk")[:count])
    for number, member in enumerate(found):
        member.user = User.objects.create(username=f"hardship{number:02d}", phone=member.phone)
        member.certification = Member.Certification.CERTIFIED
        member.certified_at, member.certified_method = timezone.now(), Member.Method.STAFF
        member.save()
    return found


def _applied(member: Member, number: int, income: str, medical: str, cause: str, child: str) -> Case:
    assert member.user
    draft = drafts.open_draft(service=SERVICES["hardship"], user=member.user)
    drafts.save(case=draft, changes=_answers(member, number, income, medical, cause, child))
    for material in SERVICES["hardship"].materials:
        if material.required and material.when is None:
            _photo(draft, material.name, member.user)
    return submit.submit(case=draft, user=member.user)


def _answers(
    member: Member, number: int, income: str, medical: str, cause: str, child: str
) -> dict[str, Any]:
    first = f"990101201403{number + 10:02d}{number + 101:03d}"
    family = {
        "name": member.name[:1] + child,
        "relation": "child",
        "id_number": first + id_check_digit(first),
        "status": "student",
        "health": "chronic" if cause == "illness" else "healthy",
        "income": "0",
    }
    against = ("costly_school", "properties", "company", "car", "savings")
    return {
        "phone": member.phone,
        "address": f"河湾区建设街 {number + 11} 号 {number % 4 + 1} 单元 {number % 6 + 1}02",
        "employment": "employed",
        "employer": member.employer or "某单位",
        "health": "healthy",
        "family": [family],
        "own_income": income,
        "medical": medical,
        "school": "2400",
        "housing": "4800",
        "accident": "no",
        "cause": cause,
        "story": "一个人带孩子，房租和药费都是大头，收入不稳定。",
        **dict.fromkeys(against, "no"),
        "bank": "中国工商银行河湾支行",
        "bank_card": _card(number),
    }


def _card(number: int) -> str:
    first = f"62220299010{number:07d}"
    return next(first + str(digit) for digit in range(10) if luhn_is_valid(first + str(digit)))


def _photo(case: Case, material: str, user: User) -> None:
    picture = Image.new("RGB", (640, 420), "#f4f1ec")
    pen = ImageDraw.Draw(picture)
    pen.rectangle((20, 20, 620, 400), outline="#8b8783", width=3)
    pen.text((48, 190), f"DEMO {material} {case.public_id}", fill="#33363a", font_size=26)
    kept = io.BytesIO()
    picture.save(kept, "JPEG")
    papers.keep(case=case, material=material, client_id=str(uuid.uuid4()), content=kept.getvalue(), user=user)


def _bring(case: Case, until: str, officer: User) -> Case:
    """Let a case pass stage after stage until it waits at one."""
    today = str(timezone.localdate())
    records = _RECORDS | {
        "visit": {
            "visited_on": today,
            "person": case.applicant,
            "relation": "本人",
            "agrees": "yes",
            "seen": "租住一居室，药费单据齐全，和申请一致。",
        }
    }
    for name in ("first", "visit", "federation", "income"):
        if case.stage_name == until:
            return case
        typed = records[name] | ({"answered_on": today} if name == "income" else {})
        if name == "visit":
            _photo(case, "visit_photo", officer)
            _photo(case, "visit_signature", officer)
        case = review.pass_stage(case=case, user=officer, version=case.version, typed=typed)
    return case


def _opened(case: Case, number: int, officer: User) -> None:
    """Let the notice run out, open the file, back-date it, give help; the first has a late re-check."""
    Case.objects.filter(pk=case.pk).update(due_at=timezone.now())
    case.refresh_from_db()
    case = review.pass_stage(case=case, user=None, version=case.version)
    review.pass_stage(case=case, user=officer, version=case.version)
    file = HardshipFile.objects.get(case=case)
    today = timezone.localdate()
    is_late = case.pk == HardshipFile.objects.order_by("pk").values_list("case", flat=True).first()
    file.opened_on = today - datetime.timedelta(days=370 if is_late else 120 + number)
    file.recheck_on = file.opened_on + datetime.timedelta(days=365)
    file.save()
    if is_late:
        HardshipRecheck.objects.create(file=file, due_on=file.recheck_on, owner=officer)
    for place, (programme, fen) in enumerate(_GIVEN):
        entry = _given(
            file, officer, programme, fen + number * 1000, today - datetime.timedelta(days=30 * place)
        )
        if is_late and place == 1:
            ledger.correct(entry=entry, user=officer, reason="金额打错，重新登记")
            _given(file, officer, programme, fen, today)


def _given(file: HardshipFile, officer: User, programme: str, fen: int, on: datetime.date) -> HardshipEntry:
    return ledger.pay(
        file=file,
        user=officer,
        client_id=str(uuid.uuid4()),
        programme=HardshipProgramme.objects.get(name=programme),
        amount_fen=fen,
        paid_on=on,
        decided_by="区总工会主席办公会第 12 次",
        proof=f"工行回单 {on:%m%d}{file.pk:03d}",
    )


def _objected() -> None:
    case = Case.objects.filter(service_name="hardship", stage_name="notice", state=Case.State.OPEN).first()
    assert case
    notices.object_to(
        notice=case.notice,
        words="听说这家在外地还有一套房子出租，请工会核实一下。",
        name="赵邻居",
        phone="19900000099",
        sender="demo",
    )
