"""Which way a case may go: state → what happens → state. A stage moves only by `pass`, inside `open`."""

from __future__ import annotations

from eunion.cases.errors import WrongState

DRAFT, OPEN, MENDING = "draft", "open", "mending"
DONE, REFUSED, WITHDRAWN = "done", "refused", "withdrawn"
RUNNING = (OPEN, MENDING)
CLOSED = (DONE, REFUSED, WITHDRAWN)

MOVES: dict[str, dict[str, str]] = {
    DRAFT: {"submit": OPEN},
    OPEN: {
        "pass": OPEN,
        "finish": DONE,
        "mend": MENDING,
        "refuse": REFUSED,
        "withdraw": WITHDRAWN,
        "transfer": OPEN,
        "assign": OPEN,
        "escalate": OPEN,
        "note": OPEN,
    },
    MENDING: {
        "supplement": OPEN,
        "refuse": REFUSED,
        "withdraw": WITHDRAWN,
        "assign": MENDING,
        "remind": MENDING,
        "note": MENDING,
    },
    DONE: {"rate": DONE, "reopen": OPEN, "note": DONE},
    REFUSED: {"reopen": OPEN, "note": REFUSED},
    WITHDRAWN: {"note": WITHDRAWN},
}


def after(state: str, event: str) -> str:
    """Return the state that an event leads to. Raises WrongState."""
    try:
        return MOVES[state][event]
    except KeyError:
        raise WrongState from None
