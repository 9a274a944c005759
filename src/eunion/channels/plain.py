"""Text from outside as the database can hold it."""

from __future__ import annotations

from typing import Any


def plain(value: Any, longest: int) -> str:
    """Return a value as text without NUL and half surrogates, cut to a length; None becomes empty."""
    text = str("" if value is None else value).encode("utf-8", "replace").decode()
    return text.replace("\x00", "")[:longest]


def plain_json(value: Any) -> Any:
    """Return decoded JSON with every text in it as `plain` would keep it, keys as well."""
    if isinstance(value, str):
        return plain(value, len(value))
    if isinstance(value, list):
        return [plain_json(one) for one in value]
    if isinstance(value, dict):
        return {plain_json(key): plain_json(one) for key, one in value.items()}
    return value
