"""How far is my application: recognised, and answered honestly as long as no room can look it up.

A room that can registers a skill with a higher claim.
"""

from __future__ import annotations

import re

from django.conf import settings

from eunion.assistant.models import Turn
from eunion.assistant.skills import SURE, Skill
from eunion.assistant.terms import Reply, Setting, Understood

_MINE = re.compile(
    r"(?:我|俺|本人|上次|之前|上周|上个?月|昨天|前天|提交|交了|申请了|报了|递)[^，。？?]{0,16}(?:办到哪|到哪一?步|到哪了|办得怎么样|办得咋样|怎么样了|咋样了|办好了?没|办好了?吗|办下来|批了没|批了吗|批下来|审批到|审核到|审核通过|审核了|通过了没|通过了吗|"
    r"有结果|有消息|有回音|没消息|没动静|没下文|受理了|处理了|处理得|还没(?:批|办|下来|消息|回|到账|结果|动静)|什么时候(?:批|下来|到账|能好|有结果)|啥时候(?:批|下来|到账|能好|有结果)|进度|到账了?没|到账了吗)|"
    r"(?:查|看)(?:一下|下|查|看|询)?(?:我的?)?(?:申请|办理|办件|案件|诉求|工单|互助|理赔|补助|帮扶|报销)的?(?:进度|进展|状态|结果|到哪)|(?:申请|办件|工单|诉求)(?:的)?(?:进度|进展)(?:怎么)?(?:查|看|在哪)|"
    r"我的(?:申请|案子|案件|诉求|工单|办件)(?:呢|怎么|咋|到|办|有|什么时候|啥时候|进度|在哪)"
)
_OTHER = re.compile(r"认证|会籍|会员状态|入会(?:了|没)|仲裁|法院|工伤认定|公积金|社保|失业金")


def claim(understood: Understood, question: str) -> float:
    """Asking how far one's own application is: just sure, so that a skill that can look it up goes before."""
    return SURE if _MINE.search(question) and not _OTHER.search(question) else 0.0


def run(understood: Understood, question: str, setting: Setting) -> Reply:
    """Say that it can't be looked up here, and whom to ask."""
    lines = ["办理进度我现在还查不到，不能随便答您。请这样问最快："]
    union = setting.union
    if union and union.phone:
        lines.append(f"· 您的工会：{union.name}，电话 {union.phone}")
    else:
        lines.append(f"· 受理您申请的工会，地址和电话在这里：{settings.PUBLIC_URL}/unions/")
    lines.append("· 职工服务热线 12351，报上姓名和申请的事项")
    lines.append("要我转给工会工作人员帮您查，请回复“转人工”。")
    return Reply(
        "\n".join(lines),
        Turn.State.ANSWERED,
        found="skill:progress",
        confidence=SURE,
        topic="办理进度",
        skill="progress",
    )


SKILL = Skill("progress", "查办理进度", "我的申请办到哪了", claim, run, private=True)
