"""Withdrawing by every door that the console has: what hangs on a page goes with it, whichever was used."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import TOTP
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from eunion.broadcast.factories import broadcast_of, make_account, make_follower, published
from eunion.content.factories import draft, reviewers
from eunion.content.models import ArticlePage, Publication, SearchDocument
from eunion.content.services import reviewed_publish
from eunion.registry.factories import MemberFactory, UserFactory
from eunion.registry.models import User
from eunion.registry.roles import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(client: Client) -> User:
    user: User = UserFactory(role=Role.EDITOR)
    TOTP.activate(user, "GEZDGNBVGY3TQOJQ")
    client.force_login(user)
    return user


@pytest.fixture
def page(editor: User) -> ArticlePage:
    """A page that stands in an account as an article."""
    made = draft(ArticlePage, "news", title="高温津贴怎么发", summary="六月到八月")
    reviewed_publish(page=made, author=editor, reviewers=reviewers())
    Publication.objects.create(
        page=made,
        account=make_account(),
        way="free",
        state="published",
        scheduled_for=timezone.now(),
        media_id="d1",
        article_id="a1",
        created_by=editor,
    )
    return ArticlePage.objects.get(pk=made.pk)


def withdrawing() -> list[Any]:
    jobs = ProcrastinateJob.objects.filter(task_name="content.withdraw")
    return [one.args["publication_id"] for one in jobs]


def is_gone(page: ArticlePage) -> bool:
    page.refresh_from_db()
    here = SearchDocument.objects.filter(key=str(page.pk)).exists()
    return not page.live and not here and withdrawing() == [page.publications.get().pk]


def test_the_consoles_own_button_withdraws_the_articles_too(client: Client, page: ArticlePage) -> None:
    answer = client.post(f"/admin/pages/{page.pk}/unpublish/", follow=True)
    assert is_gone(page) and "正在撤回" in answer.content.decode()


def test_the_lists_bulk_action_withdraws_them_too(client: Client, page: ArticlePage) -> None:
    client.post(f"/admin/bulk/wagtailcore/page/unpublish/?id={page.pk}&next=/admin/")
    assert is_gone(page)


def test_a_page_that_expires_takes_its_articles_along(page: ArticlePage) -> None:
    ArticlePage.objects.filter(pk=page.pk).update(expire_at=timezone.now() - datetime.timedelta(minutes=1))
    call_command("publish_scheduled")
    assert is_gone(page)


@pytest.mark.parametrize("door", ["pages/{pk}/delete/", "bulk/wagtailcore/page/delete/?id={pk}&next=/admin/"])
def test_a_page_whose_articles_stand_in_an_account_is_not_deleted(
    client: Client, page: ArticlePage, door: str
) -> None:
    address = "/admin/" + door.format(pk=page.pk)
    UserFactory._meta.model.objects.filter(pk=client.session["_auth_user_id"]).update(is_superuser=True)
    answer = client.post(address, follow=True)
    assert "先取消发布" in answer.content.decode() and ArticlePage.objects.filter(pk=page.pk).exists()
    Publication.objects.update(state="withdrawn")
    client.post(address)
    assert not ArticlePage.objects.filter(pk=page.pk).exists()


def test_a_notice_withdrawn_in_the_console_stops_its_broadcast(client: Client, editor: User) -> None:
    account = make_account()
    make_follower(account, MemberFactory(certification="certified"))
    notice = published()
    assert broadcast_of(notice).state == "sending"
    client.post(f"/admin/pages/{notice.pk}/unpublish/")
    assert broadcast_of(notice).state == "cancelled"
