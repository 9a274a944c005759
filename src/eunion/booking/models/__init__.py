"""Limited places: what is offered, who holds a place, how a draw went."""

from eunion.booking.models.barred import Barred
from eunion.booking.models.claim import LIVING, PLACED, Claim
from eunion.booking.models.draw import Draw, DrawEntry
from eunion.booking.models.offering import Offering, Season
from eunion.booking.models.session import Session, Share, Tally

__all__ = [
    "LIVING",
    "PLACED",
    "Barred",
    "Claim",
    "Draw",
    "DrawEntry",
    "Offering",
    "Season",
    "Session",
    "Share",
    "Tally",
]
