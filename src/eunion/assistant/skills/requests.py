"""Leave a request: what a person wants to tell the union goes to a person."""

from __future__ import annotations

import re
from collections.abc import Callable

from eunion.assistant.models import Turn
from eunion.assistant.skills import Skill
from eunion.assistant.terms import Reply, Setting, Understood
from eunion.assistant.understanding import asking

# The room that keeps requests puts its service here in its apps.py; it returns what to say, or nothing where it can't take it.
TAKERS: list[Callable[[Understood, str, Setting], str]] = []
# What is added where nobody took it: e.g. where a form for it is.
ELSEWHERE: list[Callable[[Setting], str]] = []
TAKEN = "已经记下您说的事，并转给工会工作人员，工作时间 1 个工作日内回复您。着急可拨打职工服务热线 12351。"
_LEAVES = re.compile(
    r"^(?:你好|您好|那|我|俺|我们|就|现在)*(?:要|想|想要|需要|得|来)(?:向|跟|给|对|找)?(?:工会|你们|上级|领导|总工会)?(?:投诉|反映|反应|举报|提|留|说|求助|申诉)(?:个|一个|点|一下|条|一条|些|几点)?(?:意见|建议|诉求|问题|情况|言|个事|事|困难|一下|$|[，,：:]|我|老板|公司|单位|厂|工头|包工头|物业)|"
    r"^(?:帮我|请|麻烦)(?:你们|您|你)?(?:向|跟|给)?(?:工会|领导)?(?:反映|反应|转达|转告|记录|登记|留言)|^(?:留言|投诉|举报|反映|提建议|提意见|我要投诉|我要举报|诉求)(?:[：:，, ]|$)"
)


def claim(understood: Understood, question: str) -> float:
    """Telling the union something rather than asking how to."""
    asks = re.search(r"怎么|如何|咋|哪里|去哪|找谁|什么|能不能|可以", question) or question.endswith(
        ("?", "？", "吗")
    )
    return 0.85 if _LEAVES.search(question) and not (asks and asking.is_question(question)) else 0.0


def run(understood: Understood, question: str, setting: Setting) -> Reply:
    """Pass it on to a person."""
    taken = next((said for take in TAKERS if (said := take(understood, question, setting))), "")
    return Reply(
        taken or "\n".join([TAKEN, *filter(None, (say(setting) for say in ELSEWHERE))]),
        # What has become a case is in hands with a clock of their own.
        Turn.State.ANSWERED if taken else Turn.State.PASSED_ON,
        found="skill:requests",
        confidence=0.9,
        topic="诉求",
        skill="requests",
    )


SKILL = Skill("requests", "留下诉求", "我要反映一个问题", claim, run)
