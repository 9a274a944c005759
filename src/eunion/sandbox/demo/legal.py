"""The demo district's legal aid: four lawyers with their hours, cases at every stage, and half hours that are booked."""

from __future__ import annotations

import datetime
import io
import uuid
from typing import Any

from django.utils import timezone
from PIL import Image, ImageDraw

from eunion.cases.legal import slots
from eunion.cases.legal.services import appointments, assigning, roster, work
from eunion.cases.models import AdviceHours, Case, Lawyer
from eunion.cases.services import papers, review, submit
from eunion.registry.models import Member, User

# The first certified members have the virtual phones; these are others.
FIRST = 600
_LAWYERS: tuple[tuple[str, str, str, tuple[str, ...], tuple[str, ...]], ...] = (
    ("方正清", "河北澄明律师事务所", "13001202510000001", ("wages", "dismissal", "contract"), ()),
    ("苏文慧", "河北澄明律师事务所", "13001202510000002", ("injury", "insurance"), ("河湾建材有限公司",)),
    (
        "高立新",
        "河湾同道律师事务所",
        "13001202510000003",
        ("wages", "injury", "union"),
        ("河湾鼎盛餐饮有限公司",),
    ),
    ("罗静", "河湾同道律师事务所", "13001202510000004", ("women", "contract", "other"), ()),
)
# Weekday, begin, end: 9:00 to 11:30 in the morning, 14:30 to 17:00 in the afternoon.
_HOURS = ((1, 9, 11), (2, 14, 17), (3, 9, 11), (4, 14, 17))


def load() -> None:
    """Load all, through the same doors as people."""
    officer = User.objects.get(username="caseofficer")
    lawyers = [_lawyer(row, officer) for row in _LAWYERS]
    lawyers[0].user = User.objects.get(username="lawyer")
    lawyers[0].save(update_fields=["user"])
    members = list(
        Member.objects.filter(certification=Member.Certification.CERTIFIED).order_by("pk")[FIRST : FIRST + 8]
    )
    _load_cases(officer, lawyers, members)
    _load_appointments(lawyers, members)


def _lawyer(row: tuple[str, str, str, tuple[str, ...], tuple[str, ...]], officer: User) -> Lawyer:
    name, firm, licence, specialities, clients = row
    made = Lawyer(
        name=name,
        firm=firm,
        licence=licence,
        specialities=list(specialities),
        phone="0311-85500012",
        place="河湾区总工会一楼法律援助工作站",
    )
    roster.keep(lawyer=made, clients=[roster.Client(one) for one in clients], user=officer)
    place = int(licence) % 2
    AdviceHours.objects.bulk_create(
        AdviceHours(
            lawyer=made,
            weekday=weekday + place,
            begins=datetime.time(begins),
            ends=datetime.time(ends, 30 * (ends < 12)),
        )
        for weekday, begins, ends in _HOURS
    )
    return made


def _typed(member: Member, **changed: Any) -> dict[str, Any]:
    return {
        "what": "representation",
        "who": "migrant",
        "claims": ["wages"],
        "name": member.name,
        "phone": member.phone,
        "id_number": member.id_number,
        "address": "河湾区长兴街道幸福里 3 号楼",
        "employer": "河湾鼎盛餐饮有限公司",
        "employed": "no",
        "tried": ["employer", "union"],
        "requests": [{"words": "支付拖欠的三个月工资", "amount": "13500"}],
        "evidence_list": [
            {"name": "工资条", "proves": "每月工资 4500 元", "pages": "3"},
            {"name": "微信聊天记录", "proves": "单位承认欠薪", "pages": "6"},
        ],
    } | changed


def _day(ago: int) -> str:
    return (timezone.localdate() - datetime.timedelta(days=ago)).isoformat()


def _case(member: Member, officer: User, typed: dict[str, Any]) -> Case:
    """Take an application in at the window, with photographed papers."""
    case = Case(service_name="legal", member=member, way=Case.Way.WINDOW, filed_by=officer)
    case.answers = typed
    case.save()
    for material, words in (("id_card", "SAMPLE ID"), ("evidence", "PAYSLIP 2026-08  4500.00")):
        papers.keep(
            case=case, material=material, client_id=str(uuid.uuid4()), content=_photo(words), user=officer
        )
    return submit.submit(case=case, user=officer)


