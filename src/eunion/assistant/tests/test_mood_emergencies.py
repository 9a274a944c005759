"""What is happening now gets the number to call first; who may harm themselves is answered as the one in danger."""

from __future__ import annotations

import datetime

import pytest

from eunion.assistant.understanding import mood, replies, understand

TODAY = datetime.date(2026, 11, 25)


@pytest.mark.parametrize(
    "text",
    [
        "老公打我，我想死",
        "老婆跟人跑了，我不想活了",
        "我妈病重没钱治，我想死",
        "同事欺负我，我想死",
        "别人都劝我不要死，可我真想死",
    ],
)
def test_who_wants_to_die_is_answered_as_the_one_in_danger(text: str) -> None:
    reply = replies.fixed(understand(text, today=TODAY))
    assert reply is not None and reply.urgent and "替他着急" not in reply.text


@pytest.mark.parametrize("text", ["我同事说他不想活了", "工友要跳楼"])
def test_who_worries_about_another_is_told_what_to_do_for_them(text: str) -> None:
    reply = replies.fixed(understand(text, today=TODAY))
    assert reply is not None and "替他着急" in reply.text


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("车间着火了怎么办", "119"),
        ("工友从脚手架掉下来了 快", "120"),
        ("吃安眠药多少片会死", "120"),
        ("我被老板关在宿舍不让走", "110"),
        ("孩子丢了怎么办", "110"),
        ("老公打我怎么办", "12338"),
        ("我老公家暴我", "110"),
    ],
)
def test_what_is_happening_now_gets_the_number_to_call(text: str, number: str) -> None:
    one = understand(text, today=TODAY)
    said = replies.fixed(one)
    assert number in (said.text if said else replies.care(one))


@pytest.mark.parametrize(
    "text",
    [
        "累死累活一个月才3000",
        "我快累死了，天天加班",
        "笑死我了",
        "老板打我电话让我加班",
        "老板扣着工资不让走",
    ],
)
def test_figures_of_speech_are_no_emergency(text: str) -> None:
    one = understand(text, today=TODAY)
    assert replies.care(one) == "" and not mood.is_loss(text)
