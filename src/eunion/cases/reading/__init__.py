"""Reading the papers of a claim: what a page is, and which fields stand where on it. See docs/prereview.md.

page = read_page(picture)       # by OCR, in a job
kind = recognise(page)          # "invoice", or "" for a paper of no known kind
fields = extract(kind, page)    # {"total": Found(value=1284429, …), …}: nothing found, no field
"""

from __future__ import annotations

import functools
from collections.abc import Iterable
from types import ModuleType

from eunion.cases.reading import bank_card, discharge, id_card, invoice, settlement
from eunion.cases.reading.labels import Field, Found, find_all
from eunion.kernel.ocr import Page, read_page
from eunion.registry.codes import half_width

__all__ = ["KINDS", "Found", "Page", "extract", "merge", "read_page", "recognise"]

_MODULES: dict[str, ModuleType] = {
    "id_card": id_card,
    "invoice": invoice,
    "settlement": settlement,
    "discharge": discharge,
    "bank_card": bank_card,
}
KINDS = {
    "id_card": "身份证",
    "invoice": "医疗收费票据",
    "settlement": "医保结算单",
    "discharge": "出院记录（小结）",
    "bank_card": "银行卡",
}
_CLUES_MIN = 4


def recognise(page: Page) -> str:
    """Return which kind of paper a page is, by the words on it; '' when they do not say."""
    text = half_width(page.text)
    weights = {
        kind: sum(weight for clue, weight in module.CLUES.items() if clue in text)
        for kind, module in _MODULES.items()
    }
    kind = max(weights, key=lambda one: weights[one])
    return kind if weights[kind] >= _CLUES_MIN else ""


def extract(kind: str, page: Page) -> dict[str, Found]:
    """Return the fields of a page of a kind; a value that does not fit its grammar is left out. Raises KeyError."""
    module = _MODULES[kind]
    fields: dict[str, Field] = module.FIELDS
    found = find_all(page, fields, _vocabulary())
    return invoice.settle(found) if module is invoice else found


def merge(pages: Iterable[dict[str, Found]]) -> dict[str, Found]:
    """Put the fields of several pages of one paper together; of two readings the surer one counts."""
    merged: dict[str, Found] = {}
    for fields in pages:
        for key, found in fields.items():
            if key not in merged or found.score > merged[key].score:
                merged[key] = found
    return merged


@functools.cache
def _vocabulary() -> frozenset[str]:
    return frozenset(
        label for module in _MODULES.values() for field in module.FIELDS.values() for label in field.labels
    )
