"""One page, one save: an offering with its sessions and shares is written as a whole, or not at all.

A version is a digest of what the page shows. Who saves over another's change is told, and nothing is written; who
sends the same page twice changes nothing the second time.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.utils import timezone

from eunion.booking.errors import ChangedMeanwhile
from eunion.booking.models import Claim, Offering, Session
from eunion.booking.services import edit
from eunion.kernel import audit
from eunion.kernel.errors import DomainError, Invalid
from eunion.registry.models import Grid, Union, User


@dataclass
class SessionDraft:
    """A session as it was typed: the one it changes (None = a new one), its details and its places by union."""

    pk: int | None
    fields: dict[str, Any]
    shares: dict[Union, int] = field(default_factory=dict)
    gone: bool = False


@dataclass
class Draft:
    """An offering as it was typed."""

    fields: dict[str, Any]
    unions: list[Union] = field(default_factory=list)
    grids: list[Grid] = field(default_factory=list)
    sessions: list[SessionDraft] = field(default_factory=list)


def _plain(fields: dict[str, Any]) -> dict[str, Any]:
    """Return values that compare: rows by their number, moments without their zone, 2 hours as 2.0."""
    plain: dict[str, Any] = {}
    for name, value in fields.items():
        if name == "service_hours" and value is not None:
            value = f"{value:.1f}"
        if name.endswith("_at") and value is not None:
            value = value.timestamp()
        plain[name] = getattr(value, "pk", value)
    return plain


def _stored_session(session: Session) -> dict[str, Any]:
    shares = {share.union_id: share.quota for share in session.shares.all()}
    return {
        **_plain({name: getattr(session, name) for name in edit.DETAILS}),
        "shares": sorted(shares.items()),
    }


def _typed_session(draft: SessionDraft, before: dict[str, Any]) -> dict[str, Any]:
    shares = {union.pk: quota for union, quota in draft.shares.items()}
    return {**before, **_plain(draft.fields), "shares": sorted(shares.items())}


def standing(offering: Offering) -> list[Session]:
    """Return the sessions that can still be edited, with their shares."""
    return list(offering.sessions.filter(cancelled_at=None).order_by("pk").prefetch_related("shares__union"))


def _stored(offering: Offering) -> dict[str, Any]:
    return {
        **_plain({name: getattr(offering, name) for name in edit.RULES | edit.PROMISED}),
        "unions": sorted(offering.unions.values_list("pk", flat=True)),
        "grids": sorted(offering.grids.values_list("pk", flat=True)),
    }


def _typed(draft: Draft, before: dict[str, Any]) -> dict[str, Any]:
    chosen = {
        "unions": sorted(union.pk for union in draft.unions),
        "grids": sorted(grid.pk for grid in draft.grids),
    }
    return {**before, **_plain(draft.fields), **chosen}


def version_of(offering: Offering) -> str:
    """Return a digest of everything that the editor shows of an offering."""
    rows = [{**_stored_session(session), "pk": session.pk} for session in standing(offering)]
    text = json.dumps([_stored(offering), rows], cls=DjangoJSONEncoder, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


@transaction.atomic
def save_new(*, user: User, owner: Union, draft: Draft, key: str) -> Offering:
    """Make a draft with its sessions; sent twice with one `key` (a public id), it is made once. Raises NotAllowed, Invalid."""
    edit.may(user, "booking.add_offering", owner)
    made = edit.create_offering(
        user=user, owner=owner, key=key, unions=draft.unions, grids=draft.grids, **draft.fields
    )
    if not made.sessions.exists():
        for one in draft.sessions:
            _write_session(made, user, one)
    return made


@transaction.atomic
def save_changes(*, offering: Offering, user: User, draft: Draft, version: str) -> Offering:
    """Change an offering and its sessions. Raises NotAllowed, Invalid, TakesAPlace, WrongState, ChangedMeanwhile.

    What a session was refused for carries `session`, its place in the draft, in the error's detail.
    """
    edit.may(user, "booking.change_offering", offering.owner)
    offering = Offering.objects.select_for_update(no_key=True).get(pk=offering.pk)
    before, sessions = _stored(offering), {session.pk: session for session in standing(offering)}
    if version_of(offering) != version:
        if _same(draft, before, sessions):
            return offering
        raise ChangedMeanwhile
    typed = _typed(draft, before)
    if typed != before:
        chosen: dict[str, Any] = {}
        if typed["unions"] != before["unions"]:
            chosen["unions"] = draft.unions
        if typed["grids"] != before["grids"]:
            chosen["grids"] = draft.grids
        edit.edit_offering(offering=offering, user=user, **draft.fields, **chosen)
    for place, one in enumerate(draft.sessions):
        try:
            _save_session(offering, user, one, sessions)
        except DomainError as problem:
            problem.detail["session"] = place
            raise
    return offering


def _same(draft: Draft, before: dict[str, Any], sessions: dict[int, Session]) -> bool:
    """Say whether what was typed is what stands already: the same page, sent twice."""
    kept = [_stored_session(session) for session in sessions.values()]
    blank = dict.fromkeys(edit.DETAILS)
    typed = []
    for one in draft.sessions:
        was = sessions.get(one.pk or 0)
        if not one.gone:
            typed.append(_typed_session(one, _stored_session(was) if was else blank))
    order = [json.dumps(one, cls=DjangoJSONEncoder, sort_keys=True) for one in kept]
    asked = [json.dumps(one, cls=DjangoJSONEncoder, sort_keys=True) for one in typed]
    return _typed(draft, before) == before and sorted(order) == sorted(asked)


def _save_session(offering: Offering, user: User, one: SessionDraft, sessions: dict[int, Session]) -> None:
    if one.pk is None:
        if not one.gone:
            _write_session(offering, user, one)
        return
    session = sessions.get(one.pk)
    if session is None:
        raise ChangedMeanwhile
    if one.gone:
        remove_session(session=session, user=user)
        return
    before = _stored_session(session)
    typed = _typed_session(one, before)
    if typed != before:
        shares = one.shares if typed["shares"] != before["shares"] else None
        edit.edit_session(session=session, user=user, shares=shares, **one.fields)


def _write_session(offering: Offering, user: User, one: SessionDraft) -> None:
    edit.add_session(offering=offering, user=user, shares=one.shares, **one.fields)


@transaction.atomic
def remove_session(*, session: Session, user: User) -> None:
    """Take a session out of a draft. Raises NotAllowed, Invalid once members may have seen it."""
    offering = session.offering
    edit.may(user, "booking.change_session", offering.owner)
    if offering.state != Offering.State.DRAFT or Claim.objects.filter(session=session).exists():
        raise Invalid("活动发布过，场次不能删除；不办了请用“取消这一场”，报名的人会收到通知。")
    audit.record(actor=user, action="booking.edit", target=offering, data={"removed": session.public_id})
    session.delete()


@transaction.atomic
def call_off_offering(*, offering: Offering, user: User, reason: str) -> int:
    """Call every standing session off, and the offering with them. Returns how many had something of it.

    Raises NotAllowed, Invalid without a reason, WrongState when it has ended already.
    """
    edit.may(user, "booking.change_offering", offering.owner)
    states = Offering.State
    offering = Offering.objects.select_for_update(no_key=True).get(pk=offering.pk)
    if offering.state not in (states.PUBLISHED, states.CLOSED):
        raise Invalid("只有已发布的活动才要取消；草稿放着就好，会员看不到。")
    coming = offering.sessions.filter(cancelled_at=None, ends_at__gt=timezone.now()).order_by("pk")
    told = sum(edit.call_off(session=session, user=user, reason=reason) for session in coming)
    Offering.objects.filter(pk=offering.pk).update(state=states.CANCELLED)
    data = {"reason": reason.strip()[:200], "count": told}
    audit.record(actor=user, action="booking.call_off", target=offering, data=data)
    return told
