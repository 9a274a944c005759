"""Entries speak once two people have let them pass, and what was let pass is what speaks."""

from __future__ import annotations

import datetime
import io
import json

import pytest
import xlsxwriter
from django.db import IntegrityError, transaction

from eunion.assistant import entry_files
from eunion.assistant.errors import AlreadyApproved, ApprovalsMissing, BadFile, OwnWords
from eunion.assistant.factories import reviewers, speaking_entry, user_who_may
from eunion.assistant.models import KnowledgeEntry
from eunion.assistant.services import imports, knowledge
from eunion.kernel.errors import Conflict, NotAllowed

pytestmark = pytest.mark.django_db


def waiting_entry() -> KnowledgeEntry:
    entry, _ = knowledge.write(
        user=None, question="加班费怎么算？", answer="平日一倍半，休息日两倍，法定假日三倍。"
    )
    return entry


def speaking() -> list[str]:
    return [entry.answer for entry in KnowledgeEntry.objects.speaking(datetime.date.today())]


def test_an_entry_is_silent_until_two_people_let_it_pass() -> None:
    entry, (one, two) = waiting_entry(), reviewers()
    assert not knowledge.approve(entry=entry, user=one)
    assert speaking() == []
    assert knowledge.approve(entry=entry, user=two)
    assert speaking() == [entry.answer]


def test_nobody_approves_twice_or_their_own_words() -> None:
    author = user_who_may("add_knowledgeentry", "approve_knowledgeentry")
    entry, _ = knowledge.write(user=author, question="怎么入会？", answer="打开“我的”就能申请。")
    with pytest.raises(OwnWords):
        knowledge.approve(entry=entry, user=author)
    one, _ = reviewers()
    knowledge.approve(entry=entry, user=one)
    with pytest.raises(AlreadyApproved):
        knowledge.approve(entry=entry, user=one)


def test_words_that_a_colleague_saved_again_are_still_their_writers() -> None:
    writer, saver, other = (user_who_may("add_knowledgeentry", "approve_knowledgeentry") for _ in range(3))
    entry, _ = knowledge.write(user=writer, question="几点开门？", answer="九点。")
    entry.get_latest_revision_as_object().save_revision(user=saver)
    entry.refresh_from_db()
    for user in (writer, saver):
        with pytest.raises(OwnWords):
            knowledge.approve(entry=entry, user=user)
    assert not knowledge.approve(entry=entry, user=other)
    knowledge.write(user=saver, key=entry.key, question="几点开门？", answer="十点。")
    assert not knowledge.approve(entry=entry, user=writer)


def test_no_door_leads_past_the_approvals() -> None:
    entry, (one, _) = waiting_entry(), reviewers()
    knowledge.approve(entry=entry, user=one)
    with pytest.raises(ApprovalsMissing):
        entry.publish(entry.latest_revision, user=one)
    with pytest.raises(IntegrityError), transaction.atomic():
        KnowledgeEntry.objects.filter(pk=entry.pk).update(live=True)


def test_a_change_is_silent_until_it_is_let_pass_and_the_old_words_stay() -> None:
    entry = speaking_entry(key="dues", question="会费交多少？", answer="每月按工资的千分之五交纳会费。")
    changed, was_changed = knowledge.write(
        user=None, key="dues", question="会费交多少？", answer="会费标准以上级工会的规定为准。"
    )
    assert was_changed
    assert speaking() == [entry.answer]
    for user in reviewers():
        knowledge.approve(entry=changed, user=user)
    assert speaking() == ["会费标准以上级工会的规定为准。"]


def test_approval_is_for_the_version_that_was_read() -> None:
    entry, (one, two) = waiting_entry(), reviewers()
    read = entry.latest_revision_id
    knowledge.approve(entry=entry, user=one)
    knowledge.write(user=None, key=entry.key, question=entry.question, answer="改了。另写一段。")
    with pytest.raises(Conflict):
        knowledge.approve(entry=entry, user=two, revision_id=read)
    assert not knowledge.approve(entry=entry, user=two)
    assert speaking() == []


def test_the_same_words_again_change_nothing() -> None:
    entry = waiting_entry()
    _, changed = knowledge.write(user=None, key=entry.key, question=entry.question, answer=entry.answer)
    assert not changed
    assert entry.revisions.count() == 1


def test_a_withdrawn_entry_needs_two_new_approvals() -> None:
    users = reviewers()
    entry = speaking_entry(by=users)
    knowledge.withdraw(entry=entry, user=user_who_may("change_knowledgeentry"))
    assert speaking() == []
    assert not knowledge.approve(entry=entry, user=users[0])
    assert knowledge.approve(entry=entry, user=users[1])


