"""Text from outside as the database can hold it."""

from __future__ import annotations

from typing import Any


def plain(value: Any, longest: int) -> str:
    """Return a value as text without NUL and half surrogates, cut to a length; None becomes empty."""
    text = str("" if value is None else value).encode("utf-8", "replace").decode()
    return text.replace("\x00", "")[:longest]
