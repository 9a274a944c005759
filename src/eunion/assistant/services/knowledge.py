"""Every change to knowledge entries: written, approved by two people, withdrawn."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from wagtail.actions.unpublish import UnpublishAction
from wagtail.models import Revision

from eunion.assistant.errors import AlreadyApproved, ApprovalsMissing, OwnWords
from eunion.assistant.models import EntryApproval, KnowledgeEntry
from eunion.kernel import audit
from eunion.kernel.errors import Conflict, DomainError, Invalid, NotAllowed
from eunion.registry.models import Union, User
from eunion.registry.scope import scope_of

APPROVALS = 2
# What an entry says; the rest of the row is about it.
SAID = (
    "question",
    "alternatives",
    "answer",
    "topic",
    "legal_basis",
    "source",
    "source_date",
    "links",
    "valid_from",
    "valid_until",
    "union",
)


def check_may(user: User, right: str, union: Union | None) -> None:
    """Raise NotAllowed without the right, or for another union's entry; one for everybody asks for the right alone."""
    if not user.has_perm(right):
        raise NotAllowed
    if union is not None and not Union.objects.visible_to(scope_of(user)).filter(pk=union.pk).exists():
        raise NotAllowed


def check_approved(revision: Revision) -> None:
    """Raise ApprovalsMissing unless two people other than its writers have let this very revision pass."""
    people = EntryApproval.objects.filter(revision=revision).exclude(user__in=writers(revision))
    if people.values("user").distinct().count() < APPROVALS:
        raise ApprovalsMissing


def writers(revision: Revision) -> set[int]:
    """Return who wrote a revision's words: saving a colleague's words again makes nobody else their writer."""
    said = _words(revision)
    before = Revision.objects.filter(
        base_content_type=revision.base_content_type, object_id=revision.object_id, pk__lte=revision.pk
    )
    same = itertools.takewhile(
        lambda one: _words(one) == said, before.order_by("-pk").iterator(chunk_size=20)
    )
    return {one.user_id for one in same if one.user_id}


def _words(revision: Revision) -> list[Any]:
    return [revision.content.get(name) for name in SAID]


@transaction.atomic
def write(*, user: User | None, key: str = "", **said: Any) -> tuple[KnowledgeEntry, bool]:
    """Add an entry, or a new version of the one with that key; return it, and whether anything changed.

    `user` None is a command on the server. What is said today stays until the new version is approved.
    Raises NotAllowed, Invalid.
    """
    if user is not None:
        check_may(user, "assistant.add_knowledgeentry", said.get("union"))
    if not str(said.get("question", "")).strip() or not str(said.get("answer", "")).strip():
        raise Invalid("问题和回答都要写。")
    known = KnowledgeEntry.objects.select_for_update().filter(key=key).first() if key else None
    if known is None:
        entry = KnowledgeEntry(
            live=False, has_unpublished_changes=True, **({"key": key} if key else {}), **said
        )
        entry.full_clean(exclude=["latest_revision", "live_revision"])
        entry.save()
        entry.save_revision(user=user, log_action="wagtail.create")
        return entry, True
    if user is not None:
        check_may(user, "assistant.add_knowledgeentry", known.union)
    newest = known.get_latest_revision_as_object()
    if all(getattr(newest, name) == value for name, value in said.items()):
        return known, False
    for name, value in said.items():
        setattr(newest, name, value)
    newest.full_clean(exclude=["latest_revision", "live_revision"])
    newest.save_revision(user=user, log_action=True)
    known.refresh_from_db()
    return known, True


@transaction.atomic
def approve(*, entry: KnowledgeEntry, user: User, revision_id: int | None = None) -> bool:
    """Let an entry's newest version pass; the second approval makes it speak. Returns whether it speaks now.

    `revision_id` is the version that the person read. Raises NotAllowed, OwnWords, AlreadyApproved, Conflict.
    """
    locked, revision = _waiting(entry, user, revision_id)
    if user.pk in writers(revision):
        raise OwnWords
    try:
        with transaction.atomic():
            EntryApproval.objects.create(entry=locked, revision=revision, user=user)
    except IntegrityError:
        raise AlreadyApproved from None
    audit.record(actor=user, action="assistant.approve", target=locked)
    if EntryApproval.objects.filter(revision=revision).values("user").distinct().count() < APPROVALS:
        return False
    locked.publish(revision, user=user)
    return True


def _waiting(entry: KnowledgeEntry, user: User, revision_id: int | None) -> tuple[KnowledgeEntry, Revision]:
    """Return an entry, locked, with the version that waits. Raises NotAllowed, Conflict."""
    check_may(user, "assistant.approve_knowledgeentry", entry.union)
    locked = KnowledgeEntry.objects.select_for_update().get(pk=entry.pk)
    revision = locked.latest_revision
    if revision is None or (revision_id is not None and revision.pk != revision_id):
        raise Conflict("这条知识刚被改过，请看过新内容再审核。")
    if revision.pk == locked.live_revision_id:
        raise Conflict("这一版已经启用了。")
    check_may(user, "assistant.approve_knowledgeentry", revision.as_object().union)
    return locked, revision


@transaction.atomic
def send_back(*, entry: KnowledgeEntry, user: User, note: str, revision_id: int | None = None) -> None:
    """Return a waiting version to its writer with a note; what was approved of it is void.

    Raises NotAllowed, Conflict, Invalid (no note).
    """
    if not note.strip():
        raise Invalid("请写明退回的原因。")
    locked, revision = _waiting(entry, user, revision_id)
    EntryApproval.objects.filter(entry=locked, revision=revision).delete()
    data = {"revision": revision.pk, "note": note.strip()[:300]}
    audit.record(actor=user, action="assistant.return", target=locked, data=data)


@dataclass(frozen=True)
class Passed:
    """What became of several approvals: how many count now, how many speak, and what was refused and why."""

    approved: int
    speaking: int
    refused: tuple[tuple[str, str], ...]


def approve_many(*, versions: Iterable[tuple[int, int]], user: User) -> Passed:
    """Approve (entry, revision) pairs one by one; what can't be approved is named and the rest goes on."""
    pairs = dict(versions)
    entries = KnowledgeEntry.objects.select_related("union").in_bulk(pairs)
    approved, speaking, refused = 0, 0, []
    for pk, revision_id in pairs.items():
        if pk not in entries:
            refused.append((f"#{pk}", "已经不在了"))
            continue
        try:
            speaking += approve(entry=entries[pk], user=user, revision_id=revision_id)
            approved += 1
        except DomainError as error:
            refused.append((str(entries[pk]), error.message))
    return Passed(approved, speaking, tuple(refused))


@transaction.atomic
def withdraw(*, entry: KnowledgeEntry, user: User) -> None:
    """Have an entry fall silent; its versions stay. Raises NotAllowed."""
    check_may(user, "assistant.change_knowledgeentry", entry.union)
    locked = KnowledgeEntry.objects.select_for_update().get(pk=entry.pk)
    # Approvals were for speaking now: to speak again takes two new ones.
    EntryApproval.objects.filter(entry=locked, revision=locked.live_revision).delete()
    UnpublishAction(locked, user=user).execute(skip_permission_checks=True)
    audit.record(actor=user, action="assistant.withdraw", target=locked)
