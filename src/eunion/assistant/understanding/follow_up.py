"""Follow-up questions completed from the question before: 那要几天？ → 年休假 要几天？"""

from __future__ import annotations

import re

from eunion.assistant.understanding import asking, colloquial, lexicon

# A question longer than this stands by itself.
FOLLOW_MAX = 22
# One that says no more than this and names no matter goes on with the one before.
SHORT_MAX = 14
BEFORE_MAX = 60
_LINK = re.compile(
    r"^(?:那么|那要是|那如果|那|要是|如果|还有|另外|然后呢?|再问一?下?|顺便问一?下?|它|这个|这种|这种情况|这|上面说的|刚才说的|你说的)[,，]?\s*"
)
_BACK = re.compile(r"这个|这种|这事|它|那个|上面|刚才|前面说|你说的|这笔|这项|其中|这样的")
# What is named by a mere 它 or 这个 was said before, whatever else is asked of it.
_POINTS = re.compile(
    r"^(?:上面|刚才|前面|你)说的|^那?(?:它|这个|这种|这事儿?|那个)(?:都|也|还)?(?:要|有|能|可以|怎么|咋|是|需要|管|算|得|在哪|去哪|多久|多少|啥|什么|包)"
)
_WHAT_OF = re.compile(
    r"^(?:那|那么|那要是|那如果|那像|要是|如果|如果是|换成)?[,，]?(?P<who>[^?？]{1,14}?)(?:(?:的话|的)?呢|的话)[?？]*$"
)
# 那陪产假 says no more than 那陪产假呢.
_WHAT_OF_BARE = re.compile(r"^那(?:么|像)?[,，]?(?P<who>[^?？，。]{2,8})[?？]?$")
_WHO = re.compile(
    r"外地|外省|本地|农民工|临时工|合同工|派遣|退休|女|男|怀孕|骑手|实习|试用期|没签合同|没交社保|外籍|港澳|公务员|事业单位|小时工|非全日制|个体|私企|国企|家属|配偶|孩子|父母|二胎|三胎|剖腹|难产|流产|单位不|公司不|老板不|异地|老家|周末|节假日|晚上|网上|第二|以前|去年|今年|明年|超过"
)
_MAY = re.compile(r"(?:能|可以|行|有|算|要)[^，。]{0,3}(?:吗|么|不|嘛|不能|不行)[?？]?$")
# Asks without a word for asking: 有年龄限制没.
_OPEN_END = re.compile(r"[没不]$|没有$")
# Papers that one brings are matters of their own only where something happened to them: 扣身份证.
_BRINGS = re.compile(
    r"(?:要|带|交|用|拿|备|有)[^，。]{0,6}(?:吗|么|不|嘛|没有?|不要|不用)[?？]?$|复印件|原件"
)
_ON_LEAVE = re.compile(r"假|期|工伤|病|休")
_STILL_PAID = re.compile(
    r"^那?(?:还|也|都)?(?:有|给|发|扣|算|降)?(?:不|没)?(?:全额|全|基本)?工资(?:还|也|照|全|都)?(?:发|给|扣|有|降|少|算)?(?:吗|么|不|没有?|多少|怎么发|怎么算|咋算|咋发|打几折|打折)?[?？]?$"
)
# Asks whether somebody or something counts as well: 专科行不行.
_COUNTS = re.compile(r"^.{1,6}(?:行不行|行不|行吗|算不算|算吗|可以吗|也有吗|也行吗|也算吗)[?？]?$")
# Our own office: 你们几点上班.
_OURS = re.compile(r"(?:你们|工会).*(?:几点|上班|下班|开门|关门|电话|地址|在哪|哪里|哪儿|怎么走|咋走)")
# Parts of a verb's phrase rather than a doing of its own: 能用, 不肯, 几楼, 交给, 打到.
_GLUED = re.compile(r"[能要没不还可几]|有人|.+[给到过着了完成]$")


def completed(text: str, before: str) -> tuple[str, bool]:
    """Return the question, completed from the one before when it can't stand alone, and whether it was."""
    if not before or not follows(text, before):
        return text, False
    subject = asking.subject_of(before)
    other = _other(text)
    if other:
        return _exchanged(other, before), True
    rest = _LINK.sub("", text).strip()
    return f"{subject or before[:BEFORE_MAX]}，{rest or text}", True


def follows(text: str, before: str) -> bool:
    """Say whether a message can't be understood without the one before."""
    if len(text) > FOLLOW_MAX or (asking.is_generic(text) and len(text) > 12):
        return False
    if _other(text) or _POINTS.match(text) or _asks_for_others(text):
        return True
    if _STILL_PAID.match(text) and _ON_LEAVE.search(before):
        return True
    if _names_a_matter(text) or _OURS.search(text):
        return False
    if own_words(text, before) and not _COUNTS.match(text):
        return False
    asked = asking.is_question(text) or bool(asking.SIDE.search(text) or _OPEN_END.search(text))
    linked = any(pattern.search(text) for pattern in (_LINK, _BACK, _WHO, asking.SIDE))
    return asked and (linked or asking.is_generic(text) or len(text) <= SHORT_MAX)


def _other(text: str) -> str:
    """Return what the same is asked of instead: 陪产假 of 那陪产假呢; '' where nothing is exchanged."""
    marked = _WHAT_OF.match(text)
    if marked:
        return marked["who"]
    bare = _WHAT_OF_BARE.match(text)
    if bare and (bare["who"] in lexicon.terms() or _WHO.fullmatch(bare["who"])):
        return bare["who"]
    return ""


def own_words(text: str, before: str) -> list[str]:
    """Return the words by which a message names something that the one before did not: 羽毛球拍去哪儿领."""
    # Holds 50 MB from its import on: only where questions are read.
    import jieba.posseg

    tagged = jieba.posseg.cut(_LINK.sub("", text), HMM=False)
    return [word for word, flag in tagged if _is_matter(word, flag) and word not in before]


def _is_matter(word: str, flag: str) -> bool:
    """Return whether a word is a thing or a doing of its own rather than a side of one, a person or a question."""
    if len(word) < 2 or flag[0] not in "nlijv" or _GLUED.match(word):
        return False
    if word in lexicon.sides() or _WHO.search(word):
        return False
    return not (asking.SIDE.fullmatch(word) or asking.INTERROGATIVE.search(word))


def _names_a_matter(text: str) -> bool:
    """Return whether a term of the union's business is named, other than a paper to bring or people to ask for."""
    matters = asking.matters_in(text)
    if matters and all(one in lexicon.sides() for one in matters) and _BRINGS.search(text):
        return False
    return bool(matters) or _says_by_itself(text)


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
