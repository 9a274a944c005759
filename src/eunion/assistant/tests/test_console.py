"""The staff screens: who gets in, what they cost, and what they do."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from python_calamine import CalamineWorkbook

from eunion.assistant import selectors, weeks
from eunion.assistant.factories import asked_turn, reviewers, speaking_entry
from eunion.assistant.models import Document, Evaluation, Gap, HandOver, KnowledgeEntry, TrendAlert, Turn
from eunion.assistant.services import documents, gaps, hand_overs, knowledge
from eunion.channels.base import SendError
from eunion.registry.factories import GridFactory, UserFactory, make_union
from eunion.registry.models import Union, User
from eunion.registry.roles import Role

pytestmark = pytest.mark.django_db
LAW = "第一条 为了保护职工。\n\n第二条 本法适用于企业。\n"


@pytest.fixture(autouse=True)
def second_factor(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("allauth.mfa.adapter.DefaultMFAAdapter.is_mfa_enabled", lambda *_: True)


@pytest.fixture
def root() -> Union:
    return make_union("总工会")


@pytest.fixture
def mine(root: Union) -> Union:
    return make_union("甲厂工会", root)


@pytest.fixture
def cast(root: Union, mine: Union) -> dict[str, User]:
    """Everyone who might knock, by a short name."""
    return {
        "editor": UserFactory(role=Role.EDITOR, scope=root),
        "reviewer": UserFactory(role=Role.REVIEWER_1, scope=root),
        "case_officer": UserFactory(role=Role.CASE_OFFICER, scope=root),
        "officer": UserFactory(role=Role.GRASSROOTS_OFFICER, scope=mine),
        "other": UserFactory(role=Role.GRASSROOTS_OFFICER, scope=make_union("乙厂工会", root)),
        "grid_worker": UserFactory(role=Role.GRID_WORKER, grids=[GridFactory()]),
        "worker": UserFactory(),
    }


@pytest.fixture
def signed_in(client: Client, cast: dict[str, User]) -> Any:
    """Sign one of the cast in."""

    def sign_in(name: str) -> Client:
        client.force_login(cast[name])
        return client

    return sign_in


@pytest.fixture
def things(mine: Union) -> dict[str, int]:
    """Return one row of everything, in the scope of 甲厂工会 where it has one."""
    entry = speaking_entry(union=mine, question="甲厂食堂几点开门？", answer="十一点半。")
    waiting, _ = knowledge.write(user=None, question="春游哪天？", answer="四月十日。")
    document, _ = documents.import_document(name="某法(2020-01-01).md", content=LAW.encode(), user=None)
    turn = asked_turn(union=mine)
    hand_overs.open_hand_over(turn, at=timezone.now())
    gap = Gap.objects.create(week=weeks.monday(), sample="停车场几点关门", turn_count=1, asker_count=1)
    Turn.objects.filter(pk=turn.pk).update(gap=gap)
    alert = TrendAlert.objects.create(week=weeks.monday(), topic="工资", turn_count=6, before=2)
    Evaluation.objects.create(
        name="职工问法", figures={"right_first": 0.9, "count": 10, "wrong_answer": 0.02}
    )
    return {
        "entry": entry.pk,
        "waiting": waiting.pk,
        "document": document.pk,
        "turn": turn.pk,
        "gap": gap.pk,
        "alert": alert.pk,
    }


STAFF = ("editor", "reviewer", "case_officer")
REPLIERS = ("editor", "case_officer", "officer")
# Address, who gets in; everybody else is refused or told that there is nothing.
PAGES = (
    ("/admin/knowledge/", STAFF),
    ("/admin/knowledge/add/", ("editor", "case_officer")),
    ("/admin/knowledge/edit/{entry}/", ("editor", "case_officer")),
    ("/admin/knowledge/inspect/{entry}/", STAFF),
    ("/admin/knowledge/history/{entry}/", ("editor", "case_officer")),
    ("/admin/knowledge/delete/{entry}/", ("editor", "case_officer")),
    ("/admin/knowledge-reviews/", ("reviewer", "case_officer")),
    ("/admin/knowledge-import/", ("editor", "case_officer")),
    ("/admin/knowledge-export/xlsx/", STAFF),
    ("/admin/knowledge-export/json/", STAFF),
    ("/admin/laws/", ("editor",)),
    ("/admin/laws/{document}/", ("editor",)),
    ("/admin/questions/", (*REPLIERS, "other")),
    ("/admin/questions/{turn}/", REPLIERS),
    ("/admin/try/", STAFF),
    ("/admin/try/?q=春游哪天", STAFF),
    ("/admin/talks/", (*REPLIERS, "other")),
    ("/admin/talks/export/", (*REPLIERS, "other")),
    ("/admin/talks/{turn}/", REPLIERS),
    ("/admin/gaps/", STAFF),
    ("/admin/gaps/export/", STAFF),
    ("/admin/alerts/", STAFF),
    ("/admin/hit-rates/", STAFF),
    ("/admin/hit-rates/export/", STAFF),
    ("/admin/evaluations/", STAFF),
)


@pytest.mark.parametrize(("address", "welcome"), PAGES)
def test_each_screen_lets_in_its_people_and_nobody_else(
    client: Client, cast: dict[str, User], things: dict[str, int], address: str, welcome: tuple[str, ...]
) -> None:
    assert client.get(address.format(**things)).status_code == 302
    for name, user in cast.items():
        client.force_login(user)
        answer = client.get(address.format(**things))
        if name in welcome:
            assert answer.status_code == 200, name
        else:
            assert answer.status_code in (302, 403, 404), name
            assert answer.status_code != 302 or answer["Location"].startswith(("/admin/", "/accounts/")), name


CHANGES = (
    ("/admin/knowledge-withdraw/{entry}/", ("editor", "case_officer")),
    ("/admin/knowledge-reviews/{waiting}/return/", ("reviewer", "case_officer")),
    ("/admin/knowledge-reviews/approve/", ("reviewer", "case_officer")),
    ("/admin/knowledge-reviews/confirm/", ("reviewer", "case_officer")),
    ("/admin/laws/{document}/withdraw/", ("editor",)),
    ("/admin/laws/{document}/restore/", ("editor",)),
    ("/admin/gaps/{gap}/ignore/", ("editor", "case_officer")),
    ("/admin/gaps/{gap}/reopen/", ("editor", "case_officer")),
    ("/admin/alerts/{alert}/seen/", ("editor", "case_officer")),
)


@pytest.mark.parametrize(("address", "welcome"), CHANGES)
def test_each_change_asks_for_its_right_and_for_post(
    client: Client, cast: dict[str, User], things: dict[str, int], address: str, welcome: tuple[str, ...]
) -> None:
    address = address.format(**things)
    before = _state()
    for name, user in cast.items():
        if name not in welcome:
            client.force_login(user)
            client.post(address, {"note": "不行", "version": f"{things['waiting']}:1"})
            assert _state() == before, name
    client.force_login(cast[welcome[0]])
    assert client.get(address).status_code == 405


def _state() -> list[Any]:
    return [
        list(model.objects.order_by("pk").values_list(*fields))
        for model, fields in (
            (KnowledgeEntry, ("pk", "live", "latest_revision")),
            (Document, ("pk", "live")),
            (Gap, ("pk", "state")),
            (TrendAlert, ("pk", "seen_at")),
        )
    ] + [selectors.returns().count()]


def test_an_entry_of_another_union_is_not_there(signed_in: Any, cast: dict[str, User], root: Union) -> None:
    theirs = speaking_entry(union=Union.objects.get(name="乙厂工会"), question="乙厂的事？")
    clerk = UserFactory(role=Role.EDITOR, scope=Union.objects.get(name="甲厂工会"))
    cast["clerk"] = clerk
    client = signed_in("clerk")
    assert "乙厂的事" not in client.get("/admin/knowledge/").content.decode()
    assert "乙厂的事" not in client.get("/admin/knowledge-export/json/").content.decode()
    for verb in ("edit", "inspect", "history", "delete", "usage"):
        assert client.get(f"/admin/knowledge/{verb}/{theirs.pk}/").status_code == 404, verb
    assert client.post(f"/admin/knowledge-withdraw/{theirs.pk}/").status_code == 404


# What the lists cost.


def many(root: Union, number: int) -> None:
    for place in range(number):
        entry = speaking_entry(question=f"问题{place}？", topic=f"题{place % 3}", by=reviewers())
        knowledge.write(user=None, key=entry.key, question=f"问题{place}？", answer="改了。")
        grid = GridFactory(subdistrict=root)
        turn = asked_turn(f"第{place}问", grid=grid, entry=entry, thumb=-1, topic="工资")
        hand_overs.open_hand_over(turn, at=timezone.now())
        TrendAlert.objects.create(week=weeks.monday(), topic=f"题{place}", grid=grid, turn_count=6, before=1)
        documents.import_document(name=f"法{place}.md", content=LAW.encode(), user=None)


@pytest.mark.parametrize(
    ("name", "most"),
    [
        ("knowledge", 45),
        ("knowledge-reviews", 45),
        ("laws", 32),
        ("questions", 36),
        ("talks", 36),
        ("alerts", 32),
        ("hit-rates", 32),
        ("evaluations", 30),
    ],
)
def test_a_list_costs_the_same_for_many_as_for_few(
    client: Client, root: Union, django_assert_max_num_queries: Any, name: str, most: int
) -> None:
    user = UserFactory(role=Role.ADMINISTRATOR, scope=root)
    client.force_login(user)
    many(root, 15)
    client.get(f"/admin/{name}/")
    with django_assert_max_num_queries(most):
        assert client.get(f"/admin/{name}/").status_code == 200


# Entries.


def form(**changes: Any) -> dict[str, Any]:
    return {
        "question": "加班费怎么算？",
        "alternatives": "加班给几倍\n周末加班多少钱",
        "answer": "平日一倍半。",
        "topic": "工资",
        "links": "办事指南 /guides/",
        "legal_basis": "",
        "source": "",
        "source_date": "",
        "valid_from": "",
        "valid_until": "",
        "union": "",
        "owner": "",
        **changes,
    }


def test_what_is_saved_waits_and_lists_are_typed_by_line(signed_in: Any, cast: dict[str, User]) -> None:
    client = signed_in("editor")
    assert client.post("/admin/knowledge/add/", form()).status_code == 302
    entry = KnowledgeEntry.objects.get()
    assert not entry.live
    assert entry.alternatives == ["加班给几倍", "周末加班多少钱"]
    assert entry.links == [{"label": "办事指南", "url": "/guides/"}]
    assert entry.latest_revision.user == cast["editor"]
    page = client.get("/admin/knowledge/").content.decode()
    assert "待审 0/2" in page


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"answer": ""}, "answer"),
        ({"links": "坏链接 javascript:1"}, "https://"),
        ({"alternatives": "长" * 121}, "太长"),
    ],
)
def test_an_unfinished_entry_is_not_saved_and_nothing_typed_is_lost(
    signed_in: Any, changes: dict[str, str], words: str
) -> None:
    answer = signed_in("editor").post("/admin/knowledge/add/", form(**changes))
    assert answer.status_code == 200
    assert words in answer.content.decode() and "加班费怎么算" in answer.content.decode()
    assert not KnowledgeEntry.objects.exists()


def test_a_change_is_a_version_of_its_own_even_for_who_asks_to_overwrite(
    signed_in: Any, cast: dict[str, User]
) -> None:
    client = signed_in("editor")
    client.post("/admin/knowledge/add/", form())
    entry = KnowledgeEntry.objects.get()
    knowledge.approve(entry=entry, user=cast["reviewer"])
    read = entry.latest_revision_id
    client.post(
        f"/admin/knowledge/edit/{entry.pk}/", form(answer="全都不给。", overwrite_revision_id=str(read))
    )
    entry.refresh_from_db()
    assert entry.latest_revision_id != read
    assert not knowledge.approve(entry=entry, user=cast["case_officer"])


def test_nobody_publishes_past_the_approvals(signed_in: Any, root: Union, cast: dict[str, User]) -> None:
    cast["chief"] = UserFactory(is_superuser=True)
    for name in ("editor", "chief"):
        client = signed_in(name)
        client.post("/admin/knowledge/add/", form(**{"action-publish": "1"}))
    assert not KnowledgeEntry.objects.filter(live=True).exists()


def test_a_withdrawn_entry_falls_silent_and_says_so(signed_in: Any) -> None:
    entry = speaking_entry()
    client = signed_in("editor")
    client.post(f"/admin/knowledge-withdraw/{entry.pk}/")
    entry.refresh_from_db()
    assert not entry.live
    assert "停用" in client.get(f"/admin/knowledge/edit/{entry.pk}/").content.decode()
    assert entry in selectors.with_states(KnowledgeEntry.objects.all()).filter(stage="withdrawn")


def test_the_list_is_searched_and_filtered(signed_in: Any) -> None:
    speaking_entry(question="怎么入会？", topic="入会")
    knowledge.write(user=None, question="年假几天？", answer="五天。", topic="休假")
    client = signed_in("editor")
    for query, there, not_there in (
        ({"q": "年假"}, "年假几天", "怎么入会"),
        ({"topic": "入会"}, "怎么入会", "年假几天"),
        ({"stage": "live"}, "怎么入会", "年假几天"),
        ({"stage": "waiting"}, "年假几天", "怎么入会"),
    ):
        page = client.get("/admin/knowledge/", query).content.decode()
        assert there in page and not_there not in page, query


# Reviews.


def test_the_review_shows_what_changes_against_what_speaks_now(signed_in: Any) -> None:
    entry = speaking_entry(question="年假几天？", answer="满一年五天。")
    knowledge.write(user=None, key=entry.key, question="年假几天？", answer="满一年十天。")
    page = signed_in("reviewer").get("/admin/knowledge-reviews/").content.decode()
    assert "<del>五</del>" in page and "<ins>十</ins>" in page


def test_many_are_approved_at_once_after_a_count_was_shown(signed_in: Any, cast: dict[str, User]) -> None:
    for number in range(30):
        knowledge.write(user=None, question=f"问题{number}？", answer="答。")
    knowledge.write(user=cast["case_officer"], question="自己写的？", answer="答。")
    for entry in KnowledgeEntry.objects.order_by("id")[:2]:
        knowledge.approve(entry=entry, user=cast["reviewer"])
    client = signed_in("case_officer")
    page = client.post("/admin/knowledge-reviews/confirm/", {"all": "1"}).content.decode()
    assert "<b>30</b>" in page and "<b>2</b>" in page
    versions = [f"{one.pk}:{one.latest_revision_id}" for one in KnowledgeEntry.objects.all()]
    answer = client.post(
        "/admin/knowledge-reviews/approve/", {"version": versions}, headers={"accept": "application/json"}
    )
    found = answer.json()
    assert (found["approved"], found["speaking"]) == (30, 2)
    assert [one["title"] for one in found["refused"]] == ["自己写的？"]
    assert KnowledgeEntry.objects.filter(live=True).count() == 2


def test_bulk_approval_keeps_to_the_version_that_was_read(signed_in: Any, cast: dict[str, User]) -> None:
    entry, _ = knowledge.write(user=None, question="问？", answer="答。")
    read = f"{entry.pk}:{entry.latest_revision_id}"
    knowledge.write(user=None, key=entry.key, question="问？", answer="改了。")
    page = signed_in("reviewer").post("/admin/knowledge-reviews/approve/", {"version": [read]}, follow=True)
    assert "刚被改过" in page.content.decode()
    assert not entry.approvals.exists()


def test_what_is_sent_back_leaves_the_list_until_it_is_written_anew(
    signed_in: Any, cast: dict[str, User]
) -> None:
    entry, _ = knowledge.write(user=cast["editor"], question="问？", answer="答。")
    knowledge.approve(entry=entry, user=cast["reviewer"])
    client = signed_in("case_officer")
    data = {"note": "请补上依据", "revision": entry.latest_revision_id}
    client.post(f"/admin/knowledge-reviews/{entry.pk}/return/", data)
    assert not entry.approvals.exists()
    assert not selectors.waiting_entries(cast["case_officer"]).exists()
    assert "请补上依据" in client.get(f"/admin/knowledge/edit/{entry.pk}/").content.decode()
    knowledge.write(user=cast["editor"], key=entry.key, question="问？", answer="答，依据在此。")
    assert selectors.waiting_entries(cast["case_officer"]).count() == 1


# Files.


def test_an_import_is_looked_at_before_it_is_taken_in(signed_in: Any) -> None:
    same = speaking_entry(question="怎么入会？", answer="打开“我的”。")
    client = signed_in("editor")
    rows = [
        {"question": "怎么入会？", "answer": same.answer},
        {"question": "年假几天？", "answer": "满一年五天。", "valid_from": "2026-01-01"},
    ]
    file = SimpleUploadedFile("知识.json", json.dumps(rows).encode())
    page = client.post("/admin/knowledge-import/", {"file": file, "do": "look"})
    looked = page.context["looked"]
    assert (looked.added, looked.changed, looked.same) == (1, 0, 1)
    assert KnowledgeEntry.objects.count() == 1
    client.post("/admin/knowledge-import/", {"do": "import", "held": page.context["held"]})
    entry = KnowledgeEntry.objects.get(question="年假几天？")
    assert not entry.live and str(entry.valid_from) == "2026-01-01"


def test_a_bad_import_says_which_row_and_a_forged_one_is_refused(
    signed_in: Any, cast: dict[str, User]
) -> None:
    client = signed_in("editor")
    file = SimpleUploadedFile("知识.json", json.dumps([{"question": "只有问"}]).encode())
    page = client.post("/admin/knowledge-import/", {"file": file, "do": "look"}).content.decode()
    assert "第 1 条" in page
    assert (
        "重新选文件"
        in client.post("/admin/knowledge-import/", {"do": "import", "held": "x"}).content.decode()
    )
    assert "请先选文件" in client.post("/admin/knowledge-import/", {"do": "look"}).content.decode()


def test_several_laws_come_in_at_once_and_a_bad_one_stops_no_other(signed_in: Any) -> None:
    client = signed_in("editor")
    files = [
        SimpleUploadedFile("某法(2020-01-01).md", LAW.encode()),
        SimpleUploadedFile("坏.docx", b"PK nothing"),
        SimpleUploadedFile("某法(2018-01-01).txt", LAW.encode()),
    ]
    page = client.post("/admin/laws/", {"files": files}).content.decode()
    assert "没有导入" in page and "不引用这一版" in page
    newest, older = Document.objects.order_by("-effective_on")
    assert newest.live and not older.live
    client.post(f"/admin/laws/{newest.pk}/withdraw/")
    assert not Document.objects.filter(live=True).exists()
    client.post(f"/admin/laws/{newest.pk}/restore/")
    assert Document.objects.get(live=True) == newest
    assert client.post(f"/admin/laws/{older.pk}/restore/").status_code == 409
    page = client.get(f"/admin/laws/{newest.pk}/", {"q": "第二条"}).content.decode()
    assert "适用于企业" in page and "保护职工" not in page


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
    client.post(f"/admin/knowledge/add/?gap={things['gap']}", form(question="停车场几点关门？"))
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


def test_an_explanation_shows_the_parts_of_every_score(signed_in: Any) -> None:
    speaking_entry(question="加班费怎么算？", answer="平日一倍半。")
    page = signed_in("editor").get("/admin/try/", {"q": "加班费怎么算"}).content.decode()
    assert "平日一倍半" in page and "词语" in page and "字对" in page
    assert not Turn.objects.exists()
