"""What 雲博士 can do: find a union, show a guide, sums by law, one's own membership in private alone."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.conf import settings

from eunion.assistant import skills
from eunion.assistant.models import Turn
from eunion.assistant.skills import Skill, guides, requests, unions
from eunion.assistant.terms import Reply, Setting, Understood
from eunion.assistant.understanding import understand
from eunion.content.factories import draft
from eunion.content.models import GuidePage
from eunion.kernel.errors import NotAllowed
from eunion.registry.factories import GridFactory, MemberFactory, make_union
from eunion.registry.models import Member, Union

TODAY = datetime.date(2026, 11, 25)


@pytest.fixture(autouse=True)
def _registered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(skills, "SKILLS", {})
    monkeypatch.setattr(guides, "GUIDES", {})
    skills.register_skills()


def resolved(text: str, **where: Any) -> Reply | None:
    understood = understand(text, today=TODAY)
    setting = Setting(**{"channel": "portal", "today": TODAY, **where})
    return skills.kept_private(understood, setting) or skills.resolve(
        understood, understood.questions[0], setting
    )


def claimed(text: str) -> str:
    understood = understand(text, today=TODAY)
    skill = skills.claimant(understood, understood.questions[0])
    return skill.name if skill else ""


HOLIDAYS = {
    "国庆放几天假": "3 天",
    "国庆放假几天": "3 天",
    "国庆节法定假是几天": "3 天",
    "春节放几天": "4 天",
    "过年能放多少天假": "4 天",
    "五一休几天": "2 天",
    "三八妇女节放多久": "半天",
    "法定节假日一共几天": "13 天",
    "一年有多少天法定节假日": "13 天",
}


@pytest.mark.parametrize(("text", "days"), HOLIDAYS.items())
def test_the_days_of_a_holiday_are_told_by_the_rule_itself(text: str, days: str) -> None:
    reply = resolved(text)
    assert reply and reply.skill == "holidays" and days in reply.text
    assert "放假办法" in reply.sources[0].label and reply.sources[0].date


@pytest.mark.parametrize(
    "text", ["国庆加班几天给多少钱", "国庆不放假怎么办", "一年年假有几天", "春节发什么福利", "产假几天"]
)
def test_what_else_is_asked_of_holidays_is_left_to_others(text: str) -> None:
    assert claimed(text) != "holidays"


CLAIMS = {
    "离我最近的工会在哪": "unions",
    "桥西街道工会电话多少": "unions",
    "附近有没有工会": "unions",
    "你们工会几点上班": "unions",
    "俺想找个工会，地址在哪嘞": "unions",
    "医疗互助要带什么材料": "guides",
    "困难补助咋申请": "guides",
    "入会在哪办": "guides",
    "我是不是会员": "membership",
    "我的会籍在哪": "membership",
    "我认证通过了吗": "membership",
    "查一下我的认证状态": "membership",
    "我的申请办到哪了": "progress",
    "上周交的互助申请批了没": "progress",
    "查一下申请进度": "progress",
    "我申请的补助什么时候到账": "progress",
    "我要反映一个问题：食堂卫生差": "requests",
    "我要投诉老板": "requests",
    "帮我向工会转达一下": "requests",
}
NO_CLAIMS = [
    "怎么入会",
    "工会是干什么的",
    "工会会费交多少",
    "怎么投诉老板",
    "我要投诉去哪里",
    "劳动仲裁申请去哪里",
    "老板拖欠工资怎么办",
    "工伤认定怎么样了算完",
    "会员有什么福利",
    "法律援助热线电话",
    "我想申请仲裁",
]


@pytest.mark.parametrize(("text", "name"), CLAIMS.items())
def test_a_question_goes_to_the_skill_it_is_meant_for(text: str, name: str) -> None:
    assert claimed(text) == name


@pytest.mark.parametrize("text", NO_CLAIMS)
def test_other_questions_are_left_to_the_knowledge(text: str) -> None:
    assert claimed(text) in ("", "guides")


@pytest.fixture
def district(db: None) -> Union:
    root = make_union("示范区总工会", phone="0311-0000000")
    make_union(
        "桥东街道工会",
        root,
        kind=Union.Kind.SUBDISTRICT,
        address="东里路8号",
        phone="0311-1111111",
        opening_hours="周一至周五 9:00—17:00",
        lon=114.50,
        lat=38.00,
    )
    make_union("红旗机械厂工会", root, address="建设大街1号", lon=114.60, lat=38.00)
    return root


def test_a_union_is_found_by_its_name(district: Union) -> None:
    reply = resolved("橋東街道工會電話多少")
    assert reply and "桥东街道工会" in reply.text and "0311-1111111" in reply.text and "9:00" in reply.text
    assert "红旗" not in reply.text
    assert reply.sources[0].url.startswith(f"{settings.PUBLIC_URL}/unions/")


def test_a_union_is_found_by_its_address(district: Union) -> None:
    reply = resolved("建设大街那个工会在哪")
    assert reply and "红旗机械厂工会" in reply.text


def test_the_nearest_union_comes_first_where_the_place_is_known(district: Union) -> None:
    reply = resolved("离我最近的工会在哪", place=(114.61, 38.0))
    assert reply and reply.text.index("红旗机械厂") < reply.text.index("桥东街道") and "距您约" in reply.text


def test_without_a_place_the_place_is_asked_for(district: Union) -> None:
    reply = resolved("附近的工会在哪")
    assert reply and "位置" in reply.text and "/unions/" in reply.text


@pytest.mark.parametrize("text", ["你们工会电话多少", "工会的电话号码"])
def test_the_telephone_of_no_union_in_particular_is_the_federations_and_the_hotline(
    district: Union, text: str
) -> None:
    reply = resolved(text)
    assert reply and "0311-0000000" in reply.text and "12351" in reply.text


@pytest.mark.parametrize("channel", ["portal", "wechat", "community"])
def test_nobody_is_told_of_a_button_that_is_not_there(district: Union, channel: str) -> None:
    reply = resolved("附近的工会在哪", channel=channel)
    assert reply and "＋" not in reply.text
    assert ("用我的位置找最近的工会" in reply.text) == (channel == "portal")


def test_in_a_group_the_union_of_its_grid_is_shown_and_not_the_persons_own(district: Union) -> None:
    subdistrict = Union.objects.get(name="桥东街道工会")
    own = Union.objects.get(name="红旗机械厂工会")
    reply = resolved("我们工会在哪", in_group=True, grid=GridFactory(subdistrict=subdistrict), union=own)
    assert reply and "桥东" in reply.text and "红旗" not in reply.text
    reply = resolved("我们工会在哪", in_group=True, union=own)
    assert reply and "红旗" not in reply.text
    reply = resolved("我们工会在哪", union=own)
    assert reply and "红旗" in reply.text


def _guide(title: str, **fields: Any) -> GuidePage:
    return draft(GuidePage, "guide", **{"title": title, "live": True, **fields})


@pytest.fixture
def _guides(db: None) -> None:
    _guide(
        "医疗互助金申领",
        materials="身份证\n住院发票\n结算单",
        steps="网上预审\n窗口交件",
        time_limit="15 个工作日",
        place="职工服务中心",
        phone="12351",
    )
    _guide("加入工会（入会）", materials="入会申请书", steps="填表")
    _guide("困难职工帮扶", materials="收入证明")


@pytest.mark.usefixtures("_guides")
@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("医疗互助要带什么材料", "1. 身份证"),
        ("住院互助怎么报销，要啥材料", "结算单"),
        ("入会要什么手续", "入会申请书"),
        ("俺想进工会要带啥", "入会申请书"),
        ("家里困难想要补助，怎么申请", "收入证明"),
    ],
)
def test_what_one_needs_comes_from_the_live_guide(text: str, said: str) -> None:
    reply = resolved(text)
    assert reply and reply.skill == "guides" and said in reply.text
    assert reply.sources[0].url.startswith(settings.PUBLIC_URL) and reply.sources[0].url in reply.text


@pytest.mark.usefixtures("_guides")
def test_what_was_asked_for_is_told_first() -> None:
    reply = resolved("医疗互助多久下来，要啥材料")
    assert reply and reply.text.index("多久办好") < reply.text.index("怎么办：")


@pytest.mark.usefixtures("_guides")
@pytest.mark.parametrize("text", ["公积金提取要什么材料", "法律援助怎么申请"])
def test_without_a_guide_the_knowledge_answers(text: str) -> None:
    assert resolved(text) is None


def test_a_withdrawn_or_repealed_guide_is_silent(db: None) -> None:
    _guide("医疗互助金申领", materials="旧材料", live=False)
    _guide("医疗互助金申领办法", materials="旧材料", repealed_on=datetime.date(2020, 1, 1))
    assert resolved("医疗互助要带什么材料") is None


def test_the_bare_title_of_a_guide_opens_it(db: None) -> None:
    _guide("职工法律援助申请", materials="身份证\n证据")
    _guide("困难职工帮扶", materials="收入证明")
    for text in ("法律援助", "职工法律援助申请", "法律援助。"):
        reply = resolved(text)
        assert reply and "【职工法律援助申请】" in reply.text, text


def test_a_title_that_two_guides_hold_or_none_is_left_to_the_knowledge(db: None) -> None:
    _guide("医疗互助金申领", materials="身份证")
    _guide("医疗互助参加", materials="名单")
    assert resolved("医疗互助") is None and resolved("年休假") is None


def test_other_rooms_add_guides_of_their_own(db: None) -> None:
    guides.register_guides(
        "cases", lambda: [guides.Guide("金秋助学申请", "https://e.example/cases/1", materials="录取通知书")]
    )
    reply = resolved("金秋助学要带什么材料")
    assert reply and "录取通知书" in reply.text and reply.sources[0].url == "https://e.example/cases/1"


@pytest.mark.parametrize(
    "text",
    [
        "我是不是会员",
        "我的申请办到哪了",
        "我手机号13800001111，怎么入会",
        "身份证130105199001011234能入会吗",
        "会费交了多少",
        "我交了几个月的会费",
        "我的会员卡号是多少",
        "我得了肺癌，能申请什么救助",
        "我老公查出尿毒症，互助能报多少",
        "我有抑郁症能请假吗",
        "我月薪5220，周末加班8小时加班费多少",
        "我一天工资200块，低不低",
        "我的积分还有多少",
    ],
)
def test_in_a_group_personal_matters_go_on_in_private_by_one_link(text: str) -> None:
    member = Member(name="王测试", certification=Member.Certification.CERTIFIED)
    reply = resolved(text, in_group=True, member=member, certified=True)
    assert reply and reply.text.count("http") == 1 and f"{settings.PUBLIC_URL}/assistant/" in reply.text
    assert not any(secret in reply.text for secret in ("王测试", "1380000", "1990"))


@pytest.mark.parametrize(
    "text",
    [
        "得大病能救助吗",
        "我们有大病救助吗",
        "最低工资一个月2200是吗",
        "试用期工资80%合法吗",
        "老板拖欠我工资三个月怎么办",
        "工会会费交多少",
        "怎么入会",
        "我扫码加入工会要带银行卡吗",
    ],
)
def test_in_a_group_what_concerns_everybody_is_not_sent_away(text: str) -> None:
    understood = understand(text, today=TODAY)
    assert skills.kept_private(understood, Setting(channel="community", in_group=True)) is None


def test_who_asks_for_their_dues_in_private_learns_whom_to_ask(district: Union) -> None:
    reply = resolved("会费交了多少", union=district)
    assert reply and "示范区总工会" in reply.text and "0311-0000000" in reply.text and "查不到" in reply.text


def test_who_is_not_signed_in_is_led_to_sign_in() -> None:
    reply = resolved("我是不是会员")
    assert reply and "登录" in reply.text and reply.text.count("http") == 1


@pytest.mark.parametrize(
    ("state", "said"), [("none", "还没有实名认证"), ("pending", "正在人工核实"), ("rejected", "没有通过")]
)
def test_who_is_not_certified_is_told_their_state_and_no_more(db: None, state: str, said: str) -> None:
    member = MemberFactory(certification=state, union=make_union("红旗机械厂工会"))
    reply = resolved("我是不是会员", member=member)
    assert reply and said in reply.text and "红旗" not in reply.text and reply.text.count("http") == 1


def test_a_certified_member_sees_their_union(db: None) -> None:
    member = MemberFactory(union=make_union("红旗机械厂工会"))
    reply = resolved("我是不是会员", member=member, certified=True)
    assert reply and "红旗机械厂工会" in reply.text and "/me/card/" in reply.text
    assert member.name not in reply.text


def test_where_nothing_can_be_looked_up_the_person_learns_whom_to_ask(district: Union) -> None:
    reply = resolved("我的申请办到哪了", union=district)
    assert reply and "查不到" in reply.text and "12351" in reply.text and "0311-0000000" in reply.text


def test_a_skill_that_can_look_it_up_goes_before() -> None:
    def run(understood: Understood, question: str, setting: Setting) -> Reply:
        return Reply("已受理", Turn.State.ANSWERED)

    skills.register(
        Skill("cases", "查进度", "", lambda understood, question: 0.9, run, private=True, certified=True)
    )
    reply = resolved("我的申请办到哪了", certified=True)
    assert reply and reply.text == "已受理"
    reply = resolved("我的申请办到哪了")
    assert reply and "实名认证" in reply.text


def test_a_refusal_is_said_in_its_own_words() -> None:
    def run(understood: Understood, question: str, setting: Setting) -> Reply:
        raise NotAllowed("您还不能预约。")

    skills.register(Skill("booking", "预约", "", lambda understood, question: 1.0, run))
    reply = resolved("预约窗口")
    assert reply and reply.text == "您还不能预约。"


@pytest.mark.parametrize(("taken", "state"), [("编号 A1", Turn.State.ANSWERED), ("", Turn.State.PASSED_ON)])
def test_a_request_is_kept_by_another_room_or_passed_on(
    taken: str, state: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(requests, "TAKERS", [lambda understood, question, setting: taken])
    reply = resolved("我要反映一个问题：食堂卫生差")
    assert reply and reply.state == state and (taken or requests.TAKEN) in reply.text


def test_the_name_of_a_union_is_taken_out_of_a_question() -> None:
    assert unions.name_in("请问桥东街道工会在哪里啊") == "桥东街道工会"
    assert unions.name_in("离我最近的工会在哪") == ""
