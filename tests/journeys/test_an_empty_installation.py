"""The same way on an installation that begins empty, with a roster and a map that nobody has seen before."""

from __future__ import annotations

import json
import random
import secrets
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests
from playwright.sync_api import Page

from eunion.registry.codes import uscc_check_digit
from tests.journeys import walks
from tests.journeys.conftest import DESK, PHONE, Installation, sign_in, start
from tests.journeys.test_notice_to_everyone import people, spoil

SIDE = 6
APPID, TEMPLATE = "wxfresh", "fresh-template"
STAFF = {
    "boss": "administrator",
    "writer": "editor",
    "first": "reviewer_1",
    "second": "reviewer_2",
    "third": "reviewer_3",
}
SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"

# What an operator enters on the first day: people with their second factor, a union, an account, the gateway.
SETUP = """
import json, sys
from allauth.mfa.totp.internal.auth import TOTP
from django.contrib.auth.models import Group
from eunion.assistant.services import knowledge
from eunion.channels.community.models import Gateway
from eunion.channels.wechat.models import Account
from eunion.registry.models import StaffScope, Union, User
told = json.loads({told!r})
root = Union.add_root(name=told["federation"], kind="federation", lon=114.5, lat=38.0)
Union.objects.get(pk=root.pk).add_child(name=told["union"], kind="grassroots", uscc=told["uscc"], lon=114.52, lat=38.02)
for name, role in told["staff"].items():
    user = User.objects.create_user(name, password=told["password"])
    user.groups.add(Group.objects.get(name=role))
    StaffScope.objects.create(user=user, union=root)
    TOTP.activate(user, told["totp"])
Account.objects.create(slug="service", name="新服务号", kind="service", appid=told["appid"], secret="s", token="t",
    aes_key="a" * 42 + "A", notice_template_id=told["template"])
Gateway.objects.create(name="云社区", base_url=told["sandbox"], app_key="k", secret="gs")
entry, _ = knowledge.write(user=None, question="怎么加入工会", answer="向单位工会提出申请。", source=told["federation"])
for name in ("first", "second"):
    knowledge.approve(entry=entry, user=User.objects.get(username=name))
"""
# Who follows, and which group belongs to which grid, comes from WeChat and the community platform.
BIND = """
import json
from eunion.channels.wechat.models import Account, Follower
from eunion.registry.models import Grid, Member, ResidentsGroup
account = Account.objects.get()
members = list(Member.objects.order_by("id"))
Follower.objects.bulk_create([Follower(account=account, openid=f"o{n:05d}", member=m) for n, m in enumerate(members)])
for grid in Grid.objects.all():
    ResidentsGroup.objects.create(grid=grid, external_id=f"group-{grid.code}", name=f"{grid.name}居民群")
print(len(members))
"""


def uscc(seed: int) -> str:
    """Return a checked made-up code."""
    first = f"91990101MA{seed % 10_000_000:07d}"
    return first + uscc_check_digit(first)


