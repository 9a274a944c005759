"""Limited places: what is offered, who holds a place, how a draw went."""

from eunion.booking.models.appeal import Appeal
from eunion.booking.models.barred import Barred
from eunion.booking.models.certificate import Certificate, HourEntry
from eunion.booking.models.claim import LIVING, PLACED, Claim
from eunion.booking.models.draw import Draw, DrawEntry
from eunion.booking.models.homework import HandIn, Homework, Photo
from eunion.booking.models.material import Material
from eunion.booking.models.meeting import Attendance, Meeting, Rating, Reminder
from eunion.booking.models.offering import Offering, Season
from eunion.booking.models.redemption import Checker, Redemption
from eunion.booking.models.session import Session, Share, Tally

__all__ = [
    "LIVING",
    "PLACED",
    "Appeal",
    "Attendance",
    "Barred",
    "Certificate",
    "Checker",
    "Claim",
    "Draw",
    "DrawEntry",
    "HandIn",
    "Homework",
    "HourEntry",
    "Material",
    "Meeting",
    "Offering",
    "Photo",
    "Rating",
    "Redemption",
    "Reminder",
    "Season",
    "Session",
    "Share",
    "Tally",
]
