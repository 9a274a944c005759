"""Before an offering is shown to anybody: what is missing, and what looks as if it were not meant."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from django.utils import timezone

from eunion.booking.eligibility import ENTRY_CONDITIONS
from eunion.booking.models import Offering, Session
from eunion.channels.wechat.models import Merchant


class Finding(NamedTuple):
    """One line of the list; what is `missing` must be mended first."""

    missing: bool
    text: str


def look(offering: Offering) -> list[Finding]:
    """Return what is missing, then what to look at again."""
    sessions = list(offering.sessions.filter(cancelled_at=None))
    for session in sessions:
        session.offering = offering
    found = [*_missing(offering, sessions), *_odd(offering, sessions)]
    return sorted(found, key=lambda one: not one.missing)


def _missing(offering: Offering, sessions: list[Session]) -> Iterator[Finding]:
    if not sessions:
        yield Finding(True, "还没有场次。")
    if sessions and not any(session.quota for session in sessions):
        yield Finding(True, "所有场次的名额都是 0，没有人能报上。")
    if sessions and all(session.closing <= timezone.now() for session in sessions):
        yield Finding(True, "报名截止时间已经过了，发布后没有人能报名。")
    if offering.price_fen and not Merchant.objects.filter(active=True).exists():
        yield Finding(
            True, "要收费，但还没有接通微信支付商户，会员付不了款。请找管理员在“账号与渠道”里设置。"
        )
    if offering.entry_condition and offering.entry_condition not in ENTRY_CONDITIONS:
        yield Finding(True, f"报名前须完成的“{offering.entry_condition}”没有安装，谁也报不上。")


def _odd(offering: Offering, sessions: list[Session]) -> Iterator[Finding]:
    now, modes = timezone.now(), Offering.Mode
    if offering.opens_at and offering.opens_at <= now:
        yield Finding(False, "开始报名的时间已经过了，发布后马上就能报。")
    if offering.mode == modes.RUSH and not offering.opens_at:
        yield Finding(False, "准点开抢，但没有写几点开始，发布后马上就能抢。")
    if offering.mode == modes.LOTTERY and not offering.closes_at:
        yield Finding(False, "摇号没有写登记截止时间，会到每一场开始那一刻才摇。")
    for session in sessions:
        yield from _odd_session(session)
    if offering.price_fen and not offering.certified_only:
        yield Finding(False, "收费活动没有限定实名认证的会员。")
    if offering.mode != modes.OPEN and not (offering.per_event or offering.per_day or offering.per_season):
        yield Finding(False, "没有写每人限几次：同一场每人只能报一次，但几场可以都报。")
    if not offering.description:
        yield Finding(False, "没有写详细介绍。")


def _odd_session(session: Session) -> Iterator[Finding]:
    name = f"{timezone.localtime(session.starts_at):%-m月%-d日 %H:%M} {session.name}".strip()
    if session.starts_at <= timezone.now():
        yield Finding(False, f"{name}：开始时间已经过了。")
    if not session.quota:
        yield Finding(False, f"{name}：名额是 0。")
    if not (session.place or session.online_url):
        yield Finding(False, f"{name}：没有写地点，也没有线上地址。")
    if session.closing > session.starts_at:
        yield Finding(False, f"{name}：开始以后还能报名。")
    if session.quota and session.reserved == session.quota:
        yield Finding(False, f"{name}：名额全部划给了工会，别的会员报不上。")
