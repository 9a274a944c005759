"""Share cards: what a page says of itself when someone passes it on, and nothing of who did."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from eunion.broadcast.factories import published
from eunion.content.factories import draft, reviewers
from eunion.content.models import ArticlePage
from eunion.content.services import reviewed_publish
from eunion.registry.factories import UserFactory, make_union
from eunion.registry.roles import Role

pytestmark = pytest.mark.django_db


def card(client: Client, address: str) -> dict[str, str]:
    """Return what stands in a page's head for those who share it."""
    html = client.get(address).content.decode()
    return dict(re.findall(r'property="og:(\w+)" content="([^"]*)"', html))


def test_an_article_says_title_summary_address_and_picture(client: Client, settings: Any) -> None:
    page = draft(ArticlePage, "news", title="高温津贴<怎么发>", summary="六月至八月，每月都有。")
    reviewed_publish(page=page, author=UserFactory(role=Role.EDITOR), reviewers=reviewers())
    path = ArticlePage.objects.get().get_url()
    found = card(client, path)
    assert found["title"] == "高温津贴&lt;怎么发&gt;" and found["description"] == "六月至八月，每月都有。"
    assert found["url"] == settings.PUBLIC_URL + path
    assert found["image"].startswith(settings.PUBLIC_URL) and found["image"].endswith(".png")


def test_a_notice_is_shared_without_the_token_of_the_one_who_got_it(client: Client, settings: Any) -> None:
    notice = published()
    found = card(client, f"{notice.get_url()}?t=one-persons-own")
    assert found["url"] == settings.PUBLIC_URL + notice.get_url()


def test_a_union_can_be_passed_on_and_a_persons_own_pages_have_no_card(client: Client) -> None:
    union = make_union("河湾区纺织厂工会")
    assert card(client, f"/unions/{union.public_id}/")["title"] == "河湾区纺织厂工会"
    client.force_login(UserFactory())
    assert card(client, "/me/") == {} and card(client, "/me/certify/") == {}


def test_the_sdk_is_named_for_the_script_and_not_loaded_by_the_page(client: Client, settings: Any) -> None:
    settings.WECHAT_JSSDK_URL = "https://res.wx.qq.com/open/js/jweixin-1.6.0.js"
    html = client.get("/unions/").content.decode()
    assert 'data-sdk="https://res.wx.qq.com/' in html and 'src="https://res.wx.qq.com/' not in html
