"""仲裁時效: until when arbitration must be sought, by 勞動爭議調解仲裁法 第二十七條. Plain facts in, a day out."""

from __future__ import annotations

import calendar
import datetime
from dataclasses import dataclass, field

ARTICLE = "《劳动争议调解仲裁法》第二十七条"
WAGES = "wages"


@dataclass(frozen=True)
class Facts:
    """What the limit depends on. `asked_on`: the last time the worker demanded it, complained, or the other side agreed."""

    claims: tuple[str, ...]
    known_on: datetime.date | None
    employed: bool
    left_on: datetime.date | None
    asked_on: datetime.date | None = None


@dataclass(frozen=True)
class Limit:
    """The last day (None: not running yet or not known), and how it was worked out, line by line."""

    on: datetime.date | None
    steps: list[str] = field(default_factory=list)

    def days_left(self, today: datetime.date) -> int | None:
        """Return the days up to the last one; negative once it is over."""
        return (self.on - today).days if self.on else None


def a_year_after(day: datetime.date) -> datetime.date:
    """Return the same day of the next year, or the month's last where there is none (民法典 第二百零二條).

    A limit that ends on a holiday runs on to the next working day (第二百零三條); a warning does not count on it.
    """
    year = day.year + 1
    return day.replace(year=year, day=min(day.day, calendar.monthrange(year, day.month)[1]))


def limit_of(facts: Facts) -> Limit:
    """Return the nearest of the limits that run for what is claimed."""
    found: list[tuple[datetime.date, str]] = []
    steps: list[str] = []
    if WAGES in facts.claims:
        if facts.employed:
            steps.append("拖欠工资：还在单位上班，不受一年时效限制；离开单位以后，一年之内要申请仲裁。")
        elif facts.left_on:
            found.append((facts.left_on, "拖欠工资：从离开单位那天起算一年"))
    if facts.known_on and (set(facts.claims) - {WAGES} or not facts.claims):
        found.append((facts.known_on, "其他请求：从知道权利受到侵害那天起算一年"))
    if not found:
        return Limit(None, steps)
    begin, words = min(found)
    end = a_year_after(begin)
    steps.append(f"{words}：{_said(begin)} → {_said(end)}。")
    if facts.asked_on and begin < facts.asked_on <= end:
        end = a_year_after(facts.asked_on)
        steps.append(
            f"{_said(facts.asked_on)}向单位要求过或向有关部门投诉过，时效从这天重新起算 → {_said(end)}。要留好证据。"
        )
    return Limit(end, [*steps, f"依据：{ARTICLE}。"])


def _said(day: datetime.date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def warning(limit: Limit, today: datetime.date) -> str:
    """Return what to say about the days that are left, or nothing when no limit runs."""
    left = limit.days_left(today)
    if left is None or limit.on is None:
        return ""
    if left < 0:
        return f"仲裁时效可能已经在 {_said(limit.on)} 过期。请尽快请律师看看有没有中断、中止的情况。"
    return f"申请劳动仲裁的最后期限是 {_said(limit.on)}，还剩 {left} 天。"
