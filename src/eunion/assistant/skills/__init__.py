"""What 雲博士 can do besides answering from the knowledge: a registry that any room may add to in its apps.py."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from eunion.assistant.terms import Reply, Setting, Understood


class Run(Protocol):
    """Does what a skill does. Raises DomainError in the person's words."""

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


# From this claim on a skill goes before the knowledge.
SURE = 0.8
SKILLS: dict[str, Skill] = {}


def register(skill: Skill) -> None:
    """Offer a skill; the same name again replaces it."""
    SKILLS[skill.name] = skill


def claimant(understood: Understood, question: str) -> Skill | None:
    """Return the skill that a question is surely meant for, or None."""
    claims = [(skill.claim(understood, question), skill) for skill in SKILLS.values()]
    best = max(claims, key=lambda pair: pair[0], default=(0.0, None))
    return best[1] if best[0] >= SURE else None
