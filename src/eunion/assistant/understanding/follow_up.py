"""Follow-up questions completed from the question before: 那要几天？ → 年休假 要几天？"""

from __future__ import annotations

import re

from eunion.assistant.understanding import asking, colloquial

# A question longer than this stands by itself.
FOLLOW_MAX = 22
BEFORE_MAX = 60
_LINK = re.compile(
    r"^(?:那么|那要是|那如果|那|要是|如果|还有|另外|然后呢?|再问一?下?|顺便问一?下?|它|这个|这种|这种情况|这|上面说的|刚才说的|你说的)[,，]?\s*"
)
_BACK = re.compile(r"这个|这种|这事|它|那个|上面|刚才|前面说|你说的|这笔|这项|其中|这样的")
_WHAT_OF = re.compile(
    r"^(?:那|那么|那要是|那如果|那像|要是|如果|如果是|换成)?[,，]?(?P<who>[^?？]{1,14}?)(?:的话|的)?呢[?？]*$"
)
_WHO = re.compile(
    r"外地|外省|本地|农民工|临时工|合同工|派遣|退休|女|男|怀孕|骑手|实习|试用期|没签合同|没交社保|外籍|港澳|公务员|事业单位|小时工|非全日制|个体|私企|国企|家属|配偶|孩子|父母|二胎|三胎|剖腹|难产|流产|单位不|公司不|老板不|异地|老家|周末|节假日|晚上|网上|第二|以前|去年|今年|明年|超过"
)

_MAY = re.compile(r"(?:能|可以|行|有|算|要)[^，。]{0,3}(?:吗|么|不|嘛|不能|不行)[?？]?$")


def completed(text: str, before: str) -> tuple[str, bool]:
    """Return the question, completed from the one before when it can't stand alone, and whether it was."""
    if not before or not follows(text):
        return text, False
    subject = asking.subject_of(before)
    what_of = _WHAT_OF.match(text)
    if what_of:
        return _exchanged(what_of["who"], before), True
    rest = _LINK.sub("", text).strip()
    return f"{subject or before[:BEFORE_MAX]}，{rest or text}", True


def follows(text: str) -> bool:
    """Say whether a message can't be understood without the one before."""
    if len(text) > FOLLOW_MAX or (asking.is_generic(text) and len(text) > 12):
        return False
    if _WHAT_OF.match(text):
        return True
    if _asks_for_others(text):
        return True
    if asking.matters_in(text) or _says_by_itself(text):
        return False
    asked = asking.is_question(text) or bool(asking.SIDE.search(text))
    linked = any(pattern.search(text) for pattern in (_LINK, _BACK, _WHO))
    return asked and (linked or bool(asking.SIDE.search(text)) or asking.is_generic(text))


def _asks_for_others(text: str) -> bool:
    """Return whether the same is asked for other people: 那退休的还能吗."""
    matters = asking.matters_in(text)
    named = bool(matters) and all(_WHO.search(one) for one in matters)
    return named and text.startswith("那") and bool(_MAY.search(text))


def _says_by_itself(text: str) -> bool:
    """Return whether lay words name a matter; those for a side of one (带啥, 多久下来) do not count."""
    said = asking.SIDE.sub("", _LINK.sub("", text))
    words = colloquial.official(said)
    return bool(words) and not set(words) <= {
        "用人单位",
        "怎么办理",
        "申请材料",
        "申请条件",
        "办理时限",
        "地址",
        "办公地点",
        "办公时间",
        "联系电话",
        "12351",
    }


def _exchanged(who: str, before: str) -> str:
    """Return the question before, asked of another matter (那婚假呢) or another person (那外地的呢)."""
    who = re.sub(r"^(?:那么|那|要是|如果是|如果|像|换成)", "", who).strip(" ，,")
    old, new = asking.matters_in(before), asking.matters_in(who)
    same_kind = len(old) == 1 and len(new) == 1 and not _WHO.search(who)
    if same_kind:
        return before.replace(old[0], new[0])
    return f"{before[:BEFORE_MAX].rstrip('?？。!！ ')}，{who}"
