"""My own membership, certification, card and dues: in private alone, to the person signed in alone."""

from __future__ import annotations

import re

from django.conf import settings
from django.db.models import QuerySet

from eunion.assistant.models import Turn
from eunion.assistant.skills import Skill
from eunion.assistant.terms import Reply, Setting, Understood
from eunion.registry.models import Member, Membership

_MINE = re.compile(
    r"(?:我|俺|本人)(?:的|现在|目前|到底|这边)*(?:是不是|是否|算不算|还是不是|是)(?:你们|咱们|咱|工会)*(?:的|正式)*会员|(?:我|俺|本人)(?:现在|已经|到底|有没有|的)*(?:入会|认证|实名认证)(?:了)?(?:没|吗|成功|通过|过了|状态|好了|到哪|失败|申请)|"
    r"(?:我|俺|本人)的?(?:会籍|会员|认证|实名认证)(?:资格|状态|信息|进度|结果)?(?:在哪|怎么样|是什么|过了|还在|有没有|通过|查|还有效|办好|成功|状态|信息|进度|结果)|(?:我|俺|本人)(?:属于|归|是|在)(?:哪个|哪家|哪一个)(?:街道)?工会|"
    r"查(?:一下|下|询)?(?:我的?|本人)?(?:会籍|会员状态|认证状态|会员信息|入会状态|认证进度|认证结果)|(?:我|俺)(?:啥时候|什么时候|哪年)(?:入|加入)的?(?:会|工会)"
)
_CARD = re.compile(
    r"(?:我|俺|本人)的?(?:工会)?(?:会员)?(?:卡|证)号|(?:我|俺|本人)的?(?:工会)?会员(?:卡|证)(?:在哪|呢|怎么看|咋看|是多少|多少|给我看|打开)|会员(?:卡|证)?号(?:是|码)?(?:多少|几|在哪|怎么查|咋查)"
)
_DUES = re.compile(
    r"会费(?:我)?(?:已经|都|一共|总共|到底|今年|去年)?(?:交|缴)(?:了|过)(?:多少|几|没|吗)|会费(?:交|缴)(?:没交|没有|上没|到几月|到哪|到什么时候|清)|"
    r"(?:我|俺|本人)[^，。？?]{0,6}(?:交|缴)(?:了|过)(?:多少|几个月|几年|几次)的?[^，。？?]{0,4}会费|(?:我|俺|本人)的会费(?:交|缴|是|有|一共)"
)
_STATES = {
    Member.Certification.NONE: "您还没有实名认证。点这里认证，几分钟就好：{certify}",
    Member.Certification.PENDING: "您的实名认证正在人工核实，请耐心等结果，不用重复提交。进度看这里：{me}",
    Member.Certification.REJECTED: "您的实名认证没有通过，可能是姓名、证件号和名册不一致。请核对后重新认证：{certify}",
}
_SIGN_IN = "要查您本人的会籍和认证，请先登录：{me}"
_MEMBER = "您已通过实名认证，是下面工会的会员：\n{unions}\n会员卡在这里：{card}"
_DUES_ASKED = "会费由您的工会收取，交了多少在那里登记，我这里查不到，不能随便答您。可以问：\n· {union}\n· 职工服务热线 12351"
_NO_UNION = "您已通过实名认证，名册里还没有您的会籍。可以向所在单位或街道工会申请入会，详情：{me}"


def claim(understood: Understood, question: str) -> float:
    """Asking about one's own membership, certification, card or dues."""
    own = any(pattern.search(question) for pattern in (_MINE, _CARD, _DUES))
    return 0.9 if own else 0.0


def run(understood: Understood, question: str, setting: Setting) -> Reply:
    """Say what the register knows of the person signed in."""
    site = settings.PUBLIC_URL
    links = {"me": f"{site}/me/", "certify": f"{site}/me/certify/", "card": f"{site}/me/card/"}
    told = _DUES_ASKED if _DUES.search(question) else _state(setting)
    return Reply(
        told.format(unions=_unions(setting), union=_whom_to_ask(setting), **links),
        Turn.State.ANSWERED,
        found="skill:membership",
        confidence=0.9,
        topic="会员",
        skill="membership",
    )


def _state(setting: Setting) -> str:
    if setting.member is None:
        return _SIGN_IN
    state = Member.Certification(setting.member.certification)
    if not setting.certified or state != Member.Certification.CERTIFIED:
        return _STATES.get(state, _SIGN_IN)
    return _MEMBER if _current(setting.member).exists() else _NO_UNION


def _whom_to_ask(setting: Setting) -> str:
    """Return the person's own union with its telephone, else where unions are listed."""
    if setting.union is None:
        return f"您入会的工会，电话和地址在这里：{settings.PUBLIC_URL}/unions/"
    phone = f"，电话 {setting.union.phone}" if setting.union.phone else ""
    return f"您的工会：{setting.union.name}{phone}"


def _current(member: Member) -> QuerySet[Membership]:
    return (
        Membership.objects.filter(member=member, left_on=None)
        .select_related("union")
        .order_by("joined_on", "id")
    )


def _unions(setting: Setting) -> str:
    if setting.member is None or not setting.certified:
        return ""
    lines = []
    for one in _current(setting.member):
        since = f"（{one.joined_on:%Y年%-m月%-d日}入会）" if one.joined_on else ""
        lines.append(f"· {one.union.name}{since}")
    return "\n".join(lines)


SKILL = Skill("membership", "查我的会籍", "我是不是会员", claim, run, private=True)
