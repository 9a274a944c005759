"""雲博士 on “有什么活动”: what is open for claims now."""

from __future__ import annotations

import re

from django.conf import settings
from django.utils import timezone

from eunion.assistant.models import Turn
from eunion.assistant.skills import Skill
from eunion.assistant.terms import Reply, Setting, Source, Understood
from eunion.booking import shown
from eunion.booking.models import Offering

SHOWN = 5
_THING = r"(?:活动|课程|培训课|兴趣班|电影票|观影|抢票|公益)"
_ASKS = re.compile(
    rf"(?:有什么|有哪些|有啥|哪些|什么|最近有|近期有|现在有).{{0,8}}{_THING}|{_THING}.{{0,6}}(?:有哪些|有什么|有啥|可以报|能报)"
)
_NONE = "现在没有可以报名的活动。新活动发布后在这里能看到：{link}"


def claim(understood: Understood, question: str) -> float:
    """Asking what there is to take part in."""
    return 0.85 if _ASKS.search(question) else 0.0


def run(understood: Understood, question: str, setting: Setting) -> Reply:
    """List what is open, newest first."""
    link = f"{settings.PUBLIC_URL}/events/"
    found = list(shown.offerings(kind="", only_open=True, member=None)[:SHOWN])
    if not found:
        return _reply(_NONE.format(link=link), ())
    lines = [f"· {_described(one)}" for one in found]
    text = "\n".join(["现在可以报名的活动：", *lines, f"报名和全部活动：{link}"])
    return _reply(text, tuple(Source(one.title, f"{link}{one.public_id}/") for one in found))


def _described(offering: Offering) -> str:
    first = offering.first  # type: ignore[attr-defined]
    when = f"，{timezone.localtime(first):%-m月%-d日 %H:%M}" if first else ""
    return f"{offering.title}（{offering.get_kind_display()}，{shown.yuan(offering.price_fen)}{when}）"


def _reply(text: str, sources: tuple[Source, ...]) -> Reply:
    return Reply(
        text,
        Turn.State.ANSWERED,
        found="skill:events",
        confidence=0.9,
        sources=sources,
        skill="events",
    )


SKILL = Skill("events", "查活动", "最近有什么活动", claim, run)
