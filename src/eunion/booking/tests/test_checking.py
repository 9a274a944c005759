"""The page at the entrance: what a link opens, what it lets in, and what a phone brings back after a network was away."""

from __future__ import annotations

import datetime
import time
import uuid
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from eunion.booking import ticket_code
from eunion.booking.factories import SessionFactory, in_hours, make_claim
from eunion.booking.models import Claim, Offering, Redemption, Session
from eunion.booking.services import checkers, offline
from eunion.registry.factories import MemberFactory, UserFactory
from eunion.registry.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def tonight() -> Session:
    return SessionFactory(starts_at=in_hours(1), ends_at=in_hours(3), quota=9, place="星光影院")


@pytest.fixture
def claim(tonight: Session) -> Claim:
    return make_claim(tonight, MemberFactory(user=UserFactory()))


@pytest.fixture
def link(tonight: Session, organiser: User) -> str:
    return checkers.make(session=tonight, user=organiser, label="东门 张师傅")[1].partition("#")[2]


def post(client: Client, path: str, **body: Any) -> Any:
    return client.post(f"/check/{path}/", body, content_type="application/json")


def act(client: Client, link: str, **body: Any) -> dict[str, Any]:
    return post(client, "act", link=link, **{"act": str(uuid.uuid4()), **body}).json()  # type: ignore[no-any-return]


def test_the_page_knows_nothing_and_a_wrong_or_revoked_link_opens_nothing(
    client: Client, link: str, organiser: User
) -> None:
    assert client.get("/check/")["Referrer-Policy"] == "no-referrer"
    assert post(client, "list", link="guessed").status_code == 403
    assert post(client, "list").status_code == 422
    gate = checkers.opened(link)
    assert gate is not None
    checkers.revoke(checker=gate, user=organiser)
    refused = post(client, "list", link=link)
    assert refused.status_code == 403 and "失效" in refused.json()["title"]


def test_the_list_names_holders_masked_and_costs_the_same_for_many(
    client: Client, link: str, tonight: Session, claim: Claim, django_assert_num_queries: Any
) -> None:
    for _ in range(5):
        make_claim(tonight, MemberFactory())
    with django_assert_num_queries(7):
        body = post(client, "list", link=link).json()
    assert len(body["holders"]) == 6 and (body["came"], body["places"]) == (0, 6)
    assert "*" in body["holders"][0]["name"] and len(body["holders"][0]["tail"]) == 4
    assert claim.member.name not in str(body) and claim.member.phone not in str(body)


def test_by_code_number_or_name_each_is_let_in_once_and_undone_for_a_while(
    client: Client, link: str, claim: Claim
) -> None:
    first = act(client, link, text=ticket_code.code(claim.public_id), act=(one := str(uuid.uuid4())))
    assert (first["kind"], first["came"]) == ("ok", 1)
    again = act(client, link, text=ticket_code.number(claim.public_id))
    assert (again["kind"], again["by"]) == ("already", "东门 张师傅")
    assert post(client, "undo", link=link, act=one).json()["came"] == 0
    assert act(client, link, claim=claim.public_id)["kind"] == "ok"
    assert act(client, link, text="12345678")["kind"] == "unknown"


def test_a_second_look_uses_nothing_up_but_once_more_does(client: Client, link: str, claim: Claim) -> None:
    Offering.objects.update(uses=3)
    assert act(client, link, claim=claim.public_id)["left"] == 2
    seen = act(client, link, claim=claim.public_id)
    assert seen["kind"] == "already" and "还可用 2 次" in seen["title"]
    assert act(client, link, claim=claim.public_id, again=True)["left"] == 1
    last = str(uuid.uuid4())
    assert act(client, link, claim=claim.public_id, again=True, act=last)["left"] == 0
    assert act(client, link, claim=claim.public_id, again=True)["kind"] == "already"
    post(client, "undo", link=link, act=last)
    claim.refresh_from_db()
    assert claim.state == "redeemed", "what was used before still stands"


def test_a_ticket_is_worth_nothing_after_its_days(client: Client, claim: Claim, organiser: User) -> None:
    _gate, address = checkers.make(session=claim.session, user=organiser, label="门")
    long_ago = timezone.now() - datetime.timedelta(days=61)
    Session.objects.update(starts_at=long_ago, ends_at=long_ago + datetime.timedelta(hours=2))
    said = act(client, address.partition("#")[2], claim=claim.public_id)
    assert said["kind"] == "over" and not Redemption.objects.exists()


