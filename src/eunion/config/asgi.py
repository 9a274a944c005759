"""The ASGI application that granian serves: Django, and beside it the endpoints that can't afford its middleware."""

from __future__ import annotations

import gc
import os
from typing import Any

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "eunion.config.settings")
django_application = get_asgi_application()

from eunion.booking import endpoint as gate  # noqa: E402  needs the apps to be ready
from eunion.channels.wechat import endpoint as wechat  # noqa: E402
from eunion.kernel import warm  # noqa: E402

# What start-up has made stays for good: the collector need not walk over it in the middle of a rush.
gc.collect()
gc.freeze()
warm.begin()


async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Send claims to the gate, WeChat's callbacks to their endpoint and everything else to Django."""
    if scope["type"] == "http" and gate.is_mine(scope["path"]):
        await gate.application(scope, receive, send)
    elif scope["type"] == "http" and wechat.slug_of(scope["path"]):
        await wechat.application(scope, receive, send)
    else:
        await django_application(scope, receive, send)
