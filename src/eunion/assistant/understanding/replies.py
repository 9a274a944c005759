"""Fixed calm replies: to despair, threats, abuse, small talk, the wish for a person, and to nothing at all."""

from __future__ import annotations

import re
from dataclasses import replace

from eunion.assistant.models import Turn
from eunion.assistant.terms import Reply, Understood
from eunion.assistant.understanding import mood

HOTLINES = "全国心理援助热线 12356（24 小时），职工服务热线 12351；有危险请马上拨打 110 或 120"
SELF_HARM = (
    "听到您这样说，我很担心您。您现在安全吗？请先停一停，离开危险的地方，给一个您信任的人打个电话，请他来陪着您。"
    f"{HOTLINES}。再难的事，工资也好、身体也好、家里也好，我们都可以一起想办法。我已经请工会的同事尽快联系您。"
)
SELF_HARM_OTHER = (
    "谢谢您替他着急。请马上让人守在他身边，不要让他一个人，把药、刀、绳子这些收起来，先听他说，不争对错。"
    f"{HOTLINES}。如果他已经在高处或已经受伤，请现在就拨打 110、120。我已经请工会的同事尽快联系您。"
)
VIOLENCE = (
    "我听得出来您受了很大的委屈。请先别冲动，离开现场，缓一缓：动手会伤到您自己和家人，该要的也更难要回来。"
    "如果有人正有危险，请马上拨打 110。工资、工伤、被打被骂，都有合法的路可以走：职工服务热线 12351，心里堵得慌可拨打 12356。"
    "我已经请工会的同事尽快联系您。"
)
THREATENED = (
    "您的安全最要紧。请先到人多、安全的地方，马上拨打 110 报警，受伤了拨打 120；"
    "威胁您的短信、微信、录音请留好，不要单独去见对方。职工服务热线 12351 和工会会帮您。我已经请工会的同事尽快联系您。"
)
CALLS = {
    "fire": "如果正在着火，请先离开，马上拨打 119；有人受伤拨打 120。",
    "accident": "如果有人受伤或昏迷，请马上拨打 120，不要随意搬动伤者，同时叫现场负责人。",
    "held": "如果有危险，或正在被打、被关、有人走失，请马上拨打 110；受家暴也可拨打妇联热线 12338。",
}
CARE = "出了这样的事，我们心里也很难过，请您和家里人多保重。需要有人说说话，可拨打全国心理援助热线 12356（24 小时）；要工会陪着办，可拨打 12351。"
COLLECTIVE = (
    "这关系到很多人的工钱，我已经请工会的同事尽快联系您。请大家留好考勤、聊天、转账这些记录，推几个代表出来说，"
    "不要堵路、爬高。职工服务热线 12351。"
)
PASSED_ON = "好的，已为您转给工会工作人员，工作时间 1 个工作日内回复您。着急可拨打职工服务热线 12351。"
INSULT = "让您不满意了，对不起。您要是遇到了难处，比如工资、工伤、合同、入会、困难帮扶，请直接告诉我是什么事；想和真人说，回复“转人工”。"
# One letter, one figure or a mark alone says nothing that could be looked up or passed on.
_SAYS = re.compile(r"[一-鿿]|[^\W_].*[^\W_]", re.S)
NOTHING = "我只看得懂文字。请把想问的事写成一句话，比如“拖欠工资怎么办”“怎么入会”。"
NUMBER_ALONE = "您回复的是一个数字，可我这会儿没有列出几个让您选的。请把想问的事写成一句话，比如“拖欠工资怎么办”“怎么入会”。"
TALK = {
    "greeting": "您好，我是云博士。入会、困难帮扶、医疗互助、法律援助、劳动合同、工资工伤，都可以问我。",
    "thanks": "不客气，有事随时叫我。",
    "goodbye": "再见，祝您工作顺利、平平安安。有事随时叫我。",
    "who_are_you": (
        "我是云博士，工会的智能助手，不是真人。我根据工会的知识回答，白天黑夜都在：可以问政策、算年休假和经济补偿、找工会、查办事材料；"
        "我不知道的会转给工会工作人员。想直接找真人，回复“转人工”。"
    ),
    "off_topic": (
        "这个不归我管，帮不上您。我能答的是工会和上班的事：工资、合同、加班休假、工伤、社保、入会、困难帮扶、"
        "医疗互助、法律援助。遇到哪一件，直接告诉我就行。"
    ),
}


def fixed(understood: Understood) -> Reply | None:
    """Return the reply that needs no knowledge, or None when the message is to be answered from it."""
    if understood.mood in ("self_harm", "violence"):
        return Reply(
            _to_danger(understood),
            Turn.State.PASSED_ON,
            found=f"fixed:{understood.mood}",
            confidence=1,
            urgent=True,
        )
    if understood.wants_person:
        return Reply(PASSED_ON, Turn.State.PASSED_ON, found="fixed:person", confidence=1)
    if understood.mood:
        text = INSULT if understood.mood == "insult" else TALK[understood.mood]
        return Reply(text, Turn.State.ANSWERED, found=f"fixed:{understood.mood}", confidence=1)
    if not understood.questions or not _SAYS.search(understood.text):
        text = NUMBER_ALONE if understood.text.isdigit() else NOTHING
        return Reply(text, Turn.State.ANSWERED, found="fixed:nothing", confidence=1)
    return None


def _to_danger(understood: Understood) -> str:
    if understood.mood == "violence":
        return THREATENED if mood.is_threatened(understood.text) else VIOLENCE
    return SELF_HARM_OTHER if mood.is_about_another(understood.text) else SELF_HARM


def care(understood: Understood) -> str:
    """Return what to say before the answer: whom to call where help is needed now, a word of care after a loss, else ''."""
    if understood.mood:
        return ""
    calls = "".join(CALLS[one] for one in mood.emergencies(understood.text))
    return calls or (CARE if mood.is_loss(understood.text) else "")


def with_person(reply: Reply, understood: Understood) -> Reply:
    """Return the reply handed to a person besides, urgently, where many people write that they were not paid."""
    if not mood.is_collective(understood.text):
        return reply
    return replace(reply, text=f"{reply.text}\n{COLLECTIVE}", state=Turn.State.PASSED_ON, urgent=True)
