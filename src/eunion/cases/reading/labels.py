"""Finding values beside their labels: behind the label on its line, in the next cells to the right, or below it.

The lines of a page are put into rows; in a row, every known label is marked, so that a value ends where the next label begins,
and 个人自付合计 is never taken for 合计.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from eunion.kernel.ocr import Line, Page, rows
from eunion.registry.codes import half_width

Box = tuple[float, float, float, float]
CELL_END = "\x1f"  # stands between two lines of a row; a label may run across it, a value only where it must
_CELLS_MAX = 5
_ROWS_BELOW = 3.5  # line heights
# What stands beside values on these papers without being asked for: a value ends before it.
_OTHERS = (
    "性别", "民族", "出生", "住址", "年龄", "科室", "科别", "病区", "床号", "住院号", "住院天数", "天数", "病历号", "校验码",
    "业务流水号", "医疗机构类型", "医保类型", "医保编号", "住院科别", "其他支付", "个人账户支付", "个人现金支付", "个人账户",
    "个人现金", "账户支付", "现金支付", "个人自费", "自费费用", "自费金额", "自付金额", "起付标准", "复核人", "收款人", "人员类别",
    "单位名称", "险种", "医疗类别", "入院诊断", "诊疗经过", "出院医嘱", "账户状态", "签发机关", "项目名称", "数量/单位", "金额(元)",
    "大写", "票据代码", "医师签名", "统一社会信用代码", "收费项目", "费用项目", "其中", "医保统筹基金支付", "统筹支付",
)  # fmt: skip


@dataclass(frozen=True)
class Found:
    """A field as read: its value, the text that stood there, its place on the upright page, and how sure the reader was."""

    value: Any
    text: str
    box: Box
    score: float


@dataclass(frozen=True)
class Field:
    """How one field is found: its labels, its grammar, and whether it may stand below its label or without one."""

    labels: tuple[str, ...]
    parse: Callable[[str], Any]
    below: bool = False
    anywhere: Callable[[str], Any] | None = None


@dataclass(frozen=True)
class _Row:
    text: str
    lines: tuple[Line | None, ...]  # of each character; None for the end of a cell
    marks: tuple[tuple[str, int, int], ...]  # label, start, end

    def place(self, start: int, end: int) -> tuple[Box, float]:
        """Return where the characters stand and the lowest score of their lines."""
        boxes, scores = [], []
        for line in dict.fromkeys(line for line in self.lines[start:end] if line):
            spots = [at for at, other in enumerate(self.lines) if other is line]
            inside = [at for at in spots if start <= at < end]
            boxes.append(_part(line, inside[0] - spots[0], inside[-1] + 1 - spots[0], len(spots)))
            scores.append(line.score)
        lefts, tops, rights, bottoms = zip(*boxes, strict=True)
        return (min(lefts), min(tops), max(rights), max(bottoms)), min(scores)


def find_all(page: Page, fields: dict[str, Field], vocabulary: Iterable[str]) -> dict[str, Found]:
    """Return every field of a page that is found and parses."""
    pattern = _pattern(vocabulary)
    marked = [_marked(row, pattern) for row in rows(list(page.lines))]
    found = {key: _find(marked, field) for key, field in fields.items()}
    return {key: one for key, one in found.items() if one}


def _pattern(vocabulary: Iterable[str]) -> re.Pattern[str]:
    words = sorted({*vocabulary, *_OTHERS}, key=len, reverse=True)
    return re.compile("|".join(f"{CELL_END}?".join(map(re.escape, word)) for word in words))


def _marked(row: list[Line], pattern: re.Pattern[str]) -> _Row:
    text, lines = "", list[Line | None]()
    for line in row:
        # 入 is often read as 人, which never stands before 院.
        part = half_width(line.text).replace("人院", "入院")
        text += part + CELL_END
        lines += [line] * len(part) + [None]
    marks = [(mark[0].replace(CELL_END, ""), *mark.span()) for mark in pattern.finditer(text)]
    return _Row(text, tuple(lines), tuple(marks))


def _part(line: Line, start: int, end: int, whole: int) -> Box:
    """Return the box of some of a line's characters, as if all were equally wide."""
    width = (line.right - line.left) / max(whole, 1)
    top, bottom = line.middle - line.height / 2, line.middle + line.height / 2
    return line.left + width * start, top, line.left + width * end, bottom


def _find(marked: list[_Row], field: Field) -> Found | None:
    for label in field.labels:
        for number, row in enumerate(marked):
            for mark, (name, start, end) in enumerate(row.marks):
                if name != label:
                    continue
                stop = row.marks[mark + 1][1] if mark + 1 < len(row.marks) else len(row.text)
                found = _behind(row, end, stop, field.parse)
                if not found and field.below:
                    found = _below(row.place(start, end)[0], marked[number + 1 :], field.parse)
                if found:
                    return found
    return _unlabelled(marked, field.anywhere) if field.anywhere else None


def _behind(row: _Row, start: int, stop: int, parse: Callable[[str], Any]) -> Found | None:
    """Read the cells behind a label, the first alone, then with those that follow it."""
    while start < stop and row.text[start] in f":;)(= {CELL_END}":
        start += 1
    ends = [at for at in range(start, stop) if row.text[at] == CELL_END]
    if not ends or ends[-1] < stop - 1:
        ends.append(stop)
    for end in ends[:_CELLS_MAX]:
        text = row.text[start:end].replace(CELL_END, "")
        value = parse(text) if text else None
        if value is not None:
            box, score = row.place(start, end)
            return Found(value, text, box, score)
    return None


def _below(label: Box, following: list[_Row], parse: Callable[[str], Any]) -> Found | None:
    """Read the nearest line below a label, unless that is a label itself."""
    left, top, right, bottom = label
    for row in following:
        bounds = [-1, *(at for at, char in enumerate(row.text) if char == CELL_END)]
        for before, end in pairwise(bounds):
            start = before + 1
            if start == end:
                continue
            box, score = row.place(start, end)
            middle = (box[1] + box[3]) / 2
            if box[0] > right or box[2] < left or middle < bottom:
                continue
            if middle - bottom > _ROWS_BELOW * (bottom - top) or any(
                start <= at < end for _, at, _ in row.marks
            ):
                return None
            value = parse(row.text[start:end])
            return Found(value, row.text[start:end], box, score * 0.95) if value is not None else None
    return None


def _unlabelled(marked: list[_Row], parse: Callable[[str], Any]) -> Found | None:
    """Take the first cell, from the top, that holds such a value without a label."""
    for row in marked:
        start = 0
        for end in (at for at, char in enumerate(row.text) if char == CELL_END):
            value = parse(row.text[start:end])
            if value is not None:
                box, score = row.place(start, end)
                return Found(value, row.text[start:end], box, score * 0.9)
            start = end + 1
    return None
