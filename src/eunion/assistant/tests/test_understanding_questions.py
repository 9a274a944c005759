"""Several questions taken apart, long stories kept whole, follow-ups completed from the question before."""

from __future__ import annotations

import datetime

import pytest

from eunion.assistant.understanding import dialect, understand

TODAY = datetime.date(2026, 11, 25)


def questions(text: str, before: str = "") -> tuple[str, ...]:
    return understand(text, before=before, today=TODAY).questions


APART = {
    "年假怎么算？另外产假有几天？": ["年假", "产假"],
    "工伤怎么认定，年假有几天": ["工伤", "年假"],
    "1.怎么入会 2.会费交多少 3.会员卡怎么办": ["入会", "会费", "会员卡"],
    "入会要什么材料？会费要交多少钱？": ["入会", "会费"],
    "请问加班费怎么算？还有，没签劳动合同能要双倍工资吗？谢谢": ["加班费", "劳动合同"],
    "公司不给交社保怎么办 顺便问一下失业金怎么领": ["社保", "失业金"],
    "医疗互助怎么报销；金秋助学啥时候报名": ["医疗互助", "金秋助学"],
    "想问一下，困难补助咋申请？低保户能申请金秋助学不？工会活动在哪报名？": [
        "困难补助",
        "金秋助学",
        "工会活动",
    ],
    "试用期被辞退有没有补偿？另外，押金300块能退吗？还有就是社保怎么查？": ["试用期", "押金", "社保"],
    "俺想问两个事，一个是工伤咋认定啊？第二个是养老保险断了咋补缴啊？": ["工伤", "养老保险"],
}
WHOLE = [
    "我在工地干了三年，老板一直没签合同，上个月干活把腿摔断了，医药费自己垫了两万，老板就给了三千五，你说气不气人？现在人也找不到了，我该怎么办啊？",
    "我是2023年3月进厂的，当时说好一个月六千，结果头三个月只给四千，说是试用期。后来又说效益不好，拖到现在半年没发工资了，家里孩子要上学，老人要看病，实在没办法了。你们能不能帮帮我？",
    "这合理吗？公司让我们周末加班不给加班费，还说是自愿的，凭什么？有人管吗？",
    "年假怎么算，是不是满一年才有",
    "老板三个月没发工资了怎么办",
    "上班路上被电动车撞了算不算工伤",
    "俺那个包工头跑了，俺们十几号人的工钱找谁要去？谁管啊？咋整啊？",
    "怎么办？老板不给钱",
    "没签合同，没交社保，被辞退了，能要到赔偿吗",
    "什么是医疗互助？",
    "我花呗分期后，下次可以提前还款吗？那还收手续费吗？",
    "什么情况下 用人单位可以解除劳动合同？",
]


@pytest.mark.parametrize(("text", "about"), APART.items())
def test_questions_on_several_matters_are_taken_apart(text: str, about: list[str]) -> None:
    found = questions(text)
    assert len(found) == len(about), found
    assert all(word in one for word, one in zip(about, found, strict=True)), found


@pytest.mark.parametrize("text", WHOLE)
def test_one_matter_stays_one_question(text: str) -> None:
    found = questions(text)
    assert len(found) == 1
    assert dialect.common(text).rstrip("？") in found[0].replace("?", "？") + "？"


def test_the_second_question_keeps_the_subject_of_the_first() -> None:
    found = questions("医疗互助怎么申请？要带什么材料？多久能下来？")
    assert len(found) == 3 and all("医疗互助" in one for one in found)


def test_what_was_told_before_a_question_stays_with_it() -> None:
    first, second = questions("我在厂里干了五年，上周被辞退了。经济补偿怎么算？年假没休能折钱吗？")
    assert "五年" in first and "经济补偿" in first and "年假" in second


def test_more_than_three_questions_become_three_and_nothing_is_lost() -> None:
    found = questions("年假几天？产假几天？婚假几天？丧假几天？陪产假几天？")
    assert len(found) == 3
    assert all(word in "".join(found) for word in ("年假", "产假", "婚假", "丧假", "陪产假"))


