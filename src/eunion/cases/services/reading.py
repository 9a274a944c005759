"""Reading papers in a job: a photo is turned upright, what the OCR finds is kept with its place, and decides nothing."""

from __future__ import annotations

import json

from django.core.files.base import ContentFile
from django.db import transaction

from eunion.cases.models import Page
from eunion.cases.reading import Found, extract, read_page, recognise
from eunion.kernel import ocr


def read_pages(*, page_ids: list[int]) -> None:
    """Read pages that wait; each is written at once, so that a killed job goes on with the next."""
    for page in Page.objects.filter(pk__in=page_ids, reading=Page.Reading.WAITING).select_related("case"):
        _read(page)


def _read(page: Page) -> None:
    with page.file.open("rb") as file:
        picture = file.read()
    seen = read_page(picture)
    wanted = page.case.service.material(page.material).reads
    found = {
        "kind": recognise(seen),
        "size": [seen.width, seen.height],
        "fields": {name: _kept(one) for name, one in extract(wanted, seen).items()} if wanted else {},
    }
    page.reading = Page.Reading.READ if seen.lines else Page.Reading.NOTHING
    page.found = json.dumps(found, ensure_ascii=False, default=str)
    _save(page, ocr.upright(picture, seen.turn) if seen.turn else None)


def _kept(found: Found) -> dict[str, object]:
    return {"value": found.value, "text": found.text, "box": found.box, "score": found.score}


@transaction.atomic
def _save(page: Page, upright: bytes | None) -> None:
    """Write a reading, and the picture as it was read, so that the boxes fit upon what staff see."""
    if upright is not None:
        storage, before = page.file.storage, str(page.file.name)
        page.file.save(f"{page.public_id}-u.jpg", ContentFile(upright), save=False)
        transaction.on_commit(lambda: storage.delete(before))
    page.save(update_fields=["reading", "found", "file"])
