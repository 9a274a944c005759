"""The only place that reads the process environment, so that one table can document it all."""

from __future__ import annotations

import os

_FALSE = {"", "0", "no", "false", "off"}


def text(name: str, default: str = "") -> str:
    """Return the variable as text, stripped; an empty value counts as unset."""
    return os.environ.get(name, "").strip() or default


def flag(name: str, default: bool = False) -> bool:
    """Return the variable as yes/no: 0, no, false and off (any case) mean no."""
    value = os.environ.get(name)
    return default if value is None else value.strip().lower() not in _FALSE


def number(name: str, default: int) -> int:
    """Return the variable as a whole number; raises ValueError naming the variable."""
    value = text(name)
    if not value:
        return default
    try:
        return int(value)
    except ValueError:
        raise ValueError(f"{name} must be a whole number, not {value!r}") from None


def listing(name: str, default: list[str] | None = None) -> list[str]:
    """Return a comma-separated variable as a list without blanks."""
    value = text(name)
    return [part.strip() for part in value.split(",") if part.strip()] if value else default or []
