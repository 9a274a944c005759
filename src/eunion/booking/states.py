"""Which way a claim may go, and what that does to the places."""

from __future__ import annotations

from eunion.booking.models import PLACED, Claim

_S = Claim.State
MOVES: dict[str, frozenset[str]] = {
    _S.ENTERED: frozenset({_S.HELD, _S.CONFIRMED, _S.WAITING, _S.NOT_DRAWN, _S.CANCELLED}),
    _S.WAITING: frozenset({_S.HELD, _S.CONFIRMED, _S.CANCELLED}),
    _S.HELD: frozenset({_S.CONFIRMED, _S.EXPIRED, _S.CANCELLED}),
    _S.CONFIRMED: frozenset({_S.REDEEMED, _S.NO_SHOW, _S.CANCELLED, _S.REFUNDED}),
    # A teacher may have marked the wrong person; an appeal may be right.
    _S.REDEEMED: frozenset({_S.CONFIRMED}),
    _S.NO_SHOW: frozenset({_S.REDEEMED, _S.CONFIRMED}),
    _S.CANCELLED: frozenset({_S.REFUNDED}),
    _S.EXPIRED: frozenset(),
    _S.REFUNDED: frozenset(),
    _S.NOT_DRAWN: frozenset(),
}


def sources(to: str) -> list[str]:
    """Return the states from which a claim may come to `to`."""
    return [state for state, allowed in MOVES.items() if to in allowed]


def frees(before: str, after: str) -> bool:
    """Say whether a move gives a place back."""
    return before in PLACED and after not in PLACED
