"""What a message says besides what it asks: danger, abuse, small talk, what is not ours, the wish for a person."""

from __future__ import annotations

import re
from functools import cache
from typing import Literal, get_args

from eunion.assistant.terms import Mood, Understood
from eunion.assistant.understanding import asking, colloquial, lexicon, off_topic

Talk = Literal["who_are_you", "greeting", "thanks", "goodbye"]
# Small talk is short; a longer message that begins so says something else.
TALK_MAX = 20
INSULT_MAX = 60
# A wish for a person in more words than this tells what it is about.
WISH_MAX = 16
_US = frozenset(["工会", "会员", "总工会"])
# A question longer than this that abuses nobody in particular asks something.
CURSE_MAX = 8
# Shorter than this a stretch of abuse is a mere exclamation.
SWEARING = 6
_AT_US = re.compile(r"你|您|工会|机器人|云博士|客服|系统|平台|破玩意")
# A stretch between two marks that is no longer than this is no sentence.
SHORT = 2
_BETWEEN = re.compile(r"[^\w一-鿿]+|_+")
_MARKS = " ，,。！!；;、"
_STRETCH = re.compile(rf"[^{_MARKS}]+[{_MARKS}]*")
_SENTENCE_END = re.compile(r"[。！？!?\n]+")


EMERGENCIES = ("fire", "accident", "held")


@cache
def _pattern(section: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{one})" for one in lexicon.sections("mood.txt")[section]))


def close(text: str) -> str:
    """Return the text without blanks and marks, so that 想 死, 想*死 and 想。死 read as 想死; sentences stay apart."""
    joined = ""
    before = 0
    for sentence in _SENTENCE_END.split(text):
        tight = _BETWEEN.sub("", sentence)
        joined += tight if min(before, len(tight)) <= SHORT else f"。{tight}"
        before = len(tight)
    return joined


def _finds(section: str, text: str) -> bool:
    """Return whether a section finds something in the text once its harmless phrases are taken out."""
    harmless = f"{section}_harmless"
    if harmless in lexicon.sections("mood.txt"):
        text = _pattern(harmless).sub("。", text)
    return bool(_pattern(section).search(text))


def of(text: str) -> Mood:
    """Return the mood of a message in one spelling; danger goes before everything else."""
    words, tight = text.strip(), close(text)
    if is_self_harm(tight):
        return "self_harm"
    if _finds("violence", tight):
        return "violence"
    if _is_insult(words, tight):
        return "insult"
    return _small_talk(tight) or ("off_topic" if off_topic.is_off_topic(words) else "")


def is_self_harm(tight: str) -> bool:
    """Say whether someone may harm themselves; a death that has happened is a loss, not a threat."""
    return any(_finds("self_harm", one) and not tells_of_a_death(one) for one in tight.split("。"))


def tells_of_a_death(tight: str) -> bool:
    """Say whether somebody else has taken their life and the message asks what follows from it."""
    planned = _pattern("self_harm_plan").search(tight)
    told = _pattern("others_self_harm").search(tight) and _pattern("self_harm_done").search(tight)
    return bool(told and not planned)


def is_about_another(text: str) -> bool:
    """Say whether the person in danger is not the one who writes; in doubt it is the writer: 老公打我，我想死."""
    return any(
        max(found[0].rfind("我"), found[0].rfind("俺")) <= max(found[0].rfind("他"), found[0].rfind("她"))
        for found in _pattern("others_self_harm").finditer(close(text))
    )


def is_threatened(text: str) -> bool:
    """Say whether the one who writes is threatened rather than threatening."""
    return bool(_pattern("victim").search(close(text)))


def is_loss(text: str) -> bool:
    """Say whether somebody died or was badly hurt: then a word of care goes before the answer."""
    tight = close(text)
    return tells_of_a_death(tight) or _finds("loss", tight)


def emergencies(text: str) -> list[str]:
    """Return which EMERGENCIES are happening now: a fire, an accident, someone held, beaten or lost."""
    tight = close(text)
    return [section for section in EMERGENCIES if _finds(section, tight)]


def is_collective(text: str) -> bool:
    """Say whether many people write that they were not paid: 我们三十多号人半年没发工资."""
    tight = close(text)
    return bool(_pattern("many_of_us").search(tight) and _pattern("unpaid").search(tight))


def _is_insult(words: str, tight: str) -> bool:
    """Return whether a message does nothing but abuse: one that also asks for something is answered."""
    if len(tight) > INSULT_MAX or not _finds("insult", tight) or _pattern("insult_harmless").search(tight):
        return False
    if asking.is_question(words) and len(tight) > CURSE_MAX and not _AT_US.search(tight):
        return False
    told = set(colloquial.official(words)) - {"用人单位"}
    return not told and not [term for term in asking.matters_in(words) if term not in _US]


def without_abuse(text: str) -> str:
    """Return a message without the stretches that only abuse us, where others ask: 你们都是废物，怎么要工资."""
    stretches = _STRETCH.findall(text)
    kept = [one for one in stretches if not _abuses_us(one.strip(_MARKS))]
    asks = any(asking.is_question(one) or asking.matters_in(one) for one in kept)
    return "".join(kept) if asks and len(kept) < len(stretches) else text


def _abuses_us(stretch: str) -> bool:
    """Return whether a stretch does nothing but abuse us: 天天有骗子打电话 tells of others."""
    at_us = _AT_US.search(stretch) or len(stretch) < SWEARING
    return bool(at_us) and not asking.is_question(stretch) and _is_insult(stretch, close(stretch))


def _small_talk(tight: str) -> Mood:
    """Return the kind of small talk when the message is nothing but that."""
    plain = tight.replace("。", "")
    if not plain or len(plain) > TALK_MAX:
        return ""
    for kind in get_args(Talk):
        if _pattern(kind).fullmatch(plain):
            found: Mood = kind
            return found
    return ""


def wants_person(text: str) -> bool:
    """Say whether the message asks for a human being."""
    return _finds("wants_person", close(text))


def is_bare_wish(understood: Understood) -> bool:
    """Say whether a message asks for a human being and tells nothing besides."""
    said = set(asking.matters_in(understood.text)) - _US
    return understood.wants_person and not understood.mood and len(understood.text) <= WISH_MAX and not said
