"""Find my union: by name or address, by nearness where the place is known."""

from __future__ import annotations

import re

import jieba
from django.conf import settings

from eunion.assistant.models import Turn
from eunion.assistant.skills import Skill
from eunion.assistant.terms import Reply, Setting, Source, Understood
from eunion.registry import selectors
from eunion.registry.models import Union

SHOWN = 3
NAME_MAX = 40
_PLACE = r"工会|服务中心|帮扶中心|职工之家|服务窗口|办事窗口|职工服务"
_WHERE = re.compile(
    r"在哪|哪里|哪儿|哪个|地址|怎么走|咋走|怎么去|咋去|电话|几点|上班时间|办公时间|开门|关门|附近|最近|离我|就近|周围|跟前|找.{0,8}工会|找我|位置|导航"
)
_OTHER = re.compile(
    r"入会|加入|手续|流程|程序|困难|过不下去|会费|会员|认证|材料|申请|报名|活动|慰问|福利|培训|互助|补助|帮扶(?!中心)|疗养|仲裁|工资|合同|工伤|热线|法律|驿站|职责|干什么|有什么用|投诉|举报|领导|主席"
)
_FILLER = re.compile(
    r"请问|想问|我想|我要|帮我|查一下|查查|查|找一下|找|告诉我|一下|在哪里|在哪儿|在哪|哪里|哪儿|哪个|有没有|有|地址|怎么走|咋走|怎么去|咋去|电话号码|电话|号码|是多少|多少|几点|上班时间|"
    r"办公时间|上班|开门|关门|下班|附近|最近|离我|就近|周围|跟前|位置|导航|我们|我的|我家|我|俺们|俺|你们|你|这边|这里|那边|那|的|是|个|吗|呢|啊|呀|了|到|去|？|\?|，|。|！|!|、|\s"
)
_GENERAL = re.compile(r"总?工会|街道|社区|单位|公司|组织|窗口|服务中心|职工")
_ASK_PLACE = "请告诉我街道或单位的名字，我帮您找最近的工会。也可以直接打开工会地图：{link}"
_ASK_BUTTON = (
    "请点输入框下面的“用我的位置找最近的工会”，或者告诉我街道、单位的名字。也可以直接打开工会地图：{link}"
)
_RINGS = re.compile(r"电话|热线|号码|怎么联系|咋联系|联系方式")
HOTLINE = "职工服务热线 12351"


def claim(understood: Understood, question: str) -> float:
    """Asking where a union is, when it opens, how to ring it."""
    asks = re.search(_PLACE, question) and _WHERE.search(question) and not _OTHER.search(question)
    return 0.85 if asks else 0.0


def run(understood: Understood, question: str, setting: Setting) -> Reply:
    """Show the unions that fit, or ask for the place."""
    found = _named(question, setting) or _around(setting)
    link = f"{settings.PUBLIC_URL}/unions/"
    if not found:
        ask = _ASK_BUTTON if setting.channel == "portal" else _ASK_PLACE
        lines = (
            [*_public_phones(), ask.format(link=link)] if _RINGS.search(question) else [ask.format(link=link)]
        )
        return _reply("\n".join(lines), ())
    shown = found[:SHOWN]
    head = f"找到 {len(found)} 家，先列 {len(shown)} 家：" if len(found) > SHOWN else "为您找到："
    text = "\n".join([head, *(described(union) for union in shown), f"更多工会和路线：{link}"])
    sources = tuple(Source(union.name, f"{link}{union.public_id}/") for union in shown)
    return _reply(text, sources)


def _reply(text: str, sources: tuple[Source, ...]) -> Reply:
    return Reply(
        text,
        Turn.State.ANSWERED,
        found="skill:unions",
        confidence=0.9,
        topic="工会组织",
        skill="unions",
        sources=sources,
    )


def name_in(question: str) -> str:
    """Return what may be the name or the address of a union in a question, '' for none."""
    rest = _FILLER.sub(" ", question)
    return "" if not _GENERAL.sub("", rest).strip() else " ".join(rest.split())[:NAME_MAX]


def _named(question: str, setting: Setting) -> list[Union]:
    """Return the unions whose name or address is said, nearest first where the place is known."""
    name = name_in(question)
    if not name:
        return []
    words = [word for word in jieba.lcut(name) if len(word) > 1 and not _GENERAL.fullmatch(word)]
    for query in (name, " ".join(words), *sorted(words, key=len, reverse=True)[:2]):
        found = selectors.find_unions(query) if query.strip() else []
        if found:
            near = selectors.find_unions(query, setting.place) if setting.place else []
            return near or found
    return []


def _public_phones() -> list[str]:
    """Return the federation's own telephone and the hotline that anybody may ring."""
    federation = next((union for union in selectors.find_unions() if union.depth == 1), None)
    own = [f"{federation.name}：{federation.phone}"] if federation and federation.phone else []
    return [*own, HOTLINE]


def _around(setting: Setting) -> list[Union]:
    """Return the unions near by, else the one of the group's grid or, in private, the person's own."""
    if setting.place:
        return selectors.find_unions("", setting.place)[:SHOWN]
    if setting.grid and setting.grid.subdistrict:
        return [setting.grid.subdistrict]
    return [setting.union] if setting.union and not setting.in_group else []


def described(union: Union) -> str:
    """Return a union with address, telephone, hours and distance, as far as they are known."""
    metres = getattr(union, "metres", None)
    far = "" if metres is None else f"{metres / 1000:.1f} 公里" if metres >= 1000 else f"{metres:.0f} 米"
    facts = (
        ("地址", union.address),
        ("电话", union.phone),
        ("办公时间", union.opening_hours),
        ("距您约", far),
    )
    return "\n".join([f"【{union.name}】", *(f"{label}：{said}" for label, said in facts if said)])


SKILL = Skill("unions", "找工会", "离我最近的工会在哪", claim, run)
