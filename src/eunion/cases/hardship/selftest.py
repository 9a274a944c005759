"""The self-test: figures in, the kind and what to do next out; it writes nothing anywhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from eunion.cases.application import Answers
from eunion.cases.declaration import Field
from eunion.cases.hardship import figures, selectors
from eunion.cases.hardship.asked import BY_SUBDISTRICT, EMPLOYMENT, SPENDING
from eunion.cases.hardship.explained import labels
from eunion.cases.hardship.formula import Household, Outcome, outcome

ASKED = [
    Field("employment", "您现在的情况", "choice", choices=EMPLOYMENT),
    Field(
        "size", "家里一共几口人", "number", least=1, most=15, help="一起生活、花钱在一起的人，算上您自己。"
    ),
    Field(
        "income", "全家一年的收入", "money", help="每个人的工资、退休金、补贴加在一起；只知道每月的，乘 12。"
    ),
    *SPENDING,
    Field(
        "loss",
        "近一年因灾害、意外或大病损失的钱",
        "money",
        required=False,
        help="保险赔的不算。没有就不填。",
    ),
]


@dataclass(frozen=True)
class Tested:
    """What came out: the outcome (None without a standard), in words, and what to do next."""

    outcome: Outcome | None
    verdict: str
    fits: bool
    following: list[str]


def read(typed: dict[str, Any]) -> Answers:
    """Return the answers, read."""
    return Answers(ASKED, typed)


def tested(values: dict[str, Any]) -> Tested:
    """Work out which kind may fit."""
    household = Household(
        size=values["size"],
        income_fen=values["income"],
        spending_fen=sum(values.get(one.name) or 0 for one in SPENDING),
        loss_fen=values.get("loss") or 0,
    )
    standard = selectors.standard_on()
    if standard is None:
        said = "本地的帮扶标准还没有录入，请拨打 12351 问一问。"
        return Tested(None, said, False, [])
    found = outcome(household, standard)
    if not found.kinds:
        return Tested(found, "按这些数字，暂时不符合三种困难的收入条件。", False, _otherwise())
    return Tested(found, f"可能符合：{labels(found.kinds)}", True, _following(values["employment"]))


def _following(employment: str) -> list[str]:
    steps = ["准备好身份证、户口本、收入证明和支出单据，用手机拍照就行。"]
    if employment == "migrant":
        day = figures.year_before(timezone.localdate())
        steps.insert(0, f"在本区实际上班要满一年：{day:%Y年%-m月%-d日}或更早就在本区上班的可以申请。")
    if employment in BY_SUBDISTRICT:
        steps.insert(0, "失业和灵活就业的，向居住地的街道工会申请，填表时选街道工会。")
    steps.append("点下面的“去申请”，填到一半可以存着。交上来以后工会先初审，再上门看望。")
    steps.append("最后以工会核实和民政部门核对为准。")
    return steps


def _otherwise() -> list[str]:
    return [
        "家里的医药费、学费、房租都算了吗？漏了可以再算一次。",
        "有特殊情况，在“职工诉求”里说明，或拨打 12351，工会会另外想办法。",
        "情况变了，随时可以再来算。",
    ]
