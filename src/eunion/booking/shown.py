"""What member pages say of a session: which of its states it is in for this person, and the rules in plain words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Min, Prefetch, Q, QuerySet, Sum
from django.utils import timezone

from eunion.booking import selectors
from eunion.booking.courses.shown import state_of
from eunion.booking.errors import NotEligible, NotOpen
from eunion.booking.models import Claim, Offering, Session
from eunion.booking.services.place import open_pass
from eunion.registry.models import Member


@dataclass(frozen=True)
class View:
    """A session for one person. `name` is called_off, mine, closed, signin, certify, refused, soon, full or open."""

    name: str
    text: str = ""
    key: str = ""
    claim: Claim | None = None


def offerings(*, kind: str, only_open: bool, member: Member | None) -> QuerySet[Offering]:
    """Return what members may see, newest first: of a kind, open for claims, or where one holds something."""
    found = Offering.objects.public()
    if kind in Offering.Kind.values:
        found = found.filter(kind=kind)
    if only_open:
        now = timezone.now()
        coming = Q(sessions__starts_at__gt=now, sessions__cancelled_at=None)
        found = found.filter(coming, Q(closes_at=None) | Q(closes_at__gt=now), state=Offering.State.PUBLISHED)
    if member:
        # Several sessions of one offering may be one's own: a subquery, where a join would count places twice.
        mine = Claim.objects.filter(member=member).living().values("session__offering_id")
        found = found.filter(pk__in=mine)
    ids = found.values("pk")
    standing = Q(sessions__cancelled_at=None)
    counted = Offering.objects.filter(pk__in=ids).annotate(
        first=Min("sessions__starts_at", filter=standing),
        places=Sum("sessions__quota", filter=standing, default=0),
        given=Sum("sessions__taken", filter=standing, default=0),
        session_count=Count("sessions", filter=standing),
    )
    return counted.order_by("-id")


def tickets(member: Member) -> QuerySet[Claim]:
    """Return a member's claims with what a list shows of them, newest first."""
    return Claim.objects.of(member).select_related("session__offering")


def draws_prefetched() -> Prefetch[Any]:
    """Return the sessions of an offering with their draws."""
    return Prefetch("sessions", Session.objects.select_related("draw").order_by("starts_at", "id"))


def view_of(session: Session, member: Member | None, *, signed_in: bool, device_cookie: str) -> View:
    """Return what the page is to say, with a pass where the person may claim. Raises AskedTooOften."""
    offering, now = session.offering, timezone.now()
    if session.cancelled_at or offering.state == Offering.State.CANCELLED:
        return View("called_off", "这一场已取消，已付的款项会原路退还。")
    claim = selectors.claim_of(member, session) if member else None
    if claim:
        return View("mine", state_of(claim), claim=claim)
    if offering.state != Offering.State.PUBLISHED or now >= session.closing:
        return View("closed", "报名已截止。")
    if member is None:
        return View("certify" if signed_in else "signin")
    try:
        key = open_pass(session=session, member=member, device_cookie=device_cookie)
    except (NotEligible, NotOpen) as refusal:
        return View("refused", refusal.message)
    if session.opening and now < session.opening:
        return View("soon", key=key)
    full = session.left <= 0 and session.waiting >= offering.waiting_size
    lottery = offering.mode == Offering.Mode.LOTTERY
    return View("full" if full and not lottery else "open", key=key)


def yuan(fen: int) -> str:
    """Return a price in words."""
    return f"{fen / 100:.2f} 元".replace(".00", "") if fen else "免费"


def rules_of(offering: Offering) -> list[tuple[str, str]]:
    """Return the rules in plain words, label and text."""
    found = [
        ("方式", _MODES[offering.mode]),
        ("费用", yuan(offering.price_fen)),
        ("谁能参加", _who(offering)),
    ]
    if offering.price_fen:
        found.append(("付款", f"报上名后 {offering.payment_minutes} 分钟内付款，过时名额让给后面的人"))
    limits = ((offering.per_day, "每天"), (offering.per_event, "本活动"), (offering.per_season, "本季"))
    said = "，".join(f"{name}最多 {count} 次" for count, name in limits if count)
    if said:
        found.append(("每人限额", said))
    if offering.waiting_size:
        found.append(("候补", f"满员后还收 {offering.waiting_size} 位候补，有人退出按顺序递补"))
    found.append(("退出", f"开始前 {offering.cancel_until_hours} 小时可以自己退，之后请联系主办工会"))
    if offering.no_show_days:
        found.append(("爽约", f"报了名没来，{offering.no_show_days} 天内不能再抢票和摇号"))
    return found


_MODES = {
    "rush": "准点开抢，先到先得",
    "lottery": "先登记，截止后摇号，早晚登记机会一样",
    "open": "随时报名，报满为止",
}


def _who(offering: Offering) -> str:
    who = "已实名认证的会员" if offering.certified_only else "全体会员"
    unions = [union.name for union in offering.unions.all()]
    grids = [grid.name for grid in offering.grids.all()]
    parts = [who, *(["、".join(unions)] if unions else []), *(["、".join(grids)] if grids else [])]
    parts += ["、".join(offering.tags)] if offering.tags else []
    if offering.joined_before:
        parts.append(f"{offering.joined_before:%Y年%-m月%-d日}之前入会")
    return "，".join(parts)
