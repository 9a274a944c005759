"""Every paper that is read has a sample picture beside its place."""

from __future__ import annotations

from django.contrib.staticfiles import finders

from eunion.cases import reading
from eunion.cases.declaration import SERVICES


def test_every_paper_that_is_read_is_of_a_known_kind_with_a_sample() -> None:
    kinds = {one.reads for service in SERVICES.values() for one in service.materials if one.reads}
    assert kinds and kinds <= set(reading.KINDS)
    assert all(finders.find(f"cases/samples/{kind}.jpg") for kind in kinds)
