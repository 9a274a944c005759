"""A sheet of paper to write on with Pillow, in the system's Chinese fonts."""

from __future__ import annotations

import functools
import shutil
import subprocess

from PIL import Image, ImageDraw, ImageFont

INK = (35, 35, 40)
SANS, SERIF, BOLD = "Noto Sans CJK SC", "Noto Serif CJK SC", "Noto Sans CJK SC:bold"


class NoFont(RuntimeError):
    """No Chinese font on this machine: apt install fontconfig fonts-noto-cjk."""


@functools.cache
def _font_file(family: str) -> tuple[str, int]:
    command = shutil.which("fc-match")
    if command is None:
        raise NoFont(NoFont.__doc__)
    asked = [command, "-f", "%{file}|%{index}|%{family}", f"{family}:lang=zh-cn"]
    found = subprocess.run(asked, capture_output=True, text=True, timeout=20, check=True).stdout  # noqa: S603
    path, index, name = found.split("|")
    if "CJK" not in name:
        raise NoFont(NoFont.__doc__)
    return path, int(index)


@functools.cache
def font(family: str, size: int) -> ImageFont.FreeTypeFont:
    """Return a font of the system at a size in pixels. Raises NoFont."""
    path, index = _font_file(family)
    return ImageFont.truetype(path, size, index=index)


class Sheet:
    """A page in pixels: text, lines, tables and a stamp."""

    def __init__(self, width: int, height: int, colour: tuple[int, int, int] = (252, 252, 250)) -> None:
        self.image = Image.new("RGB", (width, height), colour)
        self._pen = ImageDraw.Draw(self.image)

    def put(
        self,
        x: float,
        y: float,
        text: str,
        *,
        size: int = 28,
        family: str = SANS,
        ink: tuple[int, int, int] = INK,
        centred: bool = False,
    ) -> float:
        """Write from (x, y), the left top, or centred on x; return where the text ends."""
        letters = font(family, size)
        self._pen.text((x, y), text, fill=ink, font=letters, anchor="ma" if centred else "la")
        return x + letters.getlength(text)

    def pairs(
        self, x: float, y: float, label: str, value: str, *, size: int = 28, gap: int = 8, family: str = SANS
    ) -> None:
        """Write a label and after a gap its value."""
        self.put(self.put(x, y, label, size=size, family=family) + gap, y, value, size=size, family=family)

    def rule(self, left: float, top: float, right: float, bottom: float, width: int = 2) -> None:
        """Draw a straight line."""
        self._pen.line((left, top, right, bottom), fill=INK, width=width)

    def frame(self, left: float, top: float, right: float, bottom: float, width: int = 2) -> None:
        """Draw a rectangle's edge."""
        self._pen.rectangle((left, top, right, bottom), outline=INK, width=width)

    def fill(
        self, left: float, top: float, right: float, bottom: float, colour: tuple[int, int, int]
    ) -> None:
        """Fill a rectangle."""
        self._pen.rectangle((left, top, right, bottom), fill=colour)

    def table(self, x: float, y: float, widths: list[int], rows: list[list[str]], *, size: int = 24) -> float:
        """Draw a ruled table; return its bottom."""
        height = size + 22
        for number, row in enumerate(rows):
            left, top = x, y + number * height
            for width, text in zip(widths, row, strict=True):
                self.frame(left, top, left + width, top + height, 1)
                self.put(left + 10, top + 8, text, size=size)
                left += width
        return y + len(rows) * height

    def stamp(self, x: float, y: float, radius: int, text: str) -> None:
        """Press a red round seal over what is written already."""
        layer = Image.new("RGBA", self.image.size, (0, 0, 0, 0))
        pen = ImageDraw.Draw(layer)
        red = (205, 40, 40, 150)
        pen.ellipse((x - radius, y - radius, x + radius, y + radius), outline=red, width=5)
        pen.text((x, y), "★", fill=red, font=font(SANS, radius // 2), anchor="mm")
        pen.text((x, y + radius * 0.55), text, fill=red, font=font(SANS, max(radius // 6, 14)), anchor="mm")
        self.image.paste(layer, mask=layer.getchannel("A"))