def test_an_entry_speaks_only_while_it_is_valid() -> None:
    today = datetime.date.today()
    speaking_entry(
        question="去年的标准是多少？", answer="三百元。", valid_until=today - datetime.timedelta(days=1)
    )
    speaking_entry(
        question="明年的标准是多少？", answer="五百元。", valid_from=today + datetime.timedelta(days=1)
    )
    speaking_entry(question="今年的标准是多少？", answer="四百元。", valid_from=today, valid_until=today)
    assert speaking() == ["四百元。"]


def test_who_may_not_write_or_approve_is_refused() -> None:
    outsider = user_who_may()
    with pytest.raises(NotAllowed):
        knowledge.write(user=outsider, question="问？", answer="答。")
    with pytest.raises(NotAllowed):
        knowledge.approve(entry=waiting_entry(), user=outsider)
    with pytest.raises(NotAllowed):
        knowledge.withdraw(entry=speaking_entry(), user=outsider)
    with pytest.raises(NotAllowed):
        imports.import_file(name="a.json", content=b"[]", user=outsider)
    with pytest.raises(NotAllowed):
        imports.export_entries(user=outsider, kind="json")


@pytest.mark.parametrize("kind", ["xlsx", "json"])
def test_what_is_exported_comes_back_as_it_was(kind: str) -> None:
    speaking_entry(
        key="overtime",
        question="加班费怎么算？",
        alternatives=["加班给几倍", "=1+1 周末加班给多少"],
        answer="平日一倍半。\n休息日两倍。",
        legal_basis="《劳动法》第四十四条",
        source_date=datetime.date(2018, 12, 29),
        links=[{"label": "法律援助", "url": "/guides/"}],
    )
    content = imports.export_entries(user=user_who_may("view_knowledgeentry"), kind=kind)
    again = imports.import_file(name=f"知识.{kind}", content=content, user=None)
    assert (again.added, again.changed, again.same) == (0, 0, 1)


def test_an_imported_entry_waits_for_its_approvals() -> None:
    rows = [
        {
            "question": "年假几天？",
            "answer": "满一年五天。",
            "basis": [{"law": "劳动法", "article": "第四十五条"}],
        }
    ]
    user = user_who_may("add_knowledgeentry")
    done = imports.import_file(name="a.json", content=json.dumps(rows).encode(), user=user)
    assert done.added == 1
    assert speaking() == []
    assert KnowledgeEntry.objects.get().legal_basis == "《劳动法》第四十五条"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"{", "JSON"),
        (b'{"question": 1}', "列表"),
        (b"[]", "没有内容"),
        (json.dumps([{"question": "只有问"}]).encode(), "第 1 条"),
        (json.dumps([{"question": "长" * 121, "answer": "答"}]).encode(), "太长"),
        (json.dumps([{"question": "问", "answer": "答", "valid_from": "2026-13-40"}]).encode(), "日期"),
        (
            json.dumps(
                [{"question": "问", "answer": "答", "links": [{"label": "x", "url": "javascript:1"}]}]
            ).encode(),
            "链接",
        ),
    ],
)
def test_a_bad_file_is_refused_whole_and_says_where(content: bytes, words: str) -> None:
    with pytest.raises(BadFile) as caught:
        imports.import_file(name="a.json", content=content, user=None)
    assert words in caught.value.message
    assert not KnowledgeEntry.objects.exists()


def test_rows_with_broken_characters_come_in_without_them() -> None:
    rows = [{"question": "几点\x00开门？", "answer": "九点\ud800。", "alternatives": ["开门\x00时间"]}]
    imports.import_file(name="a.json", content=json.dumps(rows).encode(), user=None)
    entry = KnowledgeEntry.objects.get()
    assert (entry.question, entry.alternatives) == ("几点开门？", ["开门时间"])


def test_of_a_file_with_bad_rows_nothing_comes_in_and_each_is_named() -> None:
    rows = [
        ["问题", "回答", "来源日期"],
        ["好的？", "好的。", ""],
        ["没有回答", "", ""],
        ["日期？", "错。", "去年"],
    ]
    with pytest.raises(BadFile) as refused:
        imports.import_file(name="a.xlsx", content=_workbook(rows), user=None)
    assert [row[:5] for row in refused.value.detail["rows"]] == ["第 3 行", "第 4 行"]
    assert not KnowledgeEntry.objects.exists()


def _workbook(rows: list[list[str]]) -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return buffer.getvalue()


def test_what_is_no_workbook_is_refused() -> None:
    with pytest.raises(BadFile):
        entry_files.read(name="a.xlsx", content=b"not a zip")
