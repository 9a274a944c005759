"""What the tests of this room share."""

from __future__ import annotations

import pytest

from eunion.channels.wechat import endpoint


@pytest.fixture(autouse=True)
def fresh_accounts() -> None:
    endpoint.forget_accounts()
