"""A reviewed page in the accounts: once each, within the quota, with its results, and gone when withdrawn."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from django.utils import timezone
from wagtail.images.models import Image
from wagtail.images.tests.utils import get_test_image_file

from eunion.broadcast.factories import make_account
from eunion.channels.base import SendError
from eunion.channels.wechat import api
from eunion.channels.wechat.models import Account, InboundMessage
from eunion.channels.wechat.services import inbound
from eunion.content import article, publishing, services
from eunion.content.errors import AlreadyInAccount, NoQuota, NotPublished
from eunion.content.factories import draft, reviewers
from eunion.content.models import ArticlePage, Publication
from eunion.kernel.errors import NotAllowed
from eunion.registry.factories import UserFactory
from eunion.registry.models import User
from eunion.registry.roles import Role
from eunion.sandbox.tests.box import SERVICE, Box, running

pytestmark = pytest.mark.django_db
STATES = Publication.State


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Box]:
    yield from running(tmp_path_factory.mktemp("box"))


@pytest.fixture
def box(program: Box, settings: Any) -> Box:
    program.reset()
    settings.WECHAT_API_URL = program.url
    people = [{"id": f"p{n}", "name": "王", "openids": {"wxtest": f"o{n}"}} for n in range(3)]
    subscription = {**SERVICE, "appid": "wxsub", "kind": "subscription"}
    program.seed(accounts=[SERVICE, subscription], people=people)
    return program


@pytest.fixture
def service(box: Box) -> Account:
    return make_account(appid="wxtest", secret=SERVICE["secret"])


@pytest.fixture
def subscription(box: Box) -> Account:
    return make_account(appid="wxsub", secret=SERVICE["secret"], kind=Account.Kind.SUBSCRIPTION)


@pytest.fixture
def editor() -> User:
    return UserFactory(role=Role.EDITOR)


def page_of(editor: User, **fields: Any) -> ArticlePage:
    page = draft(**{"title": "高温津贴怎么发", "summary": "六月到八月", **fields})
    services.reviewed_publish(page=page, author=editor, reviewers=reviewers())
    return ArticlePage.objects.get(pk=page.pk)


def sent(page: ArticlePage, account: Account, editor: User, way: str = "mass", at: Any = None) -> Publication:
    made = publishing.plan(page=page, account=account, way=way, at=at, user=editor)
    publishing.run(publication_id=made.pk)
    return Publication.objects.get(pk=made.pk)


def hear(account: Account, event: str, **payload: Any) -> None:
    told = InboundMessage.objects.create(
        account=account, dedupe_key=event, openid="wx", kind=f"event.{event}", payload=payload
    )
    inbound.handle_one(inbound_id=told.pk)


def test_a_mass_article_reaches_every_follower_and_its_results_come_back(
    service: Account, editor: User, box: Box
) -> None:
    kept = sent(page_of(editor), service, editor)
    assert kept.state == STATES.SUBMITTED
    for number in range(3):
        card = box.ask("/_sandbox/messages", appid="wxtest", openid=f"o{number}")[-1]
        assert card["content"]["articles"][0]["title"] == "高温津贴怎么发"
    url = card["content"]["articles"][0]["url"]
    results = {"ResultList": {"item": {"ArticleIdx": "1", "ArticleUrl": url}}}
    counts = {"TotalCount": "3", "SentCount": "3", "ErrorCount": "0"}
    hear(
        service,
        "MASSSENDJOBFINISH",
        MsgID=kept.remote_id,
        Status="send success",
        ArticleUrlResult=results,
        **counts,
    )
    kept.refresh_from_db()
    assert (kept.state, kept.sent_count, kept.article_url) == (STATES.PUBLISHED, 3, url)
    assert "六月到八月" in requests.get(url, timeout=5).text


def test_a_free_article_takes_its_number_and_address_from_the_result(service: Account, editor: User) -> None:
    kept = sent(page_of(editor), service, editor, way="free")
    asked = api.post(service.pk, "/cgi-bin/freepublish/get", {"publish_id": kept.remote_id})
    hear(
        service,
        "PUBLISHJOBFINISH",
        PublishEventInfo={**asked, "publish_status": "0"}
        | {"article_detail": {"item": asked["article_detail"]["item"][0]}},
    )
    kept.refresh_from_db()
    assert kept.state == STATES.PUBLISHED and kept.article_id == asked["article_id"]


def test_a_publication_that_wechat_refuses_in_review_says_why(service: Account, editor: User) -> None:
    kept = sent(page_of(editor), service, editor, way="free")
    hear(service, "PUBLISHJOBFINISH", PublishEventInfo={"publish_id": kept.remote_id, "publish_status": "4"})
    kept.refresh_from_db()
    assert (kept.state, kept.problem) == (STATES.FAILED, "微信审核未通过")


@pytest.mark.parametrize("way", ["mass", "free"])
def test_a_withdrawn_page_leaves_all_accounts_at_once(
    service: Account, subscription: Account, editor: User, box: Box, way: str
) -> None:
    page = page_of(editor)
    rows = [sent(page, account, editor, way=way) for account in (service, subscription)]
    for one in rows:
        if way == "free":
            asked = api.post(one.account_id, "/cgi-bin/freepublish/get", {"publish_id": one.remote_id})
            Publication.objects.filter(pk=one.pk).update(
                article_id=asked["article_id"], state=STATES.PUBLISHED
            )
    page.unpublish(user=editor)
    for one in rows:
        publishing.withdraw(publication_id=one.pk)
        publishing.withdraw(publication_id=one.pk)
    assert set(Publication.objects.values_list("state", flat=True)) == {STATES.WITHDRAWN}
    if way == "free":
        found = api.post(service.pk, "/cgi-bin/freepublish/batchget", {"offset": 0, "count": 20})
        assert found["total_count"] == 0


def test_what_someone_took_away_at_wechat_first_counts_as_withdrawn(service: Account, editor: User) -> None:
    one = sent(page_of(editor), service, editor, way="free")
    answer = api.post(service.pk, "/cgi-bin/freepublish/get", {"publish_id": one.remote_id})
    Publication.objects.filter(pk=one.pk).update(article_id=answer["article_id"], state=STATES.PUBLISHED)
    api.post(service.pk, "/cgi-bin/freepublish/delete", {"article_id": answer["article_id"], "index": 0})
    publishing.withdraw(publication_id=one.pk)
    one.refresh_from_db()
    assert (one.state, one.problem) == (STATES.WITHDRAWN, "")


def test_a_page_withdrawn_before_its_time_is_never_sent(service: Account, editor: User) -> None:
    page = page_of(editor)
    made = publishing.plan(
        page=page, account=service, way="mass", at=timezone.now() + datetime.timedelta(hours=1), user=editor
    )
    page.unpublish(user=editor)
    publishing.run(publication_id=made.pk)
    made.refresh_from_db()
    assert made.state == STATES.WITHDRAWN and not made.media_id
    assert publishing.quota_left(service) == 4


def test_a_service_account_sends_four_a_month_and_a_subscription_account_one_a_day(
    service: Account, subscription: Account, editor: User
) -> None:
    middle = timezone.now().replace(day=15)
    for left in (3, 2, 1, 0):
        publishing.plan(page=page_of(editor), account=service, way="mass", at=middle, user=editor)
        assert publishing.quota_left(service, at=middle) == left
    with pytest.raises(NoQuota):
        publishing.plan(page=page_of(editor), account=service, way="mass", at=middle, user=editor)
    assert publishing.quota_left(service, at=middle + datetime.timedelta(days=31)) == 4
    sent(page_of(editor), subscription, editor)
    with pytest.raises(NoQuota):
        publishing.plan(page=page_of(editor), account=subscription, way="mass", at=None, user=editor)


def test_a_quota_that_wechat_knows_to_be_gone_fails_in_words(
    subscription: Account, editor: User, box: Box
) -> None:
    first = sent(page_of(editor), subscription, editor)
    Publication.objects.filter(pk=first.pk).update(state=STATES.FAILED)
    second = sent(page_of(editor), subscription, editor)
    assert (second.state, second.problem) == (STATES.FAILED, "本期群发次数已用完")


def test_a_job_killed_after_sending_sends_nothing_twice(service: Account, editor: User, box: Box) -> None:
    kept = sent(page_of(editor), service, editor)
    # As if the process had died between WeChat's answer and our note of it.
    Publication.objects.filter(pk=kept.pk).update(state=STATES.UPLOADING, remote_id="")
    publishing.run(publication_id=kept.pk)
    again = Publication.objects.get(pk=kept.pk)
    assert again.remote_id == kept.remote_id
    assert len(box.ask("/_sandbox/messages", appid="wxtest", openid="o0")) == 1


def test_a_job_killed_after_publishing_finds_its_article(service: Account, editor: User) -> None:
    kept = sent(page_of(editor), service, editor, way="free")
    Publication.objects.filter(pk=kept.pk).update(state=STATES.UPLOADING, remote_id="")
    publishing.run(publication_id=kept.pk)
    again = Publication.objects.get(pk=kept.pk)
    assert again.state == STATES.PUBLISHED and again.article_id
    found = api.post(service.pk, "/cgi-bin/freepublish/batchget", {"offset": 0, "count": 20})
    assert found["total_count"] == 1


def test_a_busy_wechat_is_for_the_job_to_try_again(service: Account, editor: User, box: Box) -> None:
    made = publishing.plan(page=page_of(editor), account=service, way="mass", at=None, user=editor)
    box.faults(busy_rate=1.0)
    with pytest.raises(SendError):
        publishing.run(publication_id=made.pk)
    box.faults(busy_rate=0)
    publishing.run(publication_id=made.pk)
    made.refresh_from_db()
    assert made.state == STATES.SUBMITTED


def test_only_reviewed_pages_go_out_once_an_account_by_those_who_may(service: Account, editor: User) -> None:
    with pytest.raises(NotPublished):
        publishing.plan(page=draft(), account=service, way="free", at=None, user=editor)
    page = page_of(editor)
    with pytest.raises(NotAllowed):
        publishing.plan(page=page, account=service, way="free", at=None, user=UserFactory())
    publishing.plan(page=page, account=service, way="free", at=None, user=editor)
    with pytest.raises(AlreadyInAccount):
        publishing.plan(page=page, account=service, way="free", at=None, user=editor)


def test_styles_are_inlined_and_pictures_are_wechats(editor: User) -> None:
    image = Image.objects.create(title="图", file=get_test_image_file(size=(40, 30)))
    page = draft(summary="摘要")
    page.body = [
        ("heading", "谁能领"),
        ("paragraph", '<p class="x" onclick="a()">在<b>室外</b>的，<a href="https://a.test">看这里</a></p>'),
        ("table", {"data": [["月份", "元"], ["六月", "<1>"]], "first_row_is_table_header": True}),
        ("image", image),
    ]
    page.save()
    html = article.content_of(ArticlePage.objects.get(pk=page.pk), lambda one: f"https://mmbiz.test/{one.pk}")
    assert "class=" not in html and "onclick" not in html and "<a " not in html and "看这里" in html
    assert '<h2 style="' in html and '<th style="' in html and "&lt;1&gt;" in html
    assert f'src="https://mmbiz.test/{image.pk}"' in html
