"""Reading an ID card's photo, so that nobody types eighteen digits on a small phone."""

from __future__ import annotations

import base64
import io
import re

from django.db import transaction
from PIL import Image, ImageOps, UnidentifiedImageError

from eunion.kernel import ocr
from eunion.registry import codes, tasks
from eunion.registry.errors import PhotoUnreadable
from eunion.registry.models import IdReading, User

BYTES_MAX = 20 << 20
SIDE_MAX = 1600  # pixels: enough for the digits, and a tenth of the upload
_HAN = re.compile(r"[\u4e00-\u9fff·]{2,20}$")


def upload(*, user: User, content: bytes) -> IdReading:
    """Keep a photo, re-encoded and without what the camera wrote into it, and read it by a job.

    Raises PhotoUnreadable.
    """
    if not content or len(content) > BYTES_MAX:
        raise PhotoUnreadable
    try:
        with Image.open(io.BytesIO(content)) as opened:
            upright = ImageOps.exif_transpose(opened).convert("RGB")
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError, ValueError):
        raise PhotoUnreadable from None
    upright.thumbnail((SIDE_MAX, SIDE_MAX))
    buffer = io.BytesIO()
    upright.save(buffer, "JPEG", quality=88)
    with transaction.atomic():
        reading = IdReading.objects.create(user=user, photo=base64.b64encode(buffer.getvalue()).decode())
        tasks.read_id.defer(reading_id=reading.pk)
    return reading


def read(*, reading_id: int) -> None:
    """Read a kept photo and erase it. Safe to repeat."""
    reading = IdReading.objects.filter(pk=reading_id, state=IdReading.State.WAITING).first()
    if reading is None:
        return
    name, number = parse(ocr.lines(base64.b64decode(reading.photo)))
    reading.name, reading.id_number, reading.photo = name, number, ""
    reading.state = IdReading.State.READ if number else IdReading.State.UNREADABLE
    reading.save(update_fields=["name", "id_number", "photo", "state"])


def parse(lines: list[str]) -> tuple[str, str]:
    """Return name and ID number from the lines of a card's face; '' for what isn't there or fails its check digit."""
    name, number = "", ""
    for place, line in enumerate(lines):
        text = codes.half_width(line).upper()
        for found in re.findall(r"\d{17}[\dX]", text):
            if not codes.id_number_error(found):
                number = found
        if not name and "姓名" in text:
            after = text.split("姓名", 1)[1].strip(":：")
            following = codes.half_width(lines[place + 1]) if place + 1 < len(lines) else ""
            name = after if _HAN.match(after) else following if _HAN.match(following) else ""
    return name[:20], number
