"""WeChat tags that mirror the registry: made at need, people added and removed in fifties."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from eunion.channels.wechat import api
from eunion.channels.wechat.models import Follower, TagRule
from eunion.registry.models import Member, Membership

AT_ONCE = 50  # openids a call of batchtagging


def apply_all(*, account_id: int) -> None:
    """Bring all tags of an account up to date. Raises SendError."""
    for rule in TagRule.objects.filter(account_id=account_id).select_related("union", "grid"):
        apply(rule)


def apply(rule: TagRule) -> None:
    """Make WeChat's tag hold the rule's people and no others; what is right already costs no call."""
    tag_id = rule.remote_id or _tag_id(rule)
    followers = Follower.objects.filter(account_id=rule.account_id, subscribed=True)
    wanted = followers.filter(member__in=_members(rule))
    has = Q(tag_ids__contains=[tag_id])
    for path, rows, tagged in (
        ("/cgi-bin/tags/members/batchtagging", wanted.exclude(has), True),
        (
            "/cgi-bin/tags/members/batchuntagging",
            followers.filter(has).exclude(pk__in=wanted.values("pk")),
            False,
        ),
    ):
        _move(rule, path, rows, tag_id, tagged=tagged)
    TagRule.objects.filter(pk=rule.pk).update(remote_id=tag_id, applied_count=wanted.count())


def _tag_id(rule: TagRule) -> int:
    """Return the number of the tag by its name, made if WeChat has none."""
    known = api.get(rule.account_id, "/cgi-bin/tags/get").get("tags", [])
    found = next((one["id"] for one in known if one["name"] == rule.name), None)
    if found is None:
        found = api.post(rule.account_id, "/cgi-bin/tags/create", {"tag": {"name": rule.name}})["tag"]["id"]
    return int(found)


def _members(rule: TagRule) -> QuerySet[Member]:
    if rule.attribute == TagRule.Attribute.CERTIFIED:
        return Member.objects.filter(certification=Member.Certification.CERTIFIED)
    if rule.attribute == TagRule.Attribute.TAG:
        return Member.objects.filter(tags__contains=[rule.tag])
    if rule.attribute == TagRule.Attribute.GRID:
        return Member.objects.filter(grid=rule.grid)
    path = rule.union.path if rule.union else ""
    current = Membership.objects.filter(union__path__startswith=path, left_on=None)
    return Member.objects.filter(pk__in=current.values("member_id")) if path else Member.objects.none()


def _move(rule: TagRule, path: str, rows: QuerySet[Follower], tag_id: int, *, tagged: bool) -> None:
    """Tell WeChat in fifties and note each fifty, so that a killed job repeats none of them."""
    people = list(rows.values_list("pk", "openid", "tag_ids"))
    for start in range(0, len(people), AT_ONCE):
        block = people[start : start + AT_ONCE]
        api.post(rule.account_id, path, {"openid_list": [openid for _, openid, _ in block], "tagid": tag_id})
        changed = [
            Follower(pk=pk, tag_ids=sorted({*tags, tag_id} if tagged else {*tags} - {tag_id}))
            for pk, _, tags in block
        ]
        Follower.objects.bulk_update(changed, ["tag_ids"])
