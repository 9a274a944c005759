"""Receipts move messages once; what is not the provider's, or not a receipt, is refused, never a 5xx."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client
from hypothesis import HealthCheck, given
from hypothesis import settings as fuzzing
from hypothesis import strategies as st

from eunion.channels.sms import services
from eunion.channels.sms.factories import make_sms_account
from eunion.channels.sms.models import SmsAccount, SmsMessage
from eunion.channels.sms.tests.conftest import seed
from eunion.sandbox.tests.box import Box
from eunion.sandbox.tests.postbox import Postbox

pytestmark = pytest.mark.django_db
PHONE = "13800000001"
State = SmsMessage.State


@pytest.fixture
def account() -> SmsAccount:
    return make_sms_account(slug="one")


def post(client: Client, body: bytes, slug: str = "one", token: str = "receipt-token") -> Any:
    return client.post(f"/sms/{slug}/receipts/{token}", body, content_type="application/json")


def sent(box: Box) -> SmsMessage:
    message = services.send(kind="code", phone=PHONE, params={"code": "1"}, key="k1")
    services.deliver(message_id=message.pk)
    message.refresh_from_db()
    return message


@pytest.mark.parametrize("shape", ["a", "b"])
@pytest.mark.parametrize(("unreachable", "state"), [([], State.DELIVERED), ([PHONE], State.FAILED)])
def test_what_the_provider_tells_becomes_the_messages_state(
    client: Client, box: Box, postbox: Postbox, shape: str, unreachable: list[str], state: str
) -> None:
    make_sms_account(shape, slug="one")
    seed(box, shape, receipts_url=postbox.url, unreachable=unreachable)
    message = sent(box)
    (told,) = postbox.wait()
    assert post(client, told.body).status_code == 200
    message.refresh_from_db()
    assert message.state == state and bool(message.error_code) == (state == State.FAILED)


def test_a_receipt_tells_of_a_call_whose_end_nobody_heard(client: Client, account: SmsAccount) -> None:
    message = services.send(kind="code", phone=PHONE, params={"code": "1"}, key="k1")
    services.begin(message.pk)
    post(client, json.dumps([{"out_id": "k1", "biz_id": "b1", "success": True}]).encode())
    message.refresh_from_db()
    assert message.state == State.DELIVERED


def test_delivered_is_final(client: Client, account: SmsAccount, box: Box) -> None:
    message = sent(box)
    for success in (True, False):
        post(client, json.dumps([{"biz_id": message.remote_id, "success": success}]).encode())
    message.refresh_from_db()
    assert message.state == State.DELIVERED


def test_another_accounts_receipt_moves_nothing(client: Client, account: SmsAccount, box: Box) -> None:
    message = sent(box)
    make_sms_account(slug="two")
    post(client, json.dumps([{"out_id": "k1", "success": True}]).encode(), slug="two")
    message.refresh_from_db()
    assert message.state == State.SENT


@pytest.mark.parametrize(("slug", "token"), [("one", "wrong"), ("one", "錯"), ("none", "receipt-token")])
def test_a_wrong_address_is_refused(client: Client, account: SmsAccount, slug: str, token: str) -> None:
    assert post(client, b"[]", slug, token).status_code == 403


@pytest.mark.parametrize("body", [b"", b"{", b"{}", b"[1]", b"\xff", b"[" * 100_000, b"[]" + b" " * 600_000])
def test_what_is_no_receipt_is_refused(client: Client, account: SmsAccount, body: bytes) -> None:
    assert post(client, body).status_code == 422


NAMES = [
    "phone_number",
    "success",
    "err_code",
    "biz_id",
    "out_id",
    "mobile",
    "report_status",
    "errmsg",
    "sid",
]
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)


@given(rows=st.lists(st.dictionaries(st.sampled_from(NAMES), ANYTHING)) | ANYTHING)
@fuzzing(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@pytest.mark.parametrize("shape", ["a", "b"])
def test_fuzzed_receipts_never_break(client: Client, shape: str, rows: Any) -> None:
    SmsAccount.objects.filter(slug="one").exists() or make_sms_account(shape, slug="one")
    assert post(client, json.dumps(rows).encode()).status_code in (200, 422)


@given(body=st.binary(max_size=200), token=st.text(min_size=1, max_size=20))
@fuzzing(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_fuzzed_addresses_and_bytes_never_break(
    client: Client, account: SmsAccount, body: bytes, token: str
) -> None:
    assert post(client, body).status_code in (200, 422)
    assert client.generic("POST", "/sms/one/receipts/" + token, body).status_code < 500


@pytest.mark.parametrize("text", ["\x00", "\ud800", "x" * 500])
def test_text_that_no_database_holds_is_taken_as_unknown(
    client: Client, account: SmsAccount, text: str
) -> None:
    assert (
        post(client, json.dumps([{"out_id": text, "biz_id": text, "err_code": text}]).encode()).status_code
        == 200
    )
