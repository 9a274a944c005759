"""Names of firms, made alike: for finding out whether two of them are the same one."""

from __future__ import annotations

import re

from eunion.registry.codes import half_width

# What is left out at the end: "河湾机械厂" and "河湾机械厂有限公司" are to be looked at by a person, not to slip through.
_FORM = re.compile(r"(股份有限公司|有限责任公司|集团有限公司|有限公司|集团公司|总公司|公司|集团)$")


def name_key(name: str) -> str:
    """Return a firm's name without spaces, punctuation, letter case and legal form."""
    plain = re.sub(r"[\W_]", "", half_width(name)).upper()
    return (_FORM.sub("", plain) or plain)[:100]


def same(key: str, uscc: str, other_key: str, other_uscc: str) -> bool:
    """Say whether two may be the same firm, by code or by name: a namesake is looked at by a person, not let through."""
    return bool(uscc and uscc == other_uscc) or bool(key and key == other_key)
