"""Laws are kept article by article, and the newest version is the one that is cited."""

from __future__ import annotations

import contextlib
import io
from typing import Any

import pytest
from docx import Document as Docx
from hypothesis import given
from hypothesis import strategies as st

from eunion.assistant import articles
from eunion.assistant.errors import BadFile
from eunion.assistant.factories import user_who_may
from eunion.assistant.models import Article, Document
from eunion.assistant.services import documents
from eunion.kernel.errors import NotAllowed

LAW = """# 某某条例

（2020年1月1日公布）

目录

第一章 总则

## 第一章　总则

**第一条** 为了保护职工，制定本条例。

第二条　本条例适用于下列单位：

（一）企业；

（二）事业单位。

## 第二章 附则

第三条 依照本条例第二条办理的，从其规定。
"""


def test_articles_keep_their_numbers_chapters_and_items() -> None:
    read = articles.cut(name="某某条例(2020-01-01).md", content=LAW.encode())
    assert read.title == "某某条例"
    assert str(read.effective_on) == "2020-01-01"
    assert [one.number for one in read.articles] == ["第一条", "第二条", "第三条"]
    assert read.articles[1].heading == "第一章 总则"
    assert "（二）事业单位。" in read.articles[1].text
    assert read.articles[2].heading == "第二章 附则"


def test_a_mention_of_an_article_begins_no_new_one() -> None:
    read = articles.cut(name="某某条例.md", content=LAW.encode())
    assert read.articles[2].text.startswith("依照本条例第二条")


def test_word_files_and_old_encodings_are_read_alike() -> None:
    docx, buffer = Docx(), io.BytesIO()
    for line in LAW.splitlines():
        docx.add_paragraph(line)
    docx.save(buffer)
    plain = articles.cut(name="某某条例.txt", content=LAW.encode("gb18030"))
    assert articles.cut(name="某某条例.docx", content=buffer.getvalue()).articles == plain.articles


def test_a_text_without_articles_is_cut_by_paragraph() -> None:
    text = "\n".join(
        f"这是第{number}段说明，讲的是职工之家怎么预约、什么时候开门。" * 8 for number in range(6)
    )
    read = articles.cut(name="须知.txt", content=text.encode())
    assert len(read.articles) > 1
    assert not any(one.number for one in read.articles)


@pytest.mark.parametrize(
    ("name", "content"), [("空.md", b""), ("图.docx", b"PK nothing"), ("x(2020-99-01).md", LAW.encode())]
)
def test_what_cannot_be_read_is_refused(name: str, content: bytes) -> None:
    with pytest.raises(BadFile):
        articles.cut(name=name, content=content)


@given(st.binary(max_size=400), st.sampled_from(["a.md", "a.txt", "a.docx", "a(2020-02-30).md"]))
def test_any_bytes_are_read_or_refused(content: bytes, name: str) -> None:
    with contextlib.suppress(BadFile):
        articles.cut(name=name, content=content)


@pytest.mark.django_db
def test_the_newest_version_is_cited_whatever_came_last() -> None:
    new, _ = documents.import_document(name="某法(2021-05-01).md", content=LAW.encode(), user=None)
    old, _ = documents.import_document(name="某法(2010-05-01).md", content=LAW.encode(), user=None)
    assert list(Document.objects.filter(live=True)) == [new]
    newest, _ = documents.import_document(name="某法(2024-05-01).md", content=LAW.encode(), user=None)
    assert list(Document.objects.filter(live=True)) == [newest]
    assert not old.live


@pytest.mark.django_db
def test_the_same_file_again_changes_nothing_and_another_replaces_its_articles() -> None:
    document, changed = documents.import_document(name="某法(2021-05-01).md", content=LAW.encode(), user=None)
    assert changed
    assert documents.import_document(name="某法(2021-05-01).md", content=LAW.encode(), user=None) == (
        document,
        False,
    )
    shorter = LAW.split("## 第二章")[0]
    documents.import_document(name="某法(2021-05-01).md", content=shorter.encode(), user=None)
    assert Article.objects.count() == 2


@pytest.mark.django_db
def test_who_may_not_import_or_withdraw_is_refused() -> None:
    document, _ = documents.import_document(name="某法.md", content=LAW.encode(), user=None)
    with pytest.raises(NotAllowed):
        documents.import_document(name="某法.md", content=LAW.encode(), user=user_who_may())
    with pytest.raises(NotAllowed):
        documents.withdraw_document(document=document, user=user_who_may())
    documents.withdraw_document(document=document, user=user_who_may("change_document"))
    assert not Document.objects.filter(live=True).exists()


@pytest.mark.django_db
def test_versions_are_listed_by_their_date_whenever_they_came(signed_in: Any) -> None:
    for day in ("2021-05-01", "2024-05-01", "2010-05-01"):
        documents.import_document(name=f"某法({day}).md", content=LAW.encode(), user=None)
    page = signed_in("editor").get("/admin/laws/", {"live": ""}).content.decode()
    assert page.index("2024-05-01") < page.index("2021-05-01") < page.index("2010-05-01")
