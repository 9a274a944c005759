"""What a field's text must look like, and which misread letters its grammar allows to mend. None means: not a value.

Each function takes text without white space, in half-width characters. Nothing is guessed: a letter becomes a digit only where
none but a digit can stand, and a check digit must agree.
"""

from __future__ import annotations

import datetime
import re

from eunion.registry.codes import id_number_error

_AS_DIGITS = str.maketrans("OoQDIl|", "0000111")
# Less like digits: only where a check digit tells whether they were.
_CHECKED_AS_DIGITS = str.maketrans("OoQDIl|!iSZB", "000011111528")
_AMOUNT = re.compile(r"[¥￥Y]?(\d{1,3}(?:[,.']\d{3})+|\d+)[.](\d{2})(?!\d)元?")
_WHOLE_YUAN = re.compile(r"[¥￥]?(\d{1,3}(?:,\d{3})+|\d+)元(?!\d)")
_DATE = re.compile(r"(20\d{2})[年./\-_](\d{1,2})[月./\-_](\d{1,2})日?|(20\d{2})([01]\d)([0-3]\d)(?!\d)")
_TIME = re.compile(r"\d{2}:\d{2}(:\d{2})?$")
_NAME = re.compile(r"[\u4e00-\u9fff]{1,10}·?[\u4e00-\u9fff]{1,10}")
_HOSPITAL = re.compile(
    r"[\u4e00-\u9fff0-9()]{2,30}(?:医院|卫生院|保健院|疗养院|卫生服务中心|医疗中心|门诊部|诊所)"
)
_BANK = re.compile(r"[\u4e00-\u9fff]{2,8}?(?:银行|信用社|信用合作社)")
_CAPITAL_DIGITS = {capital: digit for digit, capital in enumerate("零壹贰叁肆伍陆柒捌玖")}
# Letters that stand in no amount, and those that they are misread for.
_AS_CAPITALS = str.maketrans("染貳參陸圆肄", "柒贰叁陆元肆")
_IN_CAPITALS = re.compile(
    r"(?:([零壹贰叁肆伍陆柒捌玖拾佰仟]+)万)?([零壹贰叁肆伍陆柒捌玖拾佰仟]*)元零?"
    r"(?:整|正|([壹贰叁肆伍陆柒捌玖])角(?:整|正)?|(?:([壹贰叁肆伍陆柒捌玖])角)?零?([壹贰叁肆伍陆柒捌玖])分)"
)
_CAPITAL_UNITS = {"拾": 10, "佰": 100, "仟": 1000}


def amount(text: str) -> int | None:
    """Return an amount in fen: with two decimals, or whole with 元 behind it; thousands may be marked."""
    digits = text.translate(_AS_DIGITS) if re.search(r"\d", text) else text
    if found := _AMOUNT.search(digits):
        before = digits[: found.start()]
        if re.search(r"[-.,0-9A-Za-z]$", before):
            return None
        return int(re.sub(r"\D", "", found[1])) * 100 + int(found[2])
    found = _WHOLE_YUAN.search(digits)
    return int(found[1].replace(",", "")) * 100 if found else None


def amount_in_capitals(text: str) -> int | None:
    """Return an amount in fen written as 壹仟贰佰叁拾肆元伍角陆分, whole and nothing else."""
    found = _IN_CAPITALS.fullmatch(text.translate(_AS_CAPITALS).strip(":¥"))
    if not found:
        return None
    high, low, tenth_alone, tenth, hundredth = found.groups()
    yuan = _below_ten_thousand(high or "") * 10_000 + _below_ten_thousand(low)
    return (
        yuan * 100 + _CAPITAL_DIGITS[tenth_alone or tenth or "零"] * 10 + _CAPITAL_DIGITS[hundredth or "零"]
    )


def _below_ten_thousand(text: str) -> int:
    total, digit = 0, 0
    for char in text:
        if char in _CAPITAL_UNITS:
            total += (digit or 1) * _CAPITAL_UNITS[char]
            digit = 0
        else:
            digit = _CAPITAL_DIGITS[char]
    return total + digit


def dates(text: str) -> list[datetime.date]:
    """Return the days in a text, in order; what is no day of the calendar is left out."""
    found = []
    for parts in _DATE.findall(_TIME.sub("", text.translate(_AS_DIGITS))):
        year, month, day = (int(part) for part in (parts[:3] if parts[0] else parts[3:]))
        try:
            found.append(datetime.date(year, month, day))
        except ValueError:
            continue
    return found


def date(text: str) -> datetime.date | None:
    """Return the first day in a text."""
    return next(iter(dates(text)), None)


def last_date(text: str) -> datetime.date | None:
    """Return the second day of a term from one day to another."""
    found = dates(text)
    return found[1] if len(found) == 2 else None


def id_number(text: str) -> str | None:
    """Return an ID number whose check digit agrees (GB 11643)."""
    for found in re.finditer(r"(?<![0-9])[0-9OoQDIl|!iSZB]{17}[0-9OoQDIl|!iSZBXx×](?![0-9])", text):
        last = "X" if found[0][-1] in "Xx×" else found[0][-1].translate(_CHECKED_AS_DIGITS)
        number = found[0][:17].translate(_CHECKED_AS_DIGITS) + last
        if not id_number_error(number):
            return number
    return None


def invoice_number(text: str) -> str | None:
    """Return an invoice's number: 8 to 20 digits."""
    found = re.match(r"[0-9OoQDIl|]{8,20}(?![0-9A-Za-z])", text)
    return found[0].translate(_AS_DIGITS) if found and re.search(r"\d{6}", found[0]) else None


def card_number(text: str) -> str | None:
    """Return a bank card's number: 16 to 19 digits that pass Luhn's check."""
    for found in re.finditer(r"(?<!\d)[0-9OoQDIl|]{16,19}(?!\d)", re.sub(r"[-\x1f]", "", text)):
        number = found[0].translate(_AS_DIGITS)
        if luhn(number):
            return number
    return None


def luhn(number: str) -> bool:
    """Say whether the last digit is the check digit of those before it."""
    total = 0
    for place, digit in enumerate(reversed(number)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def name(text: str) -> str | None:
    """Return a person's name: nothing but 2 to 20 Chinese characters."""
    stripped = text.strip(":.,。")
    return stripped if _NAME.fullmatch(stripped) else None


def hospital(text: str) -> str | None:
    """Return a name that ends as hospitals' names do."""
    found = _HOSPITAL.search(text)
    return found[0] if found else None


def bank(text: str) -> str | None:
    """Return a bank's name, without its branch."""
    found = _BANK.search(text)
    return found[0] if found else None


def diagnosis(text: str) -> str | None:
    """Return the first diagnosis, without its number."""
    first = re.split(r"(?<=.)[;；。]|(?<=[^\d])2[.、]", re.sub(r"^1[.、]", "", text.strip(":")))[0]
    return first if re.search(r"[\u4e00-\u9fff]{2}", first) and len(first) <= 60 else None
