"""The chat on the phone: works without JavaScript, belongs to who asked, opens its sources."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.test import Client

from eunion.assistant.factories import asked_turn
from eunion.assistant.models import HandOver, Turn
from eunion.assistant.services import documents, hand_overs
from eunion.registry.factories import UserFactory
from eunion.registry.roles import Role

pytestmark = pytest.mark.django_db


def ask(client: Client, question: str, once: str = "a") -> str:
    return client.post("/assistant/", {"question": question, "once": once}, follow=True).content.decode()


def test_the_page_answers_without_javascript_and_shows_the_source(client: Client, known: None) -> None:
    page = ask(client, "单位拖欠工资，应该怎么要回来？")
    assert "云博士答" in page
    assert "/assistant/law/?basis=" in page


def test_an_empty_question_keeps_the_page_and_says_so(client: Client) -> None:
    assert "请写下您想问的事" in client.post("/assistant/", {"question": " "}).content.decode()


def test_a_double_tap_asks_once(client: Client, known: None) -> None:
    ask(client, "怎么入会", "same")
    ask(client, "怎么入会", "same")
    assert Turn.objects.count() == 1


def test_suggestions_come_from_what_speaks(client: Client, known: None) -> None:
    page = client.get("/assistant/").content.decode()
    assert "大家常问" in page and "单位拖欠工资" in page


def test_thumbs_are_the_askers_own(client: Client, known: None) -> None:
    ask(client, "单位拖欠工资，应该怎么要回来？")
    turn = Turn.objects.get()
    assert Client().post(f"/assistant/{turn.pk}/rate/", {"value": "-1"}).status_code == 404
    client.post(f"/assistant/{turn.pk}/rate/", {"value": "1"})
    assert Turn.objects.get().thumb == 1


def test_an_answer_that_did_not_help_goes_to_a_person_and_the_reply_appears(
    client: Client, known: None
) -> None:
    ask(client, "单位拖欠工资，应该怎么要回来？")
    turn = Turn.objects.get()
    assert Client().post(f"/assistant/{turn.pk}/person/").status_code == 404
    for _ in range(2):
        client.post(f"/assistant/{turn.pk}/person/")
    assert HandOver.objects.get().turn == turn
    officer = UserFactory(role=Role.CASE_OFFICER)
    officer.is_superuser = True
    officer.save()
    hand_overs.reply_by_person(turn=turn, text="请带上工资条来三楼找我。", user=officer, keep=False)
    page = client.get("/assistant/").content.decode()
    assert "请带上工资条来三楼找我" in page and "工会工作人员回复" in page


def test_choices_stand_once_as_buttons_until_a_person_has_replied(client: Client) -> None:
    client.get("/assistant/")
    text = "您想问的是不是：\n1. 加班费怎么算？\n2. 产假有多少天？\n回复数字就行。"
    choices = ["加班费怎么算？", "产假有多少天？"]
    sender = client.session.session_key
    turn = asked_turn("加班", sender=sender, state=Turn.State.OFFERED, reply=text, choices=choices)
    page = client.get("/assistant/").content.decode()
    assert "您想问的是不是" in page and "回复数字" not in page and "1. 加班费" not in page
    Turn.objects.filter(pk=turn.pk).update(state=Turn.State.CLOSED, reply="请来窗口。")
    page = client.get("/assistant/").content.decode()
    assert "请来窗口。" in page and "产假有多少天" not in page


def test_who_signs_in_keeps_their_talk_on_every_device(known: None) -> None:
    user = UserFactory()
    one, two = Client(), Client()
    one.force_login(user)
    two.force_login(user)
    ask(one, "怎么入会")
    assert "怎么入会" in two.get("/assistant/").content.decode()


def test_the_law_page_shows_the_article_word_for_word_or_says_it_is_not_here(client: Client) -> None:
    documents.import_document(
        name="劳动法(2018-12-29).md", content="第四十四条 加班要付高于平时的报酬。\n".encode(), user=None
    )
    page = client.get(
        "/assistant/law/", {"basis": "《中华人民共和国劳动法》第四十四条、第四十五条；《某法》第一条"}
    ).content.decode()
    assert "高于平时的报酬" in page
    assert page.count("还没有收录") == 2
    assert client.get("/assistant/law/", {"basis": "<script>"}).status_code == 200


def test_a_new_question_costs_few_queries(
    client: Client, known: None, django_assert_max_num_queries: object
) -> None:
    ask(client, "怎么入会", "first")
    with django_assert_max_num_queries(45):  # type: ignore[operator]
        client.post("/assistant/", {"question": "产假有多少天？", "once": "second"})


def test_waiting_for_a_person_refreshes_the_talk_and_leaves_what_is_being_typed(
    client: Client, known: None
) -> None:
    client.post("/assistant/", {"question": "转人工找人帮我看看这个奇怪的问题", "once": "w1"})
    page = client.get("/assistant/").content.decode()
    polling = page[page.index('class="talk"') : page.index('class="talk"') + 400]
    assert 'hx-select=".talk"' in polling and 'hx-target="this"' in polling


def test_places_to_go_on_are_not_shown_as_sources(client: Client) -> None:
    client.get("/assistant/")
    sources = [
        {"label": "《工会法》第三条", "url": "/assistant/law/?basis=x", "date": ""},
        {"label": "会员卡", "url": "/me/card/", "date": ""},
    ]
    state = Turn.State.ANSWERED
    asked_turn("卡", sender=client.session.session_key, state=state, reply="在这里。", sources=sources)
    page = client.get("/assistant/").content.decode()
    under_sources = page.partition('aria-label="来源"')[2].partition("</ul>")[0]
    assert "工会法" in under_sources and "会员卡" not in under_sources
    assert 'href="/me/card/"' in page.partition('aria-label="接着可以看"')[2]


def test_addresses_in_a_reply_are_links_and_nothing_else_is(client: Client) -> None:
    client.get("/assistant/")
    reply = f"请点这里，私下接着问我：{settings.PUBLIC_URL}/assistant/。<b>https://a.example/x?y=1，好"
    asked_turn("链接", sender=client.session.session_key, state=Turn.State.ANSWERED, reply=reply)
    page = client.get("/assistant/").content.decode()
    assert f'<a href="/assistant/">{settings.PUBLIC_URL}/assistant/</a>。' in page
    assert '<a href="https://a.example/x?y=1" rel="noopener nofollow">' in page and "<b>" not in page


def test_a_text_too_long_to_be_read_whole_is_refused_and_kept(client: Client, known: None) -> None:
    text = "单位拖欠工资" * 60 + "末尾"
    page = client.post("/assistant/", {"question": text, "once": "l"}).content.decode()
    assert "您写了 362 字，一次最多 300 字" in page and text in page
    assert not Turn.objects.exists()


def test_a_flood_of_text_gets_a_page_in_words(client: Client) -> None:
    answer = client.post("/assistant/", {"question": "长" * 1_000_000})
    assert answer.status_code == 413
    assert "删短" in answer.content.decode()


def test_an_officers_reply_stands_after_what_was_promised(client: Client, known: None) -> None:
    ask(client, "西门子变频器报警代码 F0003 是什么意思")
    officer = UserFactory(role=Role.CASE_OFFICER)
    officer.is_superuser = True
    officer.save()
    hand_overs.reply_by_person(turn=Turn.objects.get(), text="请来窗口。", user=officer, keep=False)
    page = client.get("/assistant/").content.decode()
    assert page.index("已转给工会工作人员") < page.index("请来窗口。")
    assert 'class="a person"' in page


def test_while_the_library_is_read_the_page_says_so(client: Client, known: None) -> None:
    assert "知识库正在准备" in client.get("/assistant/").content.decode()
    assert "知识库正在准备" not in ask(client, "怎么入会")
