"""Planning: an audience becomes delivery rows, one INSERT … SELECT a channel."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from eunion.broadcast.models import Notice


@dataclass(frozen=True)
class Audience:
    """Whom a notice is for. Union paths cover their subtrees; an empty list sets no limit."""

    union_paths: list[str] = field(default_factory=list)
    grid_ids: list[int] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    certified: str = Notice.Certified.ANY

    @classmethod
    def of(cls, notice: Notice) -> Audience:
        """Read the audience off a notice."""
        return cls(
            union_paths=[union.path for union in notice.audience_unions.all()],
            grid_ids=[grid.pk for grid in notice.audience_grids.all()],
            tags=list(notice.audience_tags),
            certified=notice.audience_certified,
        )

    def of_members(self) -> tuple[str, dict[str, Any]]:
        """Return the SQL condition on a member row `m`, with its parameters."""
        parts = ["TRUE"]
        if self.union_paths:
            parts.append(
                "EXISTS (SELECT 1 FROM registry_membership s JOIN registry_union u ON u.id = s.union_id"
                " WHERE s.member_id = m.id AND s.left_on IS NULL AND u.path LIKE ANY (%(paths)s))"
            )
        if self.grid_ids:
            parts.append("m.grid_id = ANY (%(grids)s)")
        if self.tags:
            parts.append("m.tags && %(tags)s::varchar[]")
        if self.certified == Notice.Certified.YES:
            parts.append("m.certification = 'certified'")
        elif self.certified == Notice.Certified.NO:
            # A follower whom we do not know (no member row) is not certified either.
            parts.append("m.certification IS DISTINCT FROM 'certified'")
        paths = [f"{path}%" for path in self.union_paths]
        return " AND ".join(parts), {"paths": paths, "grids": self.grid_ids, "tags": self.tags}


_COLUMNS = "broadcast_id, channel, account_id, address, member_id, grid_id, state, attempt_count, error_code, remote_id"

# One member, one message an account, even when they follow it by two openids; the newest binding wins.
_WECHAT = """
SELECT DISTINCT ON (f.account_id, coalesce(f.member_id, -f.id))
       {broadcast}, 'wechat', f.account_id, f.openid, f.member_id, m.grid_id, 'queued', 0, '', ''
FROM wechat_follower f
JOIN wechat_account a ON a.id = f.account_id AND a.active AND a.kind = 'service'
LEFT JOIN registry_member m ON m.id = f.member_id
WHERE f.subscribed AND {members}
ORDER BY f.account_id, coalesce(f.member_id, -f.id), f.id DESC
"""
_COMMUNITY = """
SELECT {broadcast}, 'community', w.id, g.external_id, NULL::bigint, g.grid_id, 'queued', 0, '', ''
FROM registry_residentsgroup g
CROSS JOIN (SELECT id FROM community_gateway WHERE active ORDER BY id LIMIT 1) w
WHERE g.active AND {groups}
"""
# The inbox row is the message itself and the frozen audience at once: the last mile is counted against it.
_INBOX = """
SELECT {broadcast}, 'inbox', 0, m.id::text, m.id, m.grid_id, 'sent', 0, '', ''
FROM registry_member m
WHERE {members}
"""
CHANNELS = ("wechat", "community", "inbox")
_SELECTS = {"wechat": _WECHAT, "community": _COMMUNITY, "inbox": _INBOX}


def _select(channel: str, audience: Audience, broadcast: str) -> tuple[str, dict[str, Any]]:
    members, parameters = audience.of_members()
    groups = "TRUE"
    if audience.union_paths or audience.tags:
        groups = f"g.grid_id IN (SELECT m.grid_id FROM registry_member m WHERE {members})"  # noqa: S608
    elif audience.grid_ids:
        groups = "g.grid_id = ANY (%(grids)s)"
    return _SELECTS[channel].format(broadcast=broadcast, members=members, groups=groups), parameters


def insert(*, broadcast_id: int, audience: Audience, channels: list[str]) -> int:
    """Write the delivery rows of a broadcast; return how many. A repeat adds nothing."""
    planned = 0
    with connection.cursor() as cursor:
        for channel in channels:
            select, parameters = _select(channel, audience, "%(broadcast)s")
            statement = f"INSERT INTO broadcast_delivery ({_COLUMNS}) {select} ON CONFLICT DO NOTHING"
            cursor.execute(statement, {**parameters, "broadcast": broadcast_id})
            planned += cursor.rowcount
    return planned


def count(*, audience: Audience, channels: list[str]) -> dict[str, int]:
    """Return how many each channel would reach."""
    found = {}
    with connection.cursor() as cursor:
        for channel in channels:
            select, parameters = _select(channel, audience, "0")
            cursor.execute(f"SELECT count(*) FROM ({select}) chosen", parameters)  # noqa: S608
            found[channel] = int(cursor.fetchone()[0])
    return found
