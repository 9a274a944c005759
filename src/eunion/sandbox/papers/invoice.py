"""Hospital invoices: the electronic one with a table, and a pre-printed form that a needle printer filled in askew."""

from __future__ import annotations

import random
from typing import Any

from eunion.sandbox.papers.sheet import BOLD, SERIF, Sheet
from eunion.sandbox.papers.story import Story, grouped, in_capitals, yuan


def electronic(story: Story, rng: random.Random) -> tuple[Sheet, dict[str, Any]]:
    """Draw the electronic invoice for a stay in hospital (医疗住院收费票据（电子）)."""
    sheet = Sheet(1500, 1040)
    sheet.put(750, 40, "河湾市医疗住院收费票据（电子）", size=44, family=SERIF, centred=True)
    sheet.pairs(70, 130, "票据代码：", story.invoice_code)
    sheet.pairs(900, 130, "票据号码：", story.invoice_number)
    sheet.pairs(70, 172, "交款人统一社会信用代码：", story.id_number)
    sheet.pairs(900, 172, "校验码：", "".join(rng.choices("abcdef0123456789", k=6)))
    sheet.pairs(70, 214, "交款人：", story.name)
    sheet.pairs(900, 214, "开票日期：", f"{story.settled:%Y-%m-%d}")
    sheet.table(
        60,
        265,
        [330, 130, 220, 330, 130, 240],
        [["项目名称", "数量/单位", "金额（元）"] * 2, *_two_abreast(story)],
        size=26,
    )
    y = 540
    sheet.frame(60, y, 1440, y + 52)
    sheet.put(76, y + 8, f"金额合计（大写）{in_capitals(story.total)}", size=28)
    sheet.put(930, y + 8, f"（小写）{yuan(story.total)}", size=28)
    _other_facts(sheet, story, rng)
    sheet.pairs(70, 930, "收款单位（章）：", story.hospital)
    sheet.pairs(760, 930, "复核人：", "系统")
    sheet.pairs(1080, 930, "收款人：", "自助机" + str(rng.randint(1, 9)))
    sheet.stamp(rng.randint(420, 620), rng.randint(880, 930), 95, "收费专用章")
    return sheet, {**_truth(story), "id_number": story.id_number}


def preprinted(story: Story, rng: random.Random) -> tuple[Sheet, dict[str, Any]]:
    """Draw the paper form, whose printed values stand a little off their lines."""
    sheet = Sheet(1300, 980, (250, 244, 232))
    off_x, off_y = rng.randint(-4, 18), rng.randint(-7, 7)

    def filled(x: float, y: float, label: str, value: str) -> None:
        end = sheet.put(x, y, label, size=27, ink=(120, 60, 60))
        sheet.put(end + 14 + off_x, y + off_y, value, size=28, family=SERIF)

    sheet.put(
        650, 40, "河湾市医疗门诊住院收费专用票据", size=42, family=BOLD, ink=(120, 60, 60), centred=True
    )
    sheet.put(940, 100, f"No {story.invoice_number}", size=32, ink=(190, 40, 40))
    filled(70, 150, "姓名", story.name)
    filled(420, 150, "性别", story.sex)
    filled(640, 150, "医疗机构类型", "综合医院")
    filled(70, 195, "住院号", str(rng.randint(100_000, 999_999)))
    filled(420, 195, "科别", story.department)
    rows = [[kind, yuan(amount)] for kind, amount in story.items]
    bottom = sheet.table(60, 250, [360, 240], [["收费项目", "金额"], *rows], size=26)
    sheet.put(700, 262, "住院日期", size=27, ink=(120, 60, 60))
    sheet.put(720, 310, f"{story.admitted:%Y.%m.%d}至{story.discharged:%Y.%m.%d}", size=28, family=SERIF)
    filled(700, 380, "统筹支付", grouped(story.fund))
    filled(700, 430, "个人账户", grouped(story.account))
    filled(700, 480, "个人现金", grouped(story.cash))
    filled(60, bottom + 40, "合计（大写）", in_capitals(story.total))
    filled(60, bottom + 90, "合计（小写）", "￥" + grouped(story.total))
    filled(60, 900, "收费单位", story.hospital)
    filled(640, 900, "开票日期", f"{story.settled.year}年{story.settled.month}月{story.settled.day}日")
    sheet.stamp(rng.randint(300, 520), 870, 85, "收费专用章")
    return sheet, _truth(story)


LAYOUTS = (electronic, preprinted)


def _two_abreast(story: Story) -> list[list[str]]:
    cells = [[kind, "1/项", yuan(amount)] for kind, amount in story.items]
    cells += [["", "", ""]] * (len(cells) % 2)
    return [left + right for left, right in zip(cells[::2], cells[1::2], strict=True)]


def _other_facts(sheet: Sheet, story: Story, rng: random.Random) -> None:
    facts = (
        ("业务流水号：", str(rng.randint(10**11, 10**12))),
        ("病历号：", str(rng.randint(10**7, 10**8))),
        ("住院号：", str(rng.randint(10**6, 10**7))),
        ("住院科别：", story.department),
        ("住院时间：", f"{story.admitted:%Y%m%d}-{story.discharged:%Y%m%d}"),
        ("医保类型：", "职工基本医疗保险"),
        ("医疗机构类型：", "综合医院"),
        ("性别：", story.sex),
        ("医保统筹基金支付：", yuan(story.fund)),
        ("其他支付：", "0.00"),
        ("个人账户支付：", yuan(story.account)),
        ("个人现金支付：", yuan(story.cash)),
    )
    for number, (label, value) in enumerate(facts):
        sheet.pairs(76 + number % 3 * 465, 620 + number // 3 * 52, label, value, size=26, gap=2)


def _truth(story: Story) -> dict[str, Any]:
    return {
        "invoice_number": story.invoice_number,
        "name": story.name,
        "hospital": story.hospital,
        "issued": story.settled,
        "total": story.total,
    }
