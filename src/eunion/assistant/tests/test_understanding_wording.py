"""One spelling, slips mended, lay words turned into the union's, sums and days read."""

from __future__ import annotations

import datetime
import time
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eunion.assistant.terms import Understood
from eunion.assistant.understanding import (
    amounts,
    brief,
    colloquial,
    days,
    lexicon,
    spelling,
    understand,
    warm_up,
)

TODAY = datetime.date(2026, 11, 25)


def understood(text: str, **more: str) -> Understood:
    return understand(text, today=TODAY, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("@雲博士 工會 怎麼入會", "怎么入会"),
        ("@云博士 工会怎么加入", "工会怎么加入"),
        ("@云博士\u2005工会：年休假几天", "年休假几天"),
        ("云博士，年休假几天？", "年休假几天？"),
        ("云博士 工会 年休假几天", "年休假几天"),
        ("年休假几天 @云博士", "年休假几天"),
        ("云博士能回答什么", "云博士能回答什么"),
        ("老闆拖欠薪資", "老板拖欠薪资"),
        ("ＡＢＣ１２３５１打不通？？？？", "abc12351打不通？"),
        ("工资！！！！！！没发", "工资！没发"),
        ("工资😭😭没发", "工资没发"),
        ("工\u200b资\u0000没\u0301发", "工资 没发"),
        ("在著火的車間上班", "在着火的车间上班"),
        ("著名劳模", "著名劳模"),
        ("工资3,500元", "工资3,500元"),
        ("  ", ""),
    ],
)
def test_a_message_is_put_into_one_spelling(text: str, plain: str) -> None:
    assert understood(text).text == plain


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("你好，请问一下，年休假几天？谢谢！", "年休假几天？"),
        ("麻烦问一下入会要什么材料，急急急", "入会要什么材料"),
        ("那个，我想咨询一下工伤怎么认定", "工伤怎么认定"),
        ("不好意思打扰了，请问年假怎么算啊，谢谢您", "年假怎么算啊"),
    ],
)
def test_politeness_is_no_part_of_the_question(text: str, asked: str) -> None:
    assert understood(text).questions == (asked,)


MENDED = {
    "工商怎么认定": "工伤怎么认定",
    "公伤怎么赔": "工伤怎么赔",
    "老板脱欠公资": "老板拖欠工资",
    "拖前工资怎么办": "拖欠工资怎么办",
    "劳动和同没签": "劳动合同没签",
    "没签劳动何同": "没签劳动合同",
    "申请劳动仲才": "申请劳动仲裁",
    "去仲载委": "去仲裁委",
    "年体假几天": "年休假几天",
    "代薪年修假": "带薪年休假",
    "陪产价几天": "陪产假几天",
    "经济赔尝金": "经济赔偿金",
    "被公司辞腿了": "被公司辞退了",
    "词职要提前几天": "辞职要提前几天",
    "加斑费怎么算": "加班费怎么算",
    "社宝没交": "社保没交",
    "医撩互助怎么报": "医疗互助怎么报",
    "医疗户助怎么报": "医疗互助怎么报",
    "失叶金怎么领": "失业金怎么领",
    "困难帮服怎么申请": "困难帮扶怎么申请",
    "法律元助": "法律援助",
    "停工流薪期多久": "停工留薪期多久",
    "劳动能力监定去哪": "劳动能力鉴定去哪",
    "丧藏费多少": "丧葬费多少",
    "公会会费交多少": "工会会费交多少",
    "竟业限制": "竞业限制",
    "心里咨询": "心理咨询",
    "gongshang zenme pei": "工伤怎么赔",
    "gong shang zen me pei": "工伤怎么赔",
    "gongsang怎么认定": "工伤怎么认定",
    "tuoqian gongzi zenmeban": "拖欠工资怎么办",
    "laodong hetong": "劳动合同",
    "lianxiujia jitian": "年休假几天",
    "wo laoban bu fa gongzi": "我老板不发工资",
}
SOUND = [
    "我住远一点能不能报销",
    "工商局电话多少",
    "我和同事一起去的",
    "公会大厅",
    "hello app",
    "wifi 密码多少",
    "KTV 上班有社保吗",
    "他的事业不错",
    "保险丝断了",
    "工人会不会被裁",
    "心里难受想找人说说",
    "实用期限是多久",
    "适用期限",
    "中彩票了",
    "这个月会员活动",
    "加班到家班车没了",
    "我们的班组长和组员",
    "元旦放几天",
    "公司不交社保怎么办",
    "残疾人在就业中被歧视",
    "法律另有规定的适用其规定",
    "个体工商户受伤怎么赔",
    "一横二撇三竖四点念什么字",
]


