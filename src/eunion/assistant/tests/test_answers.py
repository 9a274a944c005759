"""雲博士: the right entry, with its source; a person where it does not know."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateJob

from eunion.assistant import retrieval, wording
from eunion.assistant.models import KnowledgeEntry, Turn
from eunion.assistant.services import answering as services
from eunion.assistant.services import sending
from eunion.channels import base
from eunion.channels.base import Asked, SendError
from eunion.sandbox.demo import texts

pytestmark = pytest.mark.django_db
# Own phrasings, none of which stands in the knowledge base.
PARAPHRASES = {
    "被老板拖欠工资咋办": "工资",
    "没签劳动合同能要双倍工资吗": "合同",
    "加班费按几倍算": "加班",
    "我想加入工会要什么手续": "入会",
    "一年能休几天年假": "年休假",
    "上班路上被车撞了算不算工伤": "工伤",
    "怀孕了单位要辞退我": "女职工",
    "劳动仲裁要在多久之内申请": "仲裁",
    "法律援助怎么申请": "法律援助",
}
OUTSIDE = ["今天天气怎么样", "推荐一只股票", "红烧肉怎么做", "世界杯谁赢了"]


@pytest.fixture
def knowledge() -> None:
    KnowledgeEntry.objects.bulk_create(
        KnowledgeEntry(
            question=one.question,
            alternatives=list(one.alternatives),
            answer=one.answer,
            topic=one.topic,
            source=one.source,
            source_date=one.source_date,
        )
        for one in texts.load_questions()
    )


def asked(text: str, **changes: Any) -> Asked:
    fields = {
        "channel": "wechat",
        "account_id": 1,
        "sender": "o1",
        "group": "",
        "text": text,
        "event_id": "e1",
    }
    return Asked(**{**fields, **changes})


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """Catch what would leave by a channel."""
    found: list[dict[str, Any]] = []
    monkeypatch.setattr(sending.wechat, "reply_text", lambda **message: found.append(message))
    monkeypatch.setattr(sending.community, "post_to_group", lambda **message: found.append(message))
    return found


def test_most_new_phrasings_find_an_entry_on_their_subject(knowledge: None) -> None:
    hits = 0
    for question, subject in PARAPHRASES.items():
        best = retrieval.index().ask(question)[0]
        entry = KnowledgeEntry.objects.get(pk=best.entry_id)
        hits += subject in f"{entry.topic}{entry.question}{entry.answer}"
    assert hits >= len(PARAPHRASES) - 1


@pytest.mark.parametrize("question", OUTSIDE)
def test_what_is_not_the_unions_business_is_passed_on(knowledge: None, question: str) -> None:
    assert services.think(question).state == Turn.State.PASSED_ON


def test_every_entry_answers_its_own_question(knowledge: None) -> None:
    wrong = [
        entry.question
        for entry in KnowledgeEntry.objects.all()
        if retrieval.index().ask(entry.question)[0].entry_id != entry.pk
    ]
    assert not wrong


def test_an_answer_names_its_source_and_says_it_is_automatic(knowledge: None) -> None:
    reply = services.think(KnowledgeEntry.objects.all()[0].question)
    assert "来源：" in reply.text and "自动回答" in reply.text


def test_a_changed_entry_is_answered_with_at_once(knowledge: None) -> None:
    retrieval.index()
    KnowledgeEntry.objects.create(question="年会在哪里开", answer="在文化宫。")
    assert "文化宫" in services.think("年会在哪里开").text


def test_a_question_told_twice_makes_one_turn_and_one_reply(knowledge: None, sent: list[Any]) -> None:
    services.answer(asked("怎么入会"))
    services.answer(asked("怎么入会"))
    assert Turn.objects.count() == 1
    assert len(sent) == 1


def test_a_failed_send_is_tried_again_for_the_same_turn(
    knowledge: None, sent: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(**_: object) -> None:
        raise SendError("-1", "busy", permanent=False)

    monkeypatch.setattr(sending.wechat, "reply_text", fails)
    with pytest.raises(SendError):
        services.answer(asked("怎么入会"))
    monkeypatch.setattr(sending.wechat, "reply_text", lambda **message: sent.append(message))
    services.answer(asked("怎么入会"))
    assert Turn.objects.count() == len(sent) == 1


def test_in_a_group_the_reply_goes_back_to_the_group(knowledge: None, sent: list[dict[str, Any]]) -> None:
    services.answer(asked("@雲博士 工會 怎麼入會", channel="community", group="g1", event_id="community:e9"))
    assert sent[0]["group"] == "g1" and sent[0]["reply_to"] == "e9"


def test_numbers_of_a_person_are_never_kept(knowledge: None, sent: list[Any]) -> None:
    services.answer(asked("我身份证 130105199001011234 手机 13800001111 怎么入会"))
    assert "1990" not in Turn.objects.get().question and "1380" not in Turn.objects.get().question


def test_words_of_despair_get_the_hotline_and_an_urgent_person(knowledge: None) -> None:
    reply = services.think("我不想活了")
    assert "12356" in reply.text and reply.urgent and reply.state == Turn.State.PASSED_ON


def test_the_page_answers_without_javascript(client: Client, knowledge: None) -> None:
    page = client.post(
        "/assistant/", {"question": "老板拖欠工资怎么办", "once": "a"}, follow=True
    ).content.decode()
    assert "云博士答" in page and "来源" in page


def test_an_empty_question_keeps_the_page_and_says_so(client: Client) -> None:
    page = client.post("/assistant/", {"question": " "}).content.decode()
    assert "请写下您想问的事" in page


def test_the_assistant_answers_whatever_channels_receive() -> None:
    assert services.answer in base.TEXT_HANDLERS
    assert not ProcrastinateJob.objects.exists()


def test_workers_words_become_the_unions() -> None:
    assert "拖欠工资" in wording.asked("老板不给钱")


def test_two_entries_that_are_equally_likely_are_offered(knowledge: None) -> None:
    reply = services.think("怎么入会")
    assert reply.state == Turn.State.OFFERED
    assert len(reply.choices) >= 2
