"""Test data of WeCom."""

from __future__ import annotations

import itertools
from typing import Any

from eunion.channels.wecom.models import Corp, Robot

_numbers = itertools.count(1)
AES_KEY = "b" * 42 + "A"


def make_corp(**fields: Any) -> Corp:
    """Return an active app of a corp."""
    number = next(_numbers)
    return Corp.objects.create(
        **{
            "slug": f"corp{number}",
            "name": "测试企业",
            "corpid": f"ww{number}",
            "agentid": 1000002,
            "secret": "corp-secret",
            "token": "corp-token",
            "aes_key": AES_KEY,
            **fields,
        }
    )


def make_robot(corp: Corp, **fields: Any) -> Robot:
    """Return an active robot in a group."""
    return Robot.objects.create(
        **{"corp": corp, "name": "网格群机器人", "key": f"robot-key-{next(_numbers)}", **fields}
    )