def _photo(words: str) -> bytes:
    image = Image.new("RGB", (640, 420), "#f4f1ea")
    ImageDraw.Draw(image).text((40, 40), words, fill="#222222", font_size=36)
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


def _load_cases(officer: User, lawyers: list[Lawyer], members: list[Member]) -> None:
    new, waiting, near, done = members[:4]
    _case(
        new,
        officer,
        _typed(
            new,
            what="advice",
            claims=["dismissal"],
            known_on=_day(12),
            left_on=_day(12),
            story="上周五人事口头通知我不用来了，没有书面通知，也没说补偿。我干了四年。",
        ),
    )
    conflict = _case(
        waiting,
        officer,
        _typed(
            waiting,
            known_on=_day(70),
            left_on=_day(65),
            story="饭店七月停业，欠我三个月工资，老板电话不接。",
            amount="13500",
        ),
    )
    review.pass_stage(case=conflict, user=officer, version=conflict.version)
    _load_near(officer, lawyers[0], near)
    _load_done(officer, lawyers[1], done)


def _load_near(officer: User, lawyer: Lawyer, member: Member) -> None:
    """A case whose limit is three weeks away."""
    case = _case(
        member,
        officer,
        _typed(
            member,
            employer="河湾宏远物流有限公司",
            known_on=_day(344),
            left_on=_day(344),
            story="去年离职时单位说年底结清工资，一直拖到现在。手里有工资条和聊天记录。",
        ),
    )
    case = review.pass_stage(case=case, user=officer, version=case.version)
    assigning.assign(case=case, lawyer=lawyer, user=officer)
    for minutes, words in (
        (60, "和当事人见面，核对工资条和聊天记录。"),
        (90, "起草仲裁申请书，列证据清单。"),
    ):
        work.note(
            case=case,
            user=officer,
            token=str(uuid.uuid4()),
            done_on=timezone.localdate(),
            minutes=minutes,
            words=words,
        )


def _load_done(officer: User, lawyer: Lawyer, member: Member) -> None:
    """A case that came to its end, and was rated."""
    case = _case(
        member,
        officer,
        _typed(
            member,
            claims=["injury"],
            employer="河湾东风机械厂",
            known_on=_day(90),
            employed="yes",
            left_on="",
            story="三月操作冲床时手指受伤，单位只付了医药费，不给停工留薪期工资。",
            requests=[{"words": "支付停工留薪期工资", "amount": "15600"}],
        ),
    )
    case = review.pass_stage(case=case, user=officer, version=case.version)
    assigning.assign(case=case, lawyer=lawyer, user=officer)
    work.note(
        case=case,
        user=officer,
        token=str(uuid.uuid4()),
        done_on=timezone.localdate(),
        minutes=120,
        words="和单位协商，单位同意一次付清。",
    )
    work.report(
        case=case,
        user=officer,
        outcome="settled",
        recovered_fen=1_560_000,
        words="双方签了和解协议，单位当场付清。",
    )
    case.refresh_from_db()
    case = review.pass_stage(case=case, user=officer, version=case.version)
    visit = {"way": "phone", "stars": "5", "words": "律师很负责，钱拿到了。"}
    review.pass_stage(case=case, user=officer, version=case.version, typed=visit)


def _load_appointments(lawyers: list[Lawyer], members: list[Member]) -> None:
    """Two half hours of the coming days are taken."""
    now = timezone.now()
    for member, lawyer in zip(members[4:6], lawyers, strict=False):
        user, _ = User.objects.get_or_create(username=f"demo-{member.public_id}")
        starts_at = slots.free([lawyer], now)[lawyer.pk][0].starts[1]
        appointments.book(
            lawyer=lawyer,
            starts_at=starts_at,
            user=user,
            name=member.name,
            phone=member.phone,
            topic="合同到期单位不续签，有没有补偿？",
        )
