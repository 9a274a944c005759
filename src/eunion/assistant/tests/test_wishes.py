"""转人工 hands over what was asked; what is urgent rings at its owner's; a reply reaches a member on their phone."""

from __future__ import annotations

import datetime
import itertools
import threading
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from eunion.assistant.errors import TakenMeanwhile
from eunion.assistant.factories import asked_turn
from eunion.assistant.models import HandOver, Turn
from eunion.assistant.services import answering, hand_overs, telling
from eunion.assistant.understanding import mood
from eunion.channels.base import Asked, SendError
from eunion.channels.sms.factories import make_sms_account
from eunion.channels.sms.models import SmsMessage, SmsTemplate
from eunion.channels.wecom.factories import make_corp
from eunion.registry.factories import MemberFactory, UserFactory, make_union
from eunion.registry.models import User
from eunion.registry.roles import Role

pytestmark = pytest.mark.django_db
_numbers = itertools.count(1)
WAGES = "单位拖欠工资，应该怎么要回来？"


def say(text: str, **changes: Any) -> Turn:
    fields = {"channel": "wechat", "account_id": 1, "sender": "o1", "group": "", "text": text}
    return answering.take(Asked(**{**fields, "event_id": f"w{next(_numbers)}", **changes}))


def officer(**fields: Any) -> User:
    user: User = UserFactory(role=Role.CASE_OFFICER, scope=make_union("总工会"), **fields)
    return user


def jobs(name: str) -> list[dict[str, Any]]:
    return [job.args for job in ProcrastinateJob.objects.filter(task_name=name).order_by("id")]


@pytest.mark.parametrize("wish", ["转人工", "找人工", "我要人工", "我要找工会的人", "有没有真人"])
def test_a_wish_after_an_answer_hands_over_the_question(known: None, wish: str) -> None:
    officer()
    asked = say(WAGES)
    wished = say(wish)
    asked.refresh_from_db()
    assert asked.state == Turn.State.PASSED_ON and HandOver.objects.get().turn == asked
    assert wished.state == Turn.State.ANSWERED
    assert "单位拖欠工资" in wished.reply and "前回复您" in wished.reply


def test_small_talk_between_is_passed_over_and_wishing_again_changes_nothing(known: None) -> None:
    asked = say(WAGES)
    say("谢谢")
    replies = [say("转人工").reply for _ in range(3)]
    assert HandOver.objects.get().turn == asked
    assert "已经在工会工作人员那里" in replies[1] and replies[1] == replies[2]


def test_a_wish_told_twice_is_one_turn(known: None) -> None:
    say(WAGES)
    first, second = (say("转人工", event_id="same") for _ in range(2))
    assert first == second and HandOver.objects.count() == 1


def test_a_wish_with_nothing_before_it_waits_itself(known: None) -> None:
    wished = say("转人工")
    assert wished.state == Turn.State.PASSED_ON and HandOver.objects.get().turn == wished


def test_a_wish_that_tells_more_is_handed_over_in_its_own_words(known: None) -> None:
    say("怎么入会")
    wished = say("转人工，老板三个月没给我发工资了，我要找律师")
    assert HandOver.objects.get().turn == wished


def test_what_anothers_talk_or_an_hour_ago_asked_is_not_handed_over(known: None) -> None:
    mine = say(WAGES, sender="o2")
    old = say(WAGES)
    Turn.objects.filter(pk=old.pk).update(asked_at=timezone.now() - datetime.timedelta(hours=1))
    wished = say("转人工")
    assert HandOver.objects.get().turn == wished
    mine.refresh_from_db()
    assert mine.state == Turn.State.ANSWERED


def test_the_officer_sees_what_was_said_before_and_what_the_answer_was(
    known: None, client: Client, second_factor: None
) -> None:
    head = officer()
    say("加班费怎么算？")
    asked = say(WAGES)
    say("转人工")
    client.force_login(head)
    page = client.get(f"/admin/questions/{asked.pk}/").content.decode()
    assert "加班费怎么算" in page and "这是关于“单位拖欠工资" in page


