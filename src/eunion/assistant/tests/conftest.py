"""The cast of the staff screens' tests, and one row of everything they show."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from eunion.assistant import weeks
from eunion.assistant.factories import asked_turn, speaking_entry
from eunion.assistant.models import Evaluation, Gap, TrendAlert, Turn
from eunion.assistant.services import documents, hand_overs, knowledge
from eunion.registry.factories import GridFactory, UserFactory, make_union
from eunion.registry.models import Union, User
from eunion.registry.roles import Role

LAW = "第一条 为了保护职工。\n\n第二条 本法适用于企业。\n"


@pytest.fixture
def second_factor(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("allauth.mfa.adapter.DefaultMFAAdapter.is_mfa_enabled", lambda *_: True)


@pytest.fixture
def root() -> Union:
    return make_union("总工会")


@pytest.fixture
def mine(root: Union) -> Union:
    return make_union("甲厂工会", root)


@pytest.fixture
def cast(second_factor: None, root: Union, mine: Union) -> dict[str, User]:
    """Everyone who might knock, by a short name."""
    return {
        "editor": UserFactory(role=Role.EDITOR, scope=root),
        "reviewer": UserFactory(role=Role.REVIEWER_1, scope=root),
        "case_officer": UserFactory(role=Role.CASE_OFFICER, scope=root),
        "officer": UserFactory(role=Role.GRASSROOTS_OFFICER, scope=mine),
        "other": UserFactory(role=Role.GRASSROOTS_OFFICER, scope=make_union("乙厂工会", root)),
        "grid_worker": UserFactory(role=Role.GRID_WORKER, grids=[GridFactory()]),
        "worker": UserFactory(),
    }


@pytest.fixture
def signed_in(client: Client, cast: dict[str, User]) -> Any:
    """Sign one of the cast in."""

    def sign_in(name: str) -> Client:
        client.force_login(cast[name])
        return client

    return sign_in


@pytest.fixture
def things(mine: Union) -> dict[str, int]:
    """Return one row of everything, in the scope of 甲厂工会 where it has one."""
    entry = speaking_entry(union=mine, question="甲厂食堂几点开门？", answer="十一点半。")
    waiting, _ = knowledge.write(user=None, question="春游哪天？", answer="四月十日。")
    document, _ = documents.import_document(name="某法(2020-01-01).md", content=LAW.encode(), user=None)
    turn = asked_turn(union=mine)
    hand_overs.open_hand_over(turn, at=timezone.now())
    gap = Gap.objects.create(week=weeks.monday(), sample="停车场几点关门", turn_count=1, asker_count=1)
    Turn.objects.filter(pk=turn.pk).update(gap=gap)
    alert = TrendAlert.objects.create(week=weeks.monday(), topic="工资", turn_count=6, before=2)
    Evaluation.objects.create(
        name="职工问法", figures={"right_first": 0.9, "count": 10, "wrong_answer": 0.02}
    )
    return {
        "entry": entry.pk,
        "waiting": waiting.pk,
        "document": document.pk,
        "turn": turn.pk,
        "gap": gap.pk,
        "alert": alert.pk,
    }
