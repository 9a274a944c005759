"""Knowledge brought in from files: whole or not at all, again is harmless, nothing speaks without its approvals."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import transaction

from eunion.assistant import differences, entry_files, selectors
from eunion.assistant.models import KnowledgeEntry
from eunion.assistant.services import knowledge
from eunion.kernel import audit
from eunion.kernel.errors import NotAllowed
from eunion.registry.models import User
from eunion.registry.scope import scope_of

SHIPPED = Path(__file__).resolve().parent.parent / "knowledge"


@dataclass(frozen=True)
class Imported:
    """What a file brought."""

    added: int
    changed: int
    same: int


@transaction.atomic
def import_file(*, name: str, content: bytes, user: User | None) -> Imported:
    """Write every entry of an XLSX or JSON file as a version that waits for approval.

    Rows with the number (or, without one, the question) of an entry that is there become its new version.
    Raises NotAllowed, BadFile.
    """
    if user is not None and not user.has_perm("assistant.add_knowledgeentry"):
        raise NotAllowed
    result = _write_all(entry_files.read(name=name, content=content), user)
    if user is not None and result.added + result.changed:
        newest = KnowledgeEntry.objects.order_by("-updated_at").first()
        if newest:
            audit.record(actor=user, action="assistant.import", target=newest, data=vars(result))
    return result


def _write_all(rows: list[dict[str, Any]], user: User | None) -> Imported:
    keys = dict(KnowledgeEntry.objects.values_list("question", "key"))
    counts = {"added": 0, "changed": 0, "same": 0}
    for row in rows:
        key = row.pop("key") or keys.get(row["question"], "")
        known = KnowledgeEntry.objects.filter(key=key).exists() if key else False
        _, changed = knowledge.write(user=user, key=key, **row)
        counts["same" if not changed else "changed" if known else "added"] += 1
    return Imported(**counts)


@dataclass(frozen=True)
class Looked:
    """What a file would bring, before anything is written: counts, and each row's question with its verdict."""

    added: int
    changed: int
    same: int
    rows: list[dict[str, Any]]
    verdicts: list[tuple[str, str]]


VERDICTS = {"added": "新增", "changed": "变更", "same": "无变化"}


def look(*, name: str, content: bytes, user: User) -> Looked:
    """Say what a file would bring; writes nothing. Raises NotAllowed, BadFile."""
    if not user.has_perm("assistant.add_knowledgeentry"):
        raise NotAllowed
    rows = entry_files.read(name=name, content=content)
    known = {one.key: one for one in KnowledgeEntry.objects.select_related("latest_revision")}
    keys = {one.question: one.key for one in known.values()}
    verdicts = []
    for row in rows:
        key = row["key"] or keys.get(row["question"], "")
        verdicts.append((row["question"], _verdict(row, known.get(key))))
    counts = Counter(verdict for _, verdict in verdicts)
    shown = [(question, VERDICTS[verdict]) for question, verdict in verdicts]
    return Looked(counts["added"], counts["changed"], counts["same"], rows, shown)


def _verdict(row: dict[str, Any], known: KnowledgeEntry | None) -> str:
    if known is None:
        return "added"
    newest = differences.version(known.latest_revision) if known.latest_revision else known
    said = {name: value for name, value in row.items() if name != "key"}
    return "same" if all(getattr(newest, name) == value for name, value in said.items()) else "changed"


def shipped_rows() -> list[dict[str, Any]]:
    """Return the entries that come with the product."""
    rows: list[dict[str, Any]] = []
    for path in sorted(SHIPPED.glob("*.json")):
        rows += entry_files.read(name=path.name, content=path.read_bytes())
    return rows


@transaction.atomic
def load_shipped(*, author: User | None = None, reviewers: list[User] | None = None) -> Imported:
    """Write the entries that come with the product; with two reviewers they speak at once.

    Raises what `knowledge.approve` raises.
    """
    from eunion.assistant import shipped_vectors

    shipped_vectors.store()
    result = _write_all(shipped_rows(), author)
    for entry in KnowledgeEntry.objects.filter(has_unpublished_changes=True) if reviewers else ():
        for reviewer in reviewers or ():
            knowledge.approve(entry=entry, user=reviewer)
    return result


def export_entries(*, user: User, kind: str) -> bytes:
    """Return the entries that speak, for everybody and in the person's scope, as "xlsx" or "json". Raises NotAllowed."""
    if not user.has_perm("assistant.view_knowledgeentry"):
        raise NotAllowed
    entries = list(selectors.entries_for(scope_of(user)).filter(live=True))
    return entry_files.as_json(entries) if kind == "json" else entry_files.as_xlsx(entries)
