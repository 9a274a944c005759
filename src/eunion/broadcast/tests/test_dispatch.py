"""Dispatch against the sandbox: on real commits, with real trouble."""

from __future__ import annotations

import asyncio
import datetime
import time
from collections.abc import Iterator
from typing import Any as SettingsWrapper

import pytest
from asgiref.sync import sync_to_async
from django.db import connections
from django.utils import timezone

from eunion.broadcast import dispatch, quiet
from eunion.broadcast.dispatch import Dispatcher, Outcome
from eunion.broadcast.factories import broadcast_of, make_account, make_follower, make_gateway, published
from eunion.broadcast.models import Broadcast, Delivery
from eunion.channels.wechat.models import Account
from eunion.registry.factories import GroupFactory
from eunion.sandbox.tests.box import SERVICE, Box, running

COUNT = 300


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Box]:
    yield from running(tmp_path_factory.mktemp("box"))


@pytest.fixture
def box(program: Box, settings: SettingsWrapper, committed_db: str) -> Box:
    program.reset()
    settings.WECHAT_API_URL = program.url
    program.seed(accounts=[SERVICE])
    return program


def planned(box: Box, count: int = COUNT) -> tuple[Account, Broadcast]:
    """Return an account and a broadcast to that many followers, whom the box knows too."""
    account = make_account(appid=SERVICE["appid"], secret=SERVICE["secret"])
    followers = [make_follower(account) for _ in range(count)]
    box.seed(followers=[{"appid": SERVICE["appid"], "openid": one.openid} for one in followers])
    return account, broadcast_of(published(channels=["wechat"]))


def run(account_id: int, broadcast: Broadcast, channel: str = "wechat") -> Outcome:
    """Dispatch once, and leave no connection behind in the thread that the ORM used."""

    async def dispatched() -> Outcome:
        try:
            return await Dispatcher(broadcast_id=broadcast.pk, channel=channel, account_id=account_id).run()
        finally:
            await sync_to_async(connections.close_all)()

    return asyncio.run(dispatched())


def run_to_the_end(account: Account, broadcast: Broadcast) -> None:
    """Run again as the job does, whenever what was put off is due."""
    deadline = time.monotonic() + 60
    while not (outcome := run(account.pk, broadcast)).finished:
        assert time.monotonic() < deadline
        time.sleep(min(outcome.later_s, 2))


def states() -> dict[str, int]:
    found: dict[str, int] = {}
    for state in Delivery.objects.values_list("state", flat=True):
        found[state] = found.get(state, 0) + 1
    return found


def test_every_follower_gets_exactly_one_message_and_every_row_its_result(box: Box) -> None:
    account, broadcast = planned(box)
    assert run(account.pk, broadcast).finished
    assert states() == {"sent": COUNT}
    assert set(Delivery.objects.values_list("attempt_count", flat=True)) == {1}
    assert box.ask("/_sandbox/stats")["template"] == {"accepted": COUNT, "recipients": COUNT, "doubled": 0}


def test_busy_and_rate_limited_sends_are_tried_again(box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("eunion.channels.wechat.client.BUSY_CODES", {-1: 0.05, 45009: 0.05})
    account, broadcast = planned(box, 40)
    box.faults(busy_rate=0.2)
    run_to_the_end(account, broadcast)
    assert states() == {"sent": 40}
    assert box.ask("/_sandbox/stats")["template"]["doubled"] == 0


def test_a_refused_recipient_is_not_tried_again(box: Box) -> None:
    account, broadcast = planned(box, 5)
    refused = Delivery.objects.first()
    assert refused
    box.faults(refuse=[refused.address])
    assert run(account.pk, broadcast).finished
    refused.refresh_from_db()
    assert (refused.state, refused.error_code, refused.attempt_count) == ("refused", "43004", 1)
    assert states() == {"refused": 1, "sent": 4}


def test_a_token_that_ends_early_is_refreshed_once(box: Box) -> None:
    account, broadcast = planned(box, 50)
    account.access_token = "stale"
    account.access_token_expires_at = broadcast.created_at.replace(year=2099)
    account.save()
    assert run(account.pk, broadcast).finished
    assert states() == {"sent": 50}


def test_a_dead_dispatchers_rows_are_sent_again_without_a_second_message(box: Box) -> None:
    account, broadcast = planned(box, 20)
    assert run(account.pk, broadcast).finished
    # As after a SIGKILL between the send and the write: sent, but nobody wrote it down, and the lease has run out.
    Delivery.objects.update(state="queued", remote_id="", leased_until=None)
    assert run(account.pk, broadcast).finished
    assert states() == {"sent": 20}
    assert box.ask("/_sandbox/stats")["template"] == {"accepted": 20, "recipients": 20, "doubled": 0}


def test_a_leased_row_is_left_alone_until_its_lease_ends(box: Box) -> None:
    account, broadcast = planned(box, 3)
    Delivery.objects.update(leased_until=broadcast.created_at.replace(year=2099))
    outcome = run(account.pk, broadcast)
    assert not outcome.finished and outcome.later_s > 0
    assert states() == {"queued": 3}


def test_a_paused_broadcast_sends_nothing(box: Box) -> None:
    account, broadcast = planned(box, 3)
    Broadcast.objects.update(state="paused")
    assert run(account.pk, broadcast) == Outcome()
    assert states() == {"queued": 3}


def test_too_many_failures_pause_the_broadcast_for_a_person(
    box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dispatch, "FAILURES_MAX", 10)
    monkeypatch.setattr("eunion.channels.wechat.client.BUSY_CODES", {-1: 0.01})
    account, broadcast = planned(box, 60)
    box.faults(busy_rate=1)
    run(account.pk, broadcast)
    broadcast.refresh_from_db()
    assert broadcast.state == "paused"
    assert "失败过多" in broadcast.paused_because


def test_groups_get_the_notice_once(box: Box) -> None:
    gateway = make_gateway(box.url)
    box.seed(community={"app_key": gateway.app_key, "secret": gateway.secret, "callback_url": ""})
    groups = [GroupFactory() for _ in range(30)]
    box.seed(groups=[{"id": g.external_id, "name": g.name, "grid": "", "member_count": 1} for g in groups])
    broadcast = broadcast_of(published(channels=["community"]))
    run(gateway.pk, broadcast, "community")
    assert states() == {"sent": 30}
    assert box.ask("/_sandbox/stats")["community"] == {"accepted": 30, "groups": 30, "doubled": 0}


@pytest.mark.parametrize(
    ("hour", "urgent", "seconds"),
    [(23, False, 9 * 3600), (3, False, 5 * 3600), (12, False, 0), (23, True, 0)],
)
def test_quiet_hours_put_a_notice_off_unless_it_is_urgent(
    settings: SettingsWrapper, hour: int, urgent: bool, seconds: int
) -> None:
    settings.QUIET_FROM_HOUR, settings.QUIET_UNTIL_HOUR = 22, 8
    now = timezone.make_aware(datetime.datetime(2026, 3, 1, hour))
    assert quiet.seconds_until_allowed(now, urgent=urgent) == seconds
