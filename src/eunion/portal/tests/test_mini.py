"""What the mini-program asks for, as it asks: sign-in by code, phone, home, messages, card, web pages, consents."""

from __future__ import annotations

from typing import Any

import pytest
import time_machine
from allauth.socialaccount.models import SocialAccount
from django.test import Client
from django.utils import timezone

from eunion.broadcast.factories import published
from eunion.broadcast.models import Delivery
from eunion.channels.wechat.models import Account, Consent, Follower, MessageTemplate
from eunion.portal import mini as api
from eunion.portal.tests.conftest import sign_in, wx_code
from eunion.registry.factories import MemberFactory, make_union
from eunion.registry.models import Member, User
from eunion.sandbox.tests.box import Box

JSON = "application/json"


class Phone:
    """The mini-program on someone's phone."""

    def __init__(self, box: Box, person: str = "p1") -> None:
        self.box, self.person, self.client = box, person, Client()
        self.session = self.post("/session", {"code": wx_code(box, person)}).json()
        self.token = self.session["token"]

    def post(self, path: str, body: Any) -> Any:
        return self.client.post(f"/api/mini{path}", body, content_type=JSON, headers=self._headers())

    def get(self, path: str, **query: Any) -> Any:
        return self.client.get(f"/api/mini{path}", query, headers=self._headers())

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"} if hasattr(self, "token") else {}

    @property
    def user(self) -> User:
        found: User = SocialAccount.objects.get(uid=f"m{self.person[1:]}").user
        return found


@pytest.fixture
def phone(mini: Account, box: Box) -> Phone:
    return Phone(box)


def member_on(phone: Phone, **fields: Any) -> Member:
    return MemberFactory(user=phone.user, name="王小明", union=make_union("纺织厂工会"), **fields)


def test_a_code_signs_in_once_and_a_token_opens_the_rest(phone: Phone, box: Box) -> None:
    assert phone.session["member"] is None and phone.get("/home").status_code == 200
    code = wx_code(box, "p1")
    assert phone.post("/session", {"code": code}).status_code == 200
    again = phone.post("/session", {"code": code})
    assert again.status_code == 422 and "重新打开小程序" in again.json()["title"]
    assert User.objects.filter(username__startswith="wx_").count() == 1


def test_without_a_token_or_with_an_old_or_a_made_up_one_nothing_opens(phone: Phone) -> None:
    old = phone.token
    for token in ("", "made-up", old[:-2] + "xx"):
        phone.token = token
        for path in ("/home", "/messages", "/card", "/subscriptions"):
            assert phone.get(path).status_code == 401
    phone.token = old
    with time_machine.travel(timezone.now() + timezone.timedelta(seconds=api.LIFE_S + 5), tick=True):
        assert phone.get("/home").status_code == 401


def test_someone_who_was_shut_out_stays_out(phone: Phone) -> None:
    User.objects.filter(pk=phone.user.pk).update(is_active=False)
    assert phone.get("/home").status_code == 401


def test_the_phone_number_that_wechat_vouches_for_is_kept(phone: Phone, box: Box) -> None:
    answer = phone.post("/phone", {"code": wx_code(box, "p1")}).json()
    assert answer["phone"] == "199****0001" and phone.user.phone == "19900000001"
    assert phone.post("/phone", {"code": "made-up"}).status_code == 422


def test_the_home_says_who_one_is_by_half_a_name(phone: Phone) -> None:
    member_on(phone)
    notice = published()
    found = phone.get("/home").json()
    assert found["member"]["union"] == "纺织厂工会" and "王小明" not in str(found)
    assert [one["title"] for one in found["notices"]] == [notice.title]
    assert all(tile["path"].startswith(("/", "tel:")) for tile in found["tiles"])


def test_messages_come_page_by_page_and_only_ones_own(phone: Phone, box: Box) -> None:
    member, other = member_on(phone), MemberFactory()
    assert phone.get("/messages").json() == {"items": [], "next": None}
    broadcast = published().broadcasts.get()
    for one in (member, other):
        Delivery.objects.get_or_create(
            broadcast=broadcast, channel="inbox", account_id=0, address=str(one.pk), defaults={"member": one}
        )
    found = phone.get("/messages").json()
    assert [one["unread"] for one in found["items"]] == [True]
    assert phone.get("/messages", page=99).status_code == 200
    assert Phone(box, "p2").get("/messages").json()["items"] == []


