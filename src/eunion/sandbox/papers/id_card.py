"""ID cards: the front of a card, and a copy of both sides on one page."""

from __future__ import annotations

import datetime
import random
from typing import Any

from PIL import Image

from eunion.sandbox.papers.sheet import BOLD, SERIF, Sheet
from eunion.sandbox.papers.story import Story

BLUE = (40, 90, 150)


def front(story: Story, rng: random.Random) -> tuple[Sheet, dict[str, Any]]:
    """Draw the side with the person's name and number."""
    sheet = _front(story)
    return sheet, {"name": story.name, "id_number": story.id_number}


def both_sides(story: Story, rng: random.Random) -> tuple[Sheet, dict[str, Any]]:
    """Draw a copy on A4: front above, the side with the term below."""
    sheet = Sheet(1240, 1754)
    until = datetime.date(rng.randint(2028, 2044), rng.randint(1, 12), rng.randint(1, 28))
    card = _front(story).image.resize((856, 540), Image.Resampling.LANCZOS)
    sheet.image.paste(card, (rng.randint(150, 230), rng.randint(160, 260)))
    sheet.image.paste(_back(until).image, (rng.randint(150, 230), rng.randint(940, 1040)))
    return sheet, {"name": story.name, "id_number": story.id_number, "valid_until": until}


LAYOUTS = (front, both_sides)


def _front(story: Story) -> Sheet:
    sheet = Sheet(856, 540, (222, 232, 240))
    for y, label, value in (
        (50, "姓 名", story.name),
        (120, "性 别", story.sex),
        (190, "出 生", f"{story.born.year} 年 {story.born.month} 月 {story.born.day} 日"),
    ):
        sheet.put(60, y, label, size=26, ink=BLUE)
        sheet.put(160, y - 3, value, size=32)
    sheet.put(270, 120, "民 族", size=26, ink=BLUE)
    sheet.put(370, 117, "汉", size=32)
    sheet.put(60, 260, "住 址", size=26, ink=BLUE)
    for number, part in enumerate((story.address[:11], story.address[11:])):
        sheet.put(160, 257 + number * 44, part, size=30)
    sheet.put(60, 445, "公民身份号码", size=26, ink=BLUE)
    sheet.put(280, 438, story.id_number, size=36, family=BOLD)
    sheet.fill(600, 60, 800, 330, (190, 205, 215))
    sheet.fill(650, 100, 750, 220, (150, 130, 115))
    return sheet


def _back(until: datetime.date) -> Sheet:
    sheet = Sheet(856, 540, (222, 232, 240))
    since = until.replace(year=until.year - 20)
    sheet.put(520, 70, "中华人民共和国", size=46, family=SERIF, centred=True)
    sheet.put(520, 160, "居 民 身 份 证", size=60, family=SERIF, centred=True)
    sheet.put(190, 370, "签发机关", size=26, ink=BLUE)
    sheet.put(330, 367, "河湾市公安局", size=30)
    sheet.put(190, 440, "有效期限", size=26, ink=BLUE)
    sheet.put(330, 437, f"{since:%Y.%m.%d}-{until:%Y.%m.%d}", size=30)
    return sheet