FOLLOWS = {
    ("年休假怎么休", "那要几天?"): ["年休假", "几天"],
    ("工会会费怎么交", "多少钱"): ["工会会费", "多少钱"],
    ("怎么加入工会", "那外地的呢"): ["加入工会", "外地"],
    ("医疗互助怎么申请", "需要什么材料"): ["医疗互助", "材料"],
    ("产假有几天", "那婚假呢"): ["婚假有几天"],
    ("工伤认定怎么申请", "有时间限制吗"): ["工伤认定", "时间"],
    ("失业金怎么领", "能领多久"): ["失业金", "多久"],
    ("怎么加入工会", "在哪办？"): ["加入工会", "在哪办"],
    ("怎么加入工会", "那退休的还能吗"): ["加入工会", "退休"],
    ("劳动仲裁怎么申请", "要钱吗"): ["劳动仲裁", "要钱"],
    ("困难补助怎么申请", "这个要什么条件"): ["困难补助", "条件"],
    ("加班费怎么算", "那周末呢？"): ["加班费", "周末"],
    ("试用期最长多久", "如果没签合同呢"): ["试用期", "没签合同"],
    ("老板不给钱找谁", "咋申请"): ["老板不给钱", "申请"],
    ("法律援助怎么申请", "电话多少"): ["法律援助", "电话"],
    ("生育津贴谁能领", "俺老家是外地的咋整"): ["生育津贴", "外地"],
    ("年休假怎么休", "第几条规定的"): ["年休假", "第几条"],
}
STANDS = [
    ("年休假怎么休", "劳动仲裁怎么申请"),
    ("年休假怎么休", "那劳动仲裁怎么申请"),
    ("怎么入会", "老板不给钱咋办"),
    ("怎么入会", "我在工地干活摔断了腿，老板不管，该怎么办"),
    ("怎么入会", "你好"),
    ("怎么入会", "谢谢"),
    ("怎么入会", "转人工"),
    ("产假有几天", "会费交多少"),
    ("产假有几天", "失业金能领多久"),
    ("产假有几天", "孩子考大学了工会给钱不"),
    ("产假有几天", "附近的工会在哪里"),
]


@pytest.mark.parametrize(("before", "text", "parts"), [(*pair, parts) for pair, parts in FOLLOWS.items()])
def test_a_follow_up_is_completed_from_the_question_before(before: str, text: str, parts: list[str]) -> None:
    found = understand(text, before=before, today=TODAY)
    assert found.follows and len(found.questions) == 1
    assert all(part in found.questions[0] for part in parts), found.questions


@pytest.mark.parametrize(("before", "text"), STANDS)
def test_a_complete_message_is_not_joined_to_the_one_before(before: str, text: str) -> None:
    found = understand(text, before=before, today=TODAY)
    assert not found.follows
    assert not any(before[:3] in one for one in found.questions)


def test_without_a_question_before_nothing_is_completed() -> None:
    found = understand("那要几天？", today=TODAY)
    assert not found.follows and found.questions == ("那要几天？",)


def test_a_chain_of_follow_ups_keeps_its_subject() -> None:
    first = understand("那要几天？", before="年休假怎么休", today=TODAY)
    second = understand("没休能给钱吗", before=first.questions[0], today=TODAY)
    third = understand("多少钱", before=first.questions[0], today=TODAY)
    assert "年休假" in third.questions[0] and second.questions


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("你们工会都是废物，我就想知道怎么要工资", "单位拖欠工资，应该怎么要回来？"),
        ("一群饭桶！年休假到底几天？", "年休假到底几天？"),
    ],
)
def test_abuse_before_a_question_does_not_hide_the_question(text: str, asked: str) -> None:
    understood = understand(text, today=TODAY)
    assert understood.mood == "" and understood.questions == (asked,)


@pytest.mark.parametrize(
    "text",
    ["老板骂我废物，能告他吗", "老有骗子冒充来电话，要我的卡号，该信吗", "有人上门说是工会的，会不会是骗子"],
)
def test_abuse_that_the_question_is_about_stays_in_it(text: str) -> None:
    assert understand(text, today=TODAY).questions == (text,)
