"""What 雲博士 can do besides answering from the knowledge: a registry that any room may add to in its apps.py."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from django.conf import settings

from eunion.assistant.models import Turn
from eunion.assistant.terms import Reply, Setting, Understood
from eunion.assistant.understanding import own_matters, spelling
from eunion.kernel.errors import DomainError


class Run(Protocol):
    """Does what a skill does. Raises DomainError in the person's words, NotMine where it has nothing to say."""

    def __call__(self, understood: Understood, question: str, setting: Setting) -> Reply: ...


class Claim(Protocol):
    """Says how surely a question is meant for a skill, 0 to 1; it reads nothing but the question."""

    def __call__(self, understood: Understood, question: str) -> float: ...


@dataclass(frozen=True)
class Skill:
    """A thing that 雲博士 can do. `private`: never in a group; `certified`: only for certified members."""

    name: str
    label: str
    example: str
    claim: Claim
    run: Run
    private: bool = False
    certified: bool = False


class NotMine(Exception):
    """The claim was right in its words but there is nothing to say: the knowledge answers."""


# From this claim on a skill goes before the knowledge.
SURE = 0.8
SKILLS: dict[str, Skill] = {}
IN_PRIVATE = "这是您个人的事，群里人多，不方便在这里说。请点这里，私下接着问我：{link}"
HIDE_NUMBERS = "您的消息里有证件号或手机号，为了安全请尽快撤回。请点这里，私下接着问我：{link}"
CERTIFY = "这件事要先登录并完成实名认证才能查。请点这里，认证后再问我：{link}"


def register(skill: Skill) -> None:
    """Offer a skill; the same name again replaces it."""
    SKILLS[skill.name] = skill


def claimant(understood: Understood, question: str) -> Skill | None:
    """Return the skill that a question is surely meant for, or None."""
    claims = [(skill.claim(understood, question), skill) for skill in SKILLS.values()]
    best = max(claims, key=lambda pair: pair[0], default=(0.0, None))
    return best[1] if best[0] >= SURE else None


def kept_private(understood: Understood, setting: Setting) -> Reply | None:
    """Return what sends a message in a group on in private where it tells of the writer, else None.

    Neither the knowledge nor a sum answers it there: the answer would tell the neighbours what it was about.
    """
    said = " ".join((understood.text, *understood.questions))
    if not setting.in_group:
        return None
    if spelling.has_numbers(said):
        return _said(HIDE_NUMBERS.format(link=private_link()), "private")
    if own_matters.names_own_matter(said, understood.amounts):
        return _said(IN_PRIVATE.format(link=private_link()), "private")
    return None


def resolve(understood: Understood, question: str, setting: Setting) -> Reply | None:
    """Return what a skill says to a question, or None when the knowledge is to answer.

    In a group every private skill goes on in private.
    """
    skill = claimant(understood, question)
    if skill is None:
        return None
    if skill.private and setting.in_group:
        return _said(IN_PRIVATE.format(link=private_link()), skill.name)
    if skill.certified and not setting.certified:
        return _said(CERTIFY.format(link=f"{settings.PUBLIC_URL}/me/certify/"), skill.name)
    try:
        return skill.run(understood, question, setting)
    except NotMine:
        return None
    except DomainError as problem:
        return _said(problem.message, skill.name)


def private_link() -> str:
    """Return the one link that goes on in private."""
    return f"{settings.PUBLIC_URL}/assistant/"


def _said(text: str, name: str) -> Reply:
    return Reply(text, Turn.State.ANSWERED, found=f"skill:{name}", confidence=1, skill=name)


def register_skills() -> None:
    """Offer the skills of this room; called once when the room is ready."""
    from eunion.assistant.skills import guides, holidays, membership, progress, requests, sums, unions

    for room in (unions, guides, membership, progress, sums, holidays, requests):
        register(room.SKILL)
    guides.register_guides("pages", guides.from_pages)
