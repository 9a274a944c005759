"""How many days off does a holiday give: 全国年节及纪念日放假办法, as in force since 2025; nothing to do with annual leave."""

from __future__ import annotations

import datetime
import re

from eunion.assistant.models import Turn
from eunion.assistant.skills import NotMine, Skill
from eunion.assistant.terms import Reply, Setting, Source, Understood

_RULE = "《全国年节及纪念日放假办法》"
_IN_FORCE = datetime.date(2025, 1, 1)
# What people call it, its name, and the days, as 第二条 (everybody) and 第三条 (some) give them.
_EVERYBODY = (
    (r"国庆|十一(?:放|假|长假|休)", "国庆节", "3 天（10 月 1 日、2 日、3 日）"),
    (r"春节|过年|新年(?!元旦)|大年", "春节", "4 天（农历除夕、正月初一至初三）"),
    (r"元旦", "元旦", "1 天（1 月 1 日）"),
    (r"清明", "清明节", "1 天（清明当日）"),
    (r"五一|劳动节", "劳动节", "2 天（5 月 1 日、2 日）"),
    (r"端午", "端午节", "1 天（端午当日）"),
    (r"中秋", "中秋节", "1 天（中秋当日）"),
)
_SOME = (
    (r"三八|妇女节|女神节", "妇女节（3 月 8 日）", "妇女放假半天"),
    (r"五四|青年节", "青年节（5 月 4 日）", "14 周岁以上的青年放假半天"),
)
_FESTIVAL = "|".join(pattern for pattern, _, _ in (*_EVERYBODY, *_SOME))
_ALL = r"法定(?:节?假日?|休假日|节日)|国家法定假|公众假期"
_HOW_MANY = r"(?:几|多少|多长|多久)(?:天|日|时间|个?假)?"
_ASKS = re.compile(
    rf"(?:{_FESTIVAL}|{_ALL})(?:长假|假期|节|是|一共|总共|一年|国家|法定|规定|能|可以|该|应该|要|都|今年|明年|工厂|单位|我们|，|的|假)*(?:放假?|休息?|有|给|歇)?(?:法定)?(?:假)?{_HOW_MANY}|"
    rf"(?:一年|全年|每年)(?:有|一共|总共)*{_HOW_MANY}(?:个)?(?:{_ALL})"
)
_OTHER = re.compile(r"加班|加点|工资|钱|倍|福利|慰问|发什么|年休假|年假|产假|婚假|上班|值班|不放|没放|不让")
_MOVED = "平常说的长假，是这几天和前后的周末调在一起，当年怎么调休以国务院办公厅的放假通知为准。"
_PAID = "法定这几天上班，单位要付不低于 300% 的工资，不能用补休代替。"


def claim(understood: Understood, question: str) -> float:
    """Asking how many days off a holiday gives, not what is paid or who must work."""
    return 0.9 if _ASKS.search(question) and not _OTHER.search(question) else 0.0


def run(understood: Understood, question: str, setting: Setting) -> Reply:
    """Tell the days of the holidays that are named, else of all of them."""
    lines, articles = _told(question)
    if not lines:
        raise NotMine
    return Reply(
        "\n".join(lines),
        Turn.State.ANSWERED,
        found="skill:holidays",
        confidence=0.9,
        topic="工时休假",
        skill="holidays",
        sources=(Source(f"{_RULE}{articles}", "", _IN_FORCE),),
    )


def _told(question: str) -> tuple[list[str], str]:
    """Return the lines of the answer and the articles that it rests on."""
    for_some = [f"{name}：{days}。" for said, name, days in _SOME if re.search(said, question)]
    if for_some:
        return [*for_some, "遇上周末不补假；放假半天是带薪的。"], "第三条"
    named = [f"{name}法定放假 {days}。" for said, name, days in _EVERYBODY if re.search(said, question)]
    if named:
        return [*named, _MOVED, _PAID], "第二条"
    if re.search(_ALL, question):
        each = [f"{name} {days}" for _, name, days in _EVERYBODY]
        return ["法定节假日全年一共 13 天：", *each, _PAID], "第二条"
    return [], ""


SKILL = Skill("holidays", "查放假", "国庆放几天假", claim, run)
