"""Amounts in a message: money with its period, years and months, hours, days, ages, people."""

from __future__ import annotations

import re

from eunion.assistant.terms import Amount
from eunion.assistant.understanding.numerals import NUMBER, value

AMOUNTS_MAX = 8
_PERIODS = {"月": "元/月", "天": "元/天", "日": "元/天", "小时": "元/小时", "钟头": "元/小时", "年": "元/年"}
_N = f"(?:{NUMBER})"
_BEFORE = (
    r"(?:(?P<per>(?:每个?|一个?|1个?)(?:月|天|小时|钟头|年)|月薪|月工资|月收入|时薪|日薪|日工资|年薪|月平均工资|平均工资|底薪|工资)"
    r"(?:的?工资|到手|大概|大约|差不多|是|才|就|只|给|挣|拿|发|能拿|能挣|收入|平均|基本|税前|税后|为|[:：\s])*)?"
)
_MONEY = re.compile(
    rf"{_BEFORE}(?P<n>{_N})(?P<more>多)?\s*(?P<u>块钱?|元钱?|人民币|rmb)?(?P<sep>/|每|一)?(?P<after>个?月|天|日|小时|钟头|年)?(?P<odd>[a-z\d])?"
)
_LENGTH = re.compile(
    rf"(?P<years>{_N}|半)\s*(?P<half1>个?半)?(?:周?年)(?P<half2>半)?(?:零|又|加|，|,|\s)?(?:(?P<months>{_N})\s*个?(?P<mhalf>半)?月)?"
)
_MONTHS = re.compile(
    rf"(?P<n>{_N}|半)\s*个?(?P<half>半)?个?月(?P<half2>半)?(?!\d|份|底|初|[一二三四五六七八九十]+[号日])"
)
_COUNTED = re.compile(
    rf"(?P<n>{_N}|半)\s*(?:个)?(?P<half>半)?(?P<u>小时|钟头|天|周岁|岁|周|星期|礼拜|号人|个人|人|%|％)(?P<half2>半)?"
)
_UNITS = {"钟头": "小时", "周岁": "岁", "星期": "周", "礼拜": "周", "号人": "人", "个人": "人", "％": "%"}
_MONEY_NEAR = re.compile(r"费|花|工资|薪|钱|块|元|赔|补|押金|罚|欠|收入|挣|到手|底薪|社保基数")
_NAMED = {
    "月薪": "元/月",
    "月工资": "元/月",
    "月收入": "元/月",
    "时薪": "元/小时",
    "日薪": "元/天",
    "日工资": "元/天",
    "年薪": "元/年",
    "月平均工资": "元/月",
    "平均工资": "元/月",
    "底薪": "元/月",
    "工资": "元/月",
}


def found(text: str) -> tuple[Amount, ...]:
    """Return the amounts of a text in their order, at most eight."""
    taken: list[tuple[int, int, Amount]] = []
    for matches in (_money(text), _lengths(text), _counted(text)):
        for start, end, amount in matches:
            if all(end <= first or start >= last for first, last, _ in taken):
                taken.append((start, end, amount))
    return tuple(amount for _, _, amount in sorted(taken, key=lambda one: one[0]))[:AMOUNTS_MAX]


def _number(said: str) -> float | None:
    return 0.5 if said == "半" else value(said)


def _lengths(text: str) -> list[tuple[int, int, Amount]]:
    """Find years with months: 两年半, 三年零四个月; and months: 一个半月, 半个月."""
    taken = []
    for match in _LENGTH.finditer(text):
        years = _number(match["years"])
        if years is None or (years >= 100 and not match["half1"]) or _is_ordinal(text, match.start()):
            continue
        years += 0.5 if match["half1"] or match["half2"] else 0
        months = value(match["months"]) if match["months"] else 0
        whole = years + ((months or 0) + (0.5 if match["mhalf"] else 0)) / 12
        taken.append((match.start(), match.end(), Amount(round(whole, 4), "年", match[0].strip("，, "))))
    for match in _MONTHS.finditer(text):
        count = _number(match["n"])
        if count is None or ("个" not in match[0] and match["n"] not in ("俩", "两", "仨")):
            continue
        half = 0.5 if match["half"] or match["half2"] else 0
        taken.append((match.start(), match.end(), Amount(count + half, "月", match[0])))
    return taken


def _is_ordinal(text: str, place: int) -> bool:
    return place > 0 and text[place - 1] in "第."


def _counted(text: str) -> list[tuple[int, int, Amount]]:
    """Find hours, days, weeks, ages, people and shares."""
    taken = []
    for match in _COUNTED.finditer(text):
        # 一天200 names a price's period, 加班两天 a length.
        priced = re.match(rf"\s*(?:才|给|挣|是|就|只)?(?:{_N})\s*(?:块|元)?", text[match.end() :]) and match[
            "n"
        ] in ("一", "1")
        count = _number(match["n"])
        if count is None or priced or _is_ordinal(text, match.start()):
            continue
        unit = _UNITS.get(match["u"], match["u"])
        half = 0.5 if match["half"] or match["half2"] else 0
        taken.append((match.start(), match.end(), Amount(count + half, unit, match[0])))
    return taken


def _money(text: str) -> list[tuple[int, int, Amount]]:
    """Find sums: with their unit, in the thousands, or after a word for pay."""
    taken = []
    about_money = bool(_MONEY_NEAR.search(text))
    for match in _MONEY.finditer(text):
        count = value(match["n"])
        said = match["n"]
        if not count or match["odd"] or _is_ordinal(text, match.start("n")) or _is_date(text, match):
            continue
        big = said[-1] in "kw千万百" or any(char in said for char in "千万kw") or count >= 1000
        counts = match["after"] and not match["u"] and not match["sep"]
        if counts or not (match["u"] or match["per"] or (big and about_money)):
            continue
        if (
            said.isdigit()
            and ((len(said) == 5 and said.startswith("12")) or len(said) > 8)
            and not match["u"]
        ):
            continue
        taken.append((match.start("n"), match.end(), Amount(count, _period(match), match[0].strip())))
    return taken


def _is_date(text: str, match: re.Match[str]) -> bool:
    """Return whether the number is a day, a month, a year or an article rather than a sum."""
    return not match["u"] and text[match.end("n") :][:1] in (
        "年",
        "月",
        "号",
        "日",
        "条",
        "点",
        "期",
        "楼",
        "路",
        "倍",
        "次",
        "岁",
        "个",
    )


def _period(match: re.Match[str]) -> str:
    """Return 元 with the period that a sum is paid for."""
    per, after = match["per"] or "", match["after"] or ""
    if per in _NAMED:
        return _NAMED[per]
    for word, unit in _PERIODS.items():
        if (per and word in per) or (after and word in after):
            return unit
    return "元"
