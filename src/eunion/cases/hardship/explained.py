"""The kind of an application in plain words: steps, findings of the rules, the guide's figures."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from eunion.cases.declaration import Finding
from eunion.cases.hardship import figures
from eunion.cases.hardship.asked import BY_SUBDISTRICT, STANDING_AGAINST
from eunion.cases.hardship.formula import Outcome, outcome, yuan
from eunion.cases.hardship.selectors import has_standing_file, standard_on
from eunion.cases.models import HardshipKind
from eunion.registry.models import Union

if TYPE_CHECKING:
    from eunion.cases.application import Application

NO_STANDARD = "本地的帮扶标准还没有录入，由工作人员计算。"
NO_KIND = (
    "按您填的数字，三种困难都不符合收入条件。数字填错了请改正；"
    "有特殊情况请拨打 12351，或在“职工诉求”里说明，工会会另外想办法。"
)


def outcome_of(application: Application) -> Outcome | None:
    """Return what an application's figures make by the standard of its day; None without a standard or figures."""
    day = figures.day_of(application.case, timezone.localdate())
    household, standard = figures.household_of(application.values, day), standard_on(day)
    return outcome(household, standard) if household and standard else None


def labels(kinds: tuple[str, ...]) -> str:
    """Return the names of kinds."""
    return "、".join(HardshipKind(kind).label for kind in kinds)


def computed(application: Application) -> list[tuple[str, str]]:
    """Return the kind and its steps: label and words; nothing while figures are missing."""
    day = figures.day_of(application.case, timezone.localdate())
    if figures.household_of(application.values, day) is None:
        return []
    found = outcome_of(application)
    if found is None:
        return [("困难类型", NO_STANDARD)]
    verdict = labels(found.kinds) or "不符合三种困难的收入条件"
    after = "这是按您填的数字算的，最后以工会核实和民政核对为准。"
    return [*found.steps, ("算出来的结果", f"{verdict}\n{after}")]


def findings(application: Application) -> Iterator[Finding]:
    """Yield what the rules say about an application."""
    values = application.values
    yield from _who(values, application)
    yield from _family(values, application)
    for name, label in STANDING_AGAINST:
        if values.get(name) == "yes":
            yield Finding("pass", f"您选了“{label}”，说明会交给工会核实。")
    if values.get("accident") == "yes" and values.get("accident_on"):
        day = figures.day_of(application.case, timezone.localdate())
        if values["accident_on"] > day:
            yield Finding("mend", "意外发生的日期还没有到，请核对。", field="accident_on")
        elif not figures.loss_of(values, day):
            yield Finding("pass", "意外发生在一年以前，不按“意外致困”计算。")
    if values.get("second_cause") and values["second_cause"] == values.get("cause"):
        yield Finding("mend", "次要原因和主要原因一样，请改一个，或把次要原因留空。", field="second_cause")
    yield from _kind(application)


def _who(values: dict[str, Any], application: Application) -> Iterator[Finding]:
    since = values.get("employed_since")
    day = figures.day_of(application.case, timezone.localdate())
    if values.get("employment") == "migrant" and since and since > figures.year_before(day):
        words = "在本区实际上班还不满一年，暂时不能申请；满一年以后随时可以再来，这份草稿会留着。"
        yield Finding("refuse", words, field="employed_since")
    union = values.get("union")
    if values.get("employment") in BY_SUBDISTRICT and union and union.kind != Union.Kind.SUBDISTRICT:
        yield Finding("mend", "失业和灵活就业请选街道工会，您选的不是街道工会。", field="union")
    if has_standing_file(application.member, besides=application.case):
        yield Finding("refuse", "您家已经有帮扶档案，不用重复申请。情况变了请联系所属工会复核。")


def _family(values: dict[str, Any], application: Application) -> Iterator[Finding]:
    own = str(application.typed.get("id_number") or getattr(application.member, "id_number", ""))
    numbers = [own, *(row.get("id_number", "") for row in values.get("family") or [])]
    filled = [number for number in numbers if number]
    if len(set(filled)) < len(filled):
        yield Finding("mend", "有两个人的身份证号一样，请核对；您自己不用填在家人里。", field="family")


def _kind(application: Application) -> Iterator[Finding]:
    found = outcome_of(application)
    if found and found.kinds:
        yield Finding("pass", f"按您填的数字，可能符合：{labels(found.kinds)}。")
    elif found:
        yield Finding("refuse", NO_KIND)


def facts() -> list[tuple[str, str]]:
    """Return the guide's lines: the three kinds with today's figures, or in words where none are kept."""
    standard = standard_on()
    line = f"{yuan(standard.monthly_fen)} 元" if standard else "本地低保标准"
    times = standard.relative_percent if standard else 200
    share = standard.accident_percent if standard else 80
    left = "（一年收入 − 必须花的钱）÷ 12 ÷ 人数"
    lines = [
        (HardshipKind.DEEP.label, f"{left}，低于{line}"),
        (HardshipKind.RELATIVE.label, f"{left}，低于{line}的 {times}%"),
        (HardshipKind.ACCIDENT.label, f"近一年灾害、意外或大病的损失，超过全家一年收入的 {share}%"),
    ]
    if standard:
        lines.append(("标准依据", f"{standard.source}，{standard.effective_on:%Y年%-m月%-d日}起"))
    return lines
