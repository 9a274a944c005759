"""Reading papers in a job: what the OCR finds is kept with its place on the page, and decides nothing."""

from __future__ import annotations

import json

from eunion.cases.models import Page
from eunion.cases.reading import extract, read_page, recognise


def read_pages(*, page_ids: list[int]) -> None:
    """Read pages that wait; each is written at once, so that a killed job goes on with the next."""
    for page in Page.objects.filter(pk__in=page_ids, reading=Page.Reading.WAITING).select_related("case"):
        _read(page)


def _read(page: Page) -> None:
    with page.file.open("rb") as file:
        seen = read_page(file.read())
    kind = recognise(seen)
    wanted = page.case.service.material(page.material).reads
    fields = extract(wanted, seen) if wanted else {}
    found = {
        "kind": kind,
        "size": [seen.width, seen.height],
        "fields": {
            name: {"value": one.value, "text": one.text, "box": one.box, "score": one.score}
            for name, one in fields.items()
        },
    }
    Page.objects.filter(pk=page.pk).update(
        reading=Page.Reading.READ if seen.lines else Page.Reading.NOTHING,
        found=json.dumps(found, ensure_ascii=False, default=str),
    )
