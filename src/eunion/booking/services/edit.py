"""Organisers make, change, publish and end offerings. No change takes a place from anyone; calling off does, and says so."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils import timezone

from eunion.booking import hooks, lottery
from eunion.booking.errors import NotOpen, TakesAPlace, WrongState
from eunion.booking.models import LIVING, Claim, Offering, Session, Share
from eunion.booking.services import meetings, places
from eunion.kernel import audit
from eunion.kernel.errors import Invalid, NotAllowed
from eunion.kernel.ids import new_public_id
from eunion.registry.models import Union, User
from eunion.registry.scope import scope_of

# What those who claimed have relied on: fixed from the first claim on.
PROMISED = frozenset({"kind", "mode", "price_fen"})
RULES = frozenset(
    [
        "title",
        "summary",
        "description",
        "season",
        "certified_only",
        "tags",
        "joined_before",
        "entry_condition",
        "per_day",
        "per_event",
        "per_season",
        "opens_at",
        "closes_at",
        "payment_minutes",
        "redemption_days",
        "uses",
        "waiting_size",
        "cancel_until_hours",
        "no_show_days",
        "certificate_percent",
    ]
)
DETAILS = frozenset(
    [
        "name",
        "starts_at",
        "ends_at",
        "place",
        "lon",
        "lat",
        "online_url",
        "teacher",
        "service_hours",
        "opens_at",
        "closes_at",
        "quota",
    ]
)
WHERE_AND_WHEN = frozenset({"starts_at", "ends_at", "place", "online_url"})
REASON_MIN = 4


def may(user: User, right: str, owner: Union) -> None:
    """Raise NotAllowed unless the person has the right and the owner lies in their scope."""
    visible = Union.objects.visible_to(scope_of(user)).filter(pk=owner.pk).exists()
    if not visible or not user.has_perm(right):
        raise NotAllowed


def _only(fields: dict[str, Any], allowed: Iterable[str]) -> None:
    unknown = set(fields) - set(allowed)
    if unknown:
        raise Invalid(f"不能修改：{'、'.join(sorted(unknown))}")


@transaction.atomic
def create_offering(*, user: User, owner: Union, key: str = "", **fields: Any) -> Offering:
    """Make a draft. `fields` are RULES and PROMISED, `unions` and `grids`. Raises NotAllowed, Invalid.

    `key` is the public id it is to have: who asks for it again is given the draft that was made the first time.
    """
    may(user, "booking.add_offering", owner)
    unions, grids = fields.pop("unions", ()), fields.pop("grids", ())
    _only(fields, RULES | PROMISED)
    offering, made = Offering.objects.get_or_create(
        public_id=key or new_public_id(), defaults={"owner": owner, "created_by": user, **fields}
    )
    if not made:
        if offering.created_by_id != user.pk:
            raise Invalid("这一页已经失效，请重新打开“新建活动”。")
        return offering
    offering.unions.set(unions)
    offering.grids.set(grids)
    audit.record(actor=user, action="booking.create", target=offering)
    return offering


@transaction.atomic
def edit_offering(*, offering: Offering, user: User, **fields: Any) -> Offering:
    """Change rules; they hold for those who come from now on. Raises NotAllowed, Invalid, TakesAPlace."""
    may(user, "booking.change_offering", offering.owner)
    offering = Offering.objects.select_for_update(no_key=True).get(pk=offering.pk)
    chosen = {name: fields.pop(name) for name in ("unions", "grids") if name in fields}
    _only(fields, RULES | PROMISED)
    changed = sorted(name for name, value in fields.items() if getattr(offering, name) != value)
    broken = [name for name in changed if name in PROMISED]
    if broken and _claimed(offering):
        raise TakesAPlace("已经有人报名，类型、方式和价格不能再改。", field=broken[0])
    for name in changed:
        setattr(offering, name, fields[name])
    _check_window(offering.opens_at, offering.closes_at)
    offering.save(update_fields=[*changed, "updated_at"])
    for name, rows in chosen.items():
        getattr(offering, name).set(rows)
    for session in offering.sessions.locked():
        _check_draw(session, set(changed))
        places.promote(session=places.lock(session.pk))
    audit.record(
        actor=user, action="booking.edit", target=offering, data={"fields": [*changed, *sorted(chosen)]}
    )
    return offering


def _claimed(offering: Offering) -> bool:
    return Claim.objects.filter(session__offering=offering, state__in=LIVING).exists()


def _check_window(opens_at: Any, closes_at: Any) -> None:
    if opens_at and closes_at and opens_at >= closes_at:
        raise Invalid("截止时间要晚于开始时间。")


def _check_draw(session: Session, changed: set[str]) -> None:
    """Refuse to open the entries again, or to change the places, after the draw."""
    drawn = getattr(session, "draw", None) and session.draw.drawn_at
    if drawn and changed & {"opens_at", "closes_at", "waiting_size"}:
        raise WrongState("已经摇过号，报名时间和候补人数不能再改。")


@transaction.atomic
def add_session(
    *, offering: Offering, user: User, shares: dict[Union, int] | None = None, **fields: Any
) -> Session:
    """Add a session; `shares` sets places of its quota aside by union. Raises NotAllowed, Invalid."""
    may(user, "booking.add_session", offering.owner)
    _only(fields, DETAILS)
    reserved = sum((shares or {}).values())
    if fields["starts_at"] >= fields["ends_at"]:
        raise Invalid("结束时间要晚于开始时间。")
    if reserved > fields["quota"]:
        raise Invalid("划给各工会的名额超过了总名额。")
    _check_window(fields.get("opens_at"), fields.get("closes_at"))
    session = Session.objects.create(offering=offering, reserved=reserved, **fields)
    for union, quota in (shares or {}).items():
        Share.objects.create(session=session, union=union, quota=quota)
    if offering.state == Offering.State.PUBLISHED and offering.mode == Offering.Mode.LOTTERY:
        lottery.promise(session=session, user=user)
    audit.record(actor=user, action="booking.edit", target=offering, data={"session": session.public_id})
    return session


@transaction.atomic
def edit_session(
    *, session: Session, user: User, shares: dict[Union, int] | None = None, **fields: Any
) -> Session:
    """Change a session; new places go to who waits. `shares` replaces all of them. Raises NotAllowed, TakesAPlace."""
    may(user, "booking.change_session", session.offering.owner)
    _only(fields, DETAILS)
    session = places.lock(session.pk)
    changed = sorted(name for name, value in fields.items() if getattr(session, name) != value)
    _check_draw(session, set(changed))
    before = {name: getattr(session, name) for name in WHERE_AND_WHEN}
    for name in changed:
        setattr(session, name, fields[name])
    if shares is not None:
        _set_shares(session, shares)
    _check_places(session)
    session.save(update_fields=[*changed, "reserved"])
    if {"starts_at", "ends_at"} & set(changed):
        meetings.follow(session)
    if WHERE_AND_WHEN & set(changed) and session.taken:
        for hook in hooks.MOVED:
            hook(session.pk, before)
    told = changed if shares is None else [*changed, "shares"]
    audit.record(actor=user, action="booking.edit", target=session, data={"fields": told})
    places.promote(session=session)
    return session


def _set_shares(session: Session, shares: dict[Union, int]) -> None:
    """Replace the shares of a locked session; one that somebody claimed from can't go, nor fall below its claims."""
    before = {share.union_id: share for share in session.shares.all()}
    wanted = {union.pk: quota for union, quota in shares.items()}
    for union_id, share in before.items():
        if wanted.get(union_id, 0) < share.taken or (union_id not in wanted and share.waiting):
            raise TakesAPlace(field="shares")
        if union_id not in wanted:
            share.delete()
    for union_id, quota in wanted.items():
        Share.objects.update_or_create(session=session, union_id=union_id, defaults={"quota": quota})
    session.reserved = sum(wanted.values())


