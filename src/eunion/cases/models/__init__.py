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
from eunion.cases.models.legal import (
    AdviceHours,
    Appointment,
    Assignment,
    ConflictClearance,
    DayOff,
    Lawyer,
    LawyerClient,
    LegalAid,
    LegalRules,
    WorkNote,
)
from eunion.cases.models.medical import ClaimFacts, Enrolment, MedicalPlan
from eunion.cases.models.medical_lists import EnrolmentList, EnrolmentRow, PayLine, PayList
from eunion.cases.models.page import Page
from eunion.cases.models.public_answer import PublicAnswer

__all__ = [
    "AdviceHours",
    "Appointment",
    "Assignment",
    "Case",
    "CaseEvent",
    "CaseNumber",
    "ClaimFacts",
    "ConflictClearance",
    "DayOff",
    "Enrolment",
    "EnrolmentList",
    "EnrolmentRow",
    "HardshipEntry",
    "HardshipFile",
    "HardshipKind",
    "HardshipNotice",
    "HardshipObjection",
    "HardshipProgramme",
    "HardshipRecheck",
    "HardshipStandard",
    "HardshipVisit",
    "Lawyer",
    "LawyerClient",
    "LegalAid",
    "LegalRules",
    "MedicalPlan",
    "Page",
    "PayLine",
    "PayList",
    "PublicAnswer",
    "WorkNote",
]
