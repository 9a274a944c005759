"""Days and periods in a message, counted from today: 上个月15号, 去年, 前天, 下周三, 2026年3月, 国庆."""

from __future__ import annotations

import calendar
import datetime
import re
from collections.abc import Callable

from eunion.assistant.terms import Day
from eunion.assistant.understanding.holidays import holiday
from eunion.assistant.understanding.numerals import value

DAYS_MAX = 5
# A day without a year that is no further ahead than this is yet to come.
SOON_DAYS = 60
_N = r"(?:\d{1,2}|[零〇一二两三四五六七八九十]{1,3})"
_NEAR = {
    "大前天": -3,
    "前天": -2,
    "昨天": -1,
    "昨晚": -1,
    "今天": 0,
    "今早": 0,
    "今晚": 0,
    "明天": 1,
    "大后天": 3,
    "后天": 2,
}
_YEARS = {"大前年": -3, "前年": -2, "去年": -1, "上年": -1, "今年": 0, "本年": 0, "明年": 1, "后年": 2}
_MONTHS = {
    "上上个月": -2,
    "上上月": -2,
    "上个月": -1,
    "上月": -1,
    "这个月": 0,
    "本月": 0,
    "当月": 0,
    "下个月": 1,
    "下月": 1,
}
_WEEKS = {
    "上上周": -2,
    "上上个星期": -2,
    "上周": -1,
    "上星期": -1,
    "上个星期": -1,
    "上礼拜": -1,
    "上个礼拜": -1,
    "本周": 0,
    "这周": 0,
    "这星期": 0,
    "这个星期": 0,
    "这礼拜": 0,
    "下周": 1,
    "下星期": 1,
    "下个星期": 1,
    "下礼拜": 1,
    "下个礼拜": 1,
}
_WEEKDAYS = {"一": 0, "二": 1, "三": 2, "四": 3, "五": 4, "六": 5, "日": 6, "天": 6}
_PARTS = {
    "初": (1, 10),
    "上旬": (1, 10),
    "中旬": (11, 20),
    "中": (11, 20),
    "下旬": (21, 31),
    "底": (21, 31),
    "末": (21, 31),
}


def _any(words: dict[str, int]) -> str:
    return "|".join(sorted(words, key=len, reverse=True))


def found(text: str, today: datetime.date) -> tuple[Day, ...]:
    """Return the days and periods of a text in their order, at most five."""
    taken: list[tuple[int, int, Day]] = []
    for pattern, read in _READERS:
        for match in pattern.finditer(text):
            span = _period(read, match, today)
            if span and all(match.end() <= first or match.start() >= last for first, last, _ in taken):
                taken.append((match.start(), match.end(), Day(*span, match[0].strip())))
    return tuple(day for _, _, day in sorted(taken, key=lambda one: one[0]))[:DAYS_MAX]


Span = tuple[datetime.date, datetime.date]
Read = Callable[[re.Match[str], datetime.date], Span | None]


def _period(read: Read, match: re.Match[str], today: datetime.date) -> Span | None:
    """Read a match; a day that does not exist (2月30日, year 0) is none."""
    try:
        return read(match, today)
    except (ValueError, OverflowError):
        return None


def _int(said: str | None) -> int:
    return int(value(said) or 0) if said else 0


def _month(year: int, month: int) -> Span:
    last = calendar.monthrange(year, month)[1]
    return datetime.date(year, month, 1), datetime.date(year, month, last)


def _moved(today: datetime.date, months: int) -> tuple[int, int]:
    """Return year and month some months from today."""
    count = today.year * 12 + today.month - 1 + months
    return count // 12, count % 12 + 1


def _within(year: int, month: int, day: str | None, part: str | None) -> Span:
    """Return a day of a month, a third of it, or all of it."""
    first, last = _month(year, month)
    if day:
        one = datetime.date(year, month, _int(day))
        return one, one
    if part:
        begin, end = _PARTS[part]
        return first.replace(day=begin), first.replace(day=min(end, last.day))
    return first, last


def _year_of(said: str, today: datetime.date) -> int:
    if said in _YEARS:
        return today.year + _YEARS[said]
    year = _int(said)
    return year + 2000 if year < 100 else year


def _dated(match: re.Match[str], today: datetime.date) -> Span | None:
    """2026年3月15日, 去年3月, 2026-03-15, 去年: with a year."""
    year = _year_of(match["y"], today)
    if not 1949 <= year <= 2100:
        return None
    if match["m"]:
        return _within(year, _int(match["m"]), match["d"], match["p"])
    if match["half"]:
        return (
            (_month(year, 1)[0], _month(year, 6)[1])
            if match["half"] == "上"
            else (_month(year, 7)[0], _month(year, 12)[1])
        )
    return _month(year, 1)[0], _month(year, 12)[1]


def _numeric(match: re.Match[str], today: datetime.date) -> Span | None:
    one = datetime.date(int(match["y"]), int(match["m"]), int(match["d"]))
    return (one, one) if 1949 <= one.year <= 2100 else None