def test_the_card_is_for_certified_members_and_turns(phone: Phone) -> None:
    refused = phone.get("/card")
    assert refused.status_code == 409 and "认证" in refused.json()["title"]
    member_on(phone, certification="certified")
    first = phone.get("/card").json()
    assert first["union"] == "纺织厂工会" and 0 < first["valid_s"] <= 30
    assert len(first["matrix"]) == len(first["matrix"][0]) and set("".join(first["matrix"])) == {"0", "1"}
    with time_machine.travel(timezone.now() + timezone.timedelta(seconds=65), tick=True):
        assert phone.get("/card").json()["matrix"] != first["matrix"]


def test_a_ticket_lets_the_web_view_in_once_as_the_same_person(phone: Phone, client: Client) -> None:
    address = phone.post("/ticket", {"path": "/me/"}).json()["url"]
    path = address[address.index("/mini/enter") :]
    assert client.get(path)["location"] == "/me/"
    assert client.session["_auth_user_id"] == str(phone.user.pk)
    other = Client()
    assert other.get(path)["location"] == "/" and "_auth_user_id" not in other.session


@pytest.mark.parametrize(
    "path", ["https://evil.example/", "//evil.example", "/\\evil.example", "/admin/", "me"]
)
def test_a_ticket_leads_to_our_own_member_pages_alone(phone: Phone, path: str) -> None:
    assert phone.post("/ticket", {"path": path}).status_code == 422


def test_consents_are_kept_and_spent(phone: Phone, mini: Account) -> None:
    fields = {"thing1": "title"}
    MessageTemplate.objects.create(
        account=mini, kind="certification", way="mini", template_id="T1", fields=fields
    )
    asked = phone.get("/subscriptions").json()
    assert asked["template_ids"] == ["T1"] and asked["labels"]
    for _ in range(2):
        phone.post("/subscriptions", {"results": {"T1": "accept", "unknown": "accept"}})
    assert list(Consent.objects.values_list("template_id", "left")) == [("T1", 2)]
    phone.post("/subscriptions", {"results": {"T1": "reject"}})
    assert Follower.objects.get(openid="m1").account == mini


@pytest.mark.django_db
def test_without_a_mini_program_people_are_told_where_to_go(client: Client) -> None:
    answer = client.post("/api/mini/session", {"code": "x"}, content_type=JSON)
    assert answer.status_code == 404 and "公众号" in answer.json()["title"]


def test_wechat_away_is_said_and_may_be_tried_again(mini: Account, settings: Any, client: Client) -> None:
    settings.WECHAT_API_URL = "http://127.0.0.1:9"
    answer = client.post("/api/mini/session", {"code": "x"}, content_type=JSON)
    assert answer.status_code == 502 and "稍后再试" in str(answer.json())


def test_malformed_calls_are_refused_and_never_break(phone: Phone) -> None:
    for body in (
        "",
        "[",
        "[]",
        '{"code": 5}',
        '{"path": {}}',
        '{"results": []}',
        '{"results": {"\\u0000": "accept"}}',
        '{"code": "\\u0000"}',
    ):
        for path in ("/session", "/phone", "/ticket", "/subscriptions"):
            answer = phone.client.post(
                f"/api/mini{path}",
                body,
                content_type=JSON,
                headers={"Authorization": f"Bearer {phone.token}"},
            )
            assert answer.status_code < 500, (path, body)


def test_who_comes_by_the_service_account_after_the_mini_program_is_the_same_user(
    phone: Phone, service: Account, box: Box, client: Client
) -> None:
    """The follower's unionid is known from the nightly read; the tap is not even needed."""
    member = member_on(phone)
    Follower.objects.create(account=service, openid="o1", unionid="u1")
    sign_in(client, "p1")
    assert client.session["_auth_user_id"] == str(phone.user.pk)
    assert Follower.objects.get(openid="o1").member == member
