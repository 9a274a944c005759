"""Followers: in step with WeChat, one person by unionid, tagged, counted by the code that brought them."""

from __future__ import annotations

import time
from typing import Any

import pytest
import requests

from eunion.broadcast.factories import make_account, make_follower
from eunion.channels.wechat import api
from eunion.channels.wechat.models import Account, Follower, InboundMessage, SceneVisit, TagRule
from eunion.channels.wechat.services import followers, inbound, scenes, tags
from eunion.registry.factories import MemberFactory
from eunion.registry.models import User
from eunion.sandbox.tests.box import Box


def test_a_sync_reads_everyone_and_keeps_whom_we_know(service: Account) -> None:
    member = MemberFactory()
    make = Follower.objects.create(account=service, openid="o2", member=member)
    assert followers.sync(account_id=service.pk) == 3
    make.refresh_from_db()
    assert make.member == member and make.subscribed
    assert Follower.objects.get(openid="o3").unionid == "u3"


def test_a_sync_that_was_killed_goes_on_where_it_was(service: Account) -> None:
    Account.objects.filter(pk=service.pk).update(sync_cursor="o2")
    assert followers.sync(account_id=service.pk) == 1
    assert list(Follower.objects.values_list("openid", flat=True)) == ["o3"]
    assert not Account.objects.get(pk=service.pk).sync_cursor


def test_whoever_is_known_by_one_account_is_known_by_all(service: Account) -> None:
    member, other = MemberFactory(), make_account(kind=Account.Kind.SUBSCRIPTION)
    make_follower(other, member, unionid="u3")
    followers.sync(account_id=service.pk)
    assert Follower.objects.get(account=service, openid="o3").member == member
    assert Follower.objects.get(account=service, openid="o2").member is None


def test_a_unionid_of_two_members_binds_nobody(service: Account) -> None:
    for kind in (Account.Kind.SUBSCRIPTION, Account.Kind.MINIPROGRAM):
        make_follower(make_account(kind=kind), MemberFactory(), unionid="u3")
    followers.sync(account_id=service.pk)
    assert Follower.objects.get(account=service, openid="o3").member is None


def test_tags_follow_the_registry_both_ways(service: Account) -> None:
    member = MemberFactory(tags=["劳模"])
    followers.sync(account_id=service.pk)
    Follower.objects.filter(openid="o1").update(member=member)
    rule = TagRule.objects.create(account=service, name="劳模", attribute="tag", tag="劳模")
    tags.apply(rule)
    known = {one["name"]: one["count"] for one in api.get(service.pk, "/cgi-bin/tags/get")["tags"]}
    assert known == {"劳模": 1}
    member.tags = []
    member.save()
    rule.refresh_from_db()
    tags.apply(rule)
    assert api.get(service.pk, "/cgi-bin/tags/get")["tags"][0]["count"] == 0


def test_tags_that_are_right_already_cost_no_call(service: Account, box: Box) -> None:
    followers.sync(account_id=service.pk)
    Follower.objects.filter(openid="o1").update(member=MemberFactory())
    rule = TagRule.objects.create(account=service, name="已认证", attribute="certified")
    tags.apply(rule)
    rule.refresh_from_db()
    before = _calls(box, "batchtagging")
    assert before
    tags.apply(rule)
    assert _calls(box, "batchtagging") == before


def _calls(box: Box, word: str) -> int:
    lines = requests.get(f"{box.url}/_sandbox/recording.jsonl", timeout=10).text.splitlines()
    return sum(f"members/{word}" in line for line in lines)


def told(account: Account, kind: str, number: int = 1, **payload: Any) -> InboundMessage:
    return InboundMessage.objects.create(
        account=account,
        dedupe_key=f"{kind}{number}",
        openid="o1",
        kind=kind,
        payload={"CreateTime": str(int(time.time())), **payload},
    )


@pytest.fixture
def scene(service: Account, editor: User) -> Any:
    editor.user_permissions.clear()
    return scenes.create(
        user=editor, account=service, scene="poster-1", label="门口海报", reply="欢迎来到职工之家"
    )


def test_a_code_counts_who_came_by_it(service: Account, scene: Any) -> None:
    first = told(service, "event.subscribe", EventKey="qrscene_poster-1")
    again = told(service, "event.SCAN", 2, EventKey="poster-1")
    for one in (first, again, first):
        inbound.handle_one(inbound_id=one.pk)
    counted = scenes.with_counts(type(scene).objects.all()).get()
    assert (counted.scan_count, counted.person_count, counted.follow_count) == (2, 1, 1)
    assert SceneVisit.objects.filter(followed=True).count() == 1


def test_the_first_code_that_brought_a_person_stays_theirs(
    service: Account, scene: Any, editor: User
) -> None:
    scenes.create(user=editor, account=service, scene="poster-2", label="另一张")
    inbound.handle_one(inbound_id=told(service, "event.subscribe", 1, EventKey="qrscene_poster-1").pk)
    inbound.handle_one(inbound_id=told(service, "event.subscribe", 2, EventKey="qrscene_poster-2").pk)
    assert Follower.objects.get(openid="o1").scene == scene


def test_a_scan_is_answered_with_the_codes_own_words(service: Account, scene: Any, box: Box) -> None:
    requests.post(
        f"{box.url}/_sandbox/act", json={"person": "p1", "appid": "wxtest", "event": "CLICK"}, timeout=5
    )
    inbound.handle_one(inbound_id=told(service, "event.SCAN", EventKey="poster-1").pk)
    assert box.ask("/_sandbox/messages", appid="wxtest", openid="o1")[-1]["text"] == "欢迎来到职工之家"


def test_the_codes_picture_is_drawn_here(scene: Any) -> None:
    assert scenes.picture(scene).startswith(b"<?xml") and scene.url.startswith("http")
