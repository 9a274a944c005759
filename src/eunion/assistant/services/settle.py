"""Who asks and where: the member, union and grid that a question comes from, as far as the channel tells."""

from __future__ import annotations

from django.utils import timezone

from eunion.assistant import personal
from eunion.assistant.terms import Setting
from eunion.assistant.understanding import spelling
from eunion.channels.base import Asked
from eunion.channels.wechat.models import Follower
from eunion.registry.models import Member, Membership, ResidentsGroup, Union, User
from eunion.registry.selectors import member_of


def setting_of(
    asked: Asked, *, user: User | None = None, place: tuple[float, float] | None = None
) -> Setting:
    """Return where a question comes from; `user` is whoever is signed in on the page."""
    member = member_of(user) if user is not None else _member(asked)
    group = (
        ResidentsGroup.objects.filter(external_id=asked.group).select_related("grid").first()
        if asked.group
        else None
    )
    certified = member is not None and member.certification == Member.Certification.CERTIFIED
    return Setting(
        channel=asked.channel,
        sender=asked.sender,
        in_group=bool(asked.group),
        member=member,
        certified=certified,
        grid=group.grid if group else (member.grid if member else None),
        union=_union(member),
        place=place,
        today=timezone.localdate(),
    )


def _member(asked: Asked) -> Member | None:
    """Return the member behind a WeChat follower; a group's nickname is nobody we know."""
    if asked.channel != "wechat":
        return None
    follower = Follower.objects.filter(account_id=asked.account_id, openid=asked.sender)
    known = follower.exclude(member=None).values_list("member_id", flat=True)[:1]
    member_id = next(iter(known), None)
    return None if member_id is None else Member.objects.select_related("grid").get(pk=member_id)


def _union(member: Member | None) -> Union | None:
    if member is None:
        return None
    rows = Membership.objects.filter(member=member, left_on=None).select_related("union")
    current = rows.order_by("-joined_on", "-id").first()
    return current.union if current else None


def to_keep(text: str) -> str:
    """Return a question as it is kept: without the call to 雲博士, numbers of a person blotted out."""
    return personal.without_numbers(spelling.bounded(spelling.without_call(spelling.both_ends(text))[0]))
