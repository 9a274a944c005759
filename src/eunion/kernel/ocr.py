"""Reading text in pictures, offline: PP-OCR by rapidocr, whose models lie inside its wheel.

A picture is read in two steps. A small copy tells how the paper lies (sideways, upside down, tilted); then the picture is
turned upright and read once at full size. One thread: the job that reads has one core.
"""

from __future__ import annotations

import functools
import io
import math
import threading
from dataclasses import dataclass
from typing import Any

from PIL import Image

_one_at_a_time = threading.Lock()

SIDE_MAX = 1800  # pixels: enough for the small print of an A4 page
DETECT_SIDE = 1120  # pixels: finds every line; the letters are cut from the larger picture
GLANCE_SIDE = 736  # pixels: enough to see how the lines run
PIXELS_MAX = 80_000_000
_SCORE_MIN = 0.5
_MARGIN = 0.05  # of the long side
_VOTERS = 12  # the longest lines decide whether the paper stands on its head

Point = tuple[float, float]


@dataclass(frozen=True)
class Line:
    """One line of text: its corners from the left top clockwise, in pixels of the upright page; score 0 to 1."""

    text: str
    box: tuple[Point, Point, Point, Point]
    score: float

    @functools.cached_property
    def left(self) -> float:
        """The leftmost pixel."""
        return min(x for x, _ in self.box)

    @functools.cached_property
    def right(self) -> float:
        """The rightmost pixel."""
        return max(x for x, _ in self.box)

    @functools.cached_property
    def middle(self) -> float:
        """The height on the page of the line's centre."""
        return sum(y for _, y in self.box) / 4

    @functools.cached_property
    def height(self) -> float:
        """The height of the letters, measured at the line's left edge."""
        return math.dist(self.box[0], self.box[3])

    @functools.cached_property
    def slope(self) -> float:
        """How far the line falls per pixel to the right."""
        (left_x, left_y), (right_x, right_y) = self.box[0], self.box[1]
        return (right_y - left_y) / max(right_x - left_x, 1.0)


@dataclass(frozen=True)
class Page:
    """What stands on a page: its lines in reading order, its size upright, and the degrees it was turned by."""

    lines: tuple[Line, ...]
    width: int
    height: int
    turn: float = 0.0

    @property
    def text(self) -> str:
        """All lines, one below the other."""
        return "\n".join(line.text for line in self.lines)


@functools.cache
def _engine() -> Any:
    # Loaded at first use: it takes seconds and some hundred megabytes, which most processes never need.
    from rapidocr import RapidOCR

    return RapidOCR(
        params={
            "Global.log_level": "error",
            "Global.text_score": _SCORE_MIN,
            "Global.max_side_len": SIDE_MAX,
            "Det.limit_type": "max",
            "Det.limit_side_len": DETECT_SIDE,
            "EngineConfig.onnxruntime.intra_op_num_threads": 1,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
        }
    )


def lines(picture: bytes) -> list[str]:
    """Return the lines of text in a picture, top to bottom, left to right; nothing for a blank one."""
    return [line.text for line in read_page(picture).lines]


def read_page(picture: bytes) -> Page:
    """Read a picture; a paper that lies sideways, upside down or tilted is turned upright first.

    Raises what Pillow raises for bytes that are no picture, and ValueError for one of too many pixels.
    """
    image = _opened(picture)
    with _one_at_a_time:
        boxes, turn = _glance(image)
        standing = _turned(image, turn)
        if not boxes:
            return Page((), *standing.size, turn)
        cut = _written_part(boxes, turn, image.size, standing.size)
        found = _engine()(_pixels(standing.crop(cut)), use_det=True, use_cls=False, use_rec=True)
    read = (
        [
            Line(text, _corners(box, cut), float(score))
            for box, text, score in zip(found.boxes, found.txts, found.scores, strict=True)
        ]
        if found.txts is not None
        else []
    )
    return Page(tuple(line for row in rows(read) for line in row), *standing.size, turn)


def upright(picture: bytes, turn: float) -> bytes:
    """Return a picture as JPEG, turned as its page was, so that the boxes of the page's lines fit upon it."""
    buffer = io.BytesIO()
    _turned(_opened(picture), turn).save(buffer, "JPEG", quality=85)
    return buffer.getvalue()


def _turned(image: Image.Image, turn: float) -> Image.Image:
    return image.rotate(turn, Image.Resampling.BICUBIC, expand=True, fillcolor=(128, 128, 128))


def _opened(picture: bytes) -> Image.Image:
    with Image.open(io.BytesIO(picture)) as opened:
        if opened.width * opened.height > PIXELS_MAX:
            raise ValueError("too many pixels")
        opened.draft("RGB", (SIDE_MAX, SIDE_MAX))
        image = opened.convert("RGB")
    image.thumbnail((SIDE_MAX, SIDE_MAX))
    return image


