"""Questions that wait, conversations and what they teach, as staff see them."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.utils import timezone
from python_calamine import CalamineWorkbook

from eunion.assistant import retrieval
from eunion.assistant.factories import asked_turn, speaking_entry, typed_entry
from eunion.assistant.models import Gap, HandOver, TrendAlert, Turn
from eunion.assistant.services import gaps, hand_overs
from eunion.channels.base import SendError
from eunion.registry.factories import GridFactory
from eunion.registry.models import Union, User

pytestmark = pytest.mark.django_db


# Questions that wait.


def test_a_reply_is_sent_and_made_into_an_entry(signed_in: Any, mine: Union) -> None:
    turn = asked_turn("请问停车场几点关门 13800001111", union=mine)
    hand_overs.open_hand_over(turn, at=timezone.now())
    client = signed_in("case_officer")
    client.post(f"/admin/questions/{turn.pk}/", {"do": "reply", "text": "晚上十点。"})
    turn.refresh_from_db()
    assert (turn.state, turn.reply) == (Turn.State.CLOSED, "晚上十点。")
    page = client.get("/admin/knowledge/add/", {"turn": turn.pk}).content.decode()
    assert "晚上十点" in page and "停车场几点关门" in page and "1380000" not in page


def test_the_second_of_two_is_told_and_keeps_their_words(signed_in: Any, cast: dict[str, User]) -> None:
    turn = asked_turn()
    hand_overs.reply_by_person(turn=turn, text="十点。", user=cast["editor"], keep=False)
    answer = signed_in("case_officer").post(f"/admin/questions/{turn.pk}/", {"do": "reply", "text": "九点。"})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert str(cast["editor"]) in page and "已回复" in page and "九点。" in page


def test_the_queue_shows_urgent_first_and_marks_what_is_late(signed_in: Any, cast: dict[str, User]) -> None:
    late = hand_overs.open_hand_over(asked_turn("迟到的问题"), at=timezone.now())
    HandOver.objects.filter(pk=late.pk).update(due_at=timezone.now() - timezone.timedelta(hours=3))
    hand_overs.open_hand_over(asked_turn("紧急的问题", urgent=True), at=timezone.now())
    hand_overs.open_hand_over(asked_turn("普通的问题"), at=timezone.now())
    page = signed_in("editor").get("/admin/questions/", {"view": "all"}).content.decode()
    assert page.index("紧急的问题") < page.index("迟到的问题") < page.index("普通的问题")
    assert "逾期 3" in page
    page = signed_in("editor").get("/admin/questions/", {"view": "all", "q": "普通"}).content.decode()
    assert "普通的问题" in page and "紧急的问题" not in page


def test_a_question_is_assigned_from_its_screen(signed_in: Any, cast: dict[str, User]) -> None:
    turn = asked_turn()
    client = signed_in("editor")
    client.post(f"/admin/questions/{turn.pk}/", {"do": "assign", "to": cast["case_officer"].pk})
    assert HandOver.objects.get().owner == cast["case_officer"]
    page = client.post(f"/admin/questions/{turn.pk}/", {"do": "assign", "to": cast["other"].pk})
    assert "管理范围" in page.content.decode()


def test_who_takes_what_a_colleague_has_just_taken_is_told_who(signed_in: Any, cast: dict[str, User]) -> None:
    turn = asked_turn()
    hand_over = hand_overs.open_hand_over(turn, at=timezone.now())
    HandOver.objects.update(owner=None)
    client = signed_in("editor")
    assert "我来回复" in client.get(f"/admin/questions/{turn.pk}/").content.decode()
    hand_over.owner = None
    hand_overs.assign(hand_over=hand_over, to=cast["case_officer"], user=cast["case_officer"])
    mine = {"do": "assign", "owner": "", "to": cast["editor"].pk}
    page = client.post(f"/admin/questions/{turn.pk}/", mine)
    assert f"刚刚由{cast['case_officer']}接手了" in page.content.decode()
    assert HandOver.objects.get().owner == cast["case_officer"]


def test_what_the_channel_does_not_take_stays_in_the_form(
    signed_in: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise SendError("45015", "busy", permanent=False)

    monkeypatch.setattr(hand_overs.sending, "send", fails)
    turn = asked_turn(channel="wechat")
    answer = signed_in("editor").post(f"/admin/questions/{turn.pk}/", {"do": "reply", "text": "晚上十点。"})
    assert answer.status_code == 409
    assert "45015" in answer.content.decode() and "晚上十点。" in answer.content.decode()


# Conversations.


def test_conversations_are_filtered_masked_and_exported(signed_in: Any, root: Union) -> None:
    grid = GridFactory(code="0412", subdistrict=root)
    asked_turn("我叫王小明，工资没发", sender="me", topic="工资", grid=grid, thumb=-1, urgent=True)
    asked_turn("怎么入会", sender="me", state=Turn.State.ANSWERED, channel="wechat")
    client = signed_in("editor")
    page = client.get("/admin/talks/").content.decode()
    assert "工资没发" in page and "怎么入会" in page and "王小明" not in page
    for query in (
        {"channel": "portal"},
        {"state": "passed_on"},
        {"topic": "工资"},
        {"grid": "0412"},
        {"thumb": "-1"},
        {"urgent": "1"},
        {"q": "工资"},
        {"since": f"{timezone.localdate()}", "thumb": "-1"},
    ):
        page = client.get("/admin/talks/", query).content.decode()
        assert "工资没发" in page and "怎么入会" not in page, query
    assert "没有符合条件" in client.get("/admin/talks/", {"until": "2020-01-01"}).content.decode()
    sheet = client.get("/admin/talks/export/", {"topic": "工资"}).content
    rows = CalamineWorkbook.from_filelike(io.BytesIO(sheet)).get_sheet_by_index(0).to_python()
    assert len(rows) == 2 and "王小明" not in str(rows)


def test_a_conversation_keeps_to_one_asker_in_one_place(signed_in: Any) -> None:
    turn = asked_turn("第一句", sender="me")
    asked_turn("第二句", sender="me")
    asked_turn("群里的话", sender="me", group="g1")
    asked_turn("别人的话", sender="you")
    page = signed_in("editor").get(f"/admin/talks/{turn.pk}/").content.decode()
    assert page.index("第一句") < page.index("第二句")
    assert "群里的话" not in page and "别人的话" not in page


# What is learned.


def test_an_entry_written_for_a_gap_closes_it(signed_in: Any, things: dict[str, int]) -> None:
    client = signed_in("editor")
    page = client.get("/admin/knowledge/add/", {"gap": things["gap"]}).content.decode()
    assert "停车场几点关门" in page
    client.post(f"/admin/knowledge/add/?gap={things['gap']}", typed_entry(question="停车场几点关门？"))
    gap = Gap.objects.get()
    assert (gap.state, gap.entry.question) == (Gap.State.WRITTEN, "停车场几点关门？")
    client.post(f"/admin/gaps/{gap.pk}/reopen/")
    client.post(f"/admin/gaps/{gap.pk}/ignore/")
    gap.refresh_from_db()
    assert gap.state == Gap.State.IGNORED
    assert list(gaps.to_write()) == []


def test_the_home_panel_counts_what_needs_someone(signed_in: Any, things: dict[str, int]) -> None:
    HandOver.objects.update(due_at=timezone.now() - timezone.timedelta(hours=3))
    page = signed_in("case_officer").get("/admin/").content.decode()
    assert "云博士" in page and "逾期 1" in page and "话题预警" in page
    assert "话题预警" not in signed_in("officer").get("/admin/").content.decode()


def test_an_alert_is_marked_as_seen(signed_in: Any, things: dict[str, int], cast: dict[str, User]) -> None:
    signed_in("editor").post(f"/admin/alerts/{things['alert']}/seen/")
    assert TrendAlert.objects.get().seen_by == cast["editor"]


def test_a_question_is_looked_up_once_and_its_hits_stand_by_score(
    signed_in: Any, known: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[str] = []
    search = retrieval.search
    monkeypatch.setattr(
        retrieval,
        "search",
        lambda question, *rest, **more: looked.append(question) or search(question, *rest, **more),
    )
    page = signed_in("editor").get("/admin/try/", {"q": "周末加班老板不给加班工资"})
    scores = [hit.score for hit in page.context["told"].hits]
    assert len(looked) == 1 and len(scores) > 3
    assert scores == sorted(scores, reverse=True)
    assert any(part.value < 0 for hit in page.context["told"].hits for part in hit.parts)
    assert 'width="-' not in page.content.decode()
    widths = [part.width for hit in page.context["told"].hits for part in hit.parts]
    assert max(widths) == 1 and min(widths) >= 0


def test_an_explanation_shows_the_parts_of_every_score(signed_in: Any) -> None:
    speaking_entry(question="加班费怎么算？", answer="平日一倍半。")
    page = signed_in("editor").get("/admin/try/", {"q": "加班费怎么算"}).content.decode()
    assert "平日一倍半" in page and "词语" in page and "用词重合" in page
    assert not Turn.objects.exists()
