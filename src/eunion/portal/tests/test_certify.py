"""實名認證 on the phone, step by step: what was typed stays, and a code is asked for only when one was sent."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.test import Client

from eunion.registry.certification import phones
from eunion.registry.factories import MemberFactory, UserFactory, id_number
from eunion.registry.models import CertificationRequest, Member, User

pytestmark = pytest.mark.django_db
PHONE = "19900000001"


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    outbox: list[str] = []
    monkeypatch.setattr(phones, "SENDERS", [lambda phone, code, key: outbox.append(code)])
    return outbox


@pytest.fixture
def worker(client: Client) -> User:
    user: User = UserFactory()
    client.force_login(user)
    return user


def post(client: Client, **typed: str) -> Any:
    return client.post("/me/certify/", typed)


def test_a_mistyped_number_is_said_and_no_code_is_asked_for(
    client: Client, worker: User, sent: list[str]
) -> None:
    answer = post(client, do="send", phone="12345")
    html = answer.content.decode()
    assert answer.status_code == 422 and 'value="12345"' in html and 'id="code"' not in html
    assert not sent


def test_asking_twice_in_a_minute_keeps_the_field_for_the_code_that_is_on_its_way(
    client: Client, worker: User, sent: list[str]
) -> None:
    assert 'id="code"' in post(client, do="send", phone=PHONE).content.decode()
    again = post(client, do="send", phone=PHONE)
    assert again.status_code == 422 and 'id="code"' in again.content.decode() and len(sent) == 1


def test_from_the_phone_to_the_card(client: Client, worker: User, sent: list[str]) -> None:
    member = MemberFactory(name="王小明", phone=PHONE, certification=Member.Certification.NONE)
    post(client, do="send", phone=PHONE)
    wrong = post(client, do="check", phone=PHONE, code="000000" if sent[0] != "000000" else "111111")
    assert wrong.status_code == 422 and 'id="code"' in wrong.content.decode()
    assert post(client, do="check", phone=PHONE, code=sent[0]).status_code == 302
    post(client, do="ask", name="王小明", id_number=member.id_number)
    assert "认证已通过" in client.get("/me/certify/").content.decode()
    assert client.get("/me/card/").status_code == 200


def test_two_taps_on_hand_in_make_one_request(client: Client, worker: User) -> None:
    User.objects.filter(pk=worker.pk).update(phone=PHONE)
    number = id_number(4_321)
    for _ in range(2):
        post(client, do="ask", name="王小明", id_number=number)
    assert CertificationRequest.objects.count() == 1
    page = client.get("/me/certify/").content.decode()
    assert "正在人工核实" in page and "名册里没有" in page


def test_what_was_typed_stays_when_it_is_wrong(client: Client, worker: User) -> None:
    User.objects.filter(pk=worker.pk).update(phone=PHONE)
    html = post(client, do="ask", name="王" * 60, id_number="123").content.decode()
    assert 'value="123"' in html and "王王王" in html


@pytest.mark.parametrize(
    "content", [b"", b"x" * 100, b"\x89PNG\r\n\x1a\n" + b"0" * 50, b"%PDF-1.4", b"GIF89a" + b"0" * 20]
)
def test_files_that_are_no_photo_are_refused_in_words(client: Client, worker: User, content: bytes) -> None:
    file = io.BytesIO(content)
    file.name = "身份证.png"
    answer = client.post("/me/certify/photo/", {"photo": file} if content else {})
    assert 400 <= answer.status_code < 500 and answer.json()["title"]
