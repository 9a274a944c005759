"""A sandbox for the room's tests, the platform pointed at it, and a corp on both sides."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from eunion.channels.wecom.factories import AES_KEY, make_corp
from eunion.channels.wecom.models import Corp
from eunion.sandbox.tests.box import Box, running
from eunion.sandbox.tests.postbox import Postbox, listening

_numbers = itertools.count(1)
CHATS = [
    {"chat_id": f"chat{n}", "name": f"居民群{n}", "owner": "lisi" if n < 3 else "wangwu"} for n in range(4)
]


@pytest.fixture(scope="session")
def program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Box]:
    yield from running(tmp_path_factory.mktemp("wecom"))


@pytest.fixture
def box(program: Box, settings: Any) -> Box:
    program.reset()
    settings.WECOM_API_URL = program.url
    return program


@pytest.fixture
def postbox() -> Iterator[Postbox]:
    yield from listening()


def seed(box: Box, corp: Corp, **fields: Any) -> None:
    """Tell the far side of a corp."""
    known = {
        "corpid": corp.corpid,
        "agentid": corp.agentid,
        "secret": "corp-secret",
        "token": "corp-token",
        "aes_key": AES_KEY,
        "users": ["zhangsan", "lisi", "wangwu"],
        "robots": [],
        "chats": CHATS,
        **fields,
    }
    requests.post(f"{box.url}/_sandbox/wecom/seed", json={"corps": [known]}, timeout=10).raise_for_status()


@pytest.fixture
def corp(box: Box, db: None) -> Corp:
    made = make_corp(slug="corp", corpid=f"ww-test-{next(_numbers)}")
    seed(box, made)
    return made
