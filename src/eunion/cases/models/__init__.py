"""Cases: what people ask the unions to do, and every step of it."""

from eunion.cases.models.case import Case, CaseNumber
from eunion.cases.models.event import CaseEvent
from eunion.cases.models.hardship import (
    HardshipEntry,
    HardshipFile,
    HardshipKind,
    HardshipNotice,
    HardshipObjection,
    HardshipProgramme,
    HardshipRecheck,
    HardshipStandard,
    HardshipVisit,
)
from eunion.cases.models.page import Page

__all__ = [
    "Case",
    "CaseEvent",
    "CaseNumber",
    "HardshipEntry",
    "HardshipFile",
    "HardshipKind",
    "HardshipNotice",
    "HardshipObjection",
    "HardshipProgramme",
    "HardshipRecheck",
    "HardshipStandard",
    "HardshipVisit",
    "Page",
]
