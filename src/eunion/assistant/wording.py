"""Understanding a message: one spelling, no salutation, workers' words turned into the union's."""

from __future__ import annotations

import re

from eunion.content import words

_CALLED = re.compile(r"@(云博士|雲博士)[\s:：,，]*(工会|工會)?[\s:：,，]*")
_POLITE = re.compile(
    r"(请问一下|请问|你好|您好|麻烦问下|想问一下|我想问|想咨询一下|咨询一下|谢谢|在吗)[,，。!！\s]*"
)
# What workers say for what the texts say.
_SAID_FOR = {
    "老板": "用人单位",
    "公司": "用人单位",
    "厂里": "用人单位",
    "厂子": "用人单位",
    "单位": "用人单位",
    "不给钱": "拖欠工资",
    "欠薪": "拖欠工资",
    "欠钱": "拖欠工资",
    "不发工资": "拖欠工资",
    "炒鱿鱼": "解除劳动合同",
    "开除": "解除劳动合同",
    "辞退": "解除劳动合同",
    "怀孕": "女职工 孕期",
    "生孩子": "产假",
    "受伤": "工伤",
    "加班费": "加班 工资",
    "会员卡": "工会 会员卡",
    "入会": "加入 工会",
    "年假": "年休假",
    "打官司": "法律援助 诉讼",
    "心里难受": "心理",
    "压力大": "心理",
}
_NUMBERS = re.compile(r"\d{15,19}[\dXx]?|1[3-9]\d{9}")
_DANGER = re.compile(r"不想活|活不下去|自杀|自残|跳楼|想死|结束生命|轻生|杀了他|杀人|报复社会")
_SMALL_TALK = {
    "thanks": re.compile(r"^(谢谢|多谢|感谢|好的|ok|嗯+|知道了|明白了)[谢你您啦了的!！。~\s]*$"),
    "greeting": re.compile(r"^(你好|您好|在吗|在么|hi|hello|早上好|晚上好)[啊呀吗!！。~\s]*$"),
}


def heard(text: str) -> str:
    """Return the message without its call to 雲博士, in one spelling."""
    return _CALLED.sub("", words.normalised(text)).strip()


def without_politeness(text: str) -> str:
    """Return a message in one spelling without its call to 雲博士 and its polite words."""
    return _POLITE.sub("", heard(text)) or heard(text)


def asked(text: str) -> str:
    """Return what is asked for, without politeness, with the union's words added to the worker's."""
    plain = without_politeness(text)
    added = [theirs for ours, theirs in _SAID_FOR.items() if ours in plain]
    return " ".join([plain, *added])


def without_numbers(text: str) -> str:
    """Return the text with ID, card and phone numbers blotted out."""
    return _NUMBERS.sub("＊＊＊", text)


def is_danger(text: str) -> bool:
    """Say whether someone may harm themselves or others."""
    return bool(_DANGER.search(heard(text)))


def small_talk(text: str) -> str:
    """Return 'thanks' or 'greeting' when the message is nothing but that, else ''."""
    plain = heard(text)
    return next((kind for kind, pattern in _SMALL_TALK.items() if pattern.match(plain)), "")
