"""Files that people send: photos are made anew, other files are what their first bytes say, not their name."""

from __future__ import annotations

import functools
import io
import threading
from dataclasses import dataclass
from typing import IO

import filetype
import pypdfium2
from PIL import Image, ImageOps, UnidentifiedImageError

from eunion.kernel.errors import Invalid

PHOTO_BYTES_MAX = 20 << 20
PHOTO_PIXELS_MAX = 80_000_000
PHOTO_SIDE_MAX = 2000  # pixels: sharp on any phone, a tenth of the camera's file
HEAD = 8192
PAGES_MAX = 12
PAGE_POINTS_MAX = 3000  # a PDF page's side in points: an A0 sheet is 3370
# PDFium is not safe to use from two threads.
_pdfium = threading.Lock()


class PhotoRefused(Invalid):
    """这张照片打不开，请用手机相机直接拍，或截屏以后再传。"""

    code = "photo_refused"


class PaperRefused(Invalid):
    """这个文件打不开。请拍成照片，或另存为 PDF 再传。"""

    code = "paper_refused"


@functools.cache
def _open_heic() -> None:
    """Teach Pillow the iPhone's own format; at first use, its library takes a while to load."""
    import pillow_heif

    pillow_heif.register_heif_opener()


def clean_photo(content: bytes) -> bytes:
    """Return a photo as JPEG, upright, without what the camera wrote into it (place, device). Raises PhotoRefused."""
    if len(content) > PHOTO_BYTES_MAX:
        raise PhotoRefused(f"照片太大，请选 {PHOTO_BYTES_MAX >> 20} MB 以内的。")
    _open_heic()
    try:
        with Image.open(io.BytesIO(content)) as opened:
            if opened.width * opened.height > PHOTO_PIXELS_MAX:
                raise PhotoRefused("照片的尺寸太大，请截屏以后再传。")
            opened.draft("RGB", (PHOTO_SIDE_MAX, PHOTO_SIDE_MAX))
            upright = ImageOps.exif_transpose(opened)
            # What is see-through becomes white, not black.
            flat = Image.new("RGB", upright.size, "white")
            mask = upright.convert("RGBA").getchannel("A") if upright.has_transparency_data else None
            flat.paste(upright.convert("RGB"), mask=mask)
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError, ValueError, SyntaxError):
        raise PhotoRefused from None
    flat.thumbnail((PHOTO_SIDE_MAX, PHOTO_SIDE_MAX))
    buffer = io.BytesIO()
    flat.save(buffer, "JPEG", quality=85, optimize=True)
    return buffer.getvalue()


def clean_pages(content: bytes) -> list[bytes]:
    """Return a photo, or each page of a PDF, as upright JPEGs: nothing of the sent file itself is kept.

    What a file is, its first bytes say. Raises PhotoRefused, PaperRefused (locked, broken, too many pages).
    """
    if len(content) > PHOTO_BYTES_MAX:
        raise PaperRefused(f"文件太大，请选 {PHOTO_BYTES_MAX >> 20} MB 以内的。")
    if not content.startswith(b"%PDF-"):
        return [clean_photo(content)]
    with _pdfium:
        return _drawn(content)


def _drawn(content: bytes) -> list[bytes]:
    try:
        paper = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError:
        raise PaperRefused("这个 PDF 打不开，可能加了密码或已损坏。请拍成照片再传。") from None
    try:
        if not 1 <= len(paper) <= PAGES_MAX:
            raise PaperRefused(f"PDF 最多 {PAGES_MAX} 页，请分开传需要的几页。")
        return [_page_drawn(paper, number) for number in range(len(paper))]
    except pypdfium2.PdfiumError:
        raise PaperRefused from None
    finally:
        paper.close()


def _page_drawn(paper: pypdfium2.PdfDocument, number: int) -> bytes:
    page = paper[number]
    longest = max(page.get_size())
    if not 1 <= longest <= PAGE_POINTS_MAX:
        raise PaperRefused("PDF 的页面尺寸不对，请拍成照片再传。")
    # Scripts and forms in it are not run: only what would be printed is drawn.
    picture = page.render(scale=PHOTO_SIDE_MAX / longest, may_draw_forms=False).to_pil()
    picture = picture.convert("RGB")
    picture.thumbnail((PHOTO_SIDE_MAX, PHOTO_SIDE_MAX))  # the page's own rounding may be a pixel over
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=85, optimize=True)
    return buffer.getvalue()


@dataclass(frozen=True)
class Kind:
    """What a file is: its extension without dot, and its MIME type."""

    extension: str
    mime: str


def kind_of(file: IO[bytes]) -> Kind | None:
    """Return what a file is by its first bytes, or None when they say nothing; its name is not asked."""
    file.seek(0)
    found = filetype.guess(file.read(HEAD))
    file.seek(0)
    return Kind(found.extension, found.mime) if found else None
