"""Computed answers, with the formula and the article: leave, severance, probation, overtime, time to claim.

Only when the numbers are in the message; otherwise the knowledge answers.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from eunion.assistant.models import Turn
from eunion.assistant.skills import NotMine, Skill, formulas, worked
from eunion.assistant.skills.formulas import number, yuan
from eunion.assistant.skills.worked import stands_by
from eunion.assistant.terms import Amount, Day, Reply, Setting, Source, Understood
from eunion.assistant.understanding import amounts as reading

CLAIM = 0.9
# Longer than this (characters) it is a story.
STORY = 45
# No longer than this it is the numbers alone.
BARE = 22
_ASKS = re.compile(r"[?？]|多少|几|怎么算|咋算|算|多久|多长|最长|合法|能不能|可以|能|吗|么|赔|该|应")


@dataclass(frozen=True)
class Sum:
    """An answer that was computed: what it comes to, and by which article."""

    text: str
    topic: str
    sources: tuple[Source, ...]


def _wage(found: tuple[Amount, ...], *units: str) -> Amount | None:
    wages = [one for one in found if one.unit in units]
    return wages[0] if len(wages) == 1 else None


def leave(question: str, understood: Understood) -> Sum | None:
    """职工带薪年休假条例 第三条: days by all years worked."""
    if not re.search(r"年休假|年假|带薪假|公休假", question) or re.search(
        r"没休|未休|不休|不给|不让|折|钱|工资|补偿|赔|作废|病假|产假|婚假|丧假", question
    ):
        return None
    years = worked.years(question, reading.found(question), understood)
    if years is None or not re.search(r"几天|多少|多久|多长|怎么算|咋算|怎么休|算|能休", question):
        return None
    days = formulas.leave_days(years)
    rule = "累计工作满 1 年不满 10 年休 5 天，满 10 年不满 20 年休 10 天，满 20 年休 15 天"
    result = f"可以休 {days} 天" if days else "还不满 1 年，按规定暂时没有年休假"
    text = (
        f"累计工作 {number(years)} 年，带薪年休假{result}。\n算法：{rule}；在不同单位的工作年限可以累计，"
        "法定节假日和双休日不算在内。当年新进单位的，按剩余天数折算。"
    )
    return Sum(text, "年休假", (Source("《职工带薪年休假条例》第三条"),))


_SEVERED = r"经济补偿|补偿|n\+1|2n|遣散|赔偿金|辞退|开除|裁|炒|解除|不续签|劝退|优化|倒闭|破产|合同到期|不要我|走人|不让.{0,3}干"


def severance(question: str, understood: Understood) -> Sum | None:
    """劳动合同法 第四十七条: a month's pay a year, half years rounded."""
    if not re.search(_SEVERED, question) or re.search(
        r"工伤|受伤|住院|产假|怀孕|欠|加班|竞业|违约金|仲裁时效", question
    ):
        return None
    if not re.search(r"多少|怎么算|咋算|几个月|算算|算一下|赔|补", question):
        return None
    found = reading.found(question)
    years, wage = worked.years(question, found, understood), _wage(found, "元/月")
    if not years:
        return None
    months = formulas.compensation_months(years)
    lines = [f"工作 {number(years)} 年，经济补偿是 {number(months)} 个月工资。"]
    if wage:
        total = Fraction(months) * Fraction(wage.value).limit_denominator(100)
        lines = [
            f"经济补偿约 {yuan(total)} 元。",
            f"算法：工作 {number(years)} 年 → {number(months)} 个月；{number(months)} × 月工资 {yuan(wage.value)} 元 = {yuan(total)} 元。",
        ]
        lines.append(f"单位违法解除的，赔偿金是 2 倍：{yuan(total * 2)} 元（第八十七条）。")
    else:
        lines.append("单位违法解除的，赔偿金是经济补偿的 2 倍（第八十七条）。")
    lines.append(
        "规则：每满 1 年 1 个月；满 6 个月不满 1 年按 1 年，不满 6 个月给半个月。月工资按离职前 12 个月平均应发工资算；"
        "高于当地上年度职工月平均工资 3 倍的，按 3 倍算，且最多算 12 年。自己主动辞职（没有单位过错）一般没有经济补偿。"
    )
    sources = (
        Source("《中华人民共和国劳动合同法》第四十七条"),
        Source("《中华人民共和国劳动合同法》第八十七条"),
    )
    return Sum("\n".join(lines), "解除合同", sources)


