"""Danger is heard through dialect, euphemism and evasion; grumbling about work is not danger; abuse and small talk."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from eunion.assistant.terms import Understood
from eunion.assistant.understanding import mood, replies, understand

TODAY = datetime.date(2026, 11, 25)


def _said() -> dict[str, list[str]]:
    """Return the messages by what they are."""
    found: dict[str, list[str]] = {}
    head = ""
    for line in Path(__file__).with_name("moods.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            head = line[1:-1]
        elif not line.startswith("#"):
            found.setdefault(head, []).append(line)
    return found


SAID = _said()
SMALL_TALK = [
    (kind, text) for kind in ("greeting", "thanks", "goodbye", "who_are_you") for text in SAID[kind]
]


def understood(text: str) -> Understood:
    return understand(text, today=TODAY)


@pytest.mark.parametrize("text", SAID["self_harm"])
def test_words_of_despair_are_heard(text: str) -> None:
    assert understood(text).mood == "self_harm"


@pytest.mark.parametrize("text", SAID["no_danger"])
def test_grumbling_accidents_and_questions_are_no_threat(text: str) -> None:
    assert understood(text).mood == ""


@pytest.mark.parametrize("text", SAID["violence"])
def test_threats_against_others_are_heard(text: str) -> None:
    assert understood(text).mood == "violence"


@pytest.mark.parametrize("text", SAID["insult"])
def test_bare_abuse_is_an_insult(text: str) -> None:
    assert understood(text).mood == "insult"


@pytest.mark.parametrize("text", SAID["not_an_insult"])
def test_rough_words_with_a_matter_in_them_are_a_question(text: str) -> None:
    found = understood(text)
    assert found.mood == "" and found.questions


@pytest.mark.parametrize(("kind", "text"), SMALL_TALK)
def test_small_talk_is_told_apart(kind: str, text: str) -> None:
    found = understood(text)
    assert found.mood == kind and found.questions == ()


@pytest.mark.parametrize("text", SAID["no_small_talk"])
def test_a_question_that_begins_politely_is_a_question(text: str) -> None:
    assert understood(text).mood == "" and understood(text).questions


@pytest.mark.parametrize("text", SAID["person"])
def test_the_wish_for_a_person_is_heard(text: str) -> None:
    assert understood(text).wants_person


@pytest.mark.parametrize("text", SAID["no_person"])
def test_other_uses_of_the_word_are_not(text: str) -> None:
    assert not understood(text).wants_person


def test_despair_at_the_end_of_a_very_long_message_is_heard() -> None:
    story = "我从去年三月开始在这个工地干活，每天早上六点起来，晚上九点才收工。" * 200
    assert understood(story + "我真的不想活了").mood == "self_harm"


def test_despair_between_two_questions_is_heard() -> None:
    assert understood("工资不发怎么办？我都不想活了。能仲裁吗？").mood == "self_harm"
    assert understood("工友自杀了怎么赔？我也不想活了").mood == "self_harm"


@pytest.mark.parametrize(
    "text", ["工友自杀了怎么赔", "被机器压死人了", "我爸在工地猝死了怎么赔偿", "儿子在厂里触电没了，怎么赔"]
)
def test_a_death_gets_a_word_of_care_before_the_answer(text: str) -> None:
    found = understood(text)
    assert found.mood == "" and found.questions
    assert "12356" in replies.care(found)


@pytest.mark.parametrize("text", ["累死了", "年假几天", "气死我了怎么投诉"])
def test_no_care_is_shown_where_nobody_was_hurt(text: str) -> None:
    assert replies.care(understood(text)) == ""


def test_a_threatened_person_is_told_to_get_safe() -> None:
    assert mood.is_threatened("老板说要弄死我怎么办")
    reply = replies.fixed(understood("老板说要弄死我怎么办"))
    assert reply and "110" in reply.text and reply.urgent
