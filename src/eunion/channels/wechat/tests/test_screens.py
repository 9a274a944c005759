"""The accounts' screens as staff use them: names within scope, a double tap, WeChat away."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import TOTP
from django.test import Client

from eunion.broadcast.factories import make_follower
from eunion.channels.wechat.models import Account, SceneCode
from eunion.registry.factories import MemberFactory, UserFactory, make_union
from eunion.registry.roles import Role


def staff(client: Client, role: Role, **fields: Any) -> Client:
    """Sign a staff member in who has a second factor."""
    user = UserFactory(role=role, **fields)
    TOTP.activate(user, "GEZDGNBVGY3TQOJQ")
    client.force_login(user)
    return client


def test_names_of_followers_are_for_those_whose_members_they_are(client: Client, service: Account) -> None:
    union = make_union("纺织厂工会")
    make_follower(service, MemberFactory(name="王小明", union=union))
    make_follower(service, MemberFactory(name="李大山", union=make_union("机械厂工会")))
    address = f"/admin/wechat/{service.slug}/followers/"
    seen = staff(client, Role.ADMINISTRATOR, scope=make_union("区总工会")).get(address).content.decode()
    assert "粉丝" in seen
    seen = staff(client, Role.EDITOR).get(address).content.decode()
    assert "王小明" not in seen and "王*" in seen and "李大山" not in seen


def test_two_taps_make_one_code(client: Client, service: Account) -> None:
    staff(client, Role.EDITOR)
    address = f"/admin/wechat/{service.slug}/scenes/"
    page = client.get(address).content.decode()
    once = page.split('name="once" value="')[1].split('"')[0]
    for _ in range(2):
        answer = client.post(address, {"once": once, "label": "东门海报", "kind": "poster"})
        assert answer.status_code == 302
    assert SceneCode.objects.count() == 1


@pytest.mark.parametrize("path", ["menu/", "followers/", "scenes/", "messages/"])
def test_with_wechat_away_every_screen_opens_and_says_what_is_wrong(
    client: Client, service: Account, settings: Any, path: str
) -> None:
    settings.WECHAT_API_URL = "http://127.0.0.1:9"
    staff(client, Role.EDITOR)
    address = f"/admin/wechat/{service.slug}/{path}"
    assert client.get(address).status_code == 200
    if path == "scenes/":
        page = client.post(address, {"label": "东门海报", "kind": "poster"}).content.decode()
        assert "连不上微信" in page and "Connection" not in page and "东门海报" in page
        assert not SceneCode.objects.exists()