def _contract_months(question: str, found: tuple[Amount, ...]) -> float | None:
    """Return the length of the contract in months: what stands by 合同 or 签, never what stands by 试用."""
    if "无固定期限" in question:
        return 36.0
    lengths = [one for one in found if one.unit in ("年", "月")]
    contract = [
        one
        for one in lengths
        if stands_by(question, one, "合同|签")
        or re.search(rf"{re.escape(one.said)}(?:期|的)*(?:劳动)?合同", question)
    ]
    contract = [one for one in contract if not stands_by(question, one, "试用期?")]
    if len(contract) != 1:
        return None
    return contract[0].value * (12 if contract[0].unit == "年" else 1)


def probation(question: str, understood: Understood) -> Sum | None:
    """劳动合同法 第十九条: the longest probation by the length of the contract."""
    if (
        "试用" not in question
        or not _ASKS.search(question)
        or re.search(r"工资|辞退|开除|社保|加班", question)
    ):
        return None
    found = reading.found(question)
    months = _contract_months(question, found)
    if months is None:
        return None
    limit = formulas.probation_months(months)
    result = f"试用期最长 {limit} 个月" if limit else "不能约定试用期"
    lines = [f"按您说的合同期限，{result}。"]
    agreed = [one for one in found if one.unit in ("月", "年") and stands_by(question, one, "试用期?")]
    if len(agreed) == 1:
        length = agreed[0].value * (12 if agreed[0].unit == "年" else 1)
        lines.append(
            f"约定 {number(length)} 个月，{'没有超过上限' if length <= limit else '超过了上限，超出的部分违法'}。"
        )
    lines.append(
        "算法：合同不满 3 个月不得约定；3 个月以上不满 1 年，最长 1 个月；1 年以上不满 3 年，最长 2 个月；3 年以上和无固定期限，最长 6 个月。"
        "同一单位同一劳动者只能约定一次，试用期算在合同期内。"
    )
    return Sum("\n".join(lines), "劳动合同", (Source("《中华人民共和国劳动合同法》第十九条"),))


_KINDS = (
    (r"国庆|春节|过年|元旦|五一|端午|中秋|清明|法定|初[一二三]|除夕|劳动节", "法定休假日", formulas.HOLIDAY),
    (r"周末|双休|休息日|周[六日]|星期[六日天]|礼拜[六日天]", "休息日（没有安排补休）", formulas.REST_DAY),
    (r"平时|工作日|晚上|下班后|平常|周[一二三四五]", "工作日延长工作时间", formulas.WORKDAY),
)


def overtime(question: str, understood: Understood) -> Sum | None:
    """劳动法 第四十四条: at least 150 %, 200 %, 300 % of the hour's pay."""
    if not re.search(r"加班|加点|上班", question) or not re.search(
        r"加班费|加班|多少|怎么算|咋算|给几", question
    ):
        return None
    if not re.search(r"加", question) and not re.search(_KINDS[0][0], question):
        return None
    found = reading.found(question)
    wage, hours = _wage(found, "元/月", "元/天", "元/小时"), _hours(found)
    if wage is None or hours is None or not _wants_the_sum(question):
        return None
    per_hour = formulas.hourly(wage.value, wage.unit)
    kinds = [one for one in _KINDS if re.search(one[0], question)][:1] or list(_KINDS)
    split = _of_long_holiday(question, hours)
    parts = split or [(label, hours, rate) for _, label, rate in kinds]
    lines = [
        f"{label}：{yuan(per_hour)} × {number(some)} 小时 × {int(rate * 100)}% = {yuan(per_hour * Fraction(some) * rate)} 元"
        for label, some, rate in parts
    ]
    if split:
        total = sum(per_hour * Fraction(some) * rate for _, some, rate in split)
        lines.append(f"合计：{yuan(total)} 元")
    base = {
        "元/月": f"{yuan(wage.value)} ÷ 21.75 天 ÷ 8 小时",
        "元/天": f"{yuan(wage.value)} ÷ 8 小时",
        "元/小时": yuan(wage.value),
    }
    lines = [
        "加班费至少是：",
        *lines,
        f"算法：小时工资 = {base[wage.unit]} = {yuan(per_hour)} 元（按标准工时）。",
    ]
    if "法定" in kinds[0][1] and re.search(r"国庆|春节|过年|五一", question):
        lines.append("长假里只有法定休假日是 3 倍（如国庆 10 月 1—3 日），其余调休的日子按休息日 2 倍。")
    return Sum("\n".join(lines), "加班", (Source("《中华人民共和国劳动法》第四十四条"),))


