"""Settlement sheets of the medical insurance: a ruled form, a plain list, and a slip of faint thermal paper."""

from __future__ import annotations

import random
from typing import Any

from eunion.sandbox.papers.sheet import SANS, SERIF, Sheet
from eunion.sandbox.papers.story import Story, grouped, yuan


def ruled(story: Story, rng: random.Random) -> tuple[Sheet, dict[str, Any]]:
    """Draw a form whose cells hold labels and values in turn."""
    sheet = Sheet(1240, 1300)
    sheet.put(620, 70, "河湾市基本医疗保险住院费用结算单", size=42, family=SERIF, centred=True)
    sheet.pairs(70, 150, "定点医疗机构：", story.hospital, size=26)
    sheet.pairs(800, 150, "结算日期：", f"{story.settled:%Y-%m-%d}", size=26)
    bottom = sheet.table(
        60,
        200,
        [170, 210, 170, 370, 90, 110],
        [
            ["姓名", story.name, "身份证号", story.id_number, "性别", story.sex],
            ["人员类别", "在职职工", "单位名称", "河湾市某某有限公司", "险种", "职工"],
            ["入院日期", f"{story.admitted:%Y-%m-%d}", "出院日期", f"{story.discharged:%Y-%m-%d}", "天数", str((story.discharged - story.admitted).days)],
            ["科室", story.department, "出院诊断", story.diagnosis[:12], "", ""],
        ],
    )  # fmt: skip
    rows = [[kind, yuan(amount), yuan(0), yuan(0)] for kind, amount in story.items]
    bottom = sheet.table(
        60, bottom + 30, [330, 270, 270, 250], [["费用项目", "金额", "自费金额", "自付金额"], *rows]
    )
    sheet.table(
        60,
        bottom + 30,
        [260, 300, 260, 300],
        [
            ["医疗费总额", yuan(story.total), "起付标准", "800.00"],
            ["基金支付总额", yuan(story.fund), "个人负担总额", yuan(story.self_paid)],
            ["个人账户支付", yuan(story.account), "个人现金支付", yuan(story.cash)],
        ],
    )
    sheet.put(70, 1210, "参保人（家属）签字：", size=26)
    sheet.stamp(rng.randint(850, 1050), rng.randint(1020, 1180), 95, "医保专用章")
    return sheet, _truth(story, with_id=True)


def listed(story: Story, rng: random.Random) -> tuple[Sheet, dict[str, Any]]:
    """Draw a list of labels and values in two columns, with thousands marked."""
    sheet = Sheet(1240, 1000)
    sheet.put(620, 60, f"{story.hospital}", size=38, family=SERIF, centred=True)
    sheet.put(620, 120, "医疗保险费用结算单", size=36, centred=True)
    pairs = (
        ("参保人姓名:", story.name),
        ("公民身份号码:", story.id_number),
        ("入院时间:", f"{story.admitted:%Y/%m/%d}"),
        ("出院时间:", f"{story.discharged:%Y/%m/%d}"),
        ("结算时间:", f"{story.settled:%Y/%m/%d} {rng.randint(8, 17):02d}:{rng.randint(0, 59):02d}:{rng.randint(0, 59):02d}"),
        ("医疗类别:", "普通住院"),
        ("费用总额:", grouped(story.total) + "元"),
        ("自费费用:", "0.00元"),
        ("医保基金支付:", grouped(story.fund) + "元"),
        ("个人支付:", grouped(story.self_paid) + "元"),
        ("其中:个人账户", grouped(story.account) + "元"),
        ("现金支付:", grouped(story.cash) + "元"),
    )  # fmt: skip
    for number, (label, value) in enumerate(pairs):
        sheet.pairs(90 + number % 2 * 560, 220 + number // 2 * 80, label, value, size=28, gap=14)
    sheet.stamp(rng.randint(800, 1000), rng.randint(760, 860), 90, "结算专用章")
    return sheet, _truth(story, with_id=True)


def slip(story: Story, rng: random.Random) -> tuple[Sheet, dict[str, Any]]:
    """Draw a narrow slip whose print has faded."""
    sheet = Sheet(640, 1180, (245, 245, 243))
    grey = (rng.randint(95, 130),) * 3
    sheet.put(320, 50, "医保结算单", size=40, centred=True, ink=grey)
    pairs = (
        ("医院名称", story.hospital),
        ("姓名", story.name),
        ("入院日期", f"{story.admitted:%Y-%m-%d}"),
        ("出院日期", f"{story.discharged:%Y-%m-%d}"),
        ("结算日期", f"{story.settled:%Y-%m-%d}"),
        ("医疗费用总额", yuan(story.total)),
        ("统筹基金支付", yuan(story.fund)),
        ("个人自付合计", yuan(story.self_paid)),
        ("账户支付", yuan(story.account)),
        ("现金支付", yuan(story.cash)),
    )
    for number, (label, value) in enumerate(pairs):
        y = 150 + number * 84
        sheet.put(50, y, label, size=28, ink=grey)
        sheet.put(270, y, value, size=28, family=SANS, ink=grey)
    return sheet, _truth(story, with_id=False)


LAYOUTS = (ruled, listed, slip)


def _truth(story: Story, *, with_id: bool) -> dict[str, Any]:
    truth = {
        "name": story.name,
        "hospital": story.hospital,
        "admitted": story.admitted,
        "discharged": story.discharged,
        "settled": story.settled,
        "total": story.total,
        "fund": story.fund,
        "self_paid": story.self_paid,
    }
    return {**truth, "id_number": story.id_number} if with_id else truth
