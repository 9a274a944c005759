"""How long somebody has worked, as a question tells it: 干了三年, 工作8个月, 2020年3月入职."""

from __future__ import annotations

import datetime
import re

from eunion.assistant.terms import Amount, Day, Understood

_WORKED = r"干|工作|工龄|做|上班|入职|进厂|在"
_BEGAN = r"入职|进厂|进的?公司|进的?单位|来的|来上班|来这|开始|参加工作|上班|签的?合同|干起|到这"
_ENDED = r"辞|裁|炒|开除|解除|离职|走人|不续|到期|倒闭|破产|不要我|不干|不让"
# 一年年假有几天 asks for each year, 干了一年 tells of one.
_ONE_YEAR = re.compile(r"(?:一|1)\s*(?:个)?(?:整)?年")
_TOLD = rf"(?:{_WORKED}|满|刚|够|到|有|才|快|就|来)"


def stands_by(question: str, amount: Amount, words: str) -> bool:
    """Return whether one of the words stands shortly before the amount."""
    place = question.find(amount.said)
    return bool(re.search(rf"(?:{words})[^，。,]{{0,6}}$", question[:place] + amount.said[:1]))


def years(question: str, found: tuple[Amount, ...], understood: Understood) -> float | None:
    """Return the years that a person worked: the only ones said, those after 干了/工龄, or those since they came."""
    lengths = [one for one in found if one.unit == "年" and not _is_each_year(question, one)]
    if len(lengths) == 1:
        return lengths[0].value
    if lengths:
        told = [one for one in lengths if stands_by(question, one, _WORKED)]
        return told[0].value if len(told) == 1 else None
    months = [
        one for one in found if one.unit == "月" and stands_by(question, one, r"干|工作|做|上班|来|入职|进厂")
    ]
    if months:
        return months[0].value / 12 if len(months) == 1 else None
    return _years_since(question, understood)


def _is_each_year(question: str, amount: Amount) -> bool:
    return bool(_ONE_YEAR.fullmatch(amount.said)) and not stands_by(question, amount, _TOLD)


def _years_since(question: str, understood: Understood) -> float | None:
    """Return the years from the day on which a person came until they left, by default until now."""
    told = [day for day in understood.days if day.said in question and (day.until - day.on).days <= 31]
    began = [day for day in told if _goes_with(question, day, _BEGAN)]
    if len(began) != 1:
        return None
    ended = [day for day in told if day not in began and _goes_with(question, day, _ENDED)]
    until = ended[0].until if len(ended) == 1 else understood.said_on
    return _between(began[0].on, until) if began[0].on < until else None


def _goes_with(question: str, day: Day, words: str) -> bool:
    """Return whether one of the words stands shortly after a day, before the next mark."""
    place = question.find(day.said) + len(day.said)
    return bool(re.match(rf"[^，。,、]{{0,6}}(?:{words})", question[place:]))


def _between(since: datetime.date, until: datetime.date) -> float:
    """Return the years between two days; a begun month counts, as half-years are rounded up besides."""
    months = (until.year - since.year) * 12 + until.month - since.month
    months += until.day > since.day
    return round(months / 12, 4)
