"""Random walks over every service: no state outside the table, no deadline lost, no event removed, every right asked."""

from __future__ import annotations

import functools
import random
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from eunion.cases import policies, states
from eunion.cases.declaration import SERVICES, Field
from eunion.cases.factories import applicant, bring, root, staff
from eunion.cases.hardship import factories as hardship
from eunion.cases.legal import factories as legal
from eunion.cases.medical import factories as medical
from eunion.cases.models import Case
from eunion.cases.services import clock, drafts, member, review, submit
from eunion.kernel.errors import DomainError, NotAllowed
from eunion.registry.factories import UserFactory, id_number, make_union
from eunion.registry.models import Union, User
from eunion.registry.roles import Role

pytestmark = pytest.mark.django_db
ACTS = (
    "pass",
    "mend",
    "refuse",
    "transfer",
    "assign",
    "note",
    "supplement",
    "withdraw",
    "rate",
    "reopen",
    "tick",
)
EFFECTS = {"supplement", "withdraw", "rate", "reopen", "tick"}


def an_answer(field: Field, dice: random.Random) -> Any:
    """Return something right to say to a declared field."""
    by_kind = {
        "number": "2",
        "money": "1000.50",
        "date": "2026-05-06",
        "yes_no": "yes",
        "id_number": id_number(dice.randrange(10**6)),
        "phone": f"139{dice.randrange(10**8):08d}",
        "bank_card": "6222020000000000004",
        "uscc": "91130104MA00000000",
    }
    if field.kind == "rows":
        return [{column.name: an_answer(column, dice) for column in field.columns}]
    if field.kind == "union":
        return Union.objects.get(name="乙厂工会").public_id
    if field.choices:
        chosen = dice.choice(field.choices)[0]
        return [chosen] if field.kind == "many" else chosen
    return by_kind.get(field.kind, "测试内容")


def people() -> dict[str, User]:
    """Return somebody of every kind who may or may not decide."""
    federation = root()
    near, far = make_union("甲厂工会", federation), make_union("乙厂工会", federation)
    return {
        "officer": staff(Role.CASE_OFFICER, federation),
        "administrator": staff(Role.ADMINISTRATOR, federation),
        "near": staff(Role.GRASSROOTS_OFFICER, near),
        "far": staff(Role.GRASSROOTS_OFFICER, far),
        "auditor": staff(Role.AUDITOR, federation),
        "worker": UserFactory(),
    }


def filled(name: str, user: User, dice: random.Random) -> Case:
    """Return a submitted case of a service, filled at random with what its declaration asks."""
    service = SERVICES[name]
    draft = drafts.open_draft(service=service, user=user)
    known = draft.answers
    typed = {field.name: an_answer(field, dice) for field in service.fields() if field.name not in known}
    draft = drafts.save(case=draft, changes=typed)
    for material in service.materials:
        bring(draft, material.name, user)
    return submit.submit(case=draft, user=user)


def begun(name: str, dice: random.Random, officer: User) -> Case:
    """Return a case somewhere on its way: what has rules of its own begins as its own tests begin it."""
    who = applicant(Union.objects.get(name="甲厂工会"))
    if name == "hardship":
        stage = dice.choice([one.name for one in SERVICES[name].stages[:5]])
        return hardship.brought_to(stage, officer, hardship.applied(who))
    if name == "medical":
        medical.enrolled(who, medical.plan())
        return dice.choice([medical.claimed, functools.partial(medical.granted, officer=officer)])(who)
    if name == "legal":
        return legal.applied(who) if dice.random() < 0.5 else legal.at_work(officer, legal.lawyer())
    # A member joins no more.
    return filled(name, UserFactory(phone="13900000079") if name == "joining" else who.user, dice)


RECORDS: dict[tuple[str, str], Callable[[], dict[str, Any]]] = {
    ("hardship", "first"): lambda: hardship.FIRST,
    ("hardship", "visit"): lambda: hardship.VISIT,
    ("hardship", "federation"): lambda: hardship.FEDERATION,
    ("hardship", "income"): lambda: hardship.INCOME,
    ("medical", "review"): medical.record,
}


def do(act: str, case: Case, user: User, dice: random.Random) -> None:
    """Do one thing to a case, as anybody."""
    version = case.version
    if act == "pass":
        for material in case.stage.materials:
            if case.state == "open":
                bring(case, material.name, user)
        known = RECORDS.get((case.service_name, case.stage_name))
        typed = known() if known else {field.name: an_answer(field, dice) for field in case.stage.record}
        review.pass_stage(case=case, user=user, version=version, typed=typed)
    elif act == "mend":
        review.ask_mend(case=case, user=user, version=version, words="请补一补材料")
    elif act == "refuse":
        review.refuse(case=case, user=user, version=version, words="不符合申请条件")
    elif act == "transfer":
        to = dice.choice(list(Union.objects.all()))
        review.transfer(case=case, user=user, version=version, to=to, words="应由别处办理")
    elif act == "assign":
        review.assign(case=case, user=user, to=dice.choice(list(User.objects.all())))
    elif act == "note":
        review.note(case=case, user=user, words="记一笔备注")
    elif act == "supplement":
        member.supplement(case=case, user=case.user)
    elif act == "withdraw":
        member.withdraw(case=case, user=case.user)
    elif act == "rate":
        member.rate(case=case, user=case.user, stars=dice.randint(1, 5), words="")
    elif act == "reopen":
        member.reopen(case=case, user=case.user, reason="还没有解决")
    else:
        clock.tick(now=case.due_at)


def held(case: Case, before: list[tuple[int, str]]) -> list[tuple[int, str]]:
    """Check what must always hold; return the events."""
    assert case.state in states.MOVES
    events = list(case.events.order_by("number").values_list("number", "kind"))
    assert events[: len(before)] == before, "an event was removed or changed"
    assert [number for number, _ in events] == list(range(1, len(events) + 1))
    if case.state in states.RUNNING:
        assert case.due_at and case.stage_name and not case.closed_at
        assert (case.days_left is not None) == (case.state == states.MENDING)
    else:
        assert case.closed_at
    return events


@pytest.mark.parametrize("name", sorted(SERVICES))
@settings(
    max_examples=6,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(seed=st.integers(0, 2**32), acts=st.lists(st.sampled_from(ACTS), min_size=4, max_size=14))
def test_whatever_is_done_to_a_case_it_stays_sound(name: str, seed: int, acts: list[str]) -> None:
    from django.db import transaction

    dice = random.Random(seed)
    with transaction.atomic():
        crowd = people()
        case = begun(name, dice, crowd["officer"])
        events = held(case, [])
        for act in acts:
            user = dice.choice(list(crowd.values()))
            before = (case.state, case.stage_name, case.version)
            may = policies.may_decide(user, case)
            refused = None
            try:
                with transaction.atomic():
                    do(act, case, user, dice)
            except DomainError as problem:
                refused = problem
            case.refresh_from_db()
            if refused is not None:
                assert (case.state, case.stage_name, case.version) == before, "a refusal changed something"
            elif act in ("pass", "mend", "refuse", "transfer"):
                assert may, f"{user} had no right to {act}"
            if not may and act in ("pass", "mend", "refuse", "transfer"):
                assert isinstance(refused, NotAllowed | DomainError)
            events = held(case, events)
        transaction.set_rollback(True)