def _pixels(image: Image.Image) -> Any:
    import numpy

    return numpy.ascontiguousarray(numpy.asarray(image)[:, :, ::-1])


def _corners(box: Any, offset: tuple[int, int, int, int]) -> tuple[Point, Point, Point, Point]:
    one, two, three, four = ((float(x) + offset[0], float(y) + offset[1]) for x, y in box)
    return one, two, three, four


def _glance(image: Image.Image) -> tuple[list[Any], float]:
    """Return where lines are, and by how many degrees, counter-clockwise, the picture must be turned for them to stand upright."""
    small = image.copy()
    small.thumbnail((GLANCE_SIDE, GLANCE_SIDE))
    found = _engine()(_pixels(small), use_det=True, use_cls=False, use_rec=False)
    if found.boxes is None:
        return [], 0.0
    boxes = [box * (image.width / small.width) for box in found.boxes]
    sideways = _weight(boxes, upright=False) > _weight(boxes, upright=True)
    turn = (90.0 if sideways else 0.0) + _tilt(boxes, sideways)
    longest = sorted(boxes, key=lambda box: -max(_sides(box)))[:_VOTERS]
    return boxes, turn + 180.0 if _on_their_head(_pixels(image), longest) else turn


def _written_part(
    boxes: list[Any], turn: float, before: tuple[int, int], after: tuple[int, int]
) -> tuple[int, int, int, int]:
    """Return the part of the turned picture that has lines, with a margin: what the table shows is not searched."""
    cosine, sine = math.cos(math.radians(turn)), math.sin(math.radians(turn))
    across, down = [], []
    for x, y in (corner for box in boxes for corner in box):
        from_x, from_y = float(x) - before[0] / 2, float(y) - before[1] / 2
        across.append(from_x * cosine + from_y * sine + after[0] / 2)
        down.append(from_y * cosine - from_x * sine + after[1] / 2)
    margin = _MARGIN * max(after)
    return (
        max(int(min(across) - margin), 0),
        max(int(min(down) - margin), 0),
        min(int(max(across) + margin), after[0]),
        min(int(max(down) + margin), after[1]),
    )


def _sides(box: Any) -> tuple[float, float]:
    return math.dist(box[0], box[1]), math.dist(box[0], box[3])


def _weight(boxes: list[Any], *, upright: bool) -> float:
    """Return how much line there is that runs across, or up and down; near squares say nothing."""
    weight = 0.0
    for box in boxes:
        across, down = _sides(box)
        long, short = (across, down) if upright else (down, across)
        weight += long if long > 2 * short else 0.0
    return weight


def _tilt(boxes: list[Any], sideways: bool) -> float:
    """Return the middle one of the long lines' angles in degrees, the longer a line the more it counts."""
    angles = []
    for box in boxes:
        across, down = _sides(box)
        start, end = (box[0], box[3]) if sideways else (box[0], box[1])
        length, other = (down, across) if sideways else (across, down)
        if length > 3 * other:
            run, fall = (
                (end[1] - start[1], start[0] - end[0]) if sideways else (end[0] - start[0], end[1] - start[1])
            )
            angles.append((math.degrees(math.atan2(fall, run)), length))
    angles.sort()
    half, passed = sum(length for _, length in angles) / 2, 0.0
    for angle, length in angles:
        passed += length
        if passed >= half:
            return angle
    return 0.0


def _on_their_head(pixels: Any, boxes: list[Any]) -> bool:
    """Ask the classifier of upside-down lines about some; a line that runs up is cut out turned by a quarter."""
    from rapidocr.utils.process_img import get_rotate_crop_image

    votes = 0.0
    for box in boxes:
        cut = get_rotate_crop_image(pixels, box.astype("float32"))
        ((label, score),) = _engine()(cut, use_det=False, use_rec=False, use_cls=True).cls_res
        votes += score if label == "180" else -score
    return votes > 0


def rows(read: list[Line]) -> list[list[Line]]:
    """Put lines into rows, top to bottom, each from left to right, following the slope of the paper's own lines."""
    done: list[list[Line]] = []
    for line in sorted(read, key=lambda one: one.left):
        best = min(done, key=lambda row: _gap(row[-1], line), default=None)
        if best is not None and _gap(best[-1], line) < 0.5:
            best.append(line)
        else:
            done.append([line])
    return sorted(done, key=lambda row: row[0].middle - row[0].slope * row[0].left)


def _gap(before: Line, after: Line) -> float:
    """Return how far below or above the row of `before` a line lies, in heights of the lower of the two."""
    if after.left < before.right - 0.5 * before.height:
        return math.inf
    slope = before.slope if before.right - before.left > 4 * before.height else 0.0
    meant = before.middle + slope * (after.left - (before.left + before.right) / 2)
    at_left = (after.box[0][1] + after.box[3][1]) / 2
    return abs(at_left - meant) / min(before.height, after.height)