def fresh_map(rng: random.Random, prefix: str) -> bytes:
    """Return GeoJSON of a district cut by bent streets into SIDE × SIDE grids."""
    nodes = {
        (x, y): (
            114.48 + x * 0.012 + rng.uniform(-0.003, 0.003),
            37.98 + y * 0.01 + rng.uniform(-0.003, 0.003),
        )
        for x in range(SIDE + 1)
        for y in range(SIDE + 1)
    }
    features = [
        {
            "type": "Feature",
            "properties": {"code": f"{prefix}{x}{y}", "name": f"{prefix}第{x * SIDE + y}网格"},
            "geometry": {
                "type": "Polygon",
                "coordinates": [
                    [nodes[x, y], nodes[x + 1, y], nodes[x + 1, y + 1], nodes[x, y + 1], nodes[x, y]]
                ],
            },
        }
        for x in range(SIDE)
        for y in range(SIDE)
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    folder = tmp_path_factory.mktemp("empty")
    folder.chmod(0o755)
    yield from start(folder / "var", "--no-demo")


def seed(installation: Installation, **body: Any) -> None:
    requests.post(f"{installation.sandbox}/_sandbox/seed", json=body, timeout=30).raise_for_status()


def test_a_fresh_district_is_told_and_asks(
    empty: Installation, open_page: Callable[..., Page], shot: Callable[[Page, str], None]
) -> None:
    rng = random.Random(number := secrets.randbits(32))
    print("seed", number)
    password, union = secrets.token_urlsafe(12), f"新厂{rng.randrange(10**6)}工会委员会"
    told = {
        "federation": f"新区{rng.randrange(100)}总工会",
        "union": union,
        "uscc": uscc(number),
        "staff": STAFF,
    }
    told |= {
        "password": password,
        "totp": SECRET,
        "appid": APPID,
        "template": TEMPLATE,
        "sandbox": empty.sandbox,
    }
    empty.manage("shell", "-v", "0", "-c", SETUP.replace("{told!r}", repr(json.dumps(told))))
    account = {"appid": APPID, "secret": "s", "name": "新服务号", "kind": "service", "token": "t"}
    account |= {"aes_key": "a" * 42 + "A", "callback_url": f"{empty.web}/wechat/service/callback"}
    account["templates"] = [{"template_id": TEMPLATE, "title": "通知", "content": "内容：{{thing1.DATA}}"}]
    seed(
        empty,
        accounts=[account],
        community={"app_key": "k", "secret": "gs", "callback_url": f"{empty.web}/community/callback"},
    )
    seed(
        empty,
        staff=[
            {"username": name, "name": name, "role": role, "totp_secret": SECRET}
            for name, role in STAFF.items()
        ],
    )

    desk = open_page(DESK)
    sign_in(desk, empty, "boss", password)
    desk.goto(f"{empty.web}/admin/grids-import/")
    desk.set_input_files(
        "#file", {"name": "map.geojson", "mimeType": "application/json", "buffer": fresh_map(rng, "N")}
    )
    desk.get_by_role("button", name="导入", exact=True).click()
    desk.get_by_text(f"已导入 {SIDE * SIDE} 个网格").wait_for()

    rows = people(1000, union, "N00", seed=number % 1000)
    for row in rows:
        row[5] = f"N{rng.randrange(SIDE)}{rng.randrange(SIDE)}"
    spoil(rows)
    counts = walks.import_roster(desk, empty, walks.roster_file(rows), "fresh.xlsx", lambda *_: None)
    assert counts == {"add": 970, "change": 0, "same": 0, "reject": 30}

    assert empty.manage("shell", "-v", "0", "-c", BIND).strip().splitlines()[-1] == "970"
    groups = [
        {"id": f"group-N{x}{y}", "name": "居民群", "grid": f"N{x}{y}", "member_count": 9}
        for x in range(SIDE)
        for y in range(SIDE)
    ]
    seed(empty, followers=[{"appid": APPID, "openid": f"o{n:05d}"} for n in range(970)], groups=groups)
    seed(
        empty,
        people=[
            {
                "id": "p1",
                "name": "新人",
                "openids": {APPID: "o00000"},
                "groups": ["group-N00"],
                "label": "职工",
            }
        ],
    )

    title = f"新区通知{rng.randrange(10**6)}"
    writer = open_page(DESK)
    sign_in(writer, empty, "writer", password)
    address = walks.write_notice(writer, empty, title, "请大家知悉。", lambda *_: None)
    for name in ("first", "second", "third"):
        walks.review(open_page(DESK), empty, name, address, password)
    walks.wait_until_sent(desk, empty, title, lambda *_: None)
    stats = empty.ask("/_sandbox/stats")
    assert stats["template"] == {"accepted": 970, "recipients": 970, "doubled": 0}
    assert stats["community"] == {"accepted": SIDE * SIDE, "groups": SIDE * SIDE, "doubled": 0}
    phone = open_page(PHONE)
    walks.read_on_the_phone(phone, empty, "p1", title, lambda *_: None)
    assert "向单位工会提出申请" in walks.ask_in_the_group(phone, empty, "p1", "怎么加入工会", lambda *_: None)
