"""Laws and rules brought in, replaced by newer versions, taken out."""

from __future__ import annotations

from django.db import transaction

from eunion.assistant import articles
from eunion.assistant.models import Article, Document
from eunion.kernel import audit
from eunion.kernel.errors import Conflict, NotAllowed
from eunion.registry.models import User


@transaction.atomic
def import_document(*, name: str, content: bytes, user: User | None) -> tuple[Document, bool]:
    """Keep a law or rule cut by article; return it, and whether anything changed.

    The newest version of a title is the one that is cited. Raises NotAllowed, BadFile.
    """
    if user is not None and not user.has_perm("assistant.add_document"):
        raise NotAllowed
    read = articles.cut(name=name, content=content)
    known = Document.objects.filter(title=read.title, effective_on=read.effective_on).first()
    if known and known.digest == read.digest:
        return known, False
    if known:
        known.articles.all().delete()
    document = known or Document(title=read.title, effective_on=read.effective_on)
    document.digest, document.imported_by = read.digest, user
    document.live = _make_way(document)
    document.save()
    Article.objects.bulk_create(
        [
            Article(document=document, position=place, number=one.number, heading=one.heading, text=one.text)
            for place, one in enumerate(read.articles)
        ]
    )
    if user is not None:
        audit.record(actor=user, action="assistant.import_document", target=document)
    return document, True


def _make_way(document: Document) -> bool:
    """Take the version that is cited now out of the way of a newer one; return whether this one is the newest."""
    cited = (
        Document.objects.select_for_update().filter(title=document.title, live=True).exclude(pk=document.pk)
    )
    other = cited.first()
    if other is None:
        return True
    if other.effective_on and document.effective_on and other.effective_on > document.effective_on:
        return False
    other.live = False
    other.save(update_fields=["live", "imported_at"])
    return True


@transaction.atomic
def withdraw_document(*, document: Document, user: User) -> None:
    """Have a law fall silent. Raises NotAllowed."""
    if not user.has_perm("assistant.change_document"):
        raise NotAllowed
    kept = Document.objects.select_for_update().get(pk=document.pk)
    kept.live = False
    kept.save(update_fields=["live", "imported_at"])
    audit.record(actor=user, action="assistant.withdraw_document", target=kept)


@transaction.atomic
def restore_document(*, document: Document, user: User) -> None:
    """Have a withdrawn law be cited again, unless a newer version is. Raises NotAllowed, Conflict."""
    if not user.has_perm("assistant.change_document"):
        raise NotAllowed
    kept = Document.objects.select_for_update().get(pk=document.pk)
    if not _make_way(kept):
        raise Conflict("这部法规有更新的版本正在引用。")
    kept.live = True
    kept.save(update_fields=["live", "imported_at"])
    audit.record(actor=user, action="assistant.restore_document", target=kept)
