"""Several questions in one message taken apart; one long story with one question stays whole."""

from __future__ import annotations

import re

from eunion.assistant.understanding import asking, colloquial, spelling

QUESTIONS_MAX = 3
# A sentence shorter than this says too little to be asked alone.
SAYS_MIN = 4
_SENTENCE = re.compile(r"[^?？!！。;；\n]+[?？!！。;；\n]*")
_NUMBERED = re.compile(
    r"(?:^|(?<=[\s?？。;；，,:：]))(?:第[一二三四五][,，、:：个]|[1-5一二三四五][.、)）])\s*(?=[一-鿿])"
)
_ALSO = re.compile(
    r"[,，\s]+(?=(?:另外|还有就是|还有|顺便|再问|再有|然后还|以及|其次|还想问|也想问|同时问|再一个|还有个事|第二)[一-鿿,，])"
)
_COMMA = re.compile(r"[,，\s]+")
_JOINT = re.compile(
    r"^(?:另外|还有就是|还有一个|还有个事|还有|顺便问一?下|顺便|再问一?下|再有|再一个|以及|其次|还想问一?下?|也想问一?下?)[,，:：\s]*"
)


def questions(text: str) -> tuple[str, ...]:
    """Return the questions in a message, each complete by itself, at most three; () for an empty message."""
    if not text.strip():
        return ()
    units = _units(text)
    if len(units) < 2:
        return (spelling.without_politeness(text),)
    return tuple(_complete(units))


def _units(text: str) -> list[str]:
    """Return stretches of the message that ask one thing each, with what was told for it."""
    units: list[str] = []
    told: list[str] = []
    for sentence in _sentences(text):
        told.append(sentence)
        if not asking.is_question(sentence):
            continue
        if not units and _is_empty("".join(told)):
            # 这合理吗？ before the story: it belongs to what follows.
            continue
        if units and not _asks_its_own(sentence, told):
            # 怎么办？ 谁来管？ after a question adds nothing to it, yet nothing that was said gets lost.
            units[-1] += "".join(told)
        else:
            units.append("".join(told))
        told = []
    if told and units:
        units[-1] += "".join(told)
    if len(units) < 2:
        return [text]
    named = any(asking.matters_in(unit) or colloquial.official(unit) for unit in units)
    # What is not about work at all is not understood well enough to be taken apart.
    return units if named else [text]


def _is_empty(told: str) -> bool:
    """Return whether what was said so far is a mere 怎么办？ without a matter."""
    return asking.is_generic(told) and not asking.matters_in(told)


def _asks_its_own(sentence: str, told: list[str]) -> bool:
    """Return whether a sentence is a question of its own rather than the tail of the one before."""
    words = _JOINT.sub("", sentence.strip(" ?？!！。，,\n"))
    if asking.is_generic(words) and not asking.matters_in("".join(told)):
        return False
    own = (
        _JOINT.match(sentence.lstrip())
        or len(told) > 1
        or asking.matters_in(words)
        or asking.SIDE.search(words)
    )
    return len(words) >= SAYS_MIN and bool(own)


def _sentences(text: str) -> list[str]:
    """Cut at the ends of sentences, at 另外/还有/顺便, at numbers, and at commas between questions of two matters."""
    found: list[str] = []
    marked = _ALSO.sub("\n", _NUMBERED.sub("\n", text))
    for sentence in _SENTENCE.findall(marked):
        found += _by_comma(sentence) if sentence.strip() else []
    return found


def _by_comma(sentence: str) -> list[str]:
    """Cut 工伤怎么认定，年假怎么算 where both sides ask and each names a matter of its own."""
    parts = [part for part in _COMMA.split(sentence) if part]
    if len(parts) < 2 or sum(asking.is_question(part) for part in parts) < 2:
        return [sentence]
    found: list[str] = []
    seen: set[str] = set()
    for part in parts:
        matters = set(asking.matters_in(part))
        own = seen and matters and not matters & seen and asking.is_question(part)
        if found and (not own or not asking.is_question(found[-1])):
            found[-1] += f"，{part}"
        else:
            found.append(part)
        seen |= matters
    return found


def _complete(units: list[str]) -> list[str]:
    """Give each question the subject that it leaves out: the one named last before it."""
    subject = ""
    found = []
    for number, unit in enumerate(units):
        words = _JOINT.sub("", spelling.without_politeness(unit.strip())).strip("，,/、 \n")
        if number and subject and not asking.matters_in(words):
            words = f"{subject}，{words}"
        if asking.matters_in(unit) or not subject:
            subject = asking.subject_of(unit)
        found.append(words)
    if len(found) > QUESTIONS_MAX:
        found = [*found[: QUESTIONS_MAX - 1], " ".join(found[QUESTIONS_MAX - 1 :])]
    return [one[: spelling.TEXT_MAX] for one in found]
