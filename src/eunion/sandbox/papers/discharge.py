"""Discharge papers: a record in sentences, and a summary with a head of labelled cells."""

from __future__ import annotations

import random
from typing import Any

from eunion.sandbox.papers.sheet import SERIF, Sheet
from eunion.sandbox.papers.story import Story

_COURSE = (
    "患者因不适入院，入院后完善相关检查，给予对症支持治疗。",
    "治疗期间患者一般情况可，饮食睡眠尚可，大小便正常。",
    "经治疗后症状明显好转，复查各项指标较前改善，请示上级",
    "医师同意后予以办理出院手续，门诊随诊。",
)
_ADVICE = ("1.注意休息，避免劳累，清淡饮食；", "2.按时服药，两周后门诊复查；", "3.如有不适，及时就诊。")


def record(story: Story, rng: random.Random) -> tuple[Sheet, dict[str, Any]]:
    """Draw a record with lines of labels at its head and paragraphs below."""
    sheet = Sheet(1240, 1500)
    sheet.put(620, 70, story.hospital, size=42, family=SERIF, centred=True)
    sheet.put(620, 140, "出 院 记 录", size=38, family=SERIF, centred=True)
    sheet.put(80, 220, f"姓名：{story.name}    性别：{story.sex}    年龄：{2026 - story.born.year}岁    科室：{story.department}", size=28, family=SERIF)  # fmt: skip
    sheet.put(
        80, 270, f"住院号：{rng.randint(10**6, 10**7)}    床号：{rng.randint(1, 60)}", size=28, family=SERIF
    )
    days = (story.discharged - story.admitted).days
    sheet.put(80, 340, f"入院日期：{_written(story.admitted)}", size=28, family=SERIF)
    sheet.put(640, 340, f"出院日期：{_written(story.discharged)}", size=28, family=SERIF)
    sheet.put(80, 390, f"住院天数：{days}天", size=28, family=SERIF)
    sheet.put(80, 440, f"入院诊断：{story.diagnosis}", size=28, family=SERIF)
    sheet.put(80, 490, f"出院诊断：{story.diagnosis}", size=28, family=SERIF)
    _paragraphs(sheet, 560)
    sheet.put(760, 1330, f"医师签名：{rng.choice('李王赵')}医师", size=28, family=SERIF)
    sheet.put(760, 1380, f"{_written(story.discharged)}", size=28, family=SERIF)
    return sheet, _truth(story)


def summary(story: Story, rng: random.Random) -> tuple[Sheet, dict[str, Any]]:
    """Draw a summary whose head is a ruled table."""
    sheet = Sheet(1240, 1500)
    sheet.put(620, 60, story.hospital, size=40, centred=True)
    sheet.put(620, 125, "出院小结", size=38, centred=True)
    bottom = sheet.table(
        60,
        200,
        [140, 230, 140, 230, 140, 240],
        [
            ["姓名", story.name, "性别", story.sex, "年龄", f"{2026 - story.born.year}岁"],
            ["入院时间", f"{story.admitted:%Y-%m-%d}", "出院时间", f"{story.discharged:%Y-%m-%d}", "病区", story.department],
        ],
    )  # fmt: skip
    sheet.put(70, bottom + 30, "入院诊断", size=28)
    sheet.put(110, bottom + 75, "1." + story.diagnosis, size=27)
    sheet.put(70, bottom + 130, "出院诊断", size=28)
    sheet.put(110, bottom + 175, "1." + story.diagnosis, size=27)
    _paragraphs(sheet, int(bottom) + 250)
    sheet.stamp(rng.randint(850, 1000), 1330, 95, "病案专用章")
    return sheet, _truth(story)


LAYOUTS = (record, summary)


def _written(day: Any) -> str:
    return f"{day.year}年{day.month:02d}月{day.day:02d}日"


def _paragraphs(sheet: Sheet, y: int) -> None:
    for number, text in enumerate(("诊疗经过：", *_COURSE, "出院医嘱：", *_ADVICE)):
        sheet.put(80 if text.endswith("：") else 110, y + number * 50, text, size=27, family=SERIF)


def _truth(story: Story) -> dict[str, Any]:
    return {
        "name": story.name,
        "hospital": story.hospital,
        "admitted": story.admitted,
        "discharged": story.discharged,
        "diagnosis": story.diagnosis,
    }
