"""實時: a session during its rush, told to any number of viewers by server-sent events.

All viewers of a session in a process share one reading a second. The view itself is plain, since the console's own
guard is; only the stream is asynchronous. A viewer is asked for once a minute: signed in, still allowed, in scope.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import time
import weakref
from collections import deque
from collections.abc import AsyncIterator
from typing import Any

from asgiref.sync import sync_to_async
from django.contrib.auth.models import AnonymousUser
from django.db import close_old_connections, connection
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from eunion.booking import selectors
from eunion.booking.backoffice.reach import may_view, session_of
from eunion.booking.models import Session
from eunion.registry.models import User
from eunion.registry.scope import scope_of, signed_in

PACE_S = 1.0
ASK_AGAIN_S = 60.0
KEPT = 120
GIVEN = ("held", "confirmed", "waiting", "entered", "redeemed", "no_show")
SHORT = {
    "sold_out": "抢完了",
    "early": "没到时间",
    "closed": "已截止",
    "limit_event": "本活动次数用完",
    "limit_day": "今天次数用完",
    "limit_season": "本季次数用完",
    "again": "请重试",
    "busy": "系统忙",
    "slower": "点得太快",
    "challenge": "先做验证",
    "expired": "页面过期",
    "invalid": "凭证无效",
    "other_device": "换了手机",
}


class Feed:
    """What one process knows of one session's rush; `past` has a pair (epoch second, answers so far) a reading."""

    def __init__(self, session_id: int) -> None:
        self.session_id = session_id
        self.lock = asyncio.Lock()
        self.read_at = float("-inf")
        self.latest: dict[str, Any] = {}
        self.past: deque[tuple[float, int]] = deque(maxlen=KEPT)

    async def look(self) -> dict[str, Any]:
        """Return the figures, read anew when they are older than PACE_S."""
        async with self.lock:
            if time.monotonic() - self.read_at >= PACE_S * 0.9:
                self.latest = await sync_to_async(_read, thread_sensitive=False)(self.session_id)
                self.read_at = time.monotonic()
                self.past.append((time.time(), sum(self.latest["told"].values())))
        return self.latest

    def pace(self) -> list[int]:
        """Return answers per second, oldest first."""
        pairs = list(self.past)
        return [
            round((after - before) / max(late - early, 0.5))
            for (early, before), (late, after) in itertools.pairwise(pairs)
        ]


_feeds: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, weakref.WeakValueDictionary[int, Feed]] = (
    weakref.WeakKeyDictionary()
)


def feed_of(session_id: int) -> Feed:
    """Return the running loop's feed of a session; it is gone with its last viewer."""
    feeds = _feeds.setdefault(asyncio.get_running_loop(), weakref.WeakValueDictionary())
    found = feeds.get(session_id)
    if found is None:
        found = feeds[session_id] = Feed(session_id)
    return found


def _read(session_id: int) -> dict[str, Any]:
    """Read the figures on a thread of its own, and give the connection back."""
    try:
        return selectors.board(session_id)
    finally:
        connection.close()


def may_watch(user_id: int, session_key: str, session_id: int, store: Any) -> bool:
    """Say whether a viewer is still signed in, allowed and in scope."""
    user = User.objects.filter(pk=user_id, is_active=True).first() or AnonymousUser()
    seen = Session.objects.visible_to(scope_of(user)).filter(pk=session_id).exists()
    return bool(seen and user.has_perm("booking.view_offering") and store.exists(session_key))


@require_GET
@may_view
def board(request: HttpRequest, public_id: str) -> HttpResponse:
    """GET /admin/offerings/sessions/<id>/board/: the figures now; a script keeps them fresh."""
    session = session_of(request, public_id)
    context = {"session": session, "offering": session.offering, "now": said(selectors.board(session.pk), [])}
    return render(request, "booking/admin/board.html", context)


@require_GET
@may_view
def stream(request: HttpRequest, public_id: str) -> StreamingHttpResponse:
    """GET …/board/stream/: an event a second until the end of the rush, `end` then, `gone` when not allowed any more."""
    session = session_of(request, public_id)
    told = events(signed_in(request).pk, request.session.session_key or "", session.pk, request.session)
    response = StreamingHttpResponse(told, content_type="text/event-stream")
    response["Cache-Control"] = "no-store"
    # Compression would hold events back, and so would a proxy that buffers.
    response["Content-Encoding"] = "identity"
    response["X-Accel-Buffering"] = "no"
    return response


async def events(user_id: int, session_key: str, session_id: int, store: Any) -> AsyncIterator[str]:
    """Yield the events of one viewer."""
    # The request's own connection goes back to the pool: a viewer may stay for hours.
    await sync_to_async(close_old_connections)()
    feed, asked = feed_of(session_id), time.monotonic()
    yield "retry: 2000\n\n"
    while True:
        if time.monotonic() - asked >= ASK_AGAIN_S:
            asked = time.monotonic()
            if not await sync_to_async(_still, thread_sensitive=False)(
                user_id, session_key, session_id, store
            ):
                yield "event: gone\ndata: {}\n\n"
                return
        figures = await feed.look()
        text = json.dumps(said(figures, feed.pace()), ensure_ascii=False)
        yield f"event: {'end' if figures['ended'] else 'figures'}\ndata: {text}\n\n"
        if figures["ended"]:
            return
        await asyncio.sleep(PACE_S)


def _still(*viewer: Any) -> bool:
    try:
        return may_watch(*viewer)
    finally:
        connection.close()


def said(figures: dict[str, Any], pace: list[int]) -> dict[str, Any]:
    """Return what the page shows: moments as epoch milliseconds, refusals in words, most frequent first."""
    told = figures["told"]
    refused = {SHORT.get(name, name): count for name, count in told.items() if name not in GIVEN}
    return {
        **{name: figures[name] for name in ("quota", "taken", "left", "waiting", "arrivals", "ended")},
        "asked": sum(told.values()),
        "refused": sorted(refused.items(), key=lambda pair: -pair[1]),
        "pace": pace,
        "now": round(timezone.now().timestamp() * 1000),
        "opens": figures["opens_at"] and round(figures["opens_at"].timestamp() * 1000),
        "closes": round(figures["closes_at"].timestamp() * 1000),
    }