def _yearless(match: re.Match[str], today: datetime.date) -> Span:
    """3月15号, 3月初: soon to come, else the last one: people mostly tell what has happened."""
    month = _int(match["m"])
    coming = (_within(today.year + shift, month, match["d"], match["p"]) for shift in (1, 0, -1))
    return next(span for span in coming if (span[0] - today).days <= SOON_DAYS)


def _relative_month(match: re.Match[str], today: datetime.date) -> Span:
    year, month = _moved(today, _MONTHS[match["r"]])
    return _within(year, month, match["d"], match["p"])


def _relative_week(match: re.Match[str], today: datetime.date) -> Span:
    monday = (
        today
        - datetime.timedelta(days=today.weekday())
        + datetime.timedelta(weeks=_WEEKS.get(match["w"] or "", 0))
    )
    if match["day"]:
        one = monday + datetime.timedelta(days=_WEEKDAYS[match["day"]])
        return one, one
    return monday, monday + datetime.timedelta(days=6)


def _near(match: re.Match[str], today: datetime.date) -> Span:
    one = today + datetime.timedelta(days=_NEAR[match[0]])
    return one, one


def _ago(match: re.Match[str], today: datetime.date) -> Span | None:
    """三天前, 两个月前, 半年前, 三个月后."""
    number = 0.5 if match["n"] == "半" else value(match["n"]) or 0
    number += 0.5 if match["half"] else 0
    sign, unit = (1 if match["way"].endswith("后") else -1), match["u"]
    if unit in ("天", "日", "周", "星期", "礼拜", "个星期", "个礼拜"):
        days = number * (1 if unit in ("天", "日") else 7)
        one = today + datetime.timedelta(days=sign * round(days))
    else:
        months = number * (12 if unit == "年" else 1)
        year, month = _moved(today, sign * round(months))
        one = datetime.date(year, month, min(today.day, calendar.monthrange(year, month)[1]))
    return one, one


def _of_this_month(match: re.Match[str], today: datetime.date) -> Span:
    """15号: of this month or the one beside it, whichever is nearest."""
    around = []
    for shift in (0, -1, 1):
        year, month = _moved(today, shift)
        if _int(match["d"]) <= calendar.monthrange(year, month)[1]:
            around.append(datetime.date(year, month, _int(match["d"])))
    one = min(around, key=lambda day: abs((day - today).days))
    return one, one


def _holiday(match: re.Match[str], today: datetime.date) -> Span | None:
    year = today.year + _YEARS[match["y"]] if match["y"] else None
    return holiday(match["h"], year, today)


_DAY = rf"(?:(?P<d>{_N})[号日]|(?P<p>初|上旬|中旬|下旬|底|末))?"
_READERS: tuple[tuple[re.Pattern[str], Read], ...] = (
    (re.compile(r"(?P<y>\d{4})[-/.](?P<m>\d{1,2})[-/.](?P<d>\d{1,2})(?!\d)"), _numeric),
    (
        re.compile(
            rf"(?P<y>{_any(_YEARS)})?的?(?P<h>元旦|春节|过年|大年三十|除夕|清明|五一|劳动节|端午|中秋|国庆|十一(?=放|假|期间|加班|上班|那|节|长假))"
        ),
        _holiday,
    ),
    (
        re.compile(
            rf"(?P<y>(?<![\d])\d{{4}}(?=年)|(?<!\d)[012]\d(?=年\d)|[一二][零〇一二三四五六七八九]{{3}}(?=年)|{_any(_YEARS)})年?"
            rf"(?:(?P<half>[上下])半年|(?:(?P<m>{_N})月(?:份)?{_DAY}))?"
        ),
        _dated,
    ),
    (re.compile(rf"(?P<r>{_any(_MONTHS)})的?{_DAY}"), _relative_month),
    (re.compile(rf"(?<![\d个])(?P<m>{_N})月(?:份)?{_DAY}"), _yearless),
    (
        re.compile(
            rf"(?P<w>{_any(_WEEKS)})(?P<day>[一二三四五六日天])?|(?:周|星期|礼拜)(?P<only>[一二三四五六日天])(?![天个])"
        ),
        lambda m, t: _relative_week(m, t) if m["w"] else None,
    ),
    (re.compile(_any(_NEAR)), _near),
    (
        re.compile(
            r"(?P<n>\d{1,3}|[一二两三四五六七八九十]{1,3}|半)(?P<half>个?半)?\s*个?(?P<u>天|日|周|个?星期|个?礼拜|月|年)(?P<way>以?之?前|以?之?后)(?!缴|付)"
        ),
        _ago,
    ),
    (
        re.compile(
            r"(?<![\d\-.第月])(?P<d>[12]?\d|3[01]|[一二三]?十[一二三四五六七八九]?)号(?![线楼院店门机厂码人工])"
        ),
        _of_this_month,
    ),
)
