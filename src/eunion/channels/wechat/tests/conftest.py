"""What the tests of this room share: the sandbox as a program, and an account that it knows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from eunion.broadcast.factories import make_account
from eunion.channels.wechat import endpoint
from eunion.channels.wechat.models import Account
from eunion.registry.factories import UserFactory
from eunion.registry.models import User
from eunion.registry.roles import Role
from eunion.sandbox.tests.box import SERVICE, Box, running


@pytest.fixture(autouse=True)
def fresh_accounts() -> None:
    endpoint.forget_accounts()


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Box]:
    yield from running(tmp_path_factory.mktemp("box"))


@pytest.fixture
def box(program: Box, settings: Any) -> Box:
    """The sandbox with one service account and three followers, one of them on a virtual phone."""
    program.reset()
    settings.WECHAT_API_URL = program.url
    program.seed(
        accounts=[SERVICE],
        people=[
            {"id": "p1", "name": "王一", "openids": {"wxtest": "o1"}, "unionid": "u1", "phone": "19900000001"}
        ],
        followers=[{"appid": "wxtest", "openid": "o2"}, {"appid": "wxtest", "openid": "o3", "unionid": "u3"}],
    )
    return program


@pytest.fixture
def service(box: Box, db: None) -> Account:
    return make_account(slug="service", appid=SERVICE["appid"], secret=SERVICE["secret"])


@pytest.fixture
def editor(db: None) -> User:
    return UserFactory(role=Role.EDITOR)
