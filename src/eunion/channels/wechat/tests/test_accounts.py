"""Accounts: the self-check names what is wrong; one holder refreshes tokens and tickets."""

from __future__ import annotations

import datetime
import threading
from typing import Any

import pytest
import requests
import time_machine
from django.db import connection
from django.test import Client
from django.utils import timezone

from eunion.broadcast.factories import make_account
from eunion.channels.backoffice import AccountForm, AccountViewSet
from eunion.channels.wechat import client
from eunion.channels.wechat.models import Account
from eunion.channels.wechat.services import accounts, jssdk
from eunion.sandbox.tests.box import SERVICE, Box


def findings(account: Account) -> dict[str, accounts.Check]:
    return {one.name: one for one in accounts.check(account)}


def test_a_sound_account_passes_its_self_check(service: Account) -> None:
    accounts.note_verified(account_id=service.pk)
    service.refresh_from_db()
    assert all(one.ok for one in accounts.check(service)), accounts.check(service)


def test_a_wrong_secret_is_named(service: Account) -> None:
    Account.objects.filter(pk=service.pk).update(secret="wrong")
    found = findings(Account.objects.get(pk=service.pk))["密钥和接口"]
    assert not found.ok and "AppSecret" in found.words


def test_an_address_that_is_not_allowed_is_named_with_its_number(service: Account, box: Box) -> None:
    box.faults(block_ip=True)
    found = findings(service)["密钥和接口"]
    box.faults(block_ip=False)
    assert not found.ok and "127.0.0.1" in found.words and "白名单" in found.words


def test_a_callback_that_wechat_never_checked_is_named_with_the_address_to_enter(service: Account) -> None:
    found = findings(service)["消息回调"]
    assert not found.ok and "/wechat/service/callback" in found.words


def test_a_clock_that_runs_ahead_is_named(service: Account) -> None:
    with time_machine.travel(timezone.now() + datetime.timedelta(minutes=9), tick=True):
        found = findings(service)["服务器时间"]
    assert not found.ok and "NTP" in found.words


def test_a_template_that_the_account_does_not_have_is_named(service: Account) -> None:
    service.notice_template_id = "T-none"
    assert not findings(service)["通知模板"].ok


def test_processes_that_ask_at_once_share_one_refresh(program: Box, settings: Any, committed_db: str) -> None:
    program.reset()
    settings.WECHAT_API_URL = program.url
    program.seed(accounts=[SERVICE])
    account = make_account(appid=SERVICE["appid"], secret=SERVICE["secret"])
    tokens: list[str] = []

    def ask() -> None:
        tokens.append(client.access_token(account.pk))
        connection.close()

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(tokens)) == 1 and len(tokens) == 8
    lines = requests.get(f"{program.url}/_sandbox/recording.jsonl", timeout=10).text.splitlines()
    assert sum("/cgi-bin/stable_token" in line for line in lines) == 1


def test_the_recording_shows_requests_and_hides_secrets(service: Account, box: Box) -> None:
    client.access_token(service.pk)
    recorded = requests.get(f"{box.url}/_sandbox/recording.jsonl", timeout=10).text
    assert "/cgi-bin/stable_token" in recorded and SERVICE["secret"] not in recorded


def test_the_jssdk_signature_is_the_one_of_wechats_documentation() -> None:
    # The worked example of the JS-SDK documentation, appendix 1.
    ticket = "sM4AOVdWfPE4DxkXGEs8VMCPGGVi4C3VM0P37wVUCFvkVAy_90u5h9nbSlYy3-Sl-HhTdfl2fzFy1AOcHKP7qg"
    signed = jssdk.sign(
        ticket=ticket,
        nonce="Wm3WZYTPz0wzccnW",
        timestamp=1414587457,
        url="http://mp.weixin.qq.com?params=value",
    )
    assert signed == "0f9de62fce790f9a083d5c99e95740ceb90c27ed"


def test_only_our_own_pages_are_signed_for(client: Client, service: Account) -> None:
    ours = client.get("/wechat/jssdk", {"url": "http://testserver/news/#top"}).json()
    assert ours["appId"] == SERVICE["appid"] and len(ours["signature"]) == 40
    assert client.get("/wechat/jssdk", {"url": "https://example.com/"}).status_code == 400


def test_the_ticket_is_fetched_once_and_then_read_without_a_lock(
    service: Account, django_assert_num_queries: Any
) -> None:
    first = jssdk.ticket(service.pk)
    with django_assert_num_queries(1):
        assert jssdk.ticket(service.pk) == first


def test_wechat_away_leaves_pages_without_a_signature_and_nothing_else(
    client: Client, service: Account, settings: Any
) -> None:
    settings.WECHAT_API_URL = "http://127.0.0.1:9"
    answer = client.get("/wechat/jssdk", {"url": "http://testserver/news/"})
    assert answer.status_code == 503 and "稍后再试" in answer.json()["title"]


@pytest.mark.django_db
def test_without_an_account_pages_get_no_signature(client: Client) -> None:
    assert client.get("/wechat/jssdk", {"url": "http://testserver/news/"}).status_code == 422


def test_wechat_accepts_what_we_sign_and_nothing_else(client: Client, service: Account, box: Box) -> None:
    box.seed(accounts=[{**SERVICE, "web_domains": ["testserver"]}])
    url = "http://testserver/news/?page=2"
    signed = client.get("/wechat/jssdk", {"url": url}).json()
    assert box.ask("/_sandbox/jssdk", url=url, **signed)["errMsg"] == "config:ok"
    assert box.ask("/_sandbox/jssdk", url=url[:-1], **signed)["errMsg"] == "config:invalid signature"
    elsewhere = box.ask("/_sandbox/jssdk", url="http://elsewhere.example/", **signed)
    assert elsewhere["errMsg"] == "config:invalid url domain"


def _form(**typed: str) -> Any:
    form_class = AccountViewSet().get_edit_handler().get_form_class()
    assert issubclass(form_class, AccountForm)
    kept = {
        "name": "号",
        "slug": "s",
        "kind": "service",
        "appid": "wx9",
        "secret": "x",
        "mode": "safe",
        "rate_per_s": "0",
    }
    return form_class({**kept, **typed})


@pytest.mark.django_db
def test_a_chatting_account_needs_its_callback_secrets_and_a_mini_program_does_not() -> None:
    assert not _form().is_valid()
    assert "43" in _form(token="t", aes_key="short").errors["aes_key"][0]
    assert _form(token="t", aes_key="a" * 43).is_valid()
    assert _form(kind="miniprogram").is_valid()