@pytest.mark.parametrize(("written", "meant"), MENDED.items())
def test_slips_are_mended(written: str, meant: str) -> None:
    found = understood(written)
    assert found.questions == (brief.in_full(meant),) and found.corrected


@pytest.mark.parametrize("text", SOUND)
def test_what_is_right_is_left_alone(text: str) -> None:
    assert understood(text).corrected == ()


def test_words_of_the_knowledge_are_never_mended_and_longer_ones_are_mended_to() -> None:
    known = frozenset({"求学圆梦"})
    assert understand("劳动和同", today=TODAY, vocabulary=frozenset({"劳动和同"})).corrected == ()
    assert understand("求学园梦怎么报", today=TODAY, vocabulary=known).questions == ("求学圆梦怎么报",)
    assert understand("疗育中心在哪", today=TODAY, vocabulary=frozenset({"疗愈中心"})).questions == (
        "疗愈中心在哪",
    )


def test_there_are_enough_words() -> None:
    said = sum(len(phrase.said) for phrase in lexicon.phrases("colloquial.txt"))
    assert said >= 250 and len(lexicon.terms()) >= 300


SAID_FOR = {
    "老板不给钱": "拖欠工资",
    "厂里三个月没发工资了": "拖欠工资",
    "包工头跑路了钱要不回来": "拖欠工资",
    "不给我们工钱": "拖欠工资",
    "被炒鱿鱼了": "解除劳动合同",
    "老板让我明天不用来了": "解除劳动合同",
    "公司把我优化了": "解除劳动合同",
    "厂子黄了咋整": "破产",
    "干私活被发现会开除吗": "双重劳动关系",
    "没给交五险一金": "社会保险",
    "上班路上让车撞了": "上下班途中",
    "干活把手指头砸伤了": "工伤认定",
    "单位不给报工伤": "用人单位不申请",
    "天天上班一天不休": "休息休假",
    "国庆加班给几倍钱": "法定休假日",
    "生娃能休几天": "产假",
    "老婆生孩子我能休几天": "陪产假",
    "大肚子了还让上夜班": "孕期",
    "经理老是对我动手动脚": "性骚扰",
    "打官司请不起律师": "法律援助",
    "得了癌症没钱看病": "大病救助",
    "孩子考上大学供不起": "金秋助学",
    "住院能给钱不": "医疗互助",
    "心里堵得慌睡不着": "心理援助",
    "跑外卖的能进工会不": "新就业形态劳动者",
    "没单位能入会吗": "灵活就业人员",
    "押金不退，服装费也扣": "收取财物",
    "扣了我身份证，身份证被老板拿走了": "扣押劳动者居民身份证",
    "N+1怎么算": "代通知金",
    "咋加入你们": "加入工会",
    "去年判了不给钱": "强制执行",
    "俺那工头赖着不给血汗钱": "拖欠工资",
    "老闆唔俾人工，血汗錢": "拖欠工资",
}
SAID_FOR |= {
    "莫得合同得不得行哦": "未订立书面劳动合同",
    "老细拖粮点算": "拖欠工资",
    "遭老板撵了": "解除劳动合同",
    "屋头恼火得很": "困难职工帮扶",
}
NOT_SAID_FOR = {
    "工商银行的押金怎么退": "收取财物",
    "大学毕业了怎么入会": "解除劳动合同",
    "炒菜比赛报名": "解除劳动合同",
    "骚扰电话太多": "性骚扰",
    "告诉我年假几天": "诉讼",
    "伤残等级怎么评": "残疾人就业",
}


@pytest.mark.parametrize(("text", "official"), SAID_FOR.items())
def test_lay_words_bring_the_official_ones(text: str, official: str) -> None:
    assert official in " ".join(colloquial.official(understood(text).questions[0]))


