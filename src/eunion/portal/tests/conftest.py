"""What the tests of this room share: the sandbox as a program, a service account and a mini-program that it knows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from django.http import HttpResponse
from django.test import Client

from eunion.broadcast.factories import make_account
from eunion.channels.wechat.models import Account
from eunion.sandbox.tests.box import SERVICE, Box, running

MINI = {**SERVICE, "appid": "wxmini", "name": "测试小程序", "kind": "miniprogram", "templates": []}
PEOPLE = [
    {
        "id": f"p{n}",
        "name": f"王{n}",
        "nickname": f"小王{n}🌻",
        "openids": {"wxtest": f"o{n}", "wxmini": f"m{n}"},
        "unionid": f"u{n}",
        "phone": f"1990000000{n}",
        "strangers": ["wxtest", "wxmini"],
    }
    for n in (1, 2)
]


@pytest.fixture(scope="session")
def program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Box]:
    yield from running(tmp_path_factory.mktemp("portal"))


@pytest.fixture
def box(program: Box, settings: Any) -> Box:
    """The sandbox with a service account, a mini-program and two people who follow neither yet."""
    program.reset()
    settings.WECHAT_API_URL = settings.WECHAT_OPEN_URL = program.url
    program.seed(accounts=[{**SERVICE, "web_domains": ["testserver"]}, MINI], people=PEOPLE)
    return program


@pytest.fixture
def service(box: Box, db: None) -> Account:
    return make_account(slug="service", appid=SERVICE["appid"], secret=SERVICE["secret"])


@pytest.fixture
def mini(box: Box, db: None) -> Account:
    kind = Account.Kind.MINIPROGRAM
    return make_account(slug="mini", kind=kind, appid=MINI["appid"], secret=MINI["secret"])


def at_wechat(address: str, person: str) -> requests.Response:
    """Open a page of WeChat's as a person."""
    cookies = {"sandbox_as": person}
    return requests.get(address, cookies=cookies, allow_redirects=False, timeout=10)


def come_back(client: Client, answer: requests.Response) -> HttpResponse:
    """Follow WeChat's redirect to our callback."""
    back = urlsplit(answer.headers["location"])
    returned: Any = client.get(back.path, {name: values[0] for name, values in parse_qs(back.query).items()})
    return returned


def sign_in(client: Client, person: str, path: str = "/accounts/weixin/login/?process=login") -> HttpResponse:
    """Sign in by the service account, silently."""
    return come_back(client, at_wechat(client.get(path)["location"], person))


def wx_code(box: Box, person: str) -> str:
    """Return what wx.login would give the mini-program."""
    return str(box.ask("/_sandbox/wx-code", person=person, appid=MINI["appid"])["code"])
