"""Delivery reports: what channels stored of them, matched to deliveries by the far side's number, in blocks."""

from __future__ import annotations

from django.db import connection

BLOCK = 5000
# A report can overtake the row it is about by a moment; after this it will never match.
GIVE_UP_AFTER = "10 minutes"

_ABSORB = f"""
WITH told AS (
    SELECT id, payload->>'MsgID' AS remote_id, payload->>'Status' AS status, received_at
    FROM wechat_inboundmessage
    WHERE handled_at IS NULL AND kind = 'event.TEMPLATESENDJOBFINISH'
    ORDER BY id LIMIT {BLOCK}
), matched AS (
    UPDATE broadcast_delivery d
    SET state = CASE WHEN told.status = 'success' THEN 'delivered'
                     WHEN told.status LIKE '%%user block%%' THEN 'refused' ELSE 'unreachable' END,
        error_code = CASE WHEN told.status = 'success' THEN '' ELSE left(told.status, 20) END
    FROM told
    WHERE d.channel = 'wechat' AND d.remote_id = told.remote_id AND d.state = 'sent'
    RETURNING d.remote_id
), known AS (
    SELECT told.id FROM told JOIN broadcast_delivery d ON d.remote_id = told.remote_id AND d.channel = 'wechat'
)
UPDATE wechat_inboundmessage i SET handled_at = now() FROM told
WHERE i.id = told.id AND (told.id IN (SELECT id FROM known) OR told.received_at < now() - interval '{GIVE_UP_AFTER}')
"""
_ABSORB_GROUPS = f"""
WITH told AS (
    SELECT id, payload->>'message_id' AS remote_id, received_at
    FROM community_inboundevent
    WHERE handled_at IS NULL AND kind = 'delivered'
    ORDER BY id LIMIT {BLOCK}
), matched AS (
    UPDATE broadcast_delivery d SET state = 'delivered'
    FROM told WHERE d.channel = 'community' AND d.remote_id = told.remote_id AND d.state = 'sent'
    RETURNING d.remote_id
), known AS (
    SELECT told.id FROM told JOIN broadcast_delivery d ON d.remote_id = told.remote_id AND d.channel = 'community'
)
UPDATE community_inboundevent i SET handled_at = now() FROM told
WHERE i.id = told.id AND (told.id IN (SELECT id FROM known) OR told.received_at < now() - interval '{GIVE_UP_AFTER}')
"""


def absorb() -> int:
    """Match stored reports to deliveries until none matches any more; return how many were handled."""
    handled = 0
    with connection.cursor() as cursor:
        for statement in (_ABSORB, _ABSORB_GROUPS):
            while True:
                cursor.execute(statement)
                handled += cursor.rowcount
                if cursor.rowcount < BLOCK:
                    break
    return handled
