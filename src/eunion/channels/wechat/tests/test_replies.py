"""Auto-replies: on follow, by keyword, by click; otherwise 雲博士. Messages by kind: consent, refusal, fit."""

from __future__ import annotations

import time
from typing import Any

import pytest
import requests
from django.utils import timezone

from eunion.broadcast.factories import make_account, make_follower
from eunion.channels import base
from eunion.channels.base import Asked
from eunion.channels.wechat import kinds
from eunion.channels.wechat.errors import KindNotMapped
from eunion.channels.wechat.models import (
    Account,
    AutoReply,
    Consent,
    Follower,
    InboundMessage,
    MessageTemplate,
)
from eunion.channels.wechat.services import inbound, messages, replies
from eunion.registry.factories import MemberFactory
from eunion.registry.models import User
from eunion.sandbox.tests.box import SERVICE, Box


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Asked]:
    heard: list[Asked] = []
    monkeypatch.setattr(base, "TEXT_HANDLERS", [heard.append])
    return heard


@pytest.fixture
def talking(service: Account, box: Box) -> Account:
    """An account whose follower o1 has just done something, so that the 48 hours are open."""
    requests.post(
        f"{box.url}/_sandbox/act", json={"person": "p1", "appid": "wxtest", "event": "CLICK"}, timeout=5
    )
    return service


def hear(account: Account, kind: str, **payload: Any) -> None:
    told = InboundMessage.objects.create(
        account=account,
        dedupe_key=f"{kind}{time.monotonic_ns()}",
        openid="o1",
        kind=kind,
        payload={"CreateTime": str(int(time.time())), **payload},
    )
    inbound.handle_one(inbound_id=told.pk)


def said(box: Box) -> list[Any]:
    found = box.ask("/_sandbox/messages", appid="wxtest", openid="o1")
    return [one for one in found if one["kind"] == "custom"]


def test_a_new_follower_is_welcomed(talking: Account, box: Box, asked: list[Asked]) -> None:
    AutoReply.objects.create(account=talking, trigger="follow", text="欢迎回家")
    hear(talking, "event.subscribe")
    assert said(box)[-1]["text"] == "欢迎回家"


def test_a_keyword_answers_and_the_doctor_stays_silent(
    talking: Account, box: Box, asked: list[Asked]
) -> None:
    AutoReply.objects.create(
        account=talking,
        trigger="keyword",
        word="会员卡",
        match="part",
        title="会员卡",
        url="https://u.test/me/card/",
        text="点开出示",
    )
    hear(talking, "text", Content="我的会员卡在哪")
    assert said(box)[-1]["type"] == "news" and not asked


def test_the_whole_sentence_beats_a_part_and_the_longer_part_the_shorter(service: Account) -> None:
    for word, match in (("工资", "part"), ("工资拖欠", "part"), ("工资", "whole")):
        AutoReply.objects.create(
            account=service, trigger="keyword", word=word, match=match, text=f"{word}{match}"
        )

    def found(text: str) -> str:
        reply = replies.find(account_id=service.pk, trigger="keyword", word=text)
        return reply.text if reply else ""

    assert found("工资") == "工资whole"
    assert found("工资拖欠怎么办") == "工资拖欠part"
    assert found("你好") == ""


def test_a_menu_click_is_answered_by_its_key(talking: Account, box: Box, asked: list[Asked]) -> None:
    AutoReply.objects.create(account=talking, trigger="click", word="CONTACT", text="12351")
    hear(talking, "event.CLICK", EventKey="CONTACT")
    assert said(box)[-1]["text"] == "12351"


def test_what_no_reply_knows_goes_to_the_doctor(talking: Account, asked: list[Asked]) -> None:
    hear(talking, "text", Content="怎么入会")
    assert [one.text for one in asked] == ["怎么入会"]


@pytest.mark.parametrize(
    "kind", ["image", "voice", "location", "link", "event.VIEW", "event.view_miniprogram"]
)
def test_every_other_kind_is_noted_and_answered_with_nothing(
    talking: Account, asked: list[Asked], box: Box, kind: str
) -> None:
    hear(talking, kind)
    assert not asked and not said(box)
    assert InboundMessage.objects.filter(kind=kind, handled_at__isnull=False).exists()


def test_a_person_whose_window_closed_is_no_reason_to_try_again(service: Account) -> None:
    AutoReply.objects.create(account=service, trigger="click", word="K", text="…")
    hear(service, "event.CLICK", EventKey="K")
    assert not InboundMessage.objects.filter(handled_at=None).exists()


def mapped(account: Account, way: str = "template", **fields: str) -> MessageTemplate:
    chosen = fields or {"thing1": "title", "phrase2": "state", "time3": "at"}
    return MessageTemplate.objects.create(
        account=account, kind="case_progress", way=way, template_id="T1", fields=chosen
    )


VALUES = {
    "title": "困难帮扶申请（新石街道第三社区）二〇二六年度",
    "state": "请补充材料",
    "at": "2026-11-24 09:30",
}


