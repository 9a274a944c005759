"""The services that this software knows, one module each."""

from __future__ import annotations


def load() -> None:
    """Declare every service; called once when the room is ready."""
    from eunion.cases.declarations import (  # noqa: F401  importing declares
        appeals,
        joining,
        medical,
        requests,
    )
