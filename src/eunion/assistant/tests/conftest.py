"""What the tests of this room share."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from eunion.assistant import retrieval
from eunion.assistant.factories import reviewers, speaking_entry
from eunion.assistant.services import sending

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