def test_a_message_is_filled_fitted_and_sent_once(service: Account, box: Box) -> None:
    member = MemberFactory()
    Follower.objects.create(account=service, openid="o1", member=member)
    mapped(service)
    for _ in range(2):
        assert messages.send_to_member(
            member=member, kind="case_progress", values=VALUES, url="", key="case:1"
        )
    found = [
        one for one in box.ask("/_sandbox/messages", appid="wxtest", openid="o1") if one["kind"] == "template"
    ]
    assert len(found) == 1
    assert (
        len(found[0]["data"]["thing1"]["value"]) == 20
        and found[0]["data"]["phrase2"]["value"] == "请补充材料"
    )


def test_who_has_left_is_written_down_and_not_tried_again(service: Account, box: Box) -> None:
    box.faults(refuse=["o1"])
    follower = Follower.objects.create(account=service, openid="o1", member=MemberFactory())
    template = mapped(service)
    assert not messages.send(template=template, follower=follower, values=VALUES, url="", key="k")
    follower.refresh_from_db()
    assert not follower.subscribed


def test_a_mini_program_message_uses_up_one_consent(box: Box, db: None) -> None:
    mini = {**SERVICE, "appid": "wxmini", "kind": "miniprogram"}
    box.seed(accounts=[mini], people=[{"id": "p9", "name": "李", "openids": {"wxmini": "m9"}}])
    account = make_account(kind=Account.Kind.MINIPROGRAM, appid="wxmini", secret=SERVICE["secret"])
    follower = make_follower(account, MemberFactory(), subscribed=False)
    Follower.objects.filter(pk=follower.pk).update(openid="m9")
    follower.refresh_from_db()
    template = mapped(account, way="mini")
    assert not messages.send(template=template, follower=follower, values=VALUES, url="p", key="k")
    messages.keep_consents(follower=follower, results={"T1": "accept"})
    consent = {"person": "p9", "appid": "wxmini", "template_id": "T1", "answer": "accept"}
    requests.post(f"{box.url}/_sandbox/consent", json=consent, timeout=5)
    assert messages.send(template=template, follower=follower, values=VALUES, url="p", key="k")
    assert Consent.objects.get().left == 0
    # What we believe and what WeChat believes may part: 43101 sets us right.
    Consent.objects.update(left=5)
    assert not messages.send(template=template, follower=follower, values=VALUES, url="p", key="k")
    assert Consent.objects.get().left == 0


def test_quota_and_busy_are_for_the_job_to_try_again(service: Account, box: Box) -> None:
    follower = Follower.objects.create(account=service, openid="o1", member=MemberFactory())
    template = mapped(service)
    box.faults(busy_rate=1.0)
    with pytest.raises(base.SendError) as caught:
        messages.send(template=template, follower=follower, values=VALUES, url="", key="k")
    assert not caught.value.permanent


def test_a_mapping_is_checked_in_words(service: Account, editor: User) -> None:
    kind = kinds.KINDS["case_progress"]
    for fields, words in (({}, "至少"), ({"Thing": "title"}, "字段名")):
        with pytest.raises(KindNotMapped, match=words):
            messages.map_kind(
                account=service, kind=kind, way="template", template_id="T1", fields=fields, user=editor
            )


def test_a_test_send_reaches_one_follower_with_samples(service: Account, editor: User, box: Box) -> None:
    Follower.objects.create(account=service, openid="o1")
    messages.send_test(template=mapped(service), openid="o1", user=editor, key="t1")
    assert (
        box.ask("/_sandbox/messages", appid="wxtest", openid="o1")[-1]["data"]["thing1"]["value"]
        == "困难帮扶申请"
    )


def test_a_slice_that_was_cut_short_says_no_auto_reply_twice_and_loses_nobody(
    talking: Account, box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    AutoReply.objects.create(account=talking, trigger="keyword", word="地址", text="朝阳路 1 号")
    heard: list[str] = []

    def killed_at_the_second(asked: Asked) -> None:
        heard.append(asked.text)
        if len(heard) == 2:
            raise SystemExit

    monkeypatch.setattr(base, "TEXT_HANDLERS", [killed_at_the_second])
    numbers = [
        InboundMessage.objects.create(
            account=talking,
            dedupe_key=f"cut{text}",
            openid="o1",
            kind="text",
            payload={"Content": text, "CreateTime": str(int(time.time()))},
        ).pk
        for text in ("地址", "第一问", "第二问", "第三问")
    ]
    with pytest.raises(SystemExit):
        inbound.handle(inbound_ids=numbers)
    inbound.handle(inbound_ids=numbers)
    # What 雲博士 is asked again it knows by its number; the order stays.
    assert heard == ["第一问", "第二问", "第一问", "第二问", "第三问"]
    assert [one["text"] for one in said(box)] == ["朝阳路 1 号"]
    assert not InboundMessage.objects.filter(pk__in=numbers, handled_at=None).exists()


def test_a_slice_reads_its_messages_and_notes_them_together(
    talking: Account, asked: list[Asked], django_assert_max_num_queries: Any
) -> None:
    follower = make_follower(talking, last_active_at=timezone.now())
    numbers = [
        InboundMessage.objects.create(
            account=talking,
            dedupe_key=f"many{number}",
            openid=follower.openid,
            kind="text",
            payload={"Content": "年假几天", "CreateTime": str(int(time.time()) + 5)},
        ).pk
        for number in range(5)
    ]
    # One to read, one to note, and for each the follower's mark and the auto-replies.
    with django_assert_max_num_queries(2 + 5 * 2):
        inbound.handle(inbound_ids=numbers)
    assert len(asked) == 5
