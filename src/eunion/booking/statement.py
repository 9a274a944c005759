"""The gate's one statement: its function, as the migration makes it, and the call."""

from __future__ import annotations

from pathlib import Path

NAME = "booking_claim_v1"
SOURCE = Path(__file__).parent / "sql" / "claim_v1.sql"
LOCK = "    PERFORM 1 FROM booking_session WHERE id = asked_session FOR NO KEY UPDATE;\n"
LOOKED = "    moment := clock_timestamp();\n"


def function(*, name: str = NAME, lock: bool = True, pause_s: float = 0) -> str:
    """Return the SQL that makes the gate's function.

    The tests alone ask for a twin under another `name` without the lock, or with a pause between look and leap, to
    show that the race they guard against is real.
    """
    text = SOURCE.read_text()
    if name == NAME:
        return text
    for piece in (LOCK, LOOKED):
        if text.count(piece) != 1:
            raise ValueError(f"{SOURCE.name} has changed: {piece.strip()}")
    text = text.replace(NAME, name)
    text = text if lock else text.replace(LOCK, "")
    return text.replace(LOOKED, f"    PERFORM pg_sleep({pause_s});\n{LOOKED}") if pause_s else text


def call(name: str = NAME) -> str:
    """Return the call; its parameters are the session's id and five arrays written as PostgreSQL reads them."""
    return f"SELECT * FROM {name}(%s, %s, %s, %s, %s, %s)"  # noqa: S608  a name of ours, never of a request


def array(items: list[int] | list[str]) -> str:
    """Write numbers, or words of letters and digits alone, as an array.

    Joined by hand: psycopg's own dumper looks at every item and would cost as much as the whole claim.
    """
    return "{" + ",".join(map(str, items)) + "}"
