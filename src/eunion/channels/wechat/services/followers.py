"""Followers in step with WeChat: read page by page, bound to members, one person by unionid."""

from __future__ import annotations

import datetime
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from eunion.channels.base import SendError
from eunion.channels.wechat import api, tasks
from eunion.channels.wechat.models import Account, Follower
from eunion.kernel import audit
from eunion.kernel.errors import NotAllowed
from eunion.registry.models import Member, User

DETAILS = 100  # openids a call of user/info/batchget

_UPSERT = """
INSERT INTO wechat_follower (account_id, openid, unionid, subscribed, subscribed_at, tag_ids)
SELECT %s, t.openid, t.unionid, t.subscribed, t.subscribed_at, t.tags::int[]
FROM unnest(%s::text[], %s::text[], %s::bool[], %s::timestamptz[], %s::text[])
     AS t(openid, unionid, subscribed, subscribed_at, tags)
ON CONFLICT (account_id, openid) DO UPDATE SET
    subscribed = excluded.subscribed, tag_ids = excluded.tag_ids,
    unionid = CASE WHEN excluded.unionid = '' THEN wechat_follower.unionid ELSE excluded.unionid END,
    subscribed_at = coalesce(excluded.subscribed_at, wechat_follower.subscribed_at)
"""
# The same unionid is the same person at WeChat: who is known by one account is known by all of them.
_BIND = """
UPDATE wechat_follower f SET member_id = known.member_id
FROM (SELECT unionid, min(member_id) AS member_id FROM wechat_follower
      WHERE unionid <> '' AND member_id IS NOT NULL GROUP BY unionid HAVING count(DISTINCT member_id) = 1) known
WHERE f.unionid = known.unionid AND f.member_id IS NULL
"""


def request_sync(*, account: Account, user: User) -> None:
    """Have an account's followers read now. Raises NotAllowed."""
    if not user.has_perm("wechat.change_follower"):
        raise NotAllowed
    with transaction.atomic():
        audit.record(actor=user, action="wechat.sync", target=account)
        tasks.sync_followers.defer(account_id=account.pk)


def sync(*, account_id: int) -> int:
    """Read all followers; a page's cursor is kept, so a killed sync goes on where it was. Returns how many."""
    begun, read = timezone.now(), 0
    account = Account.objects.get(pk=account_id)
    cursor = account.sync_cursor
    while True:
        page = api.get(account_id, "/cgi-bin/user/get", **({"next_openid": cursor} if cursor else {}))
        openids = page.get("data", {}).get("openid", [])
        if not openids:
            break
        for start in range(0, len(openids), DETAILS):
            _read(account_id, openids[start : start + DETAILS])
        read, cursor = read + len(openids), openids[-1]
        Account.objects.filter(pk=account_id).update(sync_cursor=cursor)
    bind_by_unionid()
    Account.objects.filter(pk=account_id).update(sync_cursor="", synced_at=begun)
    return read


def _read(account_id: int, openids: list[str]) -> None:
    """Read and store up to 100 followers."""
    wanted = [{"openid": openid, "lang": "zh_CN"} for openid in openids]
    rows = api.post(account_id, "/cgi-bin/user/info/batchget", {"user_list": wanted})["user_info_list"]
    columns = list(zip(*(_row(one) for one in rows), strict=True))
    if columns:
        with connection.cursor() as cursor:
            cursor.execute(_UPSERT, [account_id, *map(list, columns)])


def _row(one: dict[str, Any]) -> tuple[str, str, bool, datetime.datetime | None, str]:
    since = one.get("subscribe_time")
    tags = ",".join(str(int(tag)) for tag in one.get("tagid_list", []))
    return (
        one["openid"],
        one.get("unionid", ""),
        bool(one.get("subscribe")),
        datetime.datetime.fromtimestamp(since, datetime.UTC) if since else None,
        f"{{{tags}}}",
    )


def bind_by_unionid() -> int:
    """Bind followers to the member that the same person is in another account; return how many."""
    with connection.cursor() as cursor:
        cursor.execute(_BIND)
        return int(cursor.rowcount)


@transaction.atomic
def bind(*, member: Member, openids: list[str]) -> None:
    """Bind a member's own openids, and by unionid those of the other accounts; a binding to another stays."""
    rows = Follower.objects.filter(openid__in=openids, member=None)
    rows.update(member=member)
    unionids = Follower.objects.filter(openid__in=openids, member=member).exclude(unionid="")
    Follower.objects.filter(unionid__in=list(unionids.values_list("unionid", flat=True)), member=None).update(
        member=member
    )


@transaction.atomic
def meet(*, account: Account, openid: str, unionid: str = "") -> Follower:
    """Return the row of a person who signed in at an account, bound by unionid where we know them."""
    follower, _ = Follower.objects.get_or_create(
        account=account, openid=openid, defaults={"unionid": unionid, "subscribed": False}
    )
    if unionid and follower.unionid != unionid:
        follower.unionid = unionid
        follower.save(update_fields=["unionid"])
    if unionid and follower.member_id is None:
        known = Follower.objects.filter(unionid=unionid, member__isnull=False).values_list(
            "member", flat=True
        )
        if len(set(known)) == 1:
            follower.member_id = known[0]
            follower.save(update_fields=["member"])
    return follower


def ask_unionid(follower: Follower) -> Follower:
    """Ask WeChat for the unionid of someone who follows; whoever doesn't, or WeChat away, stays as they are."""
    try:
        told = api.get(follower.account_id, "/cgi-bin/user/info", openid=follower.openid, lang="zh_CN")
    except SendError:
        return follower
    unionid = str(told.get("unionid", ""))[:64]
    return meet(account=follower.account, openid=follower.openid, unionid=unionid) if unionid else follower
