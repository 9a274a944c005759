"""A plan as staff type it: its fields, the rules read out of them and back, and the rules in a worker's words."""

from __future__ import annotations

from typing import Any

from eunion.cases.application import Answers
from eunion.cases.declaration import Field, When
from eunion.cases.models import MedicalPlan
from eunion.cases.reading.benefit import Bands, Bill, Expected, FixedSums, Percent, PlanRules, expected, yuan

EXAMPLE_TOTAL, EXAMPLE_SELF_PAID = (
    2_000_000,
    800_000,
)  # fen: a stay for 20,000 yuan, of which 8,000 were self-paid
_PAYS = (
    ("percent", "按一个比例"),
    ("bands", "按个人负担分段"),
    ("fixed_sums", "按病种定额"),
)
FIELDS = (
    Field("kind", "类型", "choice", choices=tuple(MedicalPlan.Kind.choices)),
    Field("name", "名称", most=60, help="职工看到的名字，例如：职工住院医疗互助"),
    Field("begins", "互助期开始", "date"),
    Field("ends", "互助期结束", "date", help="两天都算在内"),
    Field("fee", "每人费用（元）", "money"),
    Field("pays", "互助金怎么算", "choice", choices=_PAYS),
    Field(
        "of",
        "以什么为基数",
        "choice",
        choices=(("self_paid", "个人负担部分"), ("total", "医疗费总额")),
        when=When("pays", ("percent",)),
    ),
    Field("rate", "比例（%）", "percent", when=When("pays", ("percent",))),
    Field("threshold", "起付线（元）", "money", required=False, when=When("pays", ("percent",))),
    Field(
        "bands",
        "分段",
        "rows",
        most=8,
        help="每段的比例只用于这一段里的钱，一直到下一段开始。",
        when=When("pays", ("bands",)),
        columns=(Field("begins", "从多少元起", "money"), Field("rate", "比例（%）", "percent")),
    ),
    Field(
        "sums",
        "病种和定额",
        "rows",
        most=12,
        when=When("pays", ("fixed_sums",)),
        columns=(Field("illness", "病种", most=30), Field("sum", "定额（元）", "money")),
    ),
    Field("ceiling", "每人每期最高（元）", "money"),
    Field("waiting_days", "首次参加等待天数", "number", most=365, help="续保没有等待期"),
    Field("months_to_claim", "出院或结算后几个月内申请", "number", least=1, most=36),
    Field("hospitals", "定点医院", "long", help="每行一家，写全称"),
    Field("source", "依据", required=False, most=100, help="哪个文件定的，例如：×工发〔2026〕3 号"),
)


def read(typed: dict[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """Return a plan's attributes as far as they can be read, and what is wrong, by the form's field."""
    answers = Answers(list(FIELDS), typed)
    values, errors = answers.values, dict(answers.errors)
    if values.get("begins") and values.get("ends") and values["ends"] < values["begins"]:
        errors["ends"] = "结束日期不能早于开始日期。"
    for name, words in (("ceiling", "最高额要大于 0。"), ("fee", "费用要大于 0。")):
        if values.get(name) == 0:
            errors[name] = words
    hospitals = list(
        dict.fromkeys(one.strip() for one in (values.get("hospitals") or "").splitlines() if one.strip())
    )
    rules, wrong = _rules(values) if not errors else (None, {})
    errors |= wrong
    found = {
        name: values.get(name)
        for name in ("kind", "name", "begins", "ends", "waiting_days", "months_to_claim", "source")
    }
    found |= {"fee_fen": values.get("fee"), "hospitals": hospitals}
    return found | {"rules": rules.model_dump(mode="json") if rules else None}, errors


def _rules(values: dict[str, Any]) -> tuple[PlanRules | None, dict[str, str]]:
    pays: dict[str, Any]
    if values["pays"] == "percent":
        pays = {"of": values["of"], "rate": values["rate"], "threshold": values.get("threshold") or 0}
    elif values["pays"] == "bands":
        begins = [band["begins"] for band in values["bands"]]
        if begins != sorted(set(begins)):
            return None, {"bands": "各段的起点要从小到大，不能重复。"}
        pays = {"bands": values["bands"]}
    else:
        names = [row["illness"] for row in values["sums"]]
        if len(set(names)) < len(names):
            return None, {"sums": "同一个病种写了两次。"}
        if not all(row["sum"] for row in values["sums"]):
            return None, {"sums": "定额要大于 0。"}
        pays = {"sums": {row["illness"]: row["sum"] for row in values["sums"]}}
    return PlanRules.model_validate(
        {"pays": pays | {"kind": values["pays"]}, "ceiling": values["ceiling"]}
    ), {}


def typed_of(plan: MedicalPlan) -> dict[str, Any]:
    """Return a plan as its form shows it."""
    rules = plan.read_rules
    pays, shown = rules.pays, dict[str, Any]()
    if isinstance(pays, Percent):
        shown = {"of": pays.of, "rate": _plain(pays.rate), "threshold": _plain(pays.threshold)}
    elif isinstance(pays, Bands):
        shown["bands"] = [{"begins": _plain(one.begins), "rate": _plain(one.rate)} for one in pays.bands]
    else:
        shown["sums"] = [{"illness": name, "sum": _plain(fen)} for name, fen in pays.sums.items()]
    return shown | {
        "kind": plan.kind,
        "name": plan.name,
        "begins": str(plan.begins),
        "ends": str(plan.ends),
        "fee": _plain(plan.fee_fen),
        "pays": pays.kind,
        "ceiling": _plain(rules.ceiling),
        "waiting_days": str(plan.waiting_days),
        "months_to_claim": str(plan.months_to_claim),
        "hospitals": "\n".join(plan.hospitals),
        "source": plan.source,
    }


def _plain(hundredths: int) -> str:
    return f"{hundredths // 100}.{hundredths % 100:02d}".removesuffix(".00")


NEW = {
    "kind": "hospital",
    "pays": "percent",
    "of": "self_paid",
    "rate": "10",
    "ceiling": "50000",
    "waiting_days": "30",
    "months_to_claim": "6",
}


def example(rules: PlanRules) -> Expected:
    """Work the rules out for one stay, as the console shows them while they are typed."""
    illness = next(iter(rules.pays.sums)) if isinstance(rules.pays, FixedSums) else ""
    return expected(rules, Bill(self_paid=EXAMPLE_SELF_PAID, total=EXAMPLE_TOTAL, illness=illness))


def in_words(plan: MedicalPlan) -> str:
    """Return what a plan pays, in a worker's words."""
    rules = plan.read_rules
    pays = rules.pays
    if isinstance(pays, Percent):
        base = "个人负担部分" if pays.of == "self_paid" else "医疗费总额"
        above = f"超过 {yuan(pays.threshold)} 元的部分" if pays.threshold else ""
        said = f"{base}{above}的 {_plain(pays.rate)}%"
    elif isinstance(pays, Bands):
        said = "个人负担部分分段：" + "，".join(
            f"{yuan(one.begins)} 元以上 {_plain(one.rate)}%" for one in pays.bands
        )
    else:
        said = "确诊后定额：" + "，".join(f"{name} {yuan(fen)} 元" for name, fen in pays.sums.items())
    return f"{said}；每期最高 {yuan(rules.ceiling)} 元"
