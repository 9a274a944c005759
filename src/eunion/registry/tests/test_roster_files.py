"""Files that would cost more to read than they hold are refused before they are laid out."""

from __future__ import annotations

import io
import zipfile

import pytest
import xlsxwriter

from eunion.registry.errors import UnreadableRoster
from eunion.registry.roster import files


def sheet(*cells: tuple[int, int]) -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        page = book.add_worksheet()
        for row, column in cells:
            page.write(row, column, "x")
    return buffer.getvalue()


@pytest.mark.parametrize("far", [(1_048_575, 16_383), (0, 16_383), (1_048_575, 100)])
def test_a_cell_far_away_is_refused_before_the_sheet_is_laid_out(far: tuple[int, int]) -> None:
    with pytest.raises(UnreadableRoster, match="很远的地方"):
        files.read(sheet((0, 0), far))


def test_an_ordinary_sheet_is_read() -> None:
    assert files.read(sheet((0, 0), (1, 2))) == [["x", "", ""], ["", "", "x"]]


def test_a_place_hidden_behind_an_entity_is_refused() -> None:
    packed = io.BytesIO(sheet((0, 0)))
    with zipfile.ZipFile(packed, "a") as book:
        book.writestr("xl/other.xml", '<c r="&#88;FD1048576"/>')
    with pytest.raises(UnreadableRoster):
        files.read(packed.getvalue())


def test_what_unpacks_to_far_more_than_it_holds_is_refused() -> None:
    packed = io.BytesIO(sheet((0, 0)))
    with zipfile.ZipFile(packed, "a", zipfile.ZIP_DEFLATED) as book:
        for number in range(5):
            book.writestr(f"xl/bomb{number}.xml", b"\0" * (100 << 20))
    with pytest.raises(UnreadableRoster, match="展开以后太大"):
        files.read(packed.getvalue())


def test_an_archive_that_is_no_workbook_is_refused() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as other:
        other.writestr("content.xml", "<x/>")
    for content in (packed.getvalue(), files.ZIP + b"broken"):
        with pytest.raises(UnreadableRoster):
            files.read(content)


@pytest.mark.parametrize("content", [b"\n" * (20 << 20), "姓名\0,号\n".encode(), b'"' + b"a" * 300_000])
def test_a_csv_that_is_no_table_is_refused_soon(content: bytes) -> None:
    with pytest.raises(UnreadableRoster):
        files.read(content)
