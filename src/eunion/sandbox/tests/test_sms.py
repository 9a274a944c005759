"""The far side of text messages checks what the real ones check."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from eunion.sandbox.sms import form_signature
from eunion.sandbox.tests.box import Box, running

ACCOUNT = {
    "key_id": "k",
    "secret": "s",
    "shape": "a",
    "sign_names": ["工会"],
    "templates": {"T": "码${code}"},
}


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Box]:
    yield from running(tmp_path_factory.mktemp("box"))


@pytest.fixture
def box(program: Box) -> Box:
    program.reset()
    requests.post(f"{program.url}/_sandbox/sms", json={"accounts": [ACCOUNT]}, timeout=5).raise_for_status()
    return program


def send(box: Box, *, secret: str = "s", **changed: str) -> str:
    form = {
        "AccessKeyId": "k",
        "Action": "SendSms",
        "Version": "2017-05-25",
        "PhoneNumbers": "13800000001",
        "SignName": "工会",
        "TemplateCode": "T",
        "TemplateParam": '{"code":"1"}',
        "SignatureNonce": str(time.monotonic_ns()),
        "Timestamp": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        **changed,
    }
    form["Signature"] = form_signature(secret, form)
    answer: dict[str, Any] = requests.post(f"{box.url}/sms/a", data=form, timeout=5).json()
    return str(answer["Code"])


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"secret": "other"}, "SignatureDoesNotMatch"),
        ({"AccessKeyId": "none"}, "InvalidAccessKeyId.NotFound"),
        ({"Timestamp": "2017-07-12T02:42:19Z"}, "InvalidTimeStamp.Expired"),
        ({"PhoneNumbers": "10086"}, "isv.MOBILE_NUMBER_ILLEGAL"),
        ({"SignName": "别人"}, "isv.SMS_SIGNATURE_ILLEGAL"),
        ({"TemplateCode": "X"}, "isv.SMS_TEMPLATE_ILLEGAL"),
        ({"TemplateParam": "{}"}, "isv.TEMPLATE_MISSING_PARAMETERS"),
        ({"TemplateParam": "["}, "isv.INVALID_JSON_PARAM"),
    ],
)
def test_each_wrong_request_has_its_code(box: Box, changed: dict[str, str], code: str) -> None:
    assert send(box, **changed) == code
    assert box.ask("/_sandbox/sms", phone="13800000001") == []


def test_a_nonce_is_good_for_one_request(box: Box) -> None:
    assert [send(box, SignatureNonce="n1"), send(box, SignatureNonce="n1")] == ["OK", "SignatureNonceUsed"]


def test_a_number_gets_one_a_minute(box: Box) -> None:
    assert [send(box), send(box), send(box, PhoneNumbers="13800000002")] == [
        "OK",
        "isv.BUSINESS_LIMIT_CONTROL",
        "OK",
    ]


def test_a_bad_day_looks_like_the_providers(box: Box) -> None:
    box.faults(busy_rate=1)
    assert send(box) == "isp.SYSTEM_ERROR"
    box.faults(busy_rate=0, rate_limit_per_s=1)
    assert "Throttling.User" in {send(box, PhoneNumbers=f"1380000001{n}") for n in range(6)}


def test_receipts_go_to_loopback_alone(box: Box) -> None:
    far = {**ACCOUNT, "receipts_url": "http://192.0.2.1/receipts"}
    requests.post(f"{box.url}/_sandbox/sms", json={"accounts": [far]}, timeout=5)
    assert send(box) == "OK"
