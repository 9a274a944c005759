"""Pictures as WeChat takes them, and a cover for pages that have none."""

from __future__ import annotations

import io

from PIL import Image as Pillow
from wagtail.images.models import Image

SIDE_MAX = 1600
ARTICLE_BYTES = 1_000_000  # /cgi-bin/media/uploadimg: jpg or png under 1 MB
RED, DEEP = (179, 32, 42), (142, 22, 32)


def jpeg(image: Image) -> bytes:
    """Return a picture as JPEG under WeChat's limit, made smaller as far as it takes."""
    with image.open_file() as file, Pillow.open(file) as opened:
        picture = opened.convert("RGB")
    for side, quality in ((SIDE_MAX, 88), (SIDE_MAX, 75), (1080, 70), (720, 60), (480, 50)):
        picture.thumbnail((side, side))
        buffer = io.BytesIO()
        picture.save(buffer, "JPEG", quality=quality)
        if buffer.tell() <= ARTICLE_BYTES:
            break
    return buffer.getvalue()


def plain_cover() -> bytes:
    """Return a red cover of 900 × 383 (WeChat's 2.35 : 1)."""
    picture = Pillow.new("RGB", (900, 383))
    shade = Pillow.linear_gradient("L").resize((900, 383))
    picture.paste(
        Pillow.composite(Pillow.new("RGB", (900, 383), DEEP), Pillow.new("RGB", (900, 383), RED), shade)
    )
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=85)
    return buffer.getvalue()