def _wants_the_sum(question: str) -> bool:
    """Return whether a sum is asked for, or the numbers alone were put down: 1天200元周六加班1天."""
    if re.search(r"多少|怎么算|咋算|几|算", question):
        return True
    return len(question) <= BARE and not re.search(r"不给|没给|不发|没发|欠|拖|不让|合法|违法", question)


# 全国年节及纪念日放假办法 (2024): how many days of each long holiday are statutory; the others are moved rest days.
_STATUTORY_DAYS = (("国庆", 3), ("春节|过年", 4), ("五一", 2))


def _of_long_holiday(question: str, hours: float) -> list[tuple[str, float, Fraction]]:
    """Return statutory days at 300 % and the rest at 200 % where more was worked than a holiday's statutory days."""
    for pattern, days in _STATUTORY_DAYS:
        most = float(days * formulas.HOURS_A_DAY)
        if re.search(pattern, question) and hours > most:
            return [
                (f"法定休假日 {days} 天", most, formulas.HOLIDAY),
                (f"其余日子按{_KINDS[1][1]}", hours - most, formulas.REST_DAY),
            ]
    return []


def _hours(found: tuple[Amount, ...]) -> float | None:
    """Return the hours of overtime: said in hours, or in whole days."""
    hours = [one.value for one in found if one.unit == "小时"]
    days = [one.value for one in found if one.unit == "天"]
    if len(hours) == 1 and not days:
        return hours[0]
    if len(hours) == 1 and len(days) == 1:
        return hours[0] * days[0]
    return days[0] * formulas.HOURS_A_DAY if len(days) == 1 and not hours else None


def time_to_claim(question: str, understood: Understood) -> Sum | None:
    """劳动争议调解仲裁法 第二十七条: a year from the day on which the right was violated."""
    if not re.search(r"时效|仲裁|还能告|还能要|来得及|过期|晚不晚|超没超|超过一年", question):
        return None
    if not re.search(
        r"时效|来得及|过期|过没过|过了|还能|多久|什么时候|哪天|截止|晚不晚|超|最晚|期限", question
    ):
        return None
    past = [one for one in understood.days if (one.until - one.on).days <= 31 and one.said in question]
    if len(past) != 1:
        return None
    return _deadline(past[0], understood)


def _deadline(event: Day, understood: Understood) -> Sum:
    """Say until when an arbitration may be asked for; a month counts from its first day, to be safe."""
    last = formulas.last_day_to_claim(event.on)
    lines = [
        f"从 {event.on:%Y年%-m月%-d日}（{event.said}）知道权利受侵害算起，申请劳动仲裁要在 {last:%Y年%-m月%-d日} 前提出。",
        "算法：知道或者应当知道权利被侵害之日起 1 年。",
        "向单位主张过、向劳动监察投诉过、单位答应过的，从那时重新算 1 年；在职期间的拖欠工资不受 1 年限制，但离职后要在 1 年内提出。",
        "请尽早去申请，别等到最后几天。",
    ]
    return Sum("\n".join(lines), "劳动仲裁", (Source("《中华人民共和国劳动争议调解仲裁法》第二十七条"),))


SUMS: tuple[Callable[[str, Understood], Sum | None], ...] = (
    probation,
    time_to_claim,
    overtime,
    leave,
    severance,
)


def computed(question: str, understood: Understood) -> Sum | None:
    """Return the first sum that a question gives all the numbers for."""
    return next((found for one in SUMS if (found := one(question, understood))), None)


def claim(understood: Understood, question: str) -> float:
    """A short question with all the numbers is surely a sum; in a long story the numbers may be about anything."""
    return CLAIM if len(question) <= STORY and computed(question, understood) else 0.0


def run(understood: Understood, question: str, setting: Setting) -> Reply:
    """Answer with the sum, its formula and its article."""
    found = computed(question, understood)
    if found is None:
        raise NotMine
    text = f"{found.text}\n以上按法律的一般规定计算，供参考；各地或单位有更优规定的从其规定。"
    return Reply(
        text,
        Turn.State.ANSWERED,
        found="skill:sums",
        confidence=CLAIM,
        topic=found.topic,
        skill="sums",
        sources=found.sources,
    )


SKILL = Skill("sums", "算一算", "我工作12年年休假几天", claim, run)
