"""Members are told of what happens to their place without their doing; the jobs are committed with the change.

Each message has a key that WeChat deduplicates, so that whatever is done twice is told once.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from eunion.booking import hooks
from eunion.booking.models import LIVING, Claim, Meeting, Session
from eunion.channels.wechat import tasks

SLICE = 500
_State = Claim.State
# Whom news of a session concerns.
CONCERNED = [state for state in LIVING if state != _State.NO_SHOW]


def moment(at: datetime.datetime) -> str:
    """Return a moment as messages write it."""
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}"


def short(at: datetime.datetime) -> str:
    """Return a moment in few characters."""
    return f"{timezone.localtime(at):%-m月%-d日%H:%M}"


def message(claim: Claim, kind: str, event: str, **values: str) -> dict[str, Any]:
    """Return the job's arguments for one member; `event` makes the key, once a claim."""
    session = claim.session
    common = {
        "title": session.offering.title,
        "at": moment(session.starts_at),
        "place": session.place or "线上",
    }
    return {
        "member_id": claim.member_id,
        "kind": kind,
        "values": common | values,
        "url": f"{settings.PUBLIC_URL}/signin/?next=/me/tickets/{claim.public_id}/",
        "key": f"booking.{event}:{claim.pk}",
    }


def send(messages: Iterable[dict[str, Any]]) -> None:
    """Have messages sent, once the caller's transaction is committed."""
    rows = list(messages)
    if rows:
        tasks.send_kind.batch_defer(*rows)


def _claims(ids: Iterable[int]) -> list[Claim]:
    return list(Claim.objects.filter(pk__in=ids).select_related("session__offering").order_by("pk"))


def tell_promoted(claim_ids: list[int]) -> None:
    """Tell those who came from the waiting list to a place, and by when to pay for it."""
    send(
        message(
            one,
            "booking_confirmed",
            "promoted",
            note=f"候补到了，{_due(one)}前付款" if one.expires_at else "候补转正，名额是您的了",
        )
        for one in _claims(claim_ids)
    )


def _due(claim: Claim) -> str:
    return f"{timezone.localtime(claim.expires_at):%-d日%H:%M}"


def tell_given_up(claim_ids: list[int]) -> None:
    """Tell those whose place the clock took; who gave it up themselves knows."""
    expired = [one for one in _claims(claim_ids) if one.state == _State.EXPIRED]
    note = "没在时限内付款，名额已让出"
    send(message(one, "booking_cancelled", "expired", state="已过期", note=note) for one in expired)


def tell_taken_back(claim: Claim, reason: str) -> None:
    """Tell a member that staff took their claim back, and why."""
    send([message(claim, "booking_cancelled", "taken", state="已取消", note=reason)])


def tell_called_off(claim_ids: list[int]) -> None:
    """Tell everybody of a session that it is called off, and that money goes back."""
    for start in range(0, len(claim_ids), SLICE):
        send(
            message(one, "booking_cancelled", "called_off", state="已取消", note=_why(one))
            for one in _claims(claim_ids[start : start + SLICE])
        )


def _why(claim: Claim) -> str:
    return "已付款项原路退还，点开看原因" if claim.session.offering.price_fen else "点开看原因"


def tell_drawn(session_id: int) -> None:
    """Have everybody of a draw told what came of it, a slice a job."""
    _begin("drawn", session_id, {})


def tell_moved(session_id: int, before: dict[str, Any]) -> None:
    """Have everybody of a session told its new time and place, with the old."""
    session = Session.objects.get(pk=session_id)
    note = ""
    if before["place"] != session.place:
        note = f"原地点：{before['place'] or '线上'}"
    elif session.meetings.count() > 1:
        # The dates of a class are told one by one; an online address is on the ticket, nothing to be told of.
        return
    if before["starts_at"] != session.starts_at:
        note = f"原为{short(before['starts_at'])}"
    elif before["ends_at"] != session.ends_at and not note:
        note = f"改为{short(session.ends_at)}结束"
    if note:
        _begin("moved", session_id, {"note": note, "stamp": f"{timezone.now():%Y%m%d%H%M%S}"})


def tell_dates(moved: list[Meeting]) -> None:
    """Have everybody of a class told of dates that were moved; each meeting carries `before`."""
    for one in moved:
        words = {"title": f"{one.session.offering.title}第{one.number}次", "at": moment(one.starts_at)}
        note = f"原为{short(one.before)}"  # type: ignore[attr-defined]
        stamp = f"{one.pk}-{one.starts_at:%Y%m%d%H%M}"
        _begin("moved", one.session_id, {**words, "note": note, "stamp": stamp})


def tell_no_class(meeting: Meeting, reason: str) -> None:
    """Have everybody of a class told that one date of it is called off."""
    words = {"title": f"{meeting.session.offering.title}第{meeting.number}次停课"}
    words |= {"at": moment(meeting.starts_at), "note": f"停课：{reason}", "stamp": f"off-{meeting.pk}"}
    _begin("moved", meeting.session_id, words)


def _begin(event: str, session_id: int, words: dict[str, str]) -> None:
    from eunion.booking import tasks as own

    own.tell_session.defer(event=event, session_id=session_id, words=words, after=0)


@transaction.atomic
def tell_slice(*, event: str, session_id: int, words: dict[str, str], after: int) -> None:
    """Tell the next SLICE members of a session, and leave the rest to the next job. Safe to repeat."""
    from eunion.booking import tasks as own

    states = CONCERNED if event == "moved" else [*CONCERNED, _State.NOT_DRAWN]
    rows = Claim.objects.filter(session_id=session_id, state__in=states, pk__gt=after)
    claims = list(rows.select_related("session__offering").order_by("pk")[:SLICE])
    build = _EVENTS[event]
    send(build(one, dict(words)) for one in claims)
    if len(claims) == SLICE:
        own.tell_session.defer(event=event, session_id=session_id, words=words, after=claims[-1].pk)


def _moved(claim: Claim, words: dict[str, str]) -> dict[str, Any]:
    return message(claim, "booking_changed", f"moved.{words.pop('stamp')}", **words)


def _drawn(claim: Claim, words: dict[str, str]) -> dict[str, Any]:
    note = {
        _State.HELD: f"{_due(claim)}前付款，过时作废" if claim.expires_at else "请尽快付款",
        _State.WAITING: "进入候补，有人退出会通知您",
        _State.NOT_DRAWN: "摇号过程已公示，可以核对",
    }.get(_State(claim.state), "名额是您的了，请按时参加")
    state = {_State.WAITING: "候补", _State.NOT_DRAWN: "未中签"}.get(_State(claim.state), "已中签")
    return message(claim, "draw_result", "drawn", state=state, note=note)


_EVENTS: dict[str, Callable[[Claim, dict[str, str]], dict[str, Any]]] = {"moved": _moved, "drawn": _drawn}


def register() -> None:
    """Hear of what happens to places."""
    hooks.PROMOTED.append(tell_promoted)
    hooks.GIVEN_UP.append(tell_given_up)
    hooks.CALLED_OFF.append(tell_called_off)
    hooks.MOVED.append(tell_moved)
    hooks.DRAWN.append(tell_drawn)
