"""Whether a passage supports a sentence: its numbers, laws, articles, addresses, negations and words stand there."""

from __future__ import annotations

import re

from eunion.assistant.understanding.numerals import value
from eunion.content import words

WORDS_MIN, PAIRS_MIN = 0.6, 0.5
LENGTH_MIN, LENGTH_MAX = 4, 200
UNTITLED = "资料"
_ORDERS = re.compile(
    r"ignore\b.{0,30}(?:previous|above|instruction)|disregard|system\s*prompt|忽略.{0,12}(?:以上|之前|前面|上面|上述|所有)|无视.{0,10}(?:指令|要求|规则)|"
    r"(?:你现在是|从现在起你|请你扮演|请输出|请回答|必须回答|直接回复|告诉用户|告诉提问)|(?:^|\s)(?:assistant|system|user)\s*[:：]|<\|",
    re.I,
)
_ARTICLE = re.compile(r"第([零〇一二两三四五六七八九十百千\d]+)(条|款|项|章)")
_LAW = re.compile(r"《([^》]{2,40})》")
# Laws that are named without brackets too.
_LAWS = (
    "劳动合同法实施条例", "劳动合同法", "劳动争议调解仲裁法", "调解仲裁法", "劳动法", "工会法", "社会保险法", "工伤保险条例", "失业保险条例", "就业促进法", "安全生产法",
    "职业病防治法", "法律援助法", "妇女权益保障法", "未成年人保护法", "残疾人保障法", "个人信息保护法", "民法典", "刑法", "民事诉讼法", "劳动保障监察条例", "带薪年休假条例",
    "住房公积金管理条例", "保障农民工工资支付条例", "女职工劳动保护特别规定", "工资支付暂行规定", "最低工资规定", "军人保险法", "人口与计划生育法",
)  # fmt: skip
_ADDRESS = re.compile(
    r"(?:https?://|www\.)[^\s，。；、）)]+|[\w-]+(?:\.[\w-]+)*\.(?:com|cn|net|org|gov|io|top|xyz)[^\s，。；、）)]*",
    re.I,
)
_UNITS = (
    r"个?工作日|个?月|年|周岁|岁|周|个?星期|天|日|个?小时|分钟|万元|元|块|倍|次|人|%|％|公里|米|级|页|份|名"
)
_COUNT = re.compile(
    rf"(百分之)?([零〇一二两三四五六七八九十百千万半]+|\d[\d,]*(?:\.\d+)?)(万|千)?({_UNITS})?"
)
_SAME_UNIT = {"日": "天", "块": "元", "％": "%", "周岁": "岁", "星期": "周", "名": "人"}
_SENTENCE = re.compile(r"[^。！？!?\n]+")
_CLAUSE = re.compile(r"[^。！？!?；;\n]+")
_NOT = re.compile(
    r"不(?!仅|但|同|管|论|少于|断|足|满|低于|超过|高于|得超过|得低于|得少于|一定)|没|无(?!论|固定期限)|未(?!成年|来)|非(?!全日制|法|常)|禁|勿|免|除外|拒"
)
_SIGNS = {
    word: sign
    for sign, said in (
        ("≥", "不低于 不少于 不得低于 不得少于 至少 最少 已满 满 达到 以上"),
        ("≤", "不超过 不得超过 不高于 最多 最长 最高 以下 以内 之内"),
        ("<", "不满 不足 不到 未满 低于 少于"),
        (">", "超过 高于 多于"),
    )
    for word in said.split()
}
_BEFORE = "|".join(sorted(_SIGNS, key=len, reverse=True))
_BOUND = re.compile(rf"({_BEFORE})?{_COUNT.pattern}(以上|以下|以内|之内)?")
# A sentence of the passage that shares so much of the best one's likeness may be the one that is meant.
NEAR = 0.9
_STOP = frozenset("的了是在和与及或您你我也都就要有请按会能把被给对从到由为那这该其应需")


def without_orders(text: str) -> str:
    """Return a passage without sentences that order a model about; knowledge has no need of them."""
    if not _ORDERS.search(text):
        return text
    kept = [one for one in re.findall(r"[^。！？!?\n]+[。！？!?\n]*", text) if not _ORDERS.search(one)]
    return "".join(kept)


def supports(title: str, text: str, sentence: str) -> bool:
    """Say whether everything that a sentence states stands in the passage."""
    if not LENGTH_MIN <= len(sentence) <= LENGTH_MAX or _ORDERS.search(sentence):
        return False
    passage, said = _plain(f"{title or UNTITLED}。{text}"), _plain(sentence)
    return (
        _laws(said) <= _laws(passage)
        and _articles(said) <= _articles(passage)
        and _addresses(said) <= _addresses(passage)
        and _counts(said) <= _counts(passage)
        and _overlaps(said, passage)
        and _agrees(said, passage)
    )


