"""Made-up papers, read by the real OCR: one of each kind, and one that lies each way round."""

import io

import pytest
from PIL import Image

from eunion.cases import reading
from eunion.kernel import ocr
from eunion.sandbox import papers


def read(paper: papers.Paper) -> tuple[str, dict[str, object]]:
    page = reading.read_page(paper.picture)
    kind = reading.recognise(page)
    return kind, {key: found.value for key, found in reading.extract(kind, page).items()} if kind else {}


def test_a_paper_is_made_the_same_twice_and_tells_the_story_of_its_seed() -> None:
    one, other = (papers.make("settlement", 3, photographed=True) for _ in range(2))
    assert one == other
    assert papers.make("invoice", 3, photographed=False).truth["total"] == one.truth["total"]


@pytest.mark.parametrize("kind", ["id_card", "bank_card"])
def test_a_photographed_card_is_read(kind: str) -> None:
    paper = papers.make(kind, 21, photographed=True)
    assert read(paper) == (kind, paper.truth)


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_paper_that_lies_sideways_or_on_its_head_is_read(turn: int) -> None:
    paper = papers.make("settlement", 4, photographed=False)
    buffer = io.BytesIO()
    Image.open(io.BytesIO(paper.picture)).rotate(turn, expand=True).save(buffer, "JPEG")
    assert read(papers.Paper(paper.kind, paper.layout, buffer.getvalue(), paper.truth, turn)) == (
        paper.kind,
        paper.truth,
    )


def test_a_picture_turned_as_its_page_fits_the_boxes_of_its_fields() -> None:
    paper = papers.make("settlement", 21, photographed=True)
    page = reading.read_page(paper.picture)
    assert Image.open(io.BytesIO(ocr.upright(paper.picture, page.turn))).size == (page.width, page.height)
    for found in reading.extract("settlement", page).values():
        left, top, right, bottom = found.box
        assert 0 <= left < right <= page.width
        assert 0 <= top < bottom <= page.height


def test_a_blank_picture_has_no_lines_and_no_kind() -> None:
    buffer = io.BytesIO()
    Image.new("RGB", (600, 400), "white").save(buffer, "PNG")
    page = reading.read_page(buffer.getvalue())
    assert page.lines == ()
    assert reading.recognise(page) == ""


@pytest.mark.long
@pytest.mark.parametrize("photographed", [False, True])
@pytest.mark.parametrize("layout", [0, 1])
@pytest.mark.parametrize("kind", list(papers.LAYOUTS))
def test_every_layout_is_read(kind: str, layout: int, photographed: bool) -> None:
    paper = papers.make(kind, 2, photographed=photographed, layout=layout)
    seen, fields = read(paper)
    assert seen == kind
    assert fields == paper.truth
