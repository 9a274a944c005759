"""Three reviews by three people: whichever door one tries."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone
from wagtail.models import Page

from eunion.content import search, services
from eunion.content.errors import ReviewIncomplete, SameReviewer
from eunion.content.factories import draft, reviewers
from eunion.content.models import ArticlePage, SearchDocument
from eunion.registry.factories import UserFactory
from eunion.registry.models import User
from eunion.registry.roles import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor() -> User:
    return UserFactory(role=Role.EDITOR)


def fresh(page: ArticlePage) -> ArticlePage:
    return ArticlePage.objects.get(pk=page.pk)


def test_three_approvals_by_three_people_publish_a_page(editor: User) -> None:
    page = draft()
    services.reviewed_publish(page=page, author=editor, reviewers=reviewers())
    assert fresh(page).live


def test_two_approvals_do_not_publish(editor: User) -> None:
    page = draft()
    services.reviewed_publish(page=page, author=editor, reviewers=reviewers()[:2])
    assert not fresh(page).live


def test_one_person_with_two_roles_cannot_review_twice(editor: User) -> None:
    page, (first, _, _) = draft(), reviewers()
    second = UserFactory(role=Role.REVIEWER_2)
    first.groups.set([*first.groups.all(), *second.groups.all()])
    services.submit(page=page, author=editor)
    services.approve(page=fresh(page), reviewer=User.objects.get(pk=first.pk))
    with pytest.raises(SameReviewer):
        services.approve(page=fresh(page), reviewer=User.objects.get(pk=first.pk))


def test_an_author_cannot_review_their_own_words() -> None:
    author, page = UserFactory(role=Role.REVIEWER_1), draft()
    services.submit(page=page, author=author)
    with pytest.raises(SameReviewer):
        services.approve(page=fresh(page), reviewer=author)


def test_a_superuser_cannot_review_without_the_role(editor: User) -> None:
    page = draft()
    services.submit(page=page, author=editor)
    with pytest.raises(SameReviewer):
        services.approve(page=fresh(page), reviewer=UserFactory(is_superuser=True))


def test_publishing_a_revision_directly_is_refused_even_to_a_superuser() -> None:
    page = draft()
    revision = page.save_revision(user=UserFactory(is_superuser=True))
    with pytest.raises(ReviewIncomplete):
        revision.publish(user=UserFactory(is_superuser=True))
    assert not fresh(page).live


def test_an_edit_after_publication_needs_new_reviews(editor: User) -> None:
    page = draft()
    services.reviewed_publish(page=page, author=editor, reviewers=reviewers())
    edited = fresh(page)
    edited.title = "改过的标题"
    with pytest.raises(ReviewIncomplete):
        edited.save_revision(user=editor).publish()
    assert fresh(page).title == "一篇文章"


def test_an_approved_page_waits_for_its_time(editor: User) -> None:
    page = draft(go_live_at=timezone.now() + timezone.timedelta(hours=1))  # type: ignore[attr-defined]
    services.reviewed_publish(page=page, author=editor, reviewers=reviewers())
    assert not fresh(page).live
    assert not SearchDocument.objects.filter(kind="page", key=str(page.pk)).exists()


def test_publication_and_index_are_one(editor: User, monkeypatch: pytest.MonkeyPatch) -> None:
    page = draft()

    def fails(**_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(search, "put", fails)
    with pytest.raises(RuntimeError):
        services.reviewed_publish(page=page, author=editor, reviewers=reviewers())
    assert not fresh(page).live


def test_a_withdrawn_page_is_not_found_any_more(editor: User) -> None:
    page = draft(title="工伤认定怎么办")
    services.reviewed_publish(page=page, author=editor, reviewers=reviewers())
    assert search.find("工伤认定")
    fresh(page).unpublish(user=editor)
    assert not search.find("工伤认定")


def test_search_finds_words_and_not_letters() -> None:
    search.put(kind="page", key="1", title="工伤认定指南", summary="", body="", url="/1")
    search.put(kind="page", key="2", title="工人受了伤心的事", summary="", body="工会与伤感", url="/2")
    assert [found.url for found in search.find("工伤", kinds=["page"])] == ["/1"]


def test_search_reads_traditional_and_full_width() -> None:
    search.put(kind="page", key="1", title="勞動合同 ＡＢＣ", summary="", body="", url="/1")
    assert search.find("劳动合同") and search.find("abc")


def test_a_title_outranks_a_body() -> None:
    search.put(kind="page", key="1", title="其他", summary="", body="说到年休假", url="/body")
    search.put(kind="page", key="2", title="年休假", summary="", body="", url="/title")
    assert [found.url for found in search.find("年休假")] == ["/title", "/body"]


def test_a_section_lists_live_pages_with_few_queries(
    client: Client, editor: User, django_assert_max_num_queries: object
) -> None:
    for number in range(5):
        services.reviewed_publish(page=draft(title=f"新闻{number}"), author=editor, reviewers=reviewers())
    hidden = draft(title="草稿不可见")
    client.get("/news/")
    with django_assert_max_num_queries(16):  # type: ignore[operator]
        page = client.get("/news/").content.decode()
    assert "新闻4" in page and hidden.title not in page
    assert Page.objects.filter(pk=hidden.pk, live=False).exists()
