"""Claims by the gate's own statement inside a test's transaction, and a gate on a database where commits are real."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
from django.db import connection

from eunion.booking import statement
from eunion.booking.gate import parameters
from eunion.booking.models import Session
from eunion.booking.passes import Pass


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
