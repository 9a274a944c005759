"""Reading text in pictures, offline: PP-OCR by rapidocr, whose models lie inside its wheel."""

from __future__ import annotations

import functools
import io
import threading
from typing import Any

from PIL import Image

_one_at_a_time = threading.Lock()


@functools.cache
def _engine() -> Any:
    # Loaded at first use: it takes seconds and some hundred megabytes, which most processes never need.
    from rapidocr import RapidOCR

    return RapidOCR(params={"Global.log_level": "error"})


def lines(picture: bytes) -> list[str]:
    """Return the lines of text in a picture, top to bottom, left to right; nothing for a blank one."""
    import numpy

    with Image.open(io.BytesIO(picture)) as opened:
        pixels = numpy.asarray(opened.convert("RGB"))[:, :, ::-1]
    with _one_at_a_time:
        found = _engine()(pixels)
    if found.txts is None:
        return []
    placed = [
        (float(box[0][1]), float(box[0][0]), text) for box, text in zip(found.boxes, found.txts, strict=True)
    ]
    return [text for _, _, text in sorted(placed, key=lambda one: (round(one[0] / 12), one[1]))]
