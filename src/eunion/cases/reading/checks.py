"""The rules of the pre-review of a mutual-aid claim. Each check is a function from a claim to one result.

A rule is judged by what the person confirmed. What the machine read never refuses a claim by itself: where it disagrees, the
worker is asked to look again, or to take the photo again.
"""

from __future__ import annotations

import calendar
import datetime
from difflib import SequenceMatcher

from eunion.cases.reading import KINDS
from eunion.cases.reading.benefit import yuan
from eunion.cases.reading.claim import Claim, Result, mend, passed, to_person
from eunion.cases.reading.grammar import luhn
from eunion.registry.codes import half_width

NAMES = {
    "name": "姓名", "id_number": "身份证号", "hospital": "医院", "admitted": "入院日期", "discharged": "出院日期",
    "settled": "结算日期", "invoice_number": "票据号码", "invoice_total": "票据合计金额", "total": "医疗费总额",
    "fund": "基金支付", "self_paid": "个人负担", "card_number": "银行卡号",
}  # fmt: skip
# What must be legible on a paper that a machine read: else what was typed could not be held against it.
_KEY_FIELDS = {
    "id_card": ("id_number",),
    "invoice": ("name", "invoice_number", "total"),
    "settlement": ("name", "total", "fund", "self_paid"),
    "discharge": ("name", "admitted", "discharged"),
    "bank_card": ("card_number",),
}
_MONEY = {"invoice_total", "total", "fund", "self_paid"}
# A seal often hides a letter of a hospital's name: one reading may differ so far if another paper has the name in full.
_HOSPITAL_ALIKE = 0.8


def review(claim: Claim) -> list[Result]:
    """Check every rule; the results stand in the order in which a worker reads them."""
    return [check(claim) for check in CHECKS]


def pages_complete(claim: Claim) -> Result:
    """Every needed paper is there, and each that was read is legible."""
    lacking = [kind for kind in claim.needed if kind not in claim.papers]
    if lacking:
        return mend(
            "pages_complete", f"还缺：{'、'.join(KINDS[kind] for kind in lacking)}。请拍照补上。", *lacking
        )
    for kind in claim.needed:
        unread = _unread(claim, kind)
        if unread:
            said = f"{KINDS[kind]}上的{'、'.join(unread)}没有看清。请放平、光线亮一些，重新拍一张。"
            return mend("pages_complete", said, kind)
    return passed("pages_complete", "材料齐全。")


def values_given(claim: Claim) -> Result:
    """Every value is confirmed."""
    missing = claim.typed.missing()
    if missing:
        return mend("values_given", f"还没有填：{'、'.join(NAMES[name] for name in missing)}。", *missing)
    if not luhn(claim.typed.card_number or ""):
        return mend("values_given", "银行卡号好像有一位写错了，请对着卡核对。", "card_number")
    return passed("values_given", "内容已填全。")


def same_person(claim: Claim) -> Result:
    """Name and ID number are the claimant's own on every paper."""
    for key, own in (("name", claim.profile.name), ("id_number", claim.profile.id_number)):
        typed = getattr(claim.typed, key)
        if typed is not None and _plain(typed) != _plain(own):
            return mend(
                "same_person", f"您填的{NAMES[key]}和认证的不一致，请核对；替别人申请请到窗口办理。", key
            )
        for kind, found in claim.read.get(key, []):
            if _plain(found.value) != _plain(own):
                said = f"{KINDS[kind]}上的{NAMES[key]}读作“{found.value}”，和您本人的不一致。"
                return mend("same_person", said + "请核对是不是您的材料；拍得不清楚就补拍一张。", key, kind)
    return passed("same_person", "姓名和身份证号与本人一致。")


def readings_agree(claim: Claim) -> Result:
    """What was read from the papers is what the person confirmed."""
    for key, readings in claim.read.items():
        typed = getattr(claim.typed, key, None)
        if typed is None or key in {"name", "id_number"}:
            continue
        for kind, found in readings:
            if _agree(typed, found.value) or (
                key == "hospital" and _partly_hidden(claim, typed, found.value)
            ):
                continue
            said = f"您填的{NAMES[key]}是“{_shown(key, typed)}”，{KINDS[kind]}上读到“{_shown(key, found.value)}”。"
            return mend("readings_agree", said + "请核对哪一个对；照片不清楚就补拍。", key, kind)
    return passed("readings_agree", "填写的内容和材料一致。")


def dates_in_order(claim: Claim) -> Result:
    """Admission, discharge, settlement and the claim follow one another."""
    typed = claim.typed
    days = [
        (name, day)
        for name, day in (
            ("admitted", typed.admitted),
            ("discharged", typed.discharged),
            ("settled", typed.settled),
        )
        if day is not None
    ]
    # Some hospitals settle a day or two before the patient leaves: only admission must come before both.
    if days and days[0][0] == "admitted" and any(day < days[0][1] for _, day in days[1:]):
        return mend(
            "dates_in_order", "入院日期比出院或结算日期还晚，请核对。", "admitted", "discharged", "settled"
        )
    if any(day > claim.submitted for _, day in days):
        return mend("dates_in_order", "填写的日期还没有到，请核对。", *(name for name, _ in days))
    return passed("dates_in_order", "日期先后没有问题。")


def plan_in_force(claim: Claim) -> Result:
    """The plan covers the day of admission."""
    rule, enrolment, admitted = "plan_in_force", claim.enrolment, claim.typed.admitted
    if enrolment is None:
        return to_person(rule, "没有查到您参加的互助计划。如果单位替您交过费，请告诉工会核对名单。")
    if admitted is None:
        return mend(rule, "请填入院日期。", "admitted")
    term = f"{_day(enrolment.begins)}至{_day(enrolment.ends)}"
    if not enrolment.begins <= admitted <= enrolment.ends:
        return to_person(
            rule, f"入院日期 {_day(admitted)} 不在互助期内（{term}）。请先核对日期。", "admitted"
        )
    return passed(rule, f"入院时在互助期内（{term}）。")


