"""Officers, applicants and their phones."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateJob

from eunion.cases.factories import applicant, staff
from eunion.cases.models import CaseEvent
from eunion.cases.services.tell import message
from eunion.registry.models import Member, User


@pytest.fixture
def officer(db: None) -> User:
    """A case officer of the federation."""
    return staff()


@pytest.fixture
def member(db: None) -> Member:
    """A certified member of the federation's own union."""
    return applicant()


@pytest.fixture
def phone(client: Client, member: Member) -> Client:
    """The member's phone, signed in."""
    client.force_login(member.user)
    return client


@pytest.fixture
def second_factor(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let staff in without setting up a second factor first."""
    monkeypatch.setattr("allauth.mfa.adapter.DefaultMFAAdapter.is_mfa_enabled", lambda *_: True)


@pytest.fixture
def desk(second_factor: None, officer: User) -> Client:
    """The officer's console."""
    client = Client()
    client.force_login(officer)
    return client


def jobs(name: str) -> list[dict[str, Any]]:
    """Return the arguments of a task's jobs, oldest first."""
    return [job.args for job in ProcrastinateJob.objects.filter(task_name=name).order_by("id")]


def told() -> list[str]:
    """Return what members are told of their cases, as `state: note`."""
    found = []
    for job in ProcrastinateJob.objects.filter(task_name__in=("cases.tell", "wechat.send_kind")).order_by(
        "id"
    ):
        event = job.args.get("event_id")
        sent = message(CaseEvent.objects.get(pk=event)) if event else job.args
        if sent["kind"] == "case_progress":
            found.append(f"{sent['values']['state']}: {sent['values']['note']}")
    return found
