"""Short words that mean something only after what was said before: a number, none of these, no use."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from eunion.assistant.models import HandOver, Turn
from eunion.assistant.services import answering
from eunion.channels.base import Asked

pytestmark = pytest.mark.django_db
_numbers = itertools.count(1)
CHOICES = ["产假有多少天？", "加班费怎么算？", "年休假一年有几天？"]


def say(text: str) -> Turn:
    return answering.take(Asked("wechat", 1, "o1", "", text, f"t{next(_numbers)}"))


@pytest.fixture
def offered(known: None) -> Turn:
    fields: dict[str, Any] = {"channel": "wechat", "account_id": 1, "sender": "o1", "event_id": "e0"}
    return Turn.objects.create(**fields, question="天数", state=Turn.State.OFFERED, choices=CHOICES)


@pytest.mark.parametrize("text", ["3", "那3呢", "选3", "第三个", "３。", "我选第3个吧"])
def test_a_number_in_any_words_means_the_choice(offered: Turn, text: str) -> None:
    assert "年休假一年有几天" in say(text).reply


def test_after_one_choice_the_others_still_stand(offered: Turn) -> None:
    assert "产假有多少天" in say("1").reply
    assert "年休假一年有几天" in say("那3呢").reply


def test_once_something_else_was_asked_a_number_means_nothing(offered: Turn) -> None:
    say("怎么入会")
    assert "没有列出" in say("1").reply


@pytest.mark.parametrize("text", ["1", "2", "那3呢"])
def test_a_number_where_nothing_was_offered_is_told_what_to_write(known: None, text: str) -> None:
    turn = say(text)
    assert "数字" in turn.reply and "只看得懂文字" not in turn.reply
    assert turn.state == Turn.State.ANSWERED


def test_a_number_beyond_the_choices_is_told_so(offered: Turn) -> None:
    Turn.objects.filter(pk=offered.pk).update(choices=CHOICES[:2])
    assert "没有第 3 个" in say("3").reply


def test_what_follows_a_chosen_number_is_about_the_choice(offered: Turn) -> None:
    say("1")
    assert say("那要几天？").topic == "女职工"


@pytest.mark.parametrize("text", ["都不是", "这三个都不是", "不是这个", "没用"])
def test_none_of_the_choices_leads_to_other_words_or_a_person(offered: Turn, text: str) -> None:
    said = say(text)
    assert "换个说法" in said.reply and "转人工" in said.reply and not said.choices
    say("转人工")
    assert HandOver.objects.get().turn == offered


@pytest.mark.parametrize("text", ["没用", "没用啊", "答非所问", "不是这个意思", "说了等于没说"])
def test_no_use_is_kept_as_the_thumb_of_the_answer_before(known: None, text: str) -> None:
    before = say("怎么入会")
    assert "没帮上您" in say(text).reply
    before.refresh_from_db()
    assert before.thumb == -1


def test_small_talk_between_does_not_break_the_talk(known: None) -> None:
    say("产假有多少天？")
    say("谢谢")
    assert say("那要几天？").topic == "女职工"


def test_no_use_while_a_person_has_it_asks_for_patience(known: None) -> None:
    say("西门子变频器报警代码 F0003 是什么意思")
    assert "已经在工会工作人员那里" in say("没用").reply
    assert HandOver.objects.count() == 1
