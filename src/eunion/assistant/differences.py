"""What a version of an entry says differently, character by character."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import Any

from wagtail.models import Revision

from eunion.assistant.models import KnowledgeEntry
from eunion.assistant.services.knowledge import SAID

# Below this likeness a text is shown as written anew: crumbs of the old one between the new help nobody.
MOST = 0.5


@dataclass(frozen=True)
class Difference:
    """One field: its label and pieces of text, each "same", "gone" or "new"."""

    label: str
    pieces: tuple[tuple[str, str], ...]
    changed: bool


def version(revision: Revision) -> KnowledgeEntry:
    """Return what a revision says as an entry that is in no database; unlike Wagtail's own, it asks no query."""
    said: dict[str, Any] = {}
    for name in SAID:
        field: Any = KnowledgeEntry._meta.get_field(name)
        value = revision.content.get(name)
        said[field.attname] = value if value is None else field.to_python(value)
    return KnowledgeEntry(pk=revision.content.get("pk"), **said)


def shown(entry: KnowledgeEntry, name: str) -> str:
    """Return a field as a person reads it."""
    value: Any = getattr(entry, name)
    if name == "links":
        return "\n".join(f"{one.get('label', '')} {one.get('url', '')}" for one in value or [])
    if isinstance(value, list):
        return "\n".join(value)
    return "" if value is None else str(value)


def between(before: KnowledgeEntry | None, after: KnowledgeEntry) -> list[Difference]:
    """Return what is said, field by field, with what changed; without a version before, what is new."""
    found = []
    for name in SAID:
        new = shown(after, name)
        old = shown(before, name) if before else new
        if new or old:
            label = str(KnowledgeEntry._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
            found.append(Difference(label, tuple(_pieces(old, new)), old != new))
    return found


def _pieces(old: str, new: str) -> list[tuple[str, str]]:
    """Return what stayed, went and came: by line where there are lines, by character while most of it stayed."""
    if "\n" in old or "\n" in new:
        return _merged(f"{old}\n".splitlines(keepends=True), f"{new}\n".splitlines(keepends=True))
    if difflib.SequenceMatcher(None, old, new, autojunk=False).ratio() < MOST:
        return [(kind, text) for kind, text in (("gone", old), ("new", new)) if text]
    return _merged(old, new)


def _merged(old: str | list[str], new: str | list[str]) -> list[tuple[str, str]]:
    pieces: list[tuple[str, str]] = []
    for kind, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            pieces.append(("same", "".join(old[a:b])))
            continue
        went, came = "".join(old[a:b]), "".join(new[c:d])
        pieces += [(name, text) for name, text in (("gone", went), ("new", came)) if text]
    return pieces
