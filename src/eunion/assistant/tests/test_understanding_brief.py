"""The commonest complaints in their shortest words reach the entry that settles them."""

from __future__ import annotations

import datetime

import pytest

from eunion.assistant import retrieval
from eunion.assistant.services import evaluation, imports
from eunion.assistant.understanding import brief, lexicon, understand

TODAY = datetime.date(2026, 11, 25)
KEYS = {row["question"]: row["key"] for row in imports.shipped_rows()}
MEANT = {
    "工资拖着": "wage-arrears-steps",
    "钱没发": "wage-arrears-steps",
    "老赖老板咋整": "wage-arrears-steps",
    "工资没发怎么办": "wage-arrears-steps",
    "请问被欠薪了咋办啊": "wage-arrears-steps",
    "加班费不给": "overtime-rates",
    "加班费不给咋整？": "overtime-rates",
    "被开了": "illegal-dismissal-double",
    "我被开了，怎么办": "illegal-dismissal-double",
    "俺被辞了找谁": "illegal-dismissal-double",
    "不签合同": "no-contract-double-wage",
    "公司不签合同咋办": "no-contract-double-wage",
    "没交社保": "si-not-paid-complain",
    "上班受伤了": "injury-what-counts",
    "不让休年假": "annual-leave-denied-complaint",
    "老板跑路了": "wage-boss-runaway",
    "押金不退": "employment-deposit",
    "工资条没有": "wage-slip-right",
    "怎么进工会": "join-steps",
    "怀孕被开": "w-pregnant-fired",
    "干了俩月一分钱没给": "wage-arrears-steps",
    "我给老板干了三个多月，没给钱": "wage-arrears-steps",
    "在工地干了半个月的活 一分没给咋整": "wage-arrears-steps",
    "我就想知道怎么要工资": "wage-arrears-steps",
    "干了五年突然被辞退了怎么办": "illegal-dismissal-double",
    "2020年入职，被辞退赔多少": "severance-calculation",
    "保安12小时": "standard-hours",
    "我们车间每天上十二个小时": "standard-hours",
    "当门卫一天14个小时合法吗": "standard-hours",
}


@pytest.mark.parametrize(("text", "key"), MEANT.items())
def test_a_brief_complaint_is_asked_in_full(text: str, key: str) -> None:
    (question,) = understand(text, today=TODAY).questions
    assert KEYS[question] == key


def test_a_longer_message_is_left_in_its_own_words() -> None:
    text = "工资拖着不说，还让我们天天加班，年底的奖金也不给了"
    assert understand(text, today=TODAY).questions == (text,)


def test_every_brief_complaint_means_a_question_that_ships_and_stands_once() -> None:
    rows = [line.split("\t") for line in lexicon.lines("brief.txt")]
    said = [one for _, those in rows for one in those.split("/")]
    assert all(question in KEYS for question, _ in rows)
    assert len(said) == len(set(said))


def test_the_evaluation_asks_none_of_them() -> None:
    cases = [case for path in evaluation.FILES.glob("*.jsonl") for case in evaluation.read(path)]
    said = {
        retrieval.bare(one) for line in lexicon.lines("brief.txt") for one in line.split("\t")[1].split("/")
    }
    assert not [case.question for case in cases if retrieval.bare(case.question) in said]
    assert not [case.question for case in cases if brief.in_full(case.question) != case.question]