def waiting_over(claim: Claim) -> Result:
    """A first-time member was not admitted inside the waiting period; whoever renewed has none."""
    rule, enrolment, admitted = "waiting_over", claim.enrolment, claim.typed.admitted
    if enrolment is None or enrolment.renewed:
        return passed(rule, "没有等待期。")
    if admitted is None:
        return mend(rule, "请填入院日期。", "admitted")
    over = enrolment.first_joined + datetime.timedelta(days=enrolment.waiting_days)
    if admitted < over:
        said = f"首次参加有 {enrolment.waiting_days} 天等待期，{_day(over)}起才有保障，而入院是 {_day(admitted)}。"
        return to_person(rule, said + "请先核对日期；意外受伤住院请告诉工作人员。", "admitted")
    return passed(rule, "等待期已过。")


def hospital_listed(claim: Claim) -> Result:
    """The hospital is one of the plan's."""
    hospital = claim.typed.hospital
    if hospital is None:
        return mend("hospital_listed", "请填医院名称。", "hospital")
    if _plain(hospital) not in {_plain(one) for one in claim.hospitals}:
        said = f"“{hospital}”不在定点医院名单里。请先核对名称；急诊或外地住院由工作人员判断。"
        return to_person("hospital_listed", said, "hospital")
    return passed("hospital_listed", "医院在名单里。")


def amounts_add_up(claim: Claim) -> Result:
    """The total is what the fund and the person paid, and what the invoice says."""
    rule, typed = "amounts_add_up", claim.typed
    if typed.total is None or typed.fund is None or typed.self_paid is None or typed.invoice_total is None:
        return mend(
            rule, "请把票据和结算单上的金额填全。", *(name for name in typed.missing() if name in _MONEY)
        )
    if min(typed.total, typed.fund, typed.self_paid) < 0 or typed.total != typed.fund + typed.self_paid:
        said = f"基金支付 {yuan(typed.fund)} 元加个人负担 {yuan(typed.self_paid)} 元，不等于总额 {yuan(typed.total)} 元。"
        return mend(rule, said + "请对着结算单核对。", "total", "fund", "self_paid")
    if typed.invoice_total != typed.total:
        said = f"票据合计 {yuan(typed.invoice_total)} 元，结算单总额 {yuan(typed.total)} 元，两个不一样。"
        return mend(rule, said + "请核对；有几张票据的，请都拍上。", "invoice_total", "total")
    return passed(rule, "金额对得上。")


def invoice_new(claim: Claim) -> Result:
    """No other claim has used this invoice."""
    number = claim.typed.invoice_number
    if number is None:
        return mend("invoice_new", "请填票据号码。", "invoice_number")
    if claim.invoice_known(_plain(number)):
        said = f"票据号码 {number} 已经申请过一次。请核对号码；如果确实是另一张，工作人员会查看。"
        return to_person("invoice_new", said, "invoice_number")
    if any(claim.invoice_known(found.value) for _, found in claim.read.get("invoice_number", [])):
        return mend(
            "invoice_new", "照片上的票据号码已经申请过一次，请核对是不是拍错了票据。", "invoice_number"
        )
    return passed("invoice_new", "这张票据没有申请过。")


def in_time(claim: Claim) -> Result:
    """The claim comes within so many months after settlement or discharge, whichever is later."""
    since = max((day for day in (claim.typed.discharged, claim.typed.settled) if day), default=None)
    if since is None:
        return mend("in_time", "请填出院日期。", "discharged")
    last = months_after(since, claim.months_to_claim)
    if claim.submitted > last:
        said = f"应在出院或结算后 {claim.months_to_claim} 个月内申请，最晚 {_day(last)}，现在已经过了。"
        return to_person("in_time", said + "有特殊原因请告诉工作人员。", "discharged", "settled")
    return passed("in_time", f"在期限内（最晚 {_day(last)}）。")


CHECKS = (
    pages_complete, values_given, same_person, readings_agree, dates_in_order, plan_in_force, waiting_over,
    hospital_listed, amounts_add_up, invoice_new, in_time,
)  # fmt: skip


def months_after(day: datetime.date, months: int) -> datetime.date:
    """Return the same day so many months later, or that month's last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return datetime.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _unread(claim: Claim, kind: str) -> list[str]:
    """Return in words what a machine that read a paper could not make out on it."""
    fields = claim.papers[kind].fields
    if fields is None:
        return []
    lacking = [key for key in _KEY_FIELDS[kind] if key not in fields]
    return [NAMES["invoice_total" if (kind, key) == ("invoice", "total") else key] for key in lacking]


def _agree(typed: object, read: object) -> bool:
    return (
        _plain(typed) == _plain(read) if isinstance(typed, str) and isinstance(read, str) else typed == read
    )


def _partly_hidden(claim: Claim, hospital: str, read: str) -> bool:
    """Say whether a reading is the hospital's name with a letter hidden, and not another hospital's name."""
    if _plain(read) in {_plain(one) for one in claim.hospitals}:
        return False
    if not any(_agree(hospital, found.value) for _, found in claim.read["hospital"]):
        return False
    return SequenceMatcher(None, _plain(hospital), _plain(read)).ratio() >= _HOSPITAL_ALIKE


def _plain(text: str) -> str:
    return half_width(text).upper()


def _day(day: datetime.date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _shown(key: str, value: object) -> str:
    if key in _MONEY and isinstance(value, int):
        return f"{yuan(value)} 元"
    return _day(value) if isinstance(value, datetime.date) else str(value)
