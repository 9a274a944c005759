"""Menus: checked in words, published, rolled back, compared with what is live; by tag for some."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from eunion.channels.wechat import api, menu_rules
from eunion.channels.wechat.errors import FarSideRefused, MenuRefused
from eunion.channels.wechat.models import Account, MenuVersion, TagRule
from eunion.channels.wechat.services import followers, menus
from eunion.kernel.errors import Conflict, NotAllowed
from eunion.registry.factories import MemberFactory, UserFactory
from eunion.registry.models import User
from eunion.sandbox.tests.box import Box

HOME = {"name": "首页", "type": "view", "url": "https://union.test/"}
UNDER = {"name": "服务", "sub_button": [{"name": "找工会", "type": "click", "key": "unions"}]}


def published(account: Account, user: User, *buttons: dict[str, Any]) -> MenuVersion:
    return menus.publish(version=menus.draft(account=account, buttons=list(buttons), user=user), user=user)


def test_a_published_menu_is_the_one_that_people_see(service: Account, editor: User) -> None:
    version = published(service, editor, HOME, UNDER)
    assert version.state == MenuVersion.State.LIVE
    assert menu_rules.differences(version.buttons, menus.live_at_wechat(service)) == []


def test_rolling_back_publishes_what_an_earlier_version_said(service: Account, editor: User) -> None:
    first = published(service, editor, HOME)
    second = published(service, editor, UNDER)
    third = menus.roll_back(version=first, user=editor)
    second.refresh_from_db()
    assert (third.number, second.state) == (3, MenuVersion.State.PAST)
    assert menus.live_at_wechat(service) == menu_rules.cleaned([HOME])


def test_a_change_made_elsewhere_shows_as_a_difference(service: Account, editor: User) -> None:
    version = published(service, editor, HOME, UNDER)
    api.post(service.pk, "/cgi-bin/menu/create", {"button": [{**HOME, "name": "改了"}]})
    found = menu_rules.differences(version.buttons, menus.live_at_wechat(service))
    assert [one.place for one in found] == ["1", "2", "2.1"]
    assert "改了" in found[0].after and found[2].after == ""


@pytest.mark.parametrize(
    ("buttons", "words"),
    [
        ([], "空的"),
        ([HOME] * 4, "最多 3 个"),
        ([{**HOME, "name": "职工之家之家"}], "太长"),
        ([{**UNDER, "sub_button": UNDER["sub_button"] * 6}], "最多 5 个"),
        ([{"name": "首页", "type": "view", "url": ""}], "网页地址"),
        ([{"name": "首页", "type": "view", "url": "javascript:alert(1)"}], "https://"),
        ([{"name": "首页"}], "做什么"),
        ([{"name": "", "type": "click", "key": "a"}], "名称"),
        (["text"], "格式"),
    ],
)
def test_what_wechat_would_refuse_is_said_in_words(
    service: Account, editor: User, buttons: list[Any], words: str
) -> None:
    with pytest.raises(MenuRefused, match=words):
        published(service, editor, *buttons)
    assert not MenuVersion.objects.filter(state=MenuVersion.State.LIVE).exists()


def test_what_wechat_refuses_after_all_leaves_the_old_menu_live(
    service: Account, editor: User, box: Box
) -> None:
    first = published(service, editor, HOME)
    with pytest.raises(FarSideRefused):
        menus._send(
            MenuVersion(account=service, buttons=[{"name": "x" * 20, "type": "view", "url": "https://a"}])
        )
    first.refresh_from_db()
    assert first.state == MenuVersion.State.LIVE


def test_two_editors_of_one_draft_do_not_overwrite_each_other(service: Account, editor: User) -> None:
    draft = menus.draft(account=service, buttons=[HOME], user=editor)
    seen = draft.updated_at.isoformat()
    menus.save(version=draft, buttons=[UNDER], user=editor, seen=seen)
    with pytest.raises(Conflict):
        menus.save(version=draft, buttons=[HOME], user=editor, seen=seen)


def test_a_worker_changes_no_menu(service: Account) -> None:
    with pytest.raises(NotAllowed):
        menus.draft(account=service, buttons=[HOME], user=UserFactory())


def test_a_conditional_menu_is_seen_by_its_tag_alone(service: Account, editor: User, box: Box) -> None:
    followers.sync(account_id=service.pk)
    service.followers.filter(openid="o1").update(member=MemberFactory())
    rule = TagRule.objects.create(account=service, name="已认证", attribute="certified")
    published(service, editor, HOME)
    menus.publish(
        version=menus.draft(account=service, buttons=[UNDER], user=editor, tag_rule=rule), user=editor
    )

    def seen_by(openid: str) -> str:
        return str(api.post(service.pk, "/cgi-bin/menu/trymatch", {"user_id": openid})["button"][0]["name"])

    assert (seen_by("o1"), seen_by("o2")) == ("服务", "首页")
    assert menus.live_at_wechat(service) == menu_rules.cleaned([HOME])


def test_menu_texts_reach_wechat_as_chinese_and_not_as_escapes(
    service: Account, editor: User, box: Box
) -> None:
    published(service, editor, HOME)
    recorded = requests.get(f"{box.url}/_sandbox/recording.jsonl", timeout=10).text
    assert "首页" in next(line for line in recorded.splitlines() if "menu/create" in line)
