"""Claims by the gate's own statement inside a test's transaction, and a gate on a database where commits are real."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
from django.db import connection
from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateJob

from eunion.booking import statement
from eunion.booking.gate import parameters
from eunion.booking.models import Session
from eunion.booking.passes import Pass
from eunion.registry.factories import MemberFactory, UserFactory, make_union
from eunion.registry.models import Member, StaffScope, Union, User
from eunion.registry.roles import Role


class Told(NamedTuple):
    """One row of the statement's answer."""

    member: int
    answer: str
    entry: str | None
    line: int | None
    deadline: int | None


Take = Callable[..., list[Told]]


@pytest.fixture
def take(db: None) -> Take:
    """Claim places for members (ids, or (id, share) pairs) in this order, as one batch; returns rows in that order."""

    def run(session: Session, *members: Any) -> list[Told]:
        pairs = [member if isinstance(member, tuple) else (member, 0) for member in members]
        batch = [Pass(session.pk, member, share, 0, "d" * 16, "k" * 16) for member, share in pairs]
        with connection.cursor() as cursor:
            cursor.execute(statement.call(), parameters(session.pk, batch))
            rows = {row[0]: Told(*row) for row in cursor.fetchall()}
        session.refresh_from_db()
        return [rows[member] for member, _ in pairs]

    return run


@pytest.fixture(autouse=True)
def calm_buckets(monkeypatch: pytest.MonkeyPatch) -> None:
    """Begin each test with empty buckets: member ids come back after a rollback."""
    from eunion.booking import endpoint
    from eunion.booking.services import place

    for buckets in (endpoint.PER_MEMBER, endpoint.CALM, endpoint.PER_ADDRESS, place.OPENINGS):
        monkeypatch.setattr(buckets, "paid_at", {})


@pytest.fixture
def member() -> Member:
    """A member who can sign in."""
    return MemberFactory(user=UserFactory())


@pytest.fixture
def phone(client: Client, member: Member) -> Client:
    """The member's phone, signed in."""
    client.force_login(member.user)
    return client


@pytest.fixture
def organiser(db: None) -> User:
    """Staff of the federation who run courses."""
    root = Union.objects.filter(depth=1).first() or make_union("区总工会")
    user = UserFactory(role=Role.ORGANISER)
    StaffScope.objects.create(user=user, union=root)
    return user


def jobs(name: str) -> list[dict[str, Any]]:
    """Return the arguments of a task's jobs, oldest first."""
    return [job.args for job in ProcrastinateJob.objects.filter(task_name=name).order_by("id")]


def notes() -> list[str]:
    """Return what members are told, as `kind: note`."""
    return [f"{job['kind']}: {job['values'].get('note', '')}" for job in jobs("wechat.send_kind")]


@pytest.fixture
def second_factor(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let staff in without setting up a second factor first."""
    monkeypatch.setattr("allauth.mfa.adapter.DefaultMFAAdapter.is_mfa_enabled", lambda *_: True)


@pytest.fixture
def owner(organiser: User) -> Union:
    """The federation that owns what the organiser holds."""
    return Union.objects.get(depth=1)