def _check_places(session: Session) -> None:
    _check_window(session.opens_at, session.closes_at)
    if session.starts_at >= session.ends_at:
        raise Invalid("结束时间要晚于开始时间。")
    if session.reserved > session.quota:
        raise Invalid("划给各工会的名额超过了总名额。")
    open_quota, open_taken = session.quota - session.reserved, session.taken - session.reserved_taken
    if session.quota < session.taken or open_quota < open_taken:
        raise TakesAPlace(f"已有 {session.taken} 人报上名，名额不能少于已占的。", field="quota")


@transaction.atomic
def publish(*, offering: Offering, user: User, beacon_name: str = "") -> Offering:
    """Show a draft to members; a lottery's promise is made now. Raises NotAllowed, WrongState, NotOpen."""
    may(user, "booking.change_offering", offering.owner)
    if not offering.sessions.filter(cancelled_at=None).exists():
        raise NotOpen("请先添加场次再发布。")
    states = Offering.State
    changed = Offering.objects.filter(pk=offering.pk, state=states.DRAFT).update(
        state=states.PUBLISHED, published_at=timezone.now()
    )
    if not changed:
        raise WrongState
    for session in offering.sessions.all():
        if offering.mode == Offering.Mode.LOTTERY:
            lottery.promise(session=session, user=user, beacon_name=beacon_name)
        places.tell_gates(session.pk)
    audit.record(actor=user, action="booking.publish", target=offering)
    offering.refresh_from_db()
    return offering


@transaction.atomic
def close(*, offering: Offering, user: User) -> None:
    """End an offering; places stay with those who have them. Raises NotAllowed, WrongState."""
    may(user, "booking.change_offering", offering.owner)
    states = Offering.State
    if not Offering.objects.filter(pk=offering.pk, state=states.PUBLISHED).update(state=states.CLOSED):
        raise WrongState
    for session_id in offering.sessions.values_list("pk", flat=True):
        places.tell_gates(session_id)
    audit.record(actor=user, action="booking.close", target=offering)


@transaction.atomic
def call_off(*, session: Session, user: User, reason: str) -> int:
    """Call a session off and end its claims; the hooks tell people and give money back. Returns how many had one."""
    may(user, "booking.change_session", session.offering.owner)
    if len(reason.strip()) < REASON_MIN:
        raise Invalid("请写明取消原因，报名的人会看到。")
    session = places.lock(session.pk)
    if session.cancelled_at:
        raise WrongState
    because = reason.strip()[:200]
    Session.objects.filter(pk=session.pk).update(cancelled_at=timezone.now(), cancelled_because=because)
    open_states = [Claim.State.ENTERED, Claim.State.WAITING, Claim.State.HELD, Claim.State.CONFIRMED]
    claims = list(Claim.objects.filter(session=session, state__in=open_states))
    moved = places.leave(session=session, claims=claims, to=Claim.State.CANCELLED)
    data = {"reason": because, "count": len(moved)}
    audit.record(actor=user, action="booking.call_off", target=session, data=data)
    hooks.run(hooks.CALLED_OFF, moved)
    return len(moved)
