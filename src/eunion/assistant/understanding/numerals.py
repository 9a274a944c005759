"""Numbers as people write them: 3,500 · 三千五 · 两万三 · 3.5k · 1.2万 · 半."""

from __future__ import annotations

import re

_DIGITS = {
    char: value
    for value, chars in enumerate(("零〇", "一", "二两俩", "三仨", "四", "五", "六", "七", "八", "九"))
    for char in chars
}
_TENS = {"十": 10, "百": 100, "千": 1000, "万": 10_000}
_SHORT = {"k": 1000, "千": 1000, "w": 10_000, "万": 10_000, "百": 100}
# Matches a number; what it is worth says `value`.
NUMBER = r"(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d{1,9}(?:\.\d{1,3})?)(?:[kw千万百](?:\d(?![\d.]))?(?![a-z]))?|[零〇一二两俩仨三四五六七八九十百千万]{1,12}"
_ARABIC = re.compile(r"([\d,.]+)([kw千万百]?)(\d?)")


def value(said: str) -> float | None:
    """Return what a number is worth, or None when the characters make none (十百, 万万)."""
    arabic = _ARABIC.fullmatch(said)
    if arabic:
        unit = _SHORT.get(arabic[2], 1)
        return float(arabic[1].replace(",", "")) * unit + int(arabic[3] or 0) * unit / 10
    if all(char in _DIGITS for char in said):
        return float("".join(str(_DIGITS[char]) for char in said))
    return _worded(said)


def _worded(said: str) -> float | None:
    """Add up 两万三千五百, with the last digit of 三千五 counting for the unit below."""
    total = section = 0
    digit, unit, zero = None, 10, False
    for char in said:
        if char in _DIGITS:
            digit, zero = _DIGITS[char], zero or char in "零〇"
            continue
        unit, zero = _TENS[char], False
        if unit == 10_000:
            total, section, digit = (total + section + (digit or 0)) * unit, 0, None
            if not total:
                return None
            continue
        section += (1 if digit is None else digit) * unit
        digit = None
    if digit is not None:
        # 三千五 is 3500 and 一百二 is 120, but 十五 is 15 and 三千零五 is 3005.
        section += digit * (unit // 10 if unit > 10 and not zero else 1)
    return float(total + section)
