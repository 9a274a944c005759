"""Papers: pictures come one by one and are kept at once, each under the phone's own name for it."""

from __future__ import annotations

import hashlib
import uuid

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from eunion.cases import states, tasks
from eunion.cases.errors import WrongState
from eunion.cases.models import Case, Page
from eunion.cases.services.events import locked
from eunion.kernel import uploads
from eunion.kernel.errors import Invalid
from eunion.registry.models import User

_WRITABLE = (Case.State.DRAFT, Case.State.MENDING)


def keep(*, case: Case, material: str, client_id: str, content: bytes, user: User) -> list[Page]:
    """Keep a photo or the pages of a PDF, once a client id. Raises Invalid, WrongState, PhotoRefused, PaperRefused."""
    try:
        declared = case.service.material(material)
        name = str(uuid.UUID(client_id))
    except (KeyError, ValueError):
        raise Invalid("这份材料没有编号，请刷新页面再传。") from None
    known = list(case.pages.filter(client_id=name).order_by("part"))
    if known:
        return known
    # Before the row is locked: making a photo anew takes a second.
    made = uploads.clean_pages(content)
    with transaction.atomic():
        kept = locked(case)
        _check_writable(kept, material)
        there = kept.pages.filter(material=material, removed_at=None).count()
        if there + len(made) > declared.most:
            raise Invalid(f"“{declared.label}”最多 {declared.most} 张，先删掉不要的再传。")
        pages = [
            _kept(kept, material, name, part, picture, user, bool(declared.reads))
            for part, picture in enumerate(made)
        ]
        reading = [page.pk for page in pages if page.reading == Page.Reading.WAITING]
        if reading:
            tasks.read_pages.defer(page_ids=reading)
    return pages


def _check_writable(case: Case, material: str) -> None:
    """Members bring papers to drafts and mended cases; staff record a stage's own papers while it is open."""
    for_stage = case.stage and material in {one.name for one in case.stage.materials}
    if case.state not in _WRITABLE and not (case.state == states.OPEN and for_stage):
        raise WrongState


def _kept(
    case: Case, material: str, client_id: str, part: int, picture: bytes, user: User, reads: bool
) -> Page:
    page = Page(
        case=case,
        material=material,
        client_id=client_id,
        part=part,
        digest=hashlib.sha256(picture).hexdigest(),
        sent_by=user,
        reading=Page.Reading.WAITING if reads else Page.Reading.NONE,
    )
    page.file.save(f"{page.public_id}.jpg", ContentFile(picture), save=False)
    page.save()
    return page


@transaction.atomic
def remove(*, case: Case, public_id: str) -> None:
    """Take a picture out; of a submitted case it is only struck, since staff may have looked at it. Again is the same."""
    kept = locked(case)
    page = kept.pages.filter(public_id=public_id, removed_at=None).first()
    if page is None:
        return
    _check_writable(kept, page.material)
    if kept.state != Case.State.DRAFT:
        page.removed_at = timezone.now()
        page.save(update_fields=["removed_at"])
        return
    storage, name = page.file.storage, str(page.file.name)
    page.delete()
    transaction.on_commit(lambda: storage.delete(name))
