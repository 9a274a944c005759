"""The services that this software knows, one module each."""

from __future__ import annotations


def load() -> None:
    """Declare every service; called once when the room is ready."""
    # Importing declares.
    from eunion.cases.declarations import (  # noqa: F401
        appeals,
        hardship,
        joining,
        legal,
        medical,
        requests,
    )