COLLECTIVE = [
    "我们三十多号人半年没发工资了",
    "俺们工地二十几个工人的工钱到现在没给",
    "我们整个车间两个月没发钱了",
    "包工头跑了，我们 40 个人的工资没着落",
]
NOT_COLLECTIVE = [
    "我三个月没发工资了",
    "十几个工友一起被欠薪，能合着告吗？",
    "我们单位有三十个人，能建工会吗",
    "我们公司 50 多个员工，社保没交",
]


@pytest.mark.parametrize("text", COLLECTIVE)
def test_many_people_unpaid_are_heard(text: str) -> None:
    assert mood.is_collective(text)


@pytest.mark.parametrize("text", NOT_COLLECTIVE)
def test_one_person_or_another_matter_is_no_collective_arrears(text: str) -> None:
    assert not mood.is_collective(text)


@pytest.mark.parametrize("text", [COLLECTIVE[0], "我不想活了", "我要砍死工头"])
def test_what_is_urgent_calls_its_owner_at_once_and_once(known: None, text: str) -> None:
    head = officer()
    turn = say(text, event_id="u1")
    say(text, event_id="u1")
    assert turn.urgent and turn.state == Turn.State.PASSED_ON
    assert jobs("assistant.tell_owner") == [{"hand_over_id": turn.hand_over.pk, "owner_id": head.pk}]


def test_many_people_unpaid_get_the_answer_as_well(known: None) -> None:
    turn = say("老板拖欠工资怎么办，我们三十多号人半年没发工资了")
    assert "尽快联系您" in turn.reply


def test_what_is_not_urgent_calls_nobody(known: None) -> None:
    officer()
    say("西门子变频器报警代码 F0003 是什么意思")
    assert HandOver.objects.exists() and not jobs("assistant.tell_owner")


@pytest.fixture
def urgent(db: None) -> HandOver:
    officer(username="liu", phone="13800001111")
    return hand_overs.open_hand_over(asked_turn("不想活了", urgent=True), at=timezone.now())


def told(one: HandOver) -> bool:
    return telling.tell_owner(hand_over_id=one.pk, owner_id=one.owner_id or 0)


