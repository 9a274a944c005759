"""Files that people send: photos are made anew, other files are what their first bytes say, not their name."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import IO

import filetype
from PIL import Image, ImageOps, UnidentifiedImageError

from eunion.kernel.errors import Invalid

PHOTO_BYTES_MAX = 20 << 20
PHOTO_PIXELS_MAX = 80_000_000
PHOTO_SIDE_MAX = 2000  # pixels: sharp on any phone, a tenth of the camera's file
HEAD = 8192


class PhotoRefused(Invalid):
    """这张照片打不开，请用手机相机直接拍，或截屏以后再传。"""

    code = "photo_refused"


def clean_photo(content: bytes) -> bytes:
    """Return a photo as JPEG, upright, without what the camera wrote into it (place, device). Raises PhotoRefused."""
    if len(content) > PHOTO_BYTES_MAX:
        raise PhotoRefused(f"照片太大，请选 {PHOTO_BYTES_MAX >> 20} MB 以内的。")
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
