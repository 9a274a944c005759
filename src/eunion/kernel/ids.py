"""Public identifiers: short, unguessable, safe in a URL."""

from __future__ import annotations

import secrets

# No vowels and no look-alikes: never a word, readable over the phone.
_ALPHABET = "23456789bcdfghjkmnpqrstvwxz"


def new_public_id() -> str:
    """Return 16 random characters (about 76 bits)."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(16))
