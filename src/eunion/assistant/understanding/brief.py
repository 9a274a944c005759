"""Complaints in a few characters put as the question that they mean: 被开了 → 违法辞退怎么赔……"""

from __future__ import annotations

import re
from functools import cache

from eunion.assistant.understanding import lexicon, spelling

# What adds nothing to a complaint: 我被开了怎么办啊.
_BEFORE = re.compile(r"^(?:我们?|俺们?|咱们?|现在|就是|那|就?想知道|就?想问|就问)+")
_N = r"(?:\d{1,3}|[一二两俩仨三四五六七八九十半几好]{1,3})"
# How long somebody worked before the complaint changes nothing about it: 干了俩月一分钱没给.
_TIME_WORKED = re.compile(
    rf"^(?:在?(?:工地|厂里|这儿?|那儿?|饭店|店里)?(?:上)?)?(?:都|已经|白|给他|给老板)?(?:干|做|上|打)(?:了|班|工)*(?:都|快|有)?{_N}个?多?半?(?:月|天|年|星期|礼拜|周)多?(?:的)?(?:活|班|工)?了?[,，。 ]*"
)
_SUM = re.compile(r"多少|几|赔|补")
# A year alone is too little to compute anything with.
_BEGAN = re.compile(
    r"^(?:19|20)?\d{2}年(?:就)?(?:入职|进厂|来的|进的公司|开始干)的?[,，。 ]*(?:现在|今年|今天)?"
)
# Who works longer than the eight hours of the law: 保安12小时.
_LONG_DAY = re.compile(
    r"^(?:当|做|干|我们?是?)*(?:保安|门卫|保洁|看门|厂里|工厂|车间|流水线|饭店|餐馆|服务员|司机|工地|客服|外卖|快递|护工|超市|仓库)?(?:的)?(?:一天|每天|天天|1天|一个班|一班|白班|夜班)?(?:都|要|得|就|必须|让)*(?:上|干|站|倒)?(?:一天|1天)?(?:班)?"
    r"(?:9|1\d|2[0-4]|九|十[一二三四五六]?|二十四)个?(?:小时|钟头)(?:的)?(?:班|制|两班倒)?(?:合法|正常|违法|可以|行)?(?:吗|么|不)?$"
)
LONG_DAY_MEANS = "正常一天、一周应该上几个小时班？"
_AFTER = re.compile(
    r"(?:[,，]?(?:该|应该|我)?(?:怎么办|咋办|咋整|咋弄|怎么弄|怎么整|怎么搞|咋个办|如何是好|找谁|找谁管|谁管|啊|呀|呢|吧|嘞|咧|了))*[\s?？!！。,，~]*$"
)


@cache
def _by_said() -> dict[str, str]:
    pairs = (line.split("\t") for line in lexicon.lines("brief.txt"))
    return {_bare(said): question for question, those in pairs for said in those.split("/")}


def _bare(text: str) -> str:
    return _AFTER.sub("", text)


def in_full(text: str) -> str:
    """Return the question that a brief complaint means; any other text as it is."""
    said = _bare(spelling.without_politeness(text).strip())
    known = _by_said()
    bare = _BEFORE.sub("", said)
    if _LONG_DAY.match(bare):
        return LONG_DAY_MEANS
    return known.get(said) or known.get(bare) or known.get(_without_time(bare)) or text


def _without_time(bare: str) -> str:
    """Return a complaint without how long somebody worked, unless a sum is asked for that depends on it."""
    rest = _TIME_WORKED.sub("", bare)
    return _BEGAN.sub("", bare if _SUM.search(rest) else rest)
