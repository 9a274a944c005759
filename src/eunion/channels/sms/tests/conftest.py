"""A sandbox for the room's tests, and the platform pointed at it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from eunion.sandbox.tests.box import Box, running
from eunion.sandbox.tests.postbox import Postbox, listening

FAR_ACCOUNT = {
    "secret": "testSecret",
    "app_id": "1400000001",
    "sign_names": ["区总工会"],
    "templates": {},
    "limits": True,
}
TEMPLATES = {
    "a": {"SMS_code": "验证码 ${code}", "SMS_notice": "${title} ${url}", "SMS_promotion": "${title} 退订回T"},
    "b": {"SMS_code": "验证码 {1}", "SMS_notice": "{1} {2}", "SMS_promotion": "{1} 退订回T"},
}


@pytest.fixture(scope="session")
def program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Box]:
    yield from running(tmp_path_factory.mktemp("sms"))


@pytest.fixture
def box(program: Box, settings: Any) -> Box:
    program.reset()
    for shape in ("a", "b"):
        seed(program, shape)
    settings.SMS_A_URL, settings.SMS_B_URL = f"{program.url}/sms/a", f"{program.url}/sms/b"
    return program


@pytest.fixture
def postbox() -> Iterator[Postbox]:
    yield from listening()


def seed(box: Box, shape: str, **fields: Any) -> None:
    """Add the far side's account `testId-<shape>`, as make_sms_account(shape, key_id=…) knows it."""
    account = {
        **FAR_ACCOUNT,
        "shape": shape,
        "key_id": f"testId-{shape}",
        "templates": TEMPLATES[shape],
        **fields,
    }
    requests.post(f"{box.url}/_sandbox/sms", json={"accounts": [account]}, timeout=10).raise_for_status()
