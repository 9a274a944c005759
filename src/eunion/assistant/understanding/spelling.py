"""One spelling: simplified, half-width, without the call to 雲博士, marks without meaning and endless repeats."""

from __future__ import annotations

import re
import unicodedata

from eunion.content import words

# A message may be megabytes long: no step may see more than this of its beginning and of its end.
RAW_HEAD, RAW_TAIL = 1500, 900
TEXT_MAX = 300
# A long story mostly ends with its question: more of the end is kept than of the beginning.
_KEPT_HEAD = 110

_CALLED = re.compile(
    r"(?:@\s*(?:云博士|雲博士)|^\s*(?:云博士|雲博士)(?![是叫有能会可的]))[\s ,，:：、!！。]*"
    r"(?:(?:工会|工會)(?=[\s ,，:：。!！]|$)[\s ,，:：。!！]*)?"
)
_POLITE = re.compile(
    r"^(?:(?:请问一下|请问下|请问|你好呀|你好啊|你好|您好|大家好|老师好|老师|亲|哈喽|喂|那个|嗯|哎|唉|麻烦问一下|麻烦问下|麻烦您?|"
    r"打扰了?|打扰一下|不好意思|我?想问一?下|我?想问问|我想问|我想请问|想问|我想咨询一下|我想咨询|想咨询一?下|咨询一下|咨询个事|"
    r"问一下|问下|问个事儿?|问一个问题|跟您打听一下|打听一下|打听个事|帮我问问|有人知道吗|各位|求助|在吗|在么)"
    r"[,，.。!！?？:：~\s]*)+"
)
_THANKS_AFTER = re.compile(
    r"(?:[,，.。!！\s]*(?:谢谢您?|多谢|感谢|谢了|麻烦了|拜托了?|急急急|在线等|盼回复|望回复))+[,，.。!！~\s]*$"
)
_CJK = "一-鿿"
_TO_FULL = {",": "，", "?": "？", "!": "！", ":": "：", ";": "；"}
_HALF_MARK = re.compile(rf"(?<=[{_CJK}])[,?!:;]|[,?!:;](?=[{_CJK}])")
_REPEATED = re.compile(r"([^\d\s])\1{3,}")
_REPEATED_MARK = re.compile(r"([，。？！：；、~…·,.?!\-_=*#])[，。？！~…,.?! ]*\1+")
_REPEATED_WORDS = re.compile(r"([^\d]{2,12}?)\1{3,}")
# What the conversion to simplified characters leaves as it is.
_ASPECT = re.compile(r"(?<![显名原巨论编专遗土合])著(?![名作书述称录者])")
_LEFT_OVER = (("妳", "你"), ("甚么", "什么"), ("唔该", "谢谢"))
_BLANK = re.compile(r"\s+")
_KEEP = ("L", "N", "P", "Z")
_KEPT_SIGNS = frozenset("+=%~<>¥￥$°×÷&|")
_NUMBERS = re.compile(
    r"(?<!\d)(?:\d{6}[\s-]?\d{8}[\s-]?\d{3}[\dXx]|\d{15}(?:\d{1,4})?[Xx]?|1[3-9]\d[\s-]?\d{4}[\s-]?\d{4}|(?:\d{4}[\s-]){3}\d{4,7})(?!\d)"
)


def both_ends(raw: str) -> str:
    """Return a message cheaply cut to what is worth reading, however long it came."""
    if len(raw) <= RAW_HEAD + RAW_TAIL:
        return raw
    return f"{raw[:RAW_HEAD]}\n{raw[-RAW_TAIL:]}"


def one_spelling(raw: str) -> str:
    """Return text simplified, half-width and lower-case, without emoji, marks on letters and control characters."""
    plain = _ASPECT.sub("着", words.normalised(_visible(both_ends(raw))))
    for left, ours in _LEFT_OVER:
        plain = plain.replace(left, ours)
    plain = _REPEATED_MARK.sub(r"\1", _REPEATED.sub(r"\1\1", plain))
    plain = _HALF_MARK.sub(lambda found: _TO_FULL[found[0]], plain)
    if len(plain) > TEXT_MAX:
        plain = _REPEATED_WORDS.sub(r"\1", plain)
    return _BLANK.sub(" ", plain).strip()


def _visible(raw: str) -> str:
    """Return the letters, digits, punctuation and blanks; control characters become blanks, the rest goes."""
    if raw.isascii() and raw.isprintable():
        return raw
    return "".join(_shown(char) for char in both_ends(unicodedata.normalize("NFKC", raw)))


def _shown(char: str) -> str:
    kind = unicodedata.category(char)
    if kind[0] in _KEEP or char in _KEPT_SIGNS:
        return char
    return " " if kind == "Cc" else ""


def without_call(text: str) -> tuple[str, bool]:
    """Return the text without the call to 雲博士, and whether it was called."""
    rest = _CALLED.sub(" ", text)
    return _BLANK.sub(" ", rest).strip(" ,，:：、"), rest != text


def without_politeness(text: str) -> str:
    """Return what is left when greetings before and thanks after are taken away; the text itself if nothing is."""
    return _THANKS_AFTER.sub("", _POLITE.sub("", text)).strip() or text


def bounded(text: str) -> str:
    """Return at most 300 characters: the beginning and, for the question, the end."""
    if len(text) <= TEXT_MAX:
        return text
    return f"{text[:_KEPT_HEAD]}…{text[_KEPT_HEAD - TEXT_MAX + 1 :]}"


def without_numbers(text: str) -> str:
    """Return the text with ID, card and phone numbers blotted out."""
    return _NUMBERS.sub("＊＊＊", text)


def has_numbers(text: str) -> bool:
    """Say whether an ID, card or phone number of a person stands in the text."""
    return bool(_NUMBERS.search(text))
