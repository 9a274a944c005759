"""Medical mutual aid in the demo district: two years of a plan, one for serious illness, and claims at each step.

The papers of the claim that waits for review tell its member's own story, so that the OCR has something to read.
"""

from __future__ import annotations

import datetime
import random
import uuid
from dataclasses import replace
from typing import Any

from django.utils import timezone

from eunion.cases.declaration import SERVICES
from eunion.cases.medical import plans
from eunion.cases.medical.paying import lists
from eunion.cases.models import Case, Enrolment, MedicalPlan
from eunion.cases.services import papers, review, submit
from eunion.registry.models import Member, Membership, User
from eunion.sandbox.demo.rushes import PHONES
from eunion.sandbox.papers import HOSPITALS, LAYOUTS, photo, told
from eunion.sandbox.papers.sheet import NoFont
from eunion.sandbox.papers.story import Story, yuan

ENROLLED, RENEWED = 3000, 2400
SEEDS = (11, 23, 37)
RULES = {
    "kind": "hospital",
    "name": "职工住院医疗互助",
    "fee": "80",
    "pays": "bands",
    "bands": [
        {"begins": "1000", "rate": "10"},
        {"begins": "5000", "rate": "15"},
        {"begins": "20000", "rate": "20"},
    ],
    "ceiling": "50000",
    "waiting_days": "30",
    "months_to_claim": "6",
    "hospitals": "\n".join(HOSPITALS),
    "source": "河湾工发〔2026〕3 号（演示）",
}
ILLNESS = RULES | {
    "kind": "illness",
    "name": "职工重大疾病互助",
    "fee": "40",
    "pays": "fixed_sums",
    "sums": [
        {"illness": "恶性肿瘤", "sum": "20000"},
        {"illness": "急性心肌梗死", "sum": "10000"},
        {"illness": "脑梗死", "sum": "8000"},
    ],
    "ceiling": "20000",
}


def load() -> None:
    """Make plans, enrol members of the first unions, and bring in claims: to review, to pay, at the second person."""
    officer = User.objects.get(username="caseofficer")
    year = timezone.localdate().year
    last = _plan(RULES, year - 1, officer)
    running = plans.copy(plan=last, next_period=True, user=officer)
    plans.publish(plan=running, user=officer)
    illness = _plan(ILLNESS, year, officer)
    members = list(Member.objects.order_by("pk")[:ENROLLED])
    _enrol(last, members[:RENEWED], officer, since=last.begins)
    _enrol(running, members, officer, since=running.begins, renewed=RENEWED)
    _enrol(illness, members[:PHONES], officer, since=illness.begins)
    plans.close(plan=last, user=officer)
    to_review, to_pay, listed = (_claim(seed, members[PHONES + 60 + seed], officer) for seed in SEEDS)
    _grant(listed, officer)
    lists.gather(user=officer)
    _grant(to_pay, officer)
    assert to_review.state == "open"


def _plan(typed: dict[str, Any], year: int, user: User) -> MedicalPlan:
    dates = {"begins": f"{year}-01-01", "ends": f"{year}-12-31"}
    return plans.publish(plan=plans.create(typed=typed | dates, user=user), user=user)


def _enrol(
    plan: MedicalPlan, members: list[Member], user: User, *, since: datetime.date, renewed: int = 0
) -> None:
    rows = Membership.objects.filter(member__in=members, left_on=None)
    unions = dict(rows.values_list("member_id", "union_id"))
    Enrolment.objects.bulk_create(
        Enrolment(
            plan=plan,
            member=member,
            union_id=unions[member.pk],
            fee_fen=plan.fee_fen,
            since=since,
            renewed=place < renewed,
            enrolled_by=user,
        )
        for place, member in enumerate(members)
        if member.pk in unions
    )


def _claim(seed: int, member: Member, user: User) -> Case:
    """Hand a claim in at the window, with papers that tell of a stay some weeks ago."""
    left = timezone.localdate() - datetime.timedelta(days=12)
    tale = replace(
        told(seed),
        name=member.name,
        id_number=member.id_number,
        admitted=left - datetime.timedelta(days=7),
        discharged=left,
        settled=left,
    )
    case = Case(service_name="medical", member=member, way=Case.Way.WINDOW, filed_by=user)
    case.answers = _typed(tale, member)
    case.save()
    for material in SERVICES["medical"].materials:
        if material.reads:
            papers.keep(
                case=case,
                material=material.name,
                client_id=str(uuid.uuid5(uuid.NAMESPACE_OID, f"{seed} {material.name}")),
                content=picture(material.name, tale, seed),
                user=user,
            )
    return submit.submit(case=case, user=user)


def _typed(tale: Story, member: Member) -> dict[str, str]:
    return {
        "name": member.name,
        "id_number": member.id_number,
        "phone": member.phone,
        "by": "self",
        "kind": "hospital",
        "injury": "no",
        "hospital": tale.hospital,
        "admitted": str(tale.admitted),
        "discharged": str(tale.discharged),
        "settled": str(tale.settled),
        "invoice_number": tale.invoice_number,
        "invoice_total": yuan(tale.total),
        "total": yuan(tale.total),
        "fund": yuan(tale.fund),
        "self_paid": yuan(tale.self_paid),
        "card_number": tale.card_number,
        "bank": tale.bank,
    }


def picture(kind: str, tale: Story, seed: int) -> bytes:
    """Return a scan of a paper; without Chinese fonts on the machine, an empty sheet."""
    from eunion.cases.factories import picture as blank

    rng = random.Random(f"{kind} {seed}")
    try:
        sheet, _ = LAYOUTS[kind][0](tale, rng)
    except NoFont:
        return blank(kind)
    return photo.scan(sheet.image, rng)


def _grant(case: Case, user: User) -> None:
    names = ("total", "fund", "self_paid", "invoice_number", "admitted")
    typed = {name: case.answers[name] for name in names}
    review.pass_stage(case=case, user=user, version=case.version, typed=typed)