def test_the_owner_is_told_by_wecom_with_a_link_and_nothing_of_the_asker(
    urgent: HandOver, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_corp()
    sent: list[dict[str, Any]] = []
    monkeypatch.setattr(telling.wecom, "send_to_staff", lambda **message: sent.append(message) or [])
    assert told(urgent)
    assert sent[0]["userids"] == ["liu"] and f"/admin/questions/{urgent.turn_id}/" in sent[0]["url"]
    assert "不想活" not in str(sent) and not SmsMessage.objects.exists()


@pytest.mark.parametrize("refusal", [["liu"], SendError("81013", "no such user", permanent=True)])
def test_where_wecom_does_not_know_them_a_text_message_goes_once(
    urgent: HandOver, monkeypatch: pytest.MonkeyPatch, refusal: Any
) -> None:
    def send_to_staff(**_: object) -> list[str]:
        if isinstance(refusal, SendError):
            raise refusal
        return list(refusal)

    make_corp()
    SmsTemplate.objects.create(account=make_sms_account(), kind="urgent", code="U", parameters=["due"])
    monkeypatch.setattr(telling.wecom, "send_to_staff", send_to_staff)
    assert told(urgent) and told(urgent)
    assert SmsMessage.objects.get().phone == "13800001111"


def test_where_nothing_is_at_hand_nobody_is_told_and_nothing_fails(urgent: HandOver) -> None:
    assert not told(urgent)


def test_what_was_answered_or_given_away_rings_no_more(urgent: HandOver) -> None:
    make_corp()
    HandOver.objects.update(answered_at=timezone.now())
    assert not told(urgent)
    HandOver.objects.update(answered_at=None, owner=officer())
    assert not told(urgent)


def test_urgent_questions_are_counted_on_the_first_page(
    urgent: HandOver, client: Client, second_factor: None
) -> None:
    client.force_login(User.objects.get(username="liu"))
    assert "紧急 1" in client.get("/admin/").content.decode()


def test_a_reply_to_a_member_on_the_portal_goes_to_their_wechat_once() -> None:
    head = officer()
    member = MemberFactory(user=UserFactory())
    turn = asked_turn("我叫王小明，停车场几点关门", member=member)
    hand_overs.reply_by_person(turn=turn, text="晚上十点。", user=head, keep=False)
    with pytest.raises(Exception, match="回复过"):
        hand_overs.reply_by_person(turn=turn, text="再说一次", user=head, keep=False)
    (message,) = jobs("wechat.send_kind")
    assert message["member_id"] == member.pk and message["kind"] == "reply"
    assert set(message["values"]) == {"title", "note", "at"}
    assert "停车场" in message["values"]["title"] and "王小明" not in str(message)
    assert message["url"].endswith("/signin/?next=/assistant/")


@pytest.mark.parametrize(("channel", "is_known"), [("portal", False), ("wechat", True)])
def test_nobody_else_gets_a_message_besides_the_reply(sent: list[Any], channel: str, is_known: bool) -> None:
    member = MemberFactory(user=UserFactory()) if is_known else None
    turn = asked_turn(channel=channel, member=member)
    hand_overs.reply_by_person(turn=turn, text="晚上十点。", user=officer(), keep=False)
    assert not jobs("wechat.send_kind")


def test_who_comes_later_is_told_who_has_it() -> None:
    union = make_union("总工会")
    first, second = (UserFactory(role=Role.CASE_OFFICER, scope=union) for _ in range(2))
    opened = hand_overs.open_hand_over(asked_turn(), at=timezone.now())
    HandOver.objects.update(owner=None)
    seen = [HandOver.objects.select_related("turn").get(pk=opened.pk) for _ in range(2)]
    hand_overs.assign(hand_over=seen[0], to=first, user=first)
    with pytest.raises(TakenMeanwhile, match=str(first)):
        hand_overs.assign(hand_over=seen[1], to=second, user=second)
    hand_overs.assign(hand_over=seen[0], to=first, user=first)
    assert HandOver.objects.get().owner == first


@pytest.mark.django_db(transaction=True)
def test_of_many_officers_at_the_same_instant_one_has_it_and_the_others_are_told_who() -> None:
    people = [UserFactory(is_superuser=True) for _ in range(6)]
    opened = hand_overs.open_hand_over(asked_turn(), at=timezone.now())
    HandOver.objects.update(owner=None)
    together, heard = threading.Barrier(len(people)), {}

    def take(user: User) -> None:
        seen = HandOver.objects.select_related("turn").get(pk=opened.pk)
        together.wait()
        try:
            hand_overs.assign(hand_over=seen, to=user, user=user)
            heard[user] = ""
        except TakenMeanwhile as error:
            heard[user] = error.message
        finally:
            connection.close()

    threads = [threading.Thread(target=take, args=[user]) for user in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    owner = HandOver.objects.get().owner
    assert [user for user in people if not heard[user]] == [owner]
    assert all(str(owner) in said for user, said in heard.items() if user != owner)


def test_in_a_group_what_was_asked_is_not_said_aloud_again(known: None) -> None:
    officer()
    place = {"channel": "community", "group": "g1"}
    say("我叫王芳住在杏林街5号，单位拖欠工资，应该怎么要回来？", **place)
    wished = say("转人工", **place)
    assert HandOver.objects.count() == 1
    assert "王芳" not in wished.reply and "工资" not in wished.reply and "那个问题" in wished.reply
