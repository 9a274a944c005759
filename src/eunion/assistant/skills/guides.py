"""What do I need for X: materials, steps, time and place from the live guides, and from what other rooms add."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from eunion.assistant.models import Turn
from eunion.assistant.skills import NotMine, Skill
from eunion.assistant.terms import Reply, Setting, Source, Understood
from eunion.assistant.understanding import asking, colloquial
from eunion.content import words
from eunion.content.models import GuidePage

LINES_MAX = 12


@dataclass(frozen=True)
class Guide:
    """How something is done at the union. `materials` and `steps` hold one thing a line."""

    title: str
    url: str
    summary: str = ""
    who: str = ""
    materials: str = ""
    steps: str = ""
    time_limit: str = ""
    place: str = ""
    phone: str = ""
    date: datetime.date | None = None


# Name → all guides of a room; a room adds its own in its apps.py.
GUIDES: dict[str, Callable[[], Iterable[Guide]]] = {}


def register_guides(name: str, provide: Callable[[], Iterable[Guide]]) -> None:
    """Offer guides; the same name again replaces them."""
    GUIDES[name] = provide


def from_pages() -> list[Guide]:
    """Return the live guides of the member site that are in force."""
    today = timezone.localdate()
    pages = (
        GuidePage.objects.live()
        .filter(Q(repealed_on=None) | Q(repealed_on__gt=today))
        .order_by("-first_published_at")
    )
    return [
        Guide(
            title=page.title,
            url=_address(page),
            summary=page.summary,
            who=page.who,
            materials=page.materials,
            steps=page.steps,
            time_limit=page.time_limit,
            place=page.place,
            phone=page.phone,
            date=page.shown_date,
        )
        for page in pages
    ]


def _address(page: GuidePage) -> str:
    """Return the page's address below the public one; the site's own host name may be an inner one."""
    parts = page.get_url_parts()
    return f"{settings.PUBLIC_URL}{parts[2]}" if parts and parts[2] else f"{settings.PUBLIC_URL}/guides/"


_PARTS: tuple[tuple[str, str, re.Pattern[str]], ...] = (
    ("who", "谁可以办", re.compile(r"条件|谁能|谁可以|哪些人|够不够格|资格|符合")),
    (
        "materials",
        "要带什么",
        re.compile(r"材料|带什么|带啥|要啥|准备|证件|手续|要什么|需要什么|拿什么|拿啥"),
    ),
    (
        "steps",
        "怎么办",
        re.compile(
            r"流程|步骤|怎么办理|怎么申请|咋申请|怎么办|咋办|怎么弄|咋弄|怎么报|如何办|如何申请|手续|咋整"
        ),
    ),
    ("time_limit", "多久办好", re.compile(r"多久|几天|多长时间|什么时候能|啥时候|期限|时限")),
    (
        "place",
        "在哪里办",
        re.compile(r"在哪办|在哪里办|去哪办|哪里办|哪儿办|去哪里|在哪申请|去哪申请|窗口|地点"),
    ),
    ("phone", "咨询电话", re.compile(r"电话|问谁|咨询")),
)
_ASKS = re.compile(
    r"什么材料|啥材料|哪些材料|要材料|带什么|带啥|准备什么|准备啥|什么手续|啥手续|哪些手续|流程|步骤|怎么办理|怎么申请|咋申请|如何申请|如何办理|咋办理|"
    r"在哪办|在哪里办|去哪办|哪里办|哪儿办|在哪申请|去哪申请|多久能办|几天能办|多久办|多久下来|多久能下来|要啥|要什么|需要什么|谁能办|谁可以办|谁能申请|什么条件|啥条件|办事指南"
)


# A title is named in so many characters or fewer, and tells nothing of anybody.
TITLE_MAX = 16
_TELLS = re.compile(r"[没不了我俺咱你您他她]|老板|公司")


def claim(understood: Understood, question: str) -> float:
    """Asking how something is done and naming what, or naming it alone as the title of a guide does."""
    named = asking.matters_in(question) or colloquial.official(question)
    return 0.82 if named and (_ASKS.search(question) or _is_bare(question)) else 0.0


def _is_bare(question: str) -> bool:
    return len(question) <= TITLE_MAX and not (asking.is_question(question) or _TELLS.search(question))


def run(understood: Understood, question: str, setting: Setting) -> Reply:
    """Show the guide; raises NotMine where there is none."""
    guides = [guide for provide in GUIDES.values() for guide in provide()]
    guide = best(question, guides) if _ASKS.search(question) else titled(question, guides)
    if guide is None:
        raise NotMine
    return Reply(
        _told(guide, question),
        Turn.State.ANSWERED,
        found="skill:guides",
        confidence=0.9,
        topic="办事指南",
        skill="guides",
        sources=(Source(f"办事指南：{guide.title}", guide.url, guide.date),),
    )


def titled(question: str, guides: Iterable[Guide]) -> Guide | None:
    """Return the guide that has these words for its title, else the only one whose title holds them."""
    said = words.normalised(question).strip(" 。.!！?？")
    holding = [guide for guide in guides if said in words.normalised(guide.title)]
    same = [guide for guide in holding if words.normalised(guide.title) == said]
    titles = {guide.title for guide in same or holding}
    return (same or holding)[0] if len(titles) == 1 else None


def best(question: str, guides: Iterable[Guide]) -> Guide | None:
    """Return the guide whose title says what the question names; None where two fit alike or none does."""
    named = {*asking.matters_in(question), *colloquial.official(question)} - {
        "用人单位",
        "申请材料",
        "申请条件",
        "办理时限",
        "怎么办理",
    }
    ranked = sorted(((_fit(named, question, guide), guide) for guide in guides), key=lambda pair: -pair[0])
    if not ranked or ranked[0][0] <= 0:
        return None
    alike = len(ranked) > 1 and ranked[0][0] == ranked[1][0] and ranked[0][1].title != ranked[1][1].title
    return None if alike else ranked[0][1]


def _fit(named: set[str], question: str, guide: Guide) -> float:
    """Return how much of the title the question names, less what the title names besides."""
    title = asking.matters_in(guide.title)
    shared = [word for word in named if word in guide.title]
    missing = [
        one
        for one in title
        if one not in question and one not in named and not any(one in word for word in named)
    ]
    # 工会 stands in every title: it tells no guide from another.
    gain = sum(len(word) for word in shared if word != "工会")
    return gain - 0.5 * sum(len(one) for one in missing) if gain else 0.0


def _told(guide: Guide, question: str) -> str:
    """Return the parts that were asked for first, then the rest in short."""
    wanted = [name for name, _, pattern in _PARTS if pattern.search(question)]
    ordered = sorted(_PARTS, key=lambda part: part[0] not in wanted)
    lines = [f"【{guide.title}】", *([guide.summary] if guide.summary else [])]
    for name, label, _ in ordered:
        rows = [row.strip() for row in str(getattr(guide, name)).splitlines() if row.strip()][:LINES_MAX]
        if len(rows) > 1:
            lines += [f"{label}：", *(f"{count}. {row}" for count, row in enumerate(rows, 1))]
        elif rows:
            lines.append(f"{label}：{rows[0]}")
    return "\n".join([*lines, f"详细指南：{guide.url}"])


SKILL = Skill("guides", "查办事指南", "医疗互助要带什么材料", claim, run)
