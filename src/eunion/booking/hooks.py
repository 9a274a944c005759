"""What other rooms and later parts of this one do when something happens to a claim.

Each hook is called inside the transaction that makes the change, with ids: it writes rows and defers jobs, and sends
nothing itself. A hook is added in an apps.py.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

# Claims that went from the waiting list to a place, in order.
PROMOTED: list[Callable[[list[int]], None]] = []
# Claims whose place was given up by the member (cancelled) or by the clock (expired).
GIVEN_UP: list[Callable[[list[int]], None]] = []
# Claims that lost their place because we called the session off: tell them, and give money back.
CALLED_OFF: list[Callable[[list[int]], None]] = []
# Sessions that were moved to another time or place after somebody had a place, with what they were before.
MOVED: list[Callable[[int, dict[str, Any]], None]] = []
# Claims that were used: a ticket was checked, a member signed in.
REDEEMED: list[Callable[[list[int]], None]] = []
# Sessions whose draw was made.
DRAWN: list[Callable[[int], None]] = []


def run(hooks: list[Callable[[list[int]], None]], claim_ids: list[int]) -> None:
    """Call each hook, unless there is nothing to tell."""
    if claim_ids:
        for hook in hooks:
            hook(claim_ids)
