"""Sums by law: leave, severance, probation, overtime, time to claim, with the numbers as people put them."""

from __future__ import annotations

import datetime

import pytest

from eunion.assistant import skills
from eunion.assistant.models import Turn
from eunion.assistant.skills import formulas, sums
from eunion.assistant.terms import Setting
from eunion.assistant.understanding import understand

TODAY = datetime.date(2026, 11, 25)


def summed(text: str) -> str:
    understood = understand(text, today=TODAY)
    found = sums.computed(understood.questions[0], understood)
    return found.text if found else ""


@pytest.mark.parametrize(
    ("years", "days"), [(0.5, 0), (0.99, 0), (1, 5), (9.99, 5), (10, 10), (19.5, 10), (20, 15), (40, 15)]
)
def test_annual_leave_goes_by_all_years_worked(years: float, days: int) -> None:
    assert formulas.leave_days(years) == days


@pytest.mark.parametrize(
    ("years", "months"),
    [(0.25, 0.5), (0.5, 1), (1, 1), (1.25, 1.5), (1.5, 2), (3.3333, 3.5), (12.5, 13), (5.9167, 6)],
)
def test_severance_rounds_half_years_as_the_law_does(years: float, months: float) -> None:
    assert formulas.compensation_months(years) == months


@pytest.mark.parametrize(
    ("contract", "months"), [(2, 0), (3, 1), (11, 1), (12, 2), (24, 2), (35, 2), (36, 6), (60, 6)]
)
def test_probation_is_bounded_by_the_contract(contract: float, months: int) -> None:
    assert formulas.probation_months(contract) == months


def test_a_year_to_claim_ends_on_the_last_day_of_february() -> None:
    assert formulas.last_day_to_claim(datetime.date(2024, 2, 29)) == datetime.date(2025, 2, 28)


SUMMED = {
    "我工作12年了，年休假几天": ["10 天", "累计工作"],
    "俺干了二十三年活，年假该休多少天啊": ["15 天"],
    "上班才半年有年假吗，能休几天": ["还不满 1 年"],
    "年假怎么算？我工龄三年零四个月": ["5 天"],
    "干了三年零两个月，月薪6000，被辞退能赔多少": ["3.5 个月", "21,000 元", "42,000"],
    "我在厂里做了十二年半，一个月5000，经济补偿怎么算": ["13 个月", "65,000 元"],
    "被炒鱿鱼了，工作8个月，工资4500，能拿多少补偿": ["1 个月", "4,500 元"],
    "干了五年，N+1能赔几个月": ["5 个月工资"],
    "合同签了三年，试用期最长多久": ["6 个月"],
    "签一年合同试用期三个月合法吗": ["2 个月", "超过了上限"],
    "签了两年的合同试用期两个月合法吗": ["2 个月", "没有超过"],
    "签两个月的合同能约定试用期吗": ["不能约定"],
    "无固定期限合同试用期最多几个月": ["6 个月"],
    "月薪5220，周末加班8小时加班费多少": ["30 × 8 小时 × 200% = 480 元"],
    "国庆7天都上班 月薪5220 加班费多少": [
        "法定休假日 3 天：30 × 24 小时 × 300% = 2,160 元",
        "30 × 32 小时 × 200% = 1,920 元",
        "合计：4,080 元",
    ],
    "一个月5220元，国庆加班两天给多少钱": ["30 × 16 小时 × 300% = 1,440 元", "10 月 1—3 日"],
    "时薪20元，晚上加班3个小时加班费怎么算": ["20 × 3 小时 × 150% = 90 元"],
    "一天240块，加班4小时加班费多少": ["150% = 180 元", "200% = 240 元", "300% = 360 元"],
    "我干了一年，年假几天": ["累计工作 1 年", "5 天"],
    "刚满一年年假有几天": ["5 天"],
    "干了五年，被裁了给多少": ["5 个月工资"],
    "干了五年被辞退赔多少": ["5 个月工资"],
    "1天200元周六加班1天": ["25 × 8 小时 × 200% = 400 元"],
    "我2020年3月入职，现在被辞退赔多少": ["6.75 年", "7 个月工资"],
    "我2020年3月入职，2024年5月被开除，月薪5000，赔多少钱": ["4.5 个月", "22,500 元"],
    "2026年3月15日被辞退的，现在申请仲裁过期了吗": ["2027年3月15日"],
    "去年12月5号离职，劳动仲裁时效到什么时候": ["2026年12月5日"],
}
NOT_SUMMED = [
    "一年年假有几天",
    "一年休几天年假",
    "1年的年假是多少天",
    "老板1天200元周六加班1天不给钱",
    "年休假怎么休",
    "年假没休，干了三年能赔多少钱",
    "产假几天",
    "工作三年被拖欠工资怎么办",
    "经济补偿怎么算",
    "加班费怎么算",
    "周末加班给几倍工资",
    "试用期最长多久",
    "试用期三个月工资打八折合法吗",
    "仲裁时效多久",
    "去年辞退的还能仲裁吗",
    "干了三年受了工伤能赔多少",
    "合同签了三年，公司没交社保",
    "法律援助要多久",
]


@pytest.mark.parametrize(("text", "said"), SUMMED.items())
def test_sums_are_computed_when_the_numbers_are_there(text: str, said: list[str]) -> None:
    assert all(part in summed(text) for part in said), summed(text)


@pytest.mark.parametrize("text", NOT_SUMMED)
def test_without_the_numbers_the_knowledge_answers(text: str) -> None:
    assert summed(text) == ""


def test_a_sum_shows_its_formula_and_its_article() -> None:
    understood = understand("干了三年零两个月，月薪6000，被辞退能赔多少", today=TODAY)
    reply = skills.resolve(understood, understood.questions[0], Setting(channel="portal", today=TODAY))
    assert reply and reply.skill == "sums" and reply.state == Turn.State.ANSWERED
    assert "算法" in reply.text and "第四十七条" in reply.sources[0].label and "3 倍" in reply.text