def _plain(text: str) -> str:
    return re.sub(r"\s+", "", words.normalised(text))


def _laws(text: str) -> set[str]:
    named = {law.removeprefix("中华人民共和国") for law in _LAW.findall(text)}
    rest = text
    for law in _LAWS:
        if law in rest:
            named.add(law)
            rest = rest.replace(law, "")
    return named | {law for law in _LAWS for one in named if law == one}


def _articles(text: str) -> set[tuple[float | None, str]]:
    return {(value(number), kind) for number, kind in _ARTICLE.findall(text)}


def _addresses(text: str) -> set[str]:
    return {one.rstrip("./") for one in _ADDRESS.findall(text)}


def _counts(text: str) -> set[tuple[float, str]]:
    """Return the numbers with their units; article numbers and addresses are compared by themselves."""
    found = set()
    for percent, number, times, unit in _COUNT.findall(_ADDRESS.sub("", _ARTICLE.sub("", text))):
        worth = 0.5 if number == "半" else value(number.replace(",", "").replace("半", ""))
        unit = unit.removeprefix("个")
        if worth is None or (not unit and not percent and not number[0].isdigit()):
            continue
        worth *= {"万": 10_000, "千": 1000}.get(times, 1) * (10_000 if unit == "万元" else 1)
        unit = "%" if percent else "元" if unit == "万元" else _SAME_UNIT.get(unit, unit)
        found.add((worth, unit))
    return found


def _pairs(text: str) -> set[str]:
    letters = re.sub(r"[^\w]", "", text)
    return {letters[place : place + 2] for place in range(len(letters) - 1)}


def _content(text: str) -> set[str]:
    return {word for word in words.cut_query(text) if word not in _STOP}


def _share(part: set[str], whole: set[str]) -> float:
    return len(part & whole) / len(part) if part else 0.0


def _overlaps(said: str, passage: str) -> bool:
    """Return whether most words and most pairs of characters of the sentence stand in the passage."""
    known = {word for word in _content(said) if word in passage}
    return _share(_content(said), known) >= WORDS_MIN and _share(_pairs(said), _pairs(passage)) >= PAIRS_MIN


def _agrees(said: str, passage: str) -> bool:
    """Return whether each part of a sentence counts, compares and denies as one clause of the passage does.

    Numbers must stand together there: 满20年 of one band and 10天 of another make no truth.
    """
    segments = _segments(passage)
    return all(
        any(
            _alike(part, one) and _tells_apart(part, around, passage)
            for one, around in _nearest(part, segments)
        )
        for part in _CLAUSE.findall(said)
    )


def _segments(passage: str) -> list[tuple[str, str]]:
    """Return the clauses between semicolons, each with what it may lean on: the title and the sentence's lead."""
    title, *sentences = _SENTENCE.findall(passage)
    found = [(title, title)]
    for sentence in sentences:
        clauses = _CLAUSE.findall(sentence) or [""]
        found += [(clause, f"{title}{clauses[0]}{clause}") for clause in clauses]
    return found


def _tells_apart(part: str, around: str, passage: str) -> bool:
    """Return whether no word of a part stands elsewhere in the passage alone: 休息日 is no 法定休假日."""
    return all(word in around for word in _content(part) if len(word) > 1 and word in passage)


def _nearest(part: str, segments: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return the clauses of the passage that share most with a part of what is said."""
    pairs = _pairs(part)
    shares = [(_share(pairs, _pairs(segment)), (segment, around)) for segment, around in segments]
    best = max(share for share, _ in shares)
    return [pair for share, pair in shares if share >= NEAR * best]


def _alike(part: str, segment: str) -> bool:
    return _counts(part) <= _counts(segment) and _bounds(part) <= _bounds(segment) and _denials(part, segment)


def _denials(said: str, near: str) -> bool:
    """Return whether what is denied is denied there too; clause by clause, since a sentence may hold several."""
    clauses = re.split(r"[，,：:、]", near)
    for clause in re.split(r"[，,：:、]", said):
        pairs = _pairs(clause)
        if len(clause) < 3 or not pairs:
            continue
        best = max(clauses, key=lambda one: _share(pairs, _pairs(one)))
        if bool(_NOT.search(clause)) != bool(_NOT.search(best)):
            return False
    return True


def _bounds(text: str) -> set[tuple[str, float, str]]:
    """Return the limits in a text: 满20年, 不超过6个月, 10年以上."""
    found = set()
    for before, percent, number, times, unit, after in _BOUND.findall(_ARTICLE.sub("", text)):
        sign = _SIGNS.get(before) or _SIGNS.get(after, "")
        if sign:
            found |= {(sign, worth, kind) for worth, kind in _counts(f"{percent}{number}{times}{unit}")}
    return found