@pytest.mark.parametrize(
    ("said", "common"),
    [
        ("俺跑网约车两年咧，能入个工会不", "我跑网约车两年，能入个工会吗"),
        ("转给旁人中不中", "转给别人行不行"),
        ("自个儿掏了一万", "自己掏了一万"),
        ("咋申请帮扶", "咋申请帮扶"),
        ("公司不给签合同", "公司不给签合同"),
    ],
)
def test_northern_speech_is_searched_in_common_words_and_kept_as_said(said: str, common: str) -> None:
    one = understood(said)
    assert one.questions == (common,) and one.text == said


@pytest.mark.parametrize(("text", "official"), NOT_SAID_FOR.items())
def test_the_same_words_about_something_else_do_not(text: str, official: str) -> None:
    assert official not in " ".join(colloquial.official(text))


NORMAL = "我是去年3月进的厂，老板脱欠公资，上个月15号干活把手指压断了，住院花了两万块，现在我该怎么办啊？"
HUGE = {
    "five megabytes": "老板不给钱" * 1_700_000,
    "repeats": "哈" * 10_000,
    "emoji": "😀" * 10_000,
    "zalgo": "工\u0301\u0302\u0303\u0304\u0305" * 5_000,
    "control characters": "\x00\x01\x1b\r" * 10_000,
    "digits": "1" * 100_000,
    "pinyin": "gongshang " * 2_000,
    "letters": "nananana" * 2_000,
    "every character": "".join(chr(0x4E00 + n % 20_000) for n in range(9_000)),
    "sums": "三千五" * 4_000,
    "questions": "工伤怎么办？年假几天？" * 3_000,
    "blanks": " " * 5_000_000,
    "ligatures": "\ufdfa" * 20_000,
    "right to left": "\u202e工资" * 10_000,
    "lone surrogates": "\ud800" * 5_000,
}


def _ms(text: str, times: int) -> float:
    best = 1e9
    for _ in range(times):
        begun = time.process_time()
        understood(text, before="年休假怎么算")
        best = min(best, time.process_time() - begun)
    return best * 1000


def test_a_normal_message_takes_less_than_five_milliseconds() -> None:
    warm_up()
    assert _ms(NORMAL, 20) < 5


@pytest.mark.parametrize("kind", HUGE)
def test_a_hostile_message_is_bounded_in_time_and_length(kind: str) -> None:
    warm_up()
    found = understood(HUGE[kind])
    assert len(found.text) <= spelling.TEXT_MAX and len(found.questions) <= 3
    assert all(len(one) <= spelling.TEXT_MAX for one in found.questions)
    assert _ms(HUGE[kind], 2) < 100


PIECES = st.sampled_from(
    [
        "工资",
        "怎么办",
        "？",
        "，",
        "三千五",
        "去年",
        "gong shang",
        "@云博士",
        "那",
        "呢",
        "不",
        "想",
        "\n",
        "2月30号",
        "99999年",
        "1.",
        "死",
        "…",
        "十百万",
    ]
)


@settings(max_examples=150, deadline=None)
@given(
    text=st.one_of(st.text(max_size=400), st.lists(PIECES, max_size=40).map("".join)),
    before=st.text(max_size=40),
)
def test_any_text_is_understood_without_error_and_bounded(text: str, before: str) -> None:
    found = understood(text, before=before)
    assert len(found.text) <= spelling.TEXT_MAX and len(found.questions) <= 3
    assert all(0 < len(one) <= spelling.TEXT_MAX for one in found.questions)
    assert not any(unicodedata.category(char) == "Cc" for char in found.text)
    assert len(found.amounts) <= amounts.AMOUNTS_MAX and len(found.days) <= days.DAYS_MAX


@pytest.mark.parametrize(
    "number",
    [
        "13800001111",
        "138 0000 1111",
        "130105199001011234",
        "13010519900101123X",
        "６２２２０２００００００００００",
    ],
)
def test_numbers_of_a_person_are_seen_and_blotted_out(number: str) -> None:
    plain = spelling.one_spelling(f"我的号码{number}，怎么入会")
    assert spelling.has_numbers(plain)
    assert "0000" not in spelling.without_numbers(plain) and "1990" not in spelling.without_numbers(plain)


@pytest.mark.parametrize(
    "text", ["12351", "12356打不通", "欠我100000元", "2026年11月25日", "9月10日上午10点"]
)
def test_other_numbers_stay(text: str) -> None:
    assert not spelling.has_numbers(text)
