"""National codes: ID numbers (GB 11643) and unified social credit codes (GB 32100), checked and normalised."""

from __future__ import annotations

import datetime
import re
import unicodedata

_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECK = "10X98765432"
_USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def half_width(value: str) -> str:
    """Turn full-width digits and letters into plain ones and drop all white space."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", value))


def id_check_digit(first_17: str) -> str:
    """Return the 18th character of an ID number (ISO 7064 MOD 11-2)."""
    total = sum(int(digit) * weight for digit, weight in zip(first_17, _ID_WEIGHTS, strict=True))
    return _ID_CHECK[total % 11]


def id_number_error(value: str) -> str:
    """Return why an ID number is wrong, in words a clerk understands; '' when it is right."""
    if not re.fullmatch(r"\d{17}[\dX]", value):
        return "身份证号应为 18 位（最后一位可以是 X）"
    try:
        born = datetime.date(int(value[6:10]), int(value[10:12]), int(value[12:14]))
    except ValueError:
        return "身份证号中的出生日期不存在"
    if not datetime.date(1900, 1, 1) <= born <= datetime.date.today():
        return "身份证号中的出生日期不合理"
    return "" if id_check_digit(value[:17]) == value[17] else "身份证号校验位不对，可能有一位写错了"


def birth_date(id_number: str) -> datetime.date:
    """Return the date of birth in a checked ID number."""
    return datetime.date(int(id_number[6:10]), int(id_number[10:12]), int(id_number[12:14]))


def uscc_check_digit(first_17: str) -> str:
    """Return the 18th character of a unified social credit code."""
    total = sum(_USCC_ALPHABET.index(char) * pow(3, place, 31) for place, char in enumerate(first_17))
    return _USCC_ALPHABET[(31 - total % 31) % 31]


def uscc_error(value: str) -> str:
    """Return why a unified social credit code is wrong; '' when it is right."""
    if len(value) != 18 or any(char not in _USCC_ALPHABET for char in value):
        return "统一社会信用代码应为 18 位数字和大写字母（不含 I、O、S、V、Z）"
    return "" if uscc_check_digit(value[:17]) == value[17] else "统一社会信用代码校验位不对"


def phone_error(value: str) -> str:
    """Return why a mobile number is wrong; '' when it is right."""
    return "" if re.fullmatch(r"1[3-9]\d{9}", value) else "手机号应为 1 开头的 11 位数字"