def test_the_list_recognises_the_codes_of_its_ten_minutes_and_makes_none(link: str, claim: Claim) -> None:
    gate = checkers.opened(link)
    assert gate is not None
    made = offline.issue(gate)
    for ahead in (0, 300, 590):
        shown = ticket_code.code(claim.public_id, at=time.time() + ahead)
        assert made["codes"][offline.hashed(shown, made["salt"])] == 0
    for text in (ticket_code.code(claim.public_id, at=time.time() + 900), claim.public_id):
        assert offline.hashed(text, made["salt"]) not in made["codes"]
    assert ticket_code.code(claim.public_id) not in str(made)


def test_what_was_checked_without_a_network_is_brought_back_once(
    client: Client, link: str, claim: Claim
) -> None:
    signed = post(client, "list", link=link).json()["list"]
    sent = {"claim": claim.public_id, "list": signed, "at": time.time(), "act": str(uuid.uuid4())}
    assert [act(client, link, **sent)["kind"] for _ in range(2)] == ["ok", "ok"]
    assert Redemption.objects.get().how == "offline"
    elsewhere = act(client, link, **{**sent, "act": str(uuid.uuid4())})
    assert elsewhere["kind"] == "already" and elsewhere["by"] == "东门 张师傅"


def test_a_phone_that_comes_back_after_its_link_ended_still_tells_what_it_checked_but_not_a_revoked_one(
    client: Client, claim: Claim, organiser: User
) -> None:
    Offering.objects.update(redemption_days=0)
    session = Session.objects.get(pk=claim.session_id)
    link = checkers.make(session=session, user=organiser, label="东门")[1].partition("#")[2]
    sent = {"claim": claim.public_id, "list": post(client, "list", link=link).json()["list"]}
    hours = timezone.now() + datetime.timedelta(hours=8)
    sent |= {"at": time.time(), "act": str(uuid.uuid4())}
    with time_machine.travel(hours, tick=True):
        assert post(client, "list", link=link).status_code == 403
        assert act(client, link, **sent)["kind"] == "ok"
    checkers.revoke(checker=Redemption.objects.get().checker, user=organiser)
    assert "失效" in act(client, link, **{**sent, "act": str(uuid.uuid4())})["title"]


@pytest.mark.parametrize("how", ["forged", "later", "earlier", "other link"])
def test_a_list_that_is_not_this_links_or_was_over_brings_nothing_back(
    client: Client, link: str, claim: Claim, organiser: User, how: str
) -> None:
    signed, at = post(client, "list", link=link).json()["list"], time.time()
    if how == "forged":
        signed = f"{signed[:-2]}xx"
    elif how == "other link":
        link = checkers.make(session=claim.session, user=organiser, label="西门")[1].partition("#")[2]
    else:
        at += 3600 if how == "later" else -3600
    said = act(client, link, claim=claim.public_id, list=signed, at=at)
    assert "名单" in said["title"] and "kind" not in said
    assert not Redemption.objects.exists()


def test_the_ticket_shows_its_code_to_its_holder_alone(client: Client, claim: Claim) -> None:
    address = f"/me/tickets/{claim.public_id}/code/"
    assert client.get(address).status_code == 302
    client.force_login(MemberFactory(user=UserFactory()).user)
    assert client.get(address).status_code == 404
    client.force_login(claim.member.user)
    shown = client.get(address)
    digits = ticket_code.number(claim.public_id)
    assert shown["Cache-Control"] == "no-store" and "<svg" in shown.content.decode()
    assert f"{digits[:4]} {digits[4:]}" in shown.content.decode()
    Claim.objects.filter(pk=claim.pk).update(state="cancelled")
    assert "<svg" not in client.get(address).content.decode()


def test_an_earlier_use_that_is_undone_may_be_used_again(client: Client, link: str, claim: Claim) -> None:
    Offering.objects.update(uses=2)
    first = str(uuid.uuid4())
    act(client, link, claim=claim.public_id, act=first)
    act(client, link, claim=claim.public_id, again=True)
    post(client, "undo", link=link, act=first)
    assert act(client, link, claim=claim.public_id, again=True)["kind"] == "ok"
    assert act(client, link, claim=claim.public_id, again=True)["kind"] == "already"
