"""Test data of limited places."""

from __future__ import annotations

import datetime
from typing import Any

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from eunion.booking.models import Claim, Homework, Meeting, Offering, Session, Share
from eunion.registry.factories import make_union
from eunion.registry.models import Member, Union


def in_hours(hours: float) -> datetime.datetime:
    """Return a moment some hours from now."""
    return timezone.now() + datetime.timedelta(hours=hours)


def _owner() -> Union:
    return Union.objects.filter(depth=1).first() or make_union("区总工会")


class OfferingFactory(DjangoModelFactory[Offering]):
    """A published rush, free of charge, open since an hour ago."""

    class Meta:
        model = Offering

    kind = Offering.Kind.TICKET
    mode = Offering.Mode.RUSH
    state = Offering.State.PUBLISHED
    title = factory.Sequence(lambda n: f"一元观影 第{n + 1}期")
    owner = factory.LazyFunction(_owner)
    opens_at = factory.LazyFunction(lambda: in_hours(-1))
    closes_at = factory.LazyFunction(lambda: in_hours(24))


class SessionFactory(DjangoModelFactory[Session]):
    """A session three days from now with two places."""

    class Meta:
        model = Session

    offering = factory.SubFactory(OfferingFactory)
    starts_at = factory.LazyFunction(lambda: in_hours(72))
    ends_at = factory.LazyFunction(lambda: in_hours(74))
    quota = 2


def make_share(session: Session, union: Union, quota: int) -> Share:
    """Set places of a session aside for a union, on top of those it has."""
    session.quota, session.reserved = session.quota + quota, session.reserved + quota
    session.save(update_fields=["quota", "reserved"])
    return Share.objects.create(session=session, union=union, quota=quota)


def make_claim(session: Session, member: Member, state: str = "confirmed", **fields: Any) -> Claim:
    """Return a claim as the gate would have written it, with the session's counters."""
    session.refresh_from_db()
    now = timezone.now()
    session.arrivals += 1
    if state == "waiting":
        session.waiting, session.waiting_issued = session.waiting + 1, session.waiting_issued + 1
        fields.setdefault("waiting_number", session.waiting_issued)
    elif state in ("held", "confirmed", "redeemed", "no_show"):
        session.taken += 1
    session.save()
    made = {"arrival": session.arrivals, "key": "0" * 16, "device": "0" * 16}
    return Claim.objects.create(
        session=session, member=member, state=state, created_at=now, changed_at=now, **{**made, **fields}
    )


def make_course(meetings: int = 2, first_hours: float = -0.5, **fields: Any) -> Session:
    """Return a class of a free course with a meeting a week; the first begins in `first_hours`."""
    offering = {"kind": Offering.Kind.COURSE, "mode": Offering.Mode.OPEN, "certificate_percent": 80}
    named = {f"offering__{name}": value for name, value in offering.items()}
    starts = [in_hours(first_hours + 168 * week) for week in range(meetings)]
    made = SessionFactory(
        **{
            "starts_at": starts[0],
            "ends_at": starts[-1] + datetime.timedelta(hours=2),
            "quota": 20,
            **named,
            **fields,
        }
    )
    Meeting.objects.bulk_create(
        Meeting(session=made, number=number, starts_at=at, ends_at=at + datetime.timedelta(hours=2))
        for number, at in enumerate(starts, 1)
    )
    return made


class HomeworkFactory(DjangoModelFactory[Homework]):
    """A task that is due tomorrow."""

    class Meta:
        model = Homework

    title = "临帖一张"
    due_at = factory.LazyFunction(lambda: in_hours(24))
