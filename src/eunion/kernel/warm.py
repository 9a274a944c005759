"""What a process reads before the first person needs it: rooms name theirs in their apps.py."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from django.db import DatabaseError, connections

logger = logging.getLogger(__name__)
WARMERS: list[Callable[[], None]] = []
_done = threading.Event()


def is_done() -> bool:
    """Return whether this process has read what the first person needs."""
    return _done.is_set()


def begin() -> threading.Thread:
    """Warm this process up beside its work; what fails now is read when it is needed."""
    thread = threading.Thread(target=_warm, name="warm", daemon=True)
    thread.start()
    return thread


def _warm() -> None:
    for warmer in WARMERS:
        try:
            warmer()
        except DatabaseError as error:
            logger.warning("not warmed up: %s", type(error).__name__)
    connections.close_all()
    _done.set()
