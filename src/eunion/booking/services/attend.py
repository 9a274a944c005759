"""Who came: by the code at the door, by a checked ticket, or by staff who saw them."""

from __future__ import annotations

import datetime

from django.db import transaction
from django.utils import timezone

from eunion.booking import hooks
from eunion.booking.errors import NotEnrolled, NotNow
from eunion.booking.models import Attendance, Claim, Meeting, Offering
from eunion.booking.services import meetings, places
from eunion.booking.services.edit import may
from eunion.kernel import audit
from eunion.kernel.errors import Invalid
from eunion.registry.models import Member, User

BEFORE = datetime.timedelta(hours=1)
ENROLLED = [Claim.State.CONFIRMED, Claim.State.REDEEMED, Claim.State.NO_SHOW]


@transaction.atomic
def sign_in(*, meeting: Meeting, member: Member) -> Attendance:
    """Note that a member came, within an hour before the start and the end. Raises NotEnrolled, NotNow.

    Again is the same. The first meeting of a class uses the place, so that its holder is no no-show.
    """
    claim = Claim.objects.filter(session=meeting.session_id, member=member, state__in=ENROLLED).first()
    if claim is None:
        raise NotEnrolled
    now = timezone.now()
    if meeting.cancelled_at or not meeting.starts_at - BEFORE <= now <= meeting.ends_at:
        raise NotNow
    return _note(claim, meeting, Attendance.How.DOOR, None)


def _note(claim: Claim, meeting: Meeting, how: str, by: User | None) -> Attendance:
    values = {"at": timezone.now(), "how": how, "by": by}
    made, _ = Attendance.objects.get_or_create(claim=claim, meeting=meeting, defaults=values)
    if claim.state != Claim.State.REDEEMED:
        places.mark(claim=claim, to=Claim.State.REDEEMED, actor=by)
    return made


@transaction.atomic
def mark_present(*, claim: Claim, meeting: Meeting, user: User) -> Attendance:
    """Note as staff that a member was there. Raises NotAllowed, NotEnrolled."""
    may(user, "booking.mark_claim", meeting.session.offering.owner)
    if claim.session_id != meeting.session_id or claim.state not in ENROLLED:
        raise NotEnrolled
    made = _note(claim, meeting, Attendance.How.STAFF, user)
    audit.record(actor=user, action="booking.present", target=claim, data={"meeting": meeting.public_id})
    return made


@transaction.atomic
def unmark(*, claim: Claim, meeting: Meeting, user: User, reason: str) -> None:
    """Take a wrong attendance back, with the reason in the log. Raises NotAllowed, Invalid."""
    may(user, "booking.mark_claim", meeting.session.offering.owner)
    if len(reason.strip()) < 2:
        raise Invalid("请写明为什么取消签到。")
    if Attendance.objects.filter(claim=claim, meeting=meeting).delete()[0]:
        data = {"meeting": meeting.public_id, "reason": reason.strip()[:200]}
        audit.record(actor=user, action="booking.absent", target=claim, data=data)
        if not claim.attendances.exists() and claim.state == Claim.State.REDEEMED:
            places.mark(claim=claim, to=Claim.State.CONFIRMED, actor=user)
            claim.redemptions.standing().update(undone_at=timezone.now())


def note_checked(claim_ids: list[int]) -> None:
    """Take a checked ticket for attendance of the meeting that is nearest in time."""
    kinds = [Offering.Kind.COURSE, Offering.Kind.CHARITY]
    rows = Claim.objects.filter(pk__in=claim_ids, session__offering__kind__in=kinds, attendances=None)
    for claim in rows.select_related("session"):
        at = claim.redeemed_at or timezone.now()
        standing = [one for one in meetings.of(claim.session) if not one.cancelled_at]
        if standing:
            nearest = min(standing, key=lambda one: abs(one.starts_at - at))
            values = {"at": at, "how": Attendance.How.CHECKED}
            Attendance.objects.get_or_create(claim=claim, meeting=nearest, defaults=values)


def register() -> None:
    """Hear of checked tickets."""
    hooks.REDEEMED.append(note_checked)
