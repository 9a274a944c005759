"""Every change to broadcasts: planned, paused, resumed, cancelled, read, told in person."""

from __future__ import annotations

import datetime
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.utils import timezone
from wagtail.models import Revision

from eunion.broadcast import plan, tasks, tokens
from eunion.broadcast.errors import NotYourGrid, TooLateToUndo, WrongState
from eunion.broadcast.models import Broadcast, Delivery, LastMileTick, Notice
from eunion.kernel import audit
from eunion.kernel.errors import NotAllowed
from eunion.registry.models import Member, User
from eunion.registry.selectors import member_of

UNDO_WITHIN = datetime.timedelta(minutes=10)


def plan_broadcast(*, notice: Notice, revision: Revision, user: User | None) -> Broadcast | None:
    """Plan the broadcast of a publication and defer its dispatch, in the caller's transaction.

    A notice that was published before is sent again only when its editor asked for it; returns None then.
    """
    if notice.broadcasts.exists() and not notice.again:
        return None
    broadcast, created = Broadcast.objects.get_or_create(
        notice=notice,
        revision_id=revision.pk,
        defaults={
            "title": notice.title,
            "summary": notice.summary,
            "source": notice.source,
            "urgent": notice.urgent,
            "created_by": user,
        },
    )
    if not created:
        return broadcast
    audience, channels = plan.Audience.of(notice), list(notice.channels)
    broadcast.planned_count = plan.insert(broadcast_id=broadcast.pk, audience=audience, channels=channels)
    broadcast.save(update_fields=["planned_count"])
    audit.record(
        actor=user, action="broadcast.plan", target=broadcast, data={"planned": broadcast.planned_count}
    )
    tasks.start_dispatch(broadcast.pk)
    return broadcast


def _move(
    *, broadcast: Broadcast, user: User | None, allowed: list[str], to: str, action: str, **also: Any
) -> None:
    """Change the state if it is still one of `allowed`; raises WrongState, NotAllowed."""
    if user and not user.has_perm("broadcast.change_broadcast"):
        raise NotAllowed
    changed = Broadcast.objects.filter(pk=broadcast.pk, state__in=allowed).update(state=to, **also)
    if not changed:
        raise WrongState
    audit.record(actor=user, action=action, target=broadcast)


@transaction.atomic
def pause(*, broadcast: Broadcast, user: User | None, because: str = "") -> None:
    """Hold a broadcast; what is being sent this moment still goes out. Raises WrongState."""
    _move(
        broadcast=broadcast,
        user=user,
        allowed=[Broadcast.State.SENDING],
        to=Broadcast.State.PAUSED,
        action="broadcast.pause",
        paused_because=because,
    )


@transaction.atomic
def resume(*, broadcast: Broadcast, user: User | None) -> None:
    """Go on with a paused broadcast. Raises WrongState."""
    _move(
        broadcast=broadcast,
        user=user,
        allowed=[Broadcast.State.PAUSED],
        to=Broadcast.State.SENDING,
        action="broadcast.resume",
        paused_because="",
    )
    tasks.start_dispatch(broadcast.pk)


@transaction.atomic
def cancel(*, broadcast: Broadcast, user: User | None) -> None:
    """Send nothing more of a broadcast. Raises WrongState."""
    _move(
        broadcast=broadcast,
        user=user,
        allowed=[Broadcast.State.SENDING, Broadcast.State.PAUSED],
        to=Broadcast.State.CANCELLED,
        action="broadcast.cancel",
        done_at=timezone.now(),
    )
    Delivery.objects.filter(broadcast=broadcast, state=Delivery.State.QUEUED).update(
        state=Delivery.State.CANCELLED
    )


def cancel_broadcasts(*, notice: Notice, user: User | None) -> None:
    """Cancel every running broadcast of a withdrawn notice, and take it out of the members' inboxes."""
    for broadcast in notice.broadcasts.filter(state__in=[Broadcast.State.SENDING, Broadcast.State.PAUSED]):
        # Whoever may withdraw the page stops its broadcast with it.
        cancel(broadcast=broadcast, user=None)


@transaction.atomic
def mark_read(*, notice: Notice, user: User | AnonymousUser, token: str) -> None:
    """Note that a notice was opened: by the token of its message, by the signed-in member, or both."""
    now = timezone.now()
    mine = Delivery.objects.filter(broadcast__notice=notice, read_at=None)
    member_ids = set()
    delivery_id = tokens.read(token) if token else None
    if delivery_id:
        opened = mine.filter(pk=delivery_id)
        member_ids = {one for one in opened.values_list("member_id", flat=True) if one}
        opened.update(state=Delivery.State.READ, read_at=now)
    member = member_of(user)
    if member:
        member_ids.add(member.pk)
    if member_ids:
        mine.filter(member_id__in=member_ids, channel="inbox").update(state=Delivery.State.READ, read_at=now)


@transaction.atomic
def tell_in_person(*, broadcast: Broadcast, member: Member, user: User) -> None:
    """Tick off a member whom a grid worker told; again is harmless. Raises NotYourGrid."""
    if member.grid_id is None or not user.grid_assignments.filter(grid_id=member.grid_id).exists():
        raise NotYourGrid
    _, created = LastMileTick.objects.get_or_create(
        broadcast=broadcast, member=member, defaults={"told_by": user}
    )
    if created:
        audit.record(actor=user, action="broadcast.tell", target=broadcast, data={"member": member.public_id})


@transaction.atomic
def undo_tell(*, broadcast: Broadcast, member: Member, user: User) -> None:
    """Take back one's own tick within ten minutes. Raises TooLateToUndo."""
    tick = LastMileTick.objects.filter(broadcast=broadcast, member=member, told_by=user).first()
    if tick is None:
        return
    if timezone.now() - tick.told_at > UNDO_WITHIN:
        raise TooLateToUndo
    tick.delete()
    audit.record(
        actor=user, action="broadcast.undo_tell", target=broadcast, data={"member": member.public_id}
    )
