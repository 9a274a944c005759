"""Every change to knowledge entries: written, approved by two people, withdrawn."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, transaction
from wagtail.actions.unpublish import UnpublishAction
from wagtail.models import Revision

from eunion.assistant.errors import AlreadyApproved, ApprovalsMissing, OwnWords
from eunion.assistant.models import EntryApproval, KnowledgeEntry
from eunion.kernel import audit
from eunion.kernel.errors import Conflict, Invalid, NotAllowed
from eunion.registry.models import User

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


def check_approved(revision: Revision) -> None:
    """Raise ApprovalsMissing unless two people other than the writer have let this very revision pass."""
    people = EntryApproval.objects.filter(revision=revision).exclude(user=revision.user)
    if people.values("user").distinct().count() < APPROVALS:
        raise ApprovalsMissing


@transaction.atomic
def write(*, user: User | None, key: str = "", **said: Any) -> tuple[KnowledgeEntry, bool]:
    """Add an entry, or a new version of the one with that key; return it, and whether anything changed.

    `user` None is a command on the server. What is said today stays until the new version is approved.
    Raises NotAllowed, Invalid.
    """
    if user is not None and not user.has_perm("assistant.add_knowledgeentry"):
        raise NotAllowed
    if not str(said.get("question", "")).strip() or not str(said.get("answer", "")).strip():
        raise Invalid("问题和回答都要写。")
    known = KnowledgeEntry.objects.select_for_update().filter(key=key).first() if key else None
    if known is None:
        entry = KnowledgeEntry(
            live=False, has_unpublished_changes=True, **({"key": key} if key else {}), **said
        )
        entry.full_clean(exclude=["latest_revision", "live_revision"])
        entry.save()
        entry.save_revision(user=user)
        return entry, True
    newest = known.get_latest_revision_as_object()
    if all(getattr(newest, name) == value for name, value in said.items()):
        return known, False
    for name, value in said.items():
        setattr(newest, name, value)
    newest.full_clean(exclude=["latest_revision", "live_revision"])
    newest.save_revision(user=user)
    known.refresh_from_db()
    return known, True


@transaction.atomic
def approve(*, entry: KnowledgeEntry, user: User, revision_id: int | None = None) -> bool:
    """Let an entry's newest version pass; the second approval makes it speak. Returns whether it speaks now.

    `revision_id` is the version that the person read. Raises NotAllowed, OwnWords, AlreadyApproved, Conflict.
    """
    if not user.has_perm("assistant.approve_knowledgeentry"):
        raise NotAllowed
    locked = KnowledgeEntry.objects.select_for_update().get(pk=entry.pk)
    revision = locked.latest_revision
    if revision is None or (revision_id is not None and revision.pk != revision_id):
        raise Conflict("这条知识刚被改过，请看过新内容再审核。")
    if revision.pk == locked.live_revision_id:
        raise Conflict("这一版已经启用了。")
    if revision.user_id == user.pk:
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


@transaction.atomic
def withdraw(*, entry: KnowledgeEntry, user: User) -> None:
    """Have an entry fall silent; its versions stay. Raises NotAllowed."""
    if not user.has_perm("assistant.change_knowledgeentry"):
        raise NotAllowed
    locked = KnowledgeEntry.objects.select_for_update().get(pk=entry.pk)
    # Approvals were for speaking now: to speak again takes two new ones.
    EntryApproval.objects.filter(entry=locked, revision=locked.live_revision).delete()
    UnpublishAction(locked, user=user).execute(skip_permission_checks=True)
    audit.record(actor=user, action="assistant.withdraw", target=locked)
