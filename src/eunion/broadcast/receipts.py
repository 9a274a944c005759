"""Delivery reports: what channels stored of them, matched to deliveries by the far side's number, in blocks."""

from __future__ import annotations

from django.db import connection

BLOCK = 5000
# A report can overtake the row it is about by a moment; after this it will never match.
GIVE_UP_AFTER = "10 minutes"

_ABSORB = """
WITH told AS (
    SELECT id, payload->>'{number}' AS remote_id, payload->>'Status' AS status, received_at
    FROM {table}
    WHERE handled_at IS NULL AND kind = '{kind}'
    ORDER BY id LIMIT {block}
), matched AS (
    UPDATE broadcast_delivery d
    SET state = CASE WHEN coalesce(told.status, 'success') = 'success' THEN 'delivered'
                     WHEN told.status LIKE '%%user block%%' THEN 'refused' ELSE 'unreachable' END,
        error_code = CASE WHEN coalesce(told.status, 'success') = 'success' THEN '' ELSE left(told.status, 20) END
    FROM told
    WHERE d.channel = '{channel}' AND d.remote_id = told.remote_id AND d.state = 'sent'
    RETURNING d.remote_id
), known AS (
    SELECT told.id FROM told JOIN broadcast_delivery d ON d.remote_id = told.remote_id AND d.channel = '{channel}'
)
UPDATE {table} i SET handled_at = now() FROM told
WHERE i.id = told.id AND (told.id IN (SELECT id FROM known) OR told.received_at < now() - interval '{give_up}')
"""
STATEMENTS = tuple(
    _ABSORB.format(table=table, kind=kind, number=number, channel=channel, block=BLOCK, give_up=GIVE_UP_AFTER)
    for table, kind, number, channel in (
        ("wechat_inboundmessage", "event.TEMPLATESENDJOBFINISH", "MsgID", "wechat"),
        ("community_inboundevent", "delivered", "message_id", "community"),
    )
)


def absorb() -> int:
    """Match stored reports to deliveries until none matches any more; return how many were handled."""
    handled = 0
    with connection.cursor() as cursor:
        for statement in STATEMENTS:
            while True:
                cursor.execute(statement)
                handled += cursor.rowcount
                if cursor.rowcount < BLOCK:
                    break
    return handled
