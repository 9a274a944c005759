"""雲博士 lists what is open, and leaves other questions alone."""

from __future__ import annotations

import pytest

from eunion.assistant import skills
from eunion.assistant.terms import Setting, Understood
from eunion.booking import skill
from eunion.booking.factories import SessionFactory, in_hours

ASKED = Understood("", ())


@pytest.mark.parametrize("question", ["有什么活动", "最近有哪些课程可以报名", "活动有哪些"])
def test_asking_for_activities_is_ours(question: str) -> None:
    found = skills.claimant(ASKED, question)
    assert found and found.name == "events"


@pytest.mark.parametrize("question", ["加班费怎么算", "工会在哪里", "怎么入会"])
def test_other_questions_are_not(question: str) -> None:
    assert skill.claim(ASKED, question) == 0


@pytest.mark.django_db
def test_what_is_open_is_listed_and_nothing_is_said_so() -> None:
    assert "没有可以报名" in skill.run(ASKED, "有什么活动", Setting("portal")).text
    SessionFactory(offering__title="书法课")
    SessionFactory(offering__title="老电影", offering__closes_at=in_hours(-0.5))
    said = skill.run(ASKED, "有什么活动", Setting("portal"))
    assert "书法课" in said.text and "老电影" not in said.text and len(said.sources) == 1
