"""Reads over broadcasts: progress, reach by grid, inboxes, the last mile."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import connection
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from eunion.broadcast.models import Broadcast, Delivery, LastMileTick, Notice
from eunion.channels.base import LABELS
from eunion.registry.models import Member, User
from eunion.registry.selectors import member_of

STATES = [state.value for state in Delivery.State]
REACHED = (Delivery.State.SENT, Delivery.State.DELIVERED, Delivery.State.READ)
# A withdrawn notice leaves the inboxes with its page.
_SHOWN = Q(broadcast__notice__live=True)


def inbox(member: Member) -> QuerySet[Delivery]:
    """Return a member's messages, newest first."""
    mine = Delivery.objects.filter(_SHOWN, member=member, channel="inbox")
    return mine.select_related("broadcast__notice").order_by("-id")


def unread_count(user: Any) -> int:
    """Return how many messages the signed-in member has not read."""
    member = member_of(user)
    if member is None:
        return 0
    return Delivery.objects.filter(_SHOWN, member=member, channel="inbox", read_at=None).count()


def unread_among(member: Member | None, notices: Iterable[Notice]) -> set[int]:
    """Return which of the notices the member was sent and has not read."""
    if member is None:
        return set()
    mine = Delivery.objects.filter(member=member, channel="inbox", read_at=None)
    found = mine.filter(broadcast__notice__in=[notice.pk for notice in notices])
    return set(found.values_list("broadcast__notice_id", flat=True))


def progress(broadcast: Broadcast) -> list[dict[str, Any]]:
    """Return one row a channel: planned, then how many in each state, and the share that is done."""
    counts = Delivery.objects.filter(broadcast=broadcast).order_by().values_list("channel", "state")
    rows: dict[str, dict[str, Any]] = {}
    for channel, state, count in counts.annotate(count=Count("id")):
        row = rows.setdefault(
            channel, {"channel": LABELS.get(channel, channel), "planned": 0, **dict.fromkeys(STATES, 0)}
        )
        row[state] = count
        row["planned"] += count
    for row in rows.values():
        row["done_percent"] = 100 * (row["planned"] - row["queued"]) // max(row["planned"], 1)
    return [rows[channel] for channel in sorted(rows)]


def pace(broadcast: Broadcast) -> dict[str, Any]:
    """Return messages a second so far, and the seconds that the rest will take at that pace."""
    queued = Delivery.objects.filter(broadcast=broadcast, state=Delivery.State.QUEUED).count()
    sent = Delivery.objects.filter(broadcast=broadcast, sent_at__isnull=False).count()
    end = broadcast.done_at or timezone.now()
    seconds = max((end - broadcast.created_at).total_seconds(), 1.0)
    per_s = sent / seconds
    return {
        "per_s": round(per_s, 1),
        "left": queued,
        "eta_s": round(queued / per_s) if per_s and queued else 0,
    }


def by_grid(broadcast: Broadcast, grids: QuerySet[Any]) -> list[dict[str, Any]]:
    """Return one row a grid in scope: messages to its people by state, how many of its audience were reached."""
    rows = {
        grid.pk: {"grid": grid, "audience": 0, "told": 0, **dict.fromkeys(STATES, 0)}
        for grid in grids.defer("boundary").select_related("subdistrict")
    }
    counts = Delivery.objects.filter(broadcast=broadcast, grid_id__isnull=False).order_by()
    for grid_id, channel, state, count in counts.values_list("grid_id", "channel", "state").annotate(
        n=Count("id")
    ):
        row = rows.get(grid_id)
        if row is None:
            continue
        if channel == "wechat":
            row[state] += count
        elif channel == "inbox":
            row["audience"] += count
    for grid_id, count in _missed_by_grid(broadcast):
        if grid_id in rows:
            rows[grid_id]["missed"] = count
    for row in rows.values():
        row.setdefault("missed", 0)
        row["reached_percent"] = (
            100 * (row["audience"] - row["missed"]) // row["audience"] if row["audience"] else None
        )
    return list(rows.values())


# One pass over the broadcast's rows, whatever the planner knows of a table that was filled a moment ago.
_MISSED = """
SELECT grid_id, count(*) FROM (
    SELECT member_id, max(grid_id) AS grid_id
    FROM broadcast_delivery WHERE broadcast_id = %s AND member_id IS NOT NULL
    GROUP BY member_id
    HAVING bool_or(channel = 'inbox')
       AND NOT bool_or(read_at IS NOT NULL OR (channel = 'wechat' AND state IN ('sent', 'delivered', 'read')))
) missed
WHERE member_id NOT IN (SELECT member_id FROM broadcast_lastmiletick WHERE broadcast_id = %s)
GROUP BY grid_id
"""


def _missed_by_grid(broadcast: Broadcast) -> list[tuple[int, int]]:
    """Return how many of the audience were not reached, by grid."""
    with connection.cursor() as cursor:
        cursor.execute(_MISSED, [broadcast.pk, broadcast.pk])
        return cursor.fetchall()


def _not_reached(broadcast: Broadcast) -> QuerySet[Delivery]:
    """Return the inbox rows of members whom nothing reached: not read here, nothing sent in WeChat, not told."""
    sent = Delivery.objects.filter(
        broadcast=broadcast, channel="wechat", member_id=OuterRef("member_id"), state__in=REACHED
    )
    told = LastMileTick.objects.filter(broadcast=broadcast, member_id=OuterRef("member_id"))
    audience = Delivery.objects.filter(broadcast=broadcast, channel="inbox", read_at=None)
    return audience.filter(~Exists(sent), ~Exists(told))


def last_mile(broadcast: Broadcast, user: User) -> list[Member]:
    """Return the members in the grid worker's grids whom the notice has not reached, by grid and name."""
    grids = user.grid_assignments.values("grid_id")
    missed = _not_reached(broadcast).filter(grid_id__in=grids).values("member_id")
    return list(Member.objects.filter(pk__in=missed).select_related("grid").order_by("grid__code", "name"))


def told_in_person(broadcast: Broadcast, user: User) -> list[LastMileTick]:
    """Return the grid worker's own ticks, newest first."""
    return list(broadcast.ticks.filter(told_by=user).select_related("member__grid").order_by("-told_at"))


def broadcasts_for(user: User, limit: int = 20) -> list[Broadcast]:
    """Return the newest broadcasts that have someone to tell in the grid worker's grids."""
    grids = list(user.grid_assignments.values_list("grid_id", flat=True))
    here = Delivery.objects.filter(broadcast=OuterRef("pk"), channel="inbox", grid_id__in=grids)
    return list(Broadcast.objects.filter(Exists(here)).order_by("-id")[:limit])
