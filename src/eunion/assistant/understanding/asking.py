"""What makes a sentence a question, and what it is about."""

from __future__ import annotations

import re

from eunion.assistant.understanding import colloquial, lexicon, spelling

INTERROGATIVE = re.compile(
    r"[?？]|怎么|怎样|咋|如何|什么|啥|哪|谁|几[天个年月倍点号级次块钱]|多少|多久|多长|多大|多高|多快|为何|为什么|凭什么|吗|么$|呢$|"
    r"能不能|可不可以|可以不|行不行|是不是|是否|有没有|要不要|算不算|该不该|会不会|对不对|合不合|用不用|给不给|让不让|违不违法|能否|可否|点样|点解|几耐|边度|嘛$"
)
# Questions that ask nothing by themselves: they belong to what was told before.
GENERIC = re.compile(
    r"^(?:(?:那|我|我们|你|你们|你说|您说|请问|现在|这种情况|这样|这|该|应该|要|到底|又|还|都|就|到时候|接下来|大家|工会|你看|以后|麻烦|各位)[,，]?)*"
    r"(?:怎么办|咋办|咋整|咋弄|怎么弄|怎么整|怎么搞|咋个办|咋个整|怎么处理|怎么解决|如何处理|如何解决|如何是好|怎么维权|找谁|找谁管|找谁说理去?|去哪说理|谁管|谁来管|谁管我们|有人管吗?|"
    r"管不管|管吗|能管吗|行吗|行不行|可以吗|对吗|对不对|对不|合理吗|合法吗|合不合法|违法吗|违不违法|是不是|凭什么|凭啥|为什么|为啥|气不气人?|过分吗|过不过分|"
    r"能不能帮帮?我?|能帮帮?我?吗?|帮帮我|有没有办法|有办法吗|有什么办法|有啥办法|能不能给个说法|什么意思|啥意思|知道吗|懂吗|咋回事|怎么回事|有这样的吗|哪有这样的|还有天理吗|有天理吗|还让不让人活|怎么活|让人怎么活)"
    r"(?:啊|呀|呢|吗|嘛|哦|了|的|呐|嘞|哩|哟|去|才好|才行|好)*[?？!！。,，\s]*$"
)
# Asks for one side of a matter that was named before: how long, how much, with what, where.
SIDE = re.compile(
    r"几天|几个月|几年|多久|多长时间|多长|多少|多大|几倍|几级|什么材料|啥材料|哪些材料|要材料|带什么|带啥|要啥|要什么|准备什么|什么手续|啥手续|手续|流程|步骤|什么条件|啥条件|条件|期限|时限|时间限制|过期|"
    r"在哪|哪里|哪儿|去哪|地址|电话|怎么去|怎么走|几点|上班时间|什么时候|啥时候|何时|收费|要钱|花钱|免费|费用|怎么申请|怎么办理|怎么弄|咋弄|咋办理|咋申请|怎么报|怎么交|怎么领|谁来|谁出|谁给|谁付|找谁|"
    r"能报|能领|能拿|能给|有没有|要不要|用不用|可不可以|能不能|行不行|算不算|可以吗|行吗|还能|代办|网上|线上|有什么要求|什么要求|依据|哪条|第几条|法律规定|上限|下限|最多|最少|怎么算|咋算|咋算的|标准|比例"
)
_HOW = re.compile(
    r"怎么办理|怎么申请|怎么算|怎么办|怎么赔|怎么弄|怎么|如何|咋办|咋|什么|啥|多少钱|多少|几天|几个月|多久|多长时间|吗|呢|呀|啊|嘛|能不能|可以|可不可以|是不是|有没有|要不要|我想|我要|请问|想问|[?？!！。,，、]"
)
SUBJECT_MAX = 24
# Words of one side of a matter are no matter by themselves.
_SIDE_TERMS = frozenset(
    [
        "材料",
        "办理",
        "窗口",
        "办公时间",
        "申请表",
        "审批",
        "审核",
        "受理",
        "进度",
        "预约",
        "报名",
        "证书",
        "活动",
        "培训",
        "标准",
        "赔偿金",
        "奖金",
        "补贴",
        "时效",
        "证据",
        "发票",
        "公示",
        "签到",
        "认证",
        "报销",
        "自付",
        "自费",
        "申诉",
        "网格",
        "情绪",
        "住院",
    ]
)


def is_question(text: str) -> bool:
    """Say whether a sentence asks something."""
    return bool(INTERROGATIVE.search(text))


def matters_in(text: str) -> list[str]:
    """Return the terms that name a matter, without those that name only a side of one."""
    return [term for term in lexicon.terms_in(text) if term not in _SIDE_TERMS]


def is_generic(text: str) -> bool:
    """Say whether a question asks nothing by itself: 怎么办？凭什么？"""
    return bool(GENERIC.match(text))


def subject_of(question: str) -> str:
    """Return what a question is about in a few words, to complete another one with; '' when it says nothing."""
    matters = matters_in(question)
    if matters:
        return " ".join(matters[:2])
    rest = _HOW.sub("", spelling.without_politeness(question)).strip()
    return rest[:SUBJECT_MAX] if colloquial.is_about_work(question) or len(rest) >= 2 else ""
