"""A half hour of advice: booked, cancelled, called off, kept or missed."""

from __future__ import annotations

import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from eunion.cases.legal import policies, slots
from eunion.cases.legal.errors import EnoughBooked, NotOffered, SlotTaken, TooLate
from eunion.cases.legal.rules import rules
from eunion.cases.legal.services import tell
from eunion.cases.models import Appointment, Lawyer
from eunion.kernel import audit
from eunion.kernel.errors import Conflict, Invalid, NotAllowed
from eunion.registry import codes
from eunion.registry.models import User

State = Appointment.State
REMIND_BEFORE = datetime.timedelta(hours=24)
WORDS_MAX = 300


@transaction.atomic
def book(
    *, lawyer: Lawyer, starts_at: datetime.datetime, user: User, name: str, phone: str, topic: str = ""
) -> Appointment:
    """Take a half hour; the same again is the same. Raises Invalid, NotOffered, SlotTaken, EnoughBooked."""
    kept = Lawyer.objects.select_for_update(of=("self",)).get(pk=lawyer.pk)
    standing = Appointment.objects.exclude(state__in=slots.FREED)
    known = standing.filter(lawyer=kept, starts_at=starts_at).first()
    if known:
        if known.user_id == user.pk:
            return known
        raise SlotTaken
    now = timezone.now()
    name, phone = name.strip(), codes.half_width(phone)
    wrong = "请填姓名。" if not name else codes.phone_error(phone)
    if wrong:
        raise Invalid(wrong)
    if not kept.active or not slots.is_offered(kept, starts_at, now):
        raise NotOffered
    if standing.filter(user=user, state=State.BOOKED, starts_at__gte=now).count() >= rules().bookings_most:
        raise EnoughBooked
    made = _made(
        lawyer=kept,
        starts_at=starts_at,
        user=user,
        name=name[:40],
        phone=phone,
        topic=topic.strip()[:WORDS_MAX],
    )
    if starts_at - now < REMIND_BEFORE:
        made.reminded_at = now  # told just now; once more would be noise
        made.save(update_fields=["reminded_at"])
    tell.booked(made)
    return made


def _made(**fields: object) -> Appointment:
    try:
        with transaction.atomic():
            return Appointment.objects.create(**fields)
    except IntegrityError:
        raise SlotTaken("您在这个时间已经约了另一位律师，请换一个时间。") from None


def _locked(appointment: Appointment) -> Appointment:
    rows = Appointment.objects.select_for_update(of=("self",)).select_related("lawyer", "user")
    return rows.get(pk=appointment.pk)


def may_cancel(appointment: Appointment, now: datetime.datetime) -> bool:
    """Say whether the person may still cancel by themselves."""
    before = datetime.timedelta(hours=rules().cancel_hours)
    return appointment.state == State.BOOKED and now <= appointment.starts_at - before


@transaction.atomic
def cancel(*, appointment: Appointment, user: User) -> Appointment:
    """Give a half hour back; again is the same. Raises NotAllowed, TooLate."""
    kept = _locked(appointment)
    if kept.user_id != user.pk:
        raise NotAllowed
    if kept.state in slots.FREED:
        return kept
    if not may_cancel(kept, timezone.now()):
        raise TooLate
    kept.state = State.CANCELLED
    kept.save(update_fields=["state"])
    return kept


def check_may_keep(user: User, lawyer: Lawyer) -> None:
    """Raise NotAllowed unless it is the person's own calendar, or they keep the roster."""
    if not (user.has_perm("cases.write_worknote") and lawyer.user_id == user.pk):
        policies.check_federation(user, "cases.change_lawyer")


@transaction.atomic
def call_off(*, appointment: Appointment, user: User, why: str) -> Appointment:
    """Call a half hour off on the lawyer's side, and tell who booked it; again is the same. Raises NotAllowed, Invalid, Conflict."""
    kept = _locked(appointment)
    check_may_keep(user, kept.lawyer)
    if kept.state == State.CALLED_OFF:
        return kept
    if kept.state != State.BOOKED:
        raise Conflict("这个预约已经取消或结束。")
    if len(why.strip()) < 2:
        raise Invalid("请写明原因，会告诉预约的人。")
    kept.state, kept.why_off = State.CALLED_OFF, why.strip()[:100]
    kept.save(update_fields=["state", "why_off"])
    audit.record(actor=user, action="legal.call_off", target=kept, data={"why": kept.why_off})
    tell.called_off(kept)
    return kept


@transaction.atomic
def mark(*, appointment: Appointment, user: User, came: bool) -> Appointment:
    """Note whether the person came; may be put right. Raises NotAllowed, Conflict (not yet, or called off)."""
    kept = _locked(appointment)
    check_may_keep(user, kept.lawyer)
    if kept.state in slots.FREED or kept.starts_at > timezone.now():
        raise Conflict("还没到时间，或已经取消。")
    state = State.CAME if came else State.MISSED
    if kept.state != state:
        kept.state = state
        kept.save(update_fields=["state"])
        audit.record(actor=user, action="legal.attendance", target=kept, data={"state": state.value})
    return kept


@transaction.atomic
def see_phone(*, appointment: Appointment, user: User) -> str:
    """Return the whole number of who booked; who looked is written down. Raises NotAllowed."""
    check_may_keep(user, appointment.lawyer)
    audit.record(actor=user, action="legal.see_phone", target=appointment)
    return str(appointment.phone)


def remind_due() -> int:
    """Remind all whose half hour is a day away, each once; return how many. Safe to repeat and to kill."""
    now = timezone.now()
    rows = Appointment.objects.filter(
        state=State.BOOKED, reminded_at=None, starts_at__gt=now, starts_at__lte=now + REMIND_BEFORE
    )
    return sum(_remind(pk) for pk in list(rows.values_list("pk", flat=True)))


@transaction.atomic
def _remind(pk: int) -> bool:
    rows = Appointment.objects.select_for_update(of=("self",)).select_related("lawyer", "user")
    kept = rows.filter(pk=pk, state=State.BOOKED, reminded_at=None).first()
    if kept is None:
        return False
    kept.reminded_at = timezone.now()
    kept.save(update_fields=["reminded_at"])
    tell.reminded(kept)
    return True
