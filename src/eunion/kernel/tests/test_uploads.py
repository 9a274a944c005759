"""Whatever is sent, only pictures made here are kept."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from eunion.kernel import uploads


def picture(kind: str = "JPEG", size: tuple[int, int] = (60, 40), **options: object) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", size, "white").save(buffer, kind, **options)
    return buffer.getvalue()


def paper(pages: int, **options: object) -> bytes:
    buffer = io.BytesIO()
    sheets = [Image.new("RGB", (210, 297), "white") for _ in range(pages)]
    sheets[0].save(buffer, "PDF", save_all=True, append_images=sheets[1:], **options)
    return buffer.getvalue()


def test_an_iphone_photo_becomes_an_upright_jpeg() -> None:
    uploads._open_heic()
    (page,) = uploads.clean_pages(picture("HEIF"))
    assert page.startswith(b"\xff\xd8")


def test_a_pdf_becomes_a_picture_a_page() -> None:
    pages = uploads.clean_pages(paper(3))
    assert len(pages) == 3
    for page in pages:
        with Image.open(io.BytesIO(page)) as opened:
            assert opened.format == "JPEG" and max(opened.size) == uploads.PHOTO_SIDE_MAX


def test_nothing_hidden_in_a_file_is_kept() -> None:
    script = b"<script>alert(1)</script>"
    for sent in (picture() + script, paper(1) + script, picture(exif=b"Exif\x00\x00" + script)):
        assert all(script not in page for page in uploads.clean_pages(sent))


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"PK\x03\x04" + b"\0" * 200,
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<html><script>alert(1)</script></html>",
        b"MZ" + b"\0" * 300,
        b"GIF89a" + b"\0" * 10,
        b"%PDF-1.7 nothing follows",
        b"%PDF-" + b"\0" * 1000,
    ],
)
def test_what_is_no_picture_and_no_pdf_is_refused(sent: bytes) -> None:
    with pytest.raises((uploads.PhotoRefused, uploads.PaperRefused)):
        uploads.clean_pages(sent)


def test_a_pdf_of_too_many_pages_is_refused_with_the_number() -> None:
    with pytest.raises(uploads.PaperRefused, match="12 页"):
        uploads.clean_pages(paper(13))


def test_a_pixel_bomb_is_refused_before_it_is_opened() -> None:
    buffer = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(buffer, "PNG")
    with pytest.raises(uploads.PhotoRefused):
        uploads.clean_pages(buffer.getvalue())


def test_a_file_above_the_limit_is_refused() -> None:
    with pytest.raises(uploads.PaperRefused, match="20 MB"):
        uploads.clean_pages(b"%PDF-" + b"0" * uploads.PHOTO_BYTES_MAX)
