"""Entries, their approvals and their files, as staff handle them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from eunion.assistant import differences, selectors
from eunion.assistant.factories import speaking_entry, typed_entry
from eunion.assistant.models import Document, KnowledgeEntry
from eunion.assistant.services import knowledge
from eunion.registry.factories import UserFactory
from eunion.registry.models import Union, User

pytestmark = pytest.mark.django_db
LAW = "第一条 为了保护职工。\n\n第二条 本法适用于企业。\n"


# Entries.


def test_what_is_saved_waits_and_lists_are_typed_by_line(signed_in: Any, cast: dict[str, User]) -> None:
    client = signed_in("editor")
    assert client.post("/admin/knowledge/add/", typed_entry()).status_code == 302
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
    answer = signed_in("editor").post("/admin/knowledge/add/", typed_entry(**changes))
    assert answer.status_code == 200
    assert words in answer.content.decode() and "加班费怎么算" in answer.content.decode()
    assert not KnowledgeEntry.objects.exists()


def test_a_change_is_a_version_of_its_own_even_for_who_asks_to_overwrite(
    signed_in: Any, cast: dict[str, User]
) -> None:
    client = signed_in("editor")
    client.post("/admin/knowledge/add/", typed_entry())
    entry = KnowledgeEntry.objects.get()
    knowledge.approve(entry=entry, user=cast["reviewer"])
    read = entry.latest_revision_id
    client.post(
        f"/admin/knowledge/edit/{entry.pk}/",
        typed_entry(answer="全都不给。", overwrite_revision_id=str(read)),
    )
    entry.refresh_from_db()
    assert entry.latest_revision_id != read
    assert not knowledge.approve(entry=entry, user=cast["case_officer"])


def test_nobody_publishes_past_the_approvals(signed_in: Any, root: Union, cast: dict[str, User]) -> None:
    cast["chief"] = UserFactory(is_superuser=True)
    for name in ("editor", "chief"):
        client = signed_in(name)
        client.post("/admin/knowledge/add/", typed_entry(**{"action-publish": "1"}))
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


@pytest.mark.parametrize(
    ("old", "new", "kinds"),
    [
        ("满一年五天。", "满一年十天。", ["same", "gone", "new", "same"]),
        ("甲句\n乙句", "甲句\n丙句", ["same", "gone", "new"]),
        ("完全是另外一回事", "打开手机就能办", ["gone", "new"]),
        ("没有变", "没有变", ["same"]),
    ],
)
def test_a_difference_is_shown_by_line_by_character_or_as_written_anew(
    old: str, new: str, kinds: list[str]
) -> None:
    before, after = KnowledgeEntry(question="问", answer=old), KnowledgeEntry(question="问", answer=new)
    answer = next(one for one in differences.between(before, after) if one.label == "回答")
    assert [kind for kind, _ in answer.pieces] == kinds


def test_every_version_stands_in_the_history_and_can_be_compared(signed_in: Any) -> None:
    entry = speaking_entry()
    first = entry.latest_revision_id
    knowledge.write(user=None, key=entry.key, question=entry.question, answer="改了。")
    entry.refresh_from_db()
    client = signed_in("editor")
    page = client.get(f"/admin/knowledge/history/{entry.pk}/").content.decode()
    way = f"/admin/knowledge/history/{entry.pk}/revisions/compare/{first}...{entry.latest_revision_id}/"
    assert "revisions/compare/" in page
    assert client.get(way).status_code == 200


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
