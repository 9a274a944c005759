"""The console: every account on one screen, each with a check that names what is wrong and what to do."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from allauth.mfa.totp.internal.auth import TOTP
from django.test import Client
from django.utils import timezone

from eunion.broadcast.factories import make_account, make_gateway
from eunion.channels.community import checks as community
from eunion.channels.selfcheck import Check
from eunion.channels.sms import checks as sms
from eunion.channels.sms.factories import make_sms_account
from eunion.channels.sms.models import SmsAccount, SmsMessage
from eunion.channels.sms.tests import conftest as sms_side
from eunion.channels.wecom import checks as wecom
from eunion.channels.wecom.factories import make_corp
from eunion.channels.wecom.models import Corp
from eunion.channels.wecom.tests import conftest as wecom_side
from eunion.registry.factories import UserFactory
from eunion.registry.roles import Role
from eunion.sandbox.tests.box import Box, running

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Box]:
    yield from running(tmp_path_factory.mktemp("console"))


@pytest.fixture
def box(program: Box, settings: Any) -> Box:
    program.reset()
    settings.WECOM_API_URL = program.url
    settings.SMS_A_URL, settings.SMS_B_URL = f"{program.url}/sms/a", f"{program.url}/sms/b"
    for shape in ("a", "b"):
        sms_side.seed(program, shape)
    return program


@pytest.fixture
def corp(box: Box) -> Corp:
    made = make_corp(slug="corp", corpid="ww-console")
    wecom_side.seed(box, made)
    return made


def named(checks: list[Check], name: str) -> Check:
    return next(one for one in checks if one.name == name)


def test_a_sound_app_of_wecom_passes_once_its_callback_is_verified(corp: Corp, client: Client) -> None:
    found = named(wecom.check(corp), "智能机器人回调")
    assert not found.ok and "/wecom/corp/robot" in found.words
    Corp.objects.filter(pk=corp.pk).update(verified_at=timezone.now())
    assert all(one.ok for one in wecom.check(Corp.objects.get(pk=corp.pk)))


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"secret": "wrong"}, "Secret 不对"),
        ({"corpid": "ww-nobody"}, "CorpID 不对"),
        ({"agentid": 7}, "AgentId"),
    ],
)
def test_what_is_wrong_with_an_app_is_named(corp: Corp, fields: dict[str, Any], words: str) -> None:
    for name, value in fields.items():
        setattr(corp, name, value)
    corp.save()
    found = named(wecom.check(corp), "密钥和接口")
    assert not found.ok and words in found.words


def test_a_secret_that_no_longer_works_is_seen_behind_a_token_that_does(corp: Corp) -> None:
    assert named(wecom.check(corp), "密钥和接口").ok
    Corp.objects.filter(pk=corp.pk).update(secret="wrong")
    assert not named(wecom.check(Corp.objects.get(pk=corp.pk)), "密钥和接口").ok


def test_an_address_that_wecom_does_not_trust_is_named(corp: Corp, box: Box) -> None:
    box.faults(block_ip=True)
    found = named(wecom.check(corp), "密钥和接口")
    assert not found.ok and "可信" in found.words and "127.0.0.1" in found.words


@pytest.mark.parametrize("shape", ["a", "b"])
def test_a_sound_sms_account_passes_and_no_message_is_sent(box: Box, shape: str) -> None:
    account = make_sms_account(shape)
    assert all(one.ok for one in sms.check(account)), sms.check(account)
    assert box.ask("/_sandbox/stats")["custom"] == 0 and not SmsMessage.objects.exists()


@pytest.mark.parametrize("shape", ["a", "b"])
@pytest.mark.parametrize("fields", [{"secret": "wrong"}, {"key_id": "nobody"}], ids=["secret", "key"])
def test_a_wrong_key_is_named(box: Box, shape: str, fields: dict[str, str]) -> None:
    found = named(sms.check(make_sms_account(shape, **fields)), "密钥和接口")
    assert not found.ok and "密钥不对" in found.words


@pytest.mark.parametrize("shape", ["a", "b"])
def test_an_address_that_the_provider_does_not_allow_is_named(box: Box, shape: str) -> None:
    box.faults(block_ip=True)
    found = named(sms.check(make_sms_account(shape)), "密钥和接口")
    assert not found.ok and "127.0.0.1" in found.words


@pytest.mark.parametrize("shape", ["a", "b"])
def test_templates_that_wait_or_are_unknown_are_named(box: Box, shape: str) -> None:
    sms_side.seed(box, shape, unapproved=["SMS_notice"])
    account = make_sms_account(shape)
    account.templates.filter(kind="promotion").update(code="SMS_nobody")
    found = named(sms.check(account), "短信模板")
    assert not found.ok and "notice（SMS_notice）" in found.words and "SMS_nobody" in found.words


def test_without_a_template_for_codes_that_is_said(box: Box) -> None:
    account = make_sms_account()
    account.templates.exclude(kind="notice").delete()
    found = named(sms.check(account), "短信模板")
    assert not found.ok and "验证码" in found.words


def test_a_clock_that_is_off_is_named_by_both_checks_that_see_it(box: Box) -> None:
    account = make_sms_account("b")
    with time_machine.travel(timezone.now() + datetime.timedelta(minutes=9), tick=True):
        found = sms.check(account)
    assert "NTP" in named(found, "密钥和接口").words and "NTP" in named(found, "服务器时间").words


def test_receipts_that_never_come_are_named_with_the_address_to_enter(box: Box) -> None:
    account = make_sms_account()
    message = SmsMessage.objects.create(
        key="k", account=account, kind="code", phone="19900000001", params="", state="sent"
    )
    assert named(sms.check(account), "送达回执").ok
    SmsMessage.objects.filter(pk=message.pk).update(at=timezone.now() - datetime.timedelta(hours=2))
    found = named(sms.check(account), "送达回执")
    assert not found.ok and f"/sms/{account.slug}/receipts/" in found.words
    assert account.receipt_token not in found.words
    assert not named(sms.check(make_sms_account(receipt_token="")), "送达回执").ok


def test_a_budget_that_is_gone_is_named(box: Box) -> None:
    account = make_sms_account(daily_budget_fen=100, spent_fen=99, spent_on=timezone.localdate())
    assert not named(sms.check(account), "今日预算").ok
    SmsAccount.objects.filter(pk=account.pk).update(
        spent_on=timezone.localdate() - datetime.timedelta(days=1)
    )
    assert named(sms.check(SmsAccount.objects.get(pk=account.pk)), "今日预算").ok


def test_the_gateway_is_checked_by_a_signed_call(box: Box) -> None:
    gateway = make_gateway(box.url)
    side = {"app_key": gateway.app_key, "secret": "gateway-secret", "callback_url": ""}
    box.seed(community=side, groups=[{"id": "g1", "name": "群", "grid": "G", "member_count": 3}])
    assert named(community.check(gateway), "签名和接口").ok
    gateway.secret = "wrong"
    assert "签名" in named(community.check(gateway), "签名和接口").words
    assert not named(community.check(gateway), "消息回调").ok


@pytest.mark.parametrize("checked", [wecom.check, sms.check, community.check])
def test_a_far_side_that_is_away_is_said_and_nothing_breaks(checked: Any, settings: Any) -> None:
    settings.WECOM_API_URL = settings.SMS_A_URL = "http://127.0.0.1:9"
    made = {wecom.check: make_corp, sms.check: make_sms_account, community.check: make_gateway}[checked]()
    found = checked(made)
    assert not found[0].ok and "连不上" in found[0].words


def staff(client: Client, role: Role) -> Client:
    """Sign a staff member in who has a second factor."""
    user = UserFactory(role=role)
    TOTP.activate(user, "GEZDGNBVGY3TQOJQ")
    client.force_login(user)
    return client


def test_the_administrator_finds_every_account_in_one_place(client: Client, box: Box, corp: Corp) -> None:
    account, text, gateway = (
        make_account(name="某服务号"),
        make_sms_account(name="某短信"),
        make_gateway(box.url),
    )
    page = staff(client, Role.ADMINISTRATOR).get("/admin/wechat/")
    html = page.content.decode()
    for name in (account.name, corp.name, text.name, gateway.name):
        assert name in html
    for kind, one in (("wecom", corp), ("sms", text), ("community", gateway)):
        address = f"/admin/channels/{kind}/{one.pk}/check/"
        assert f'action="{address}"' in html
        answer = client.post(address)
        assert answer.status_code == 200 and "服务器时间" in answer.content.decode()
        assert client.get(address)["location"] == "/admin/wechat/"


def test_an_editor_sees_the_accounts_and_neither_secrets_nor_the_others_checks(
    client: Client, box: Box, corp: Corp
) -> None:
    make_account(name="某服务号")
    html = staff(client, Role.EDITOR).get("/admin/wechat/").content.decode()
    assert "某服务号" in html and corp.name not in html and "自检" not in html
    assert client.post(f"/admin/channels/wecom/{corp.pk}/check/").status_code in (302, 403)


def test_whoever_has_no_part_in_it_sees_no_console(client: Client) -> None:
    answer = staff(client, Role.CASE_OFFICER).get("/admin/wechat/")
    assert answer.status_code in (302, 403)


def test_an_unknown_kind_of_account_is_no_page(client: Client) -> None:
    assert staff(client, Role.ADMINISTRATOR).post("/admin/channels/fax/1/check/").status_code == 404
