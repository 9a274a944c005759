"""What the tests of this room share: a fresh library, some entries, the cast of the staff screens and one row of everything."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from eunion.assistant import retrieval, weeks
from eunion.assistant.factories import asked_turn, reviewers, speaking_entry
from eunion.assistant.models import Evaluation, Gap, TrendAlert, Turn
from eunion.assistant.services import documents, hand_overs, knowledge, sending
from eunion.registry.factories import GridFactory, UserFactory, make_union
from eunion.registry.models import Union, User
from eunion.registry.roles import Role

LAW = "第一条 为了保护职工。\n\n第二条 本法适用于企业。\n"


ENTRIES = (
    ("入会", "申请入会的流程是怎样的？", ["怎么入会", "咋加入工会", "想进工会找谁办"]),
    ("工资", "单位拖欠工资，应该怎么要回来？", ["老板不给钱咋整", "工钱拖了三个月怎么要", "欠薪找谁"]),
    ("工时休假", "加班费怎么算？", ["加班给几倍工资", "周末上班给多少钱", "过节加班咋算钱"]),
    ("工时休假", "年休假一年有几天？", ["年假几天", "工作十年能休多少天带薪假"]),
    ("工伤", "上下班路上出车祸算工伤吗？", ["骑车上班被撞了算不算工伤", "下班路上摔伤单位管不管"]),
    ("女职工", "产假有多少天？", ["生孩子能休几天", "剖腹产多休几天"]),
    ("法律援助", "怎样申请工会法律援助？", ["打官司没钱请律师怎么办", "工会能帮我找律师吗"]),
    ("困难帮扶", "家里有困难，怎么申请帮扶？", ["家里揭不开锅了工会管不管", "困难补助怎么申请"]),
)


@pytest.fixture(autouse=True)
def fresh_library() -> Iterator[None]:
    """Each test has its own database: what a process remembers of it must go, too."""
    retrieval.forget()
    yield
    retrieval.forget()


@pytest.fixture
def known(db: None) -> None:
    """Eight entries that two people have let pass."""
    people = reviewers()
    for number, (topic, question, alternatives) in enumerate(ENTRIES):
        speaking_entry(
            by=people,
            key=f"entry-{number}",
            question=question,
            alternatives=alternatives,
            answer=f"这是关于“{question}”的回答：先到工会登记，再按说明办理。",
            topic=topic,
            legal_basis="《工会法》第三条",
            source="区总工会",
        )


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """Catch what would leave by a channel."""
    found: list[dict[str, Any]] = []
    monkeypatch.setattr(sending.wechat, "reply_text", lambda **message: found.append(message))
    monkeypatch.setattr(sending.community, "post_to_group", lambda **message: found.append(message))
    return found


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
