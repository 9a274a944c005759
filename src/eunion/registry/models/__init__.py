"""Who is here: unions, grids, people."""

from eunion.registry.models.certification import CertificationRequest, EntryTicket, IdReading, PhoneCode
from eunion.registry.models.grid import Grid, GridAssignment, ResidentsGroup
from eunion.registry.models.member import Member, Membership
from eunion.registry.models.roster import RosterImport, RosterRow
from eunion.registry.models.staff import StaffScope, User
from eunion.registry.models.union import Officer, Union

__all__ = [
    "CertificationRequest",
    "EntryTicket",
    "Grid",
    "GridAssignment",
    "IdReading",
    "Member",
    "Membership",
    "Officer",
    "PhoneCode",
    "ResidentsGroup",
    "RosterImport",
    "RosterRow",
    "StaffScope",
    "Union",
    "User",
]
