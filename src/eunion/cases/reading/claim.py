"""What the checks of a claim are given: plain facts, without a database."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Collection
from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import Any

from eunion.cases.reading.labels import Found

NEEDED = ("id_card", "invoice", "settlement", "discharge", "bank_card")


@dataclass(frozen=True)
class Profile:
    """Who claims, as certified."""

    name: str
    id_number: str


@dataclass(frozen=True)
class Enrolment:
    """A place in a plan: its period, both days included, and since when. `renewed` means no waiting period."""

    begins: datetime.date
    ends: datetime.date
    first_joined: datetime.date
    renewed: bool = False
    waiting_days: int = 30


@dataclass(frozen=True)
class Paper:
    """One kind of paper as sent: the fields that a machine read, or None where a person alone reads it."""

    fields: dict[str, Found] | None = None


@dataclass(frozen=True)
class Typed:
    """What the person confirmed, from the readings or by hand. Money in fen; None is not given."""

    name: str | None = None
    id_number: str | None = None
    hospital: str | None = None
    admitted: datetime.date | None = None
    discharged: datetime.date | None = None
    settled: datetime.date | None = None
    invoice_number: str | None = None
    invoice_total: int | None = None
    total: int | None = None
    fund: int | None = None
    self_paid: int | None = None
    card_number: str | None = None

    def missing(self) -> list[str]:
        """Return the names of the values that are not given."""
        return [one.name for one in fields(self) if getattr(self, one.name) is None]


@dataclass(frozen=True)
class Claim:
    """All that the checks look at. `invoice_known` says whether another claim has used an invoice's number."""

    profile: Profile
    enrolment: Enrolment | None
    papers: dict[str, Paper]
    typed: Typed
    submitted: datetime.date
    hospitals: Collection[str]
    invoice_known: Callable[[str], bool]
    needed: tuple[str, ...] = NEEDED
    months_to_claim: int = 6
    read: dict[str, list[tuple[str, Found]]] = field(init=False)

    def __post_init__(self) -> None:
        """Put the readings under the names of the typed values, each with the kind of its paper."""
        read: dict[str, list[tuple[str, Found]]] = {}
        for kind, paper in self.papers.items():
            for key, found in (paper.fields or {}).items():
                typed_name = "invoice_total" if (kind, key) == ("invoice", "total") else key
                read.setdefault(typed_name, []).append((kind, found))
        object.__setattr__(self, "read", read)


class Verdict(StrEnum):
    """What one check comes to. Only a person refuses: `refuse_by_person` asks one to decide."""

    KEPT = "pass"
    MEND = "mend"
    REFUSE_BY_PERSON = "refuse_by_person"


@dataclass(frozen=True)
class Result:
    """One rule's verdict, what to tell the worker, and the typed values or kinds of paper that it is about."""

    rule: str
    verdict: Verdict
    says: str
    about: tuple[str, ...] = ()


def passed(rule: str, says: str) -> Result:
    """The rule is kept."""
    return Result(rule, Verdict.KEPT, says)


def mend(rule: str, says: str, *about: Any) -> Result:
    """The worker can put it right: type, check or photograph something again."""
    return Result(rule, Verdict.MEND, says, about)


def to_person(rule: str, says: str, *about: Any) -> Result:
    """By what the worker confirmed the rule is not kept: a person looks and decides."""
    return Result(rule, Verdict.REFUSE_BY_PERSON, says, about)
