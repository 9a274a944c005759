"""What an application for legal aid means: who may, which proof, the limit, both sides."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from eunion.cases.declaration import Finding
from eunion.cases.legal import limits, names
from eunion.cases.legal.rules import rules
from eunion.cases.models import Case, LegalAid
from eunion.registry import codes

if TYPE_CHECKING:
    from eunion.cases.application import Application

# 法律援助法 第四十二條: no look at the means of migrant workers who claim these.
NO_PROOF_CLAIMS = {"wages", "injury"}
SOUGHT = {"arbitration", "court"}


def needs_hardship_proof(values: dict[str, Any]) -> bool:
    """Say whether hardship has to be proved: not for advice, nor for migrant workers' wages and work injuries."""
    if values.get("what") == "advice":
        return False
    if values.get("who") == "migrant":
        return not NO_PROOF_CLAIMS & set(values.get("claims") or ())
    return values.get("who") == "hardship"


def limit_of(application: Application) -> limits.Limit:
    """Return the limit of an application; none once arbitration was sought."""
    values = application.values
    if SOUGHT & set(values.get("tried") or ()) or not values.get("employed"):
        return limits.Limit(None)
    return limits.limit_of(
        limits.Facts(
            claims=tuple(values.get("claims") or ()),
            known_on=values.get("known_on"),
            employed=values["employed"] == "yes",
            left_on=values.get("left_on"),
            asked_on=values.get("asked_on"),
        )
    )


def findings(application: Application) -> Iterable[Finding]:
    """Yield what the rules say about an application."""
    values, today = application.values, timezone.localdate()
    if values.get("who") == "other" and values.get("what") in ("drafting", "representation"):
        yield Finding(
            "refuse",
            "代写文书和律师代理面向困难职工、进城务工人员、劳模和工会干部。您可以改选“法律咨询”，或拨打 12348 申请政府法律援助。",
            field="what",
        )
    if needs_hardship_proof(values) and not application.pages_of("hardship_proof"):
        yield Finding("mend", "还缺“困难证明”，请拍照上传。", material="hardship_proof")
    member = application.member
    if (
        member
        and member.employer_uscc
        and values.get("employer_uscc") == member.employer_uscc
        and names.name_key(values.get("employer", "")) != names.name_key(member.employer)
    ):
        words = "单位改了，统一社会信用代码还是您资料里那个单位的。请改成对方的，不知道就清空。"
        yield Finding("mend", words, field="employer_uscc")
    labels = {
        "worked_since": "开始上班的日期",
        "left_on": "离开的日期",
        "known_on": "知道的日期",
        "asked_on": "要求解决的日期",
    }
    for name, label in labels.items():
        if values.get(name) and values[name] > today:
            yield Finding("mend", f"{label}不能在今天以后，请再看看。", field=name)
    limit = limit_of(application)
    left, words = limit.days_left(today), limits.warning(limit, today)
    if left is not None:
        yield Finding("warn" if left < rules().warn_days else "pass", words)


def keep(case: Case, application: Application) -> None:
    """Keep both sides and the limit beside the case; again replaces them, and the clock begins anew."""
    values = application.values
    is_union = values.get("who") == "union_org" and values.get("union")
    limit = limit_of(application)
    LegalAid.objects.update_or_create(
        case=case,
        defaults={
            "opponent": values["employer"],
            "opponent_key": names.name_key(values["employer"]),
            "opponent_uscc": values.get("employer_uscc") or "",
            "client_key": names.name_key(values["union"].name) if is_union else "",
            "client_uscc": values["union"].uscc if is_union else "",
            "limit_on": limit.on,
            "told_at_days": None,
        },
    )


def accepted(case: Case) -> None:
    """Note when a case was accepted, the first time."""
    LegalAid.objects.filter(case=case, accepted_at=None).update(accepted_at=timezone.now())


def for_papers(application: Application) -> dict[str, Any]:
    """Return the applicant's sex and birthday by their ID number, and the commission's name."""
    number = application.values.get("id_number") or ""
    return {
        "sex": ("女", "男")[int(number[16]) % 2] if number else "",
        "born": codes.birth_date(number) if number else None,
        "commission": rules().commission,
    }
