"""The gate over its endpoint, on a database where commits are real: every answer, and what it remembers."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import psycopg
import pytest

from eunion.booking import challenge, endpoint, gate, passes
from eunion.booking.buckets import Buckets
from eunion.booking.factories import SessionFactory, in_hours, make_claim
from eunion.booking.models import Claim, Session, Tally
from eunion.booking.services.cancel import cancel_for
from eunion.booking.services.edit import edit_session
from eunion.registry.factories import MemberFactory, UserFactory
from eunion.registry.models import User

Asked = dict[str, Any]


def pass_for(session: Session, member: int, **fields: Any) -> str:
    return passes.make(
        **{"session": session.pk, "member": member, "share": 0, "device_cookie": "phone", **fields}
    )


async def send(
    body: bytes, *, method: str = "POST", path: str = "/gate/claim", **head: str
) -> tuple[int, Asked]:
    """Send one request to the endpoint as granian would; return status and JSON."""
    headers = [(name.replace("_", "-").encode(), value.encode()) for name, value in head.items()]
    scope = {"type": "http", "method": method, "path": path, "headers": headers, "client": ("127.0.0.1", 5)}
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def out(message: dict[str, Any]) -> None:
        sent.append(message)

    await endpoint.application(scope, receive, out)
    return sent[0]["status"], json.loads(sent[1]["body"] or b"{}")


async def ask(text: str, **more: Any) -> tuple[int, Asked]:
    head = {"cookie": f"a=b; {passes.DEVICE_COOKIE}=phone", **more.pop("head", {})}
    return await send(json.dumps({"pass": text, **more}).encode(), **head)


def run(story: Callable[[], Awaitable[None]]) -> None:
    """Play a story on a loop, with a gate, of its own."""

    async def whole() -> None:
        try:
            await story()
        finally:
            await gate.of_this_loop().close()

    asyncio.run(whole())


@pytest.fixture
def boss(committed_db: str) -> User:
    return UserFactory(is_superuser=True)


def counting(here: gate.Gate) -> list[str]:
    """Count the claims' statements that reach the database."""
    seen: list[str] = []
    before = here.connections.rows

    async def rows(sql: str, parameters: Any) -> Any:
        if sql == here.call:
            seen.append(sql)
        return await before(sql, parameters)

    here.connections.rows = rows  # type: ignore[method-assign]
    return seen


def test_what_is_answered_is_committed_and_told_again(committed_db: str) -> None:
    session = SessionFactory(quota=1, offering__price_fen=100, offering__waiting_size=1)

    async def story() -> None:
        texts = [pass_for(session, member) for member in (1, 2, 3)]
        told = [await ask(text) for text in texts]
        assert [(status, one["answer"]) for status, one in told] == [
            (200, "held"),
            (200, "waiting"),
            (409, "sold_out"),
        ]
        assert told[0][1]["deadline"] > 0 and told[1][1]["line"] == 1
        with psycopg.connect(committed_db) as other:
            stored = dict(other.execute("SELECT member_id, public_id FROM booking_claim").fetchall())
        assert stored == {1: told[0][1]["claim"], 2: told[1][1]["claim"]}
        # After the sell-out the memory answers, but never to those who have something.
        assert [await ask(text) for text in texts] == told

    run(story)


def test_many_at_once_are_few_statements(committed_db: str) -> None:
    session = SessionFactory(quota=100)

    async def story() -> None:
        seen = counting(gate.of_this_loop())
        told = await asyncio.gather(*(ask(pass_for(session, member)) for member in range(1, 301)))
        assert sum(status == 200 for status, _ in told) == 100
        assert len(seen) < 10

    run(story)
    assert Claim.objects.count() == 100
    # Arrival in the gate is arrival in the table.
    assert list(Claim.objects.order_by("arrival").values_list("member_id", flat=True)) == list(range(1, 101))


def test_after_the_sell_out_nothing_reaches_the_database_until_a_place_comes_back(boss: User) -> None:
    member = MemberFactory()
    session = SessionFactory(quota=1)

    async def story() -> None:
        here = gate.of_this_loop()
        seen = counting(here)
        await ask(pass_for(session, member.pk))
        await _hears(here)
        await ask(pass_for(session, 500))
        before = len(seen)
        for number in range(501, 520):
            assert (await ask(pass_for(session, number)))[1]["answer"] == "sold_out"
        assert len(seen) == before
        await asyncio.to_thread(_cancelled, boss)
        await _until(lambda: not here.boards[session.pk].full_pools)
        assert (await ask(pass_for(session, 600)))[0] == 200

    run(story)


def _cancelled(boss: User) -> None:
    from django.db import connection

    cancel_for(claim=Claim.objects.get(), user=boss, reason="本人来电取消")
    connection.close()


async def _hears(here: gate.Gate) -> None:
    await _until(lambda: here.hears)


async def _until(true: Callable[[], bool]) -> None:
    for _ in range(200):
        if true():
            return
        await asyncio.sleep(0.02)
    raise AssertionError("never came true")


def test_a_deaf_gate_answers_nothing_from_memory(committed_db: str) -> None:
    session = SessionFactory(quota=1)

    async def story() -> None:
        here = gate.of_this_loop()
        await ask(pass_for(session, 1))
        await ask(pass_for(session, 2))
        seen = counting(here)
        here.hears = False
        await ask(pass_for(session, 3))
        assert len(seen) == 1

    run(story)


def test_before_the_opening_the_servers_clock_is_told_without_a_statement(boss: User) -> None:
    session = SessionFactory(offering__opens_at=in_hours(1))

    async def story() -> None:
        here = gate.of_this_loop()
        seen = counting(here)
        await ask(pass_for(session, 1))
        await _hears(here)
        status, told = await ask(pass_for(session, 1))
        assert (status, told["answer"]) == (425, "early") and not seen
        assert 3_500_000 < told["opens_at"] - told["now"] <= 3_600_000
        # Opened earlier by an organiser: heard at once.
        await asyncio.to_thread(_opened, session, boss)
        await _until(lambda: here.boards[session.pk].rules_until == 0)
        assert (await ask(pass_for(session, 1)))[0] == 200

    run(story)


def _opened(session: Session, boss: User) -> None:
    from django.db import connection

    edit_session(session=session, user=boss, opens_at=in_hours(-1))
    connection.close()


@pytest.mark.parametrize(
    ("changed", "answer"),
    [
        ({"closes_at": in_hours(-0.1)}, "closed"),
        ({"offering__state": "draft"}, "closed"),
        ({"offering__per_event": 1}, "limit_event"),
        ({"offering__per_day": 1}, "limit_day"),
    ],
)
def test_reasons_why_not(committed_db: str, changed: dict[str, Any], answer: str) -> None:
    session = SessionFactory(**changed)
    make_claim(SessionFactory(offering=session.offering), MemberFactory(pk=1))

    async def story() -> None:
        status, told = await ask(pass_for(session, 1))
        assert (told["answer"], status) == (answer, 403 if "limit" in answer else 409) and told["title"]

    run(story)


def test_what_the_pass_itself_refuses(committed_db: str) -> None:
    session = SessionFactory()

    async def story() -> None:
        good = pass_for(session, 1)
        assert (await ask(pass_for(session, 1, lasts_s=-1)))[1]["answer"] == "expired"
        assert (await ask(good[:-4] + "0000"))[1]["answer"] == "invalid"
        assert (await ask(good, head={"cookie": "eunion_device=other"}))[1]["answer"] == "other_device"
        assert (await ask(good, head={"cookie": ""}))[1]["answer"] == "other_device"
        for body in (b"", b"[]", b"{}", b"7", b'"x"', b"\xff", b"{" * 1_000, b"x" * 5_000):
            assert (await send(body))[0] == 400
        assert (await send(b"", method="GET"))[0] == 405
        assert (await send(b"", path="/gate/other"))[0] == 404
        status, clock = await send(b"", method="GET", path="/gate/clock")
        assert status == 200 and clock["now"] > 1e12

    run(story)
    assert not Claim.objects.exists()


def test_a_member_who_taps_without_end_is_slowed(committed_db: str) -> None:
    session = SessionFactory()

    async def story() -> None:
        text = pass_for(session, 1)
        told = [(await ask(text))[1]["answer"] for _ in range(20)]
        assert told.count("slower") >= 9 and told[0] == "confirmed"
        assert (await ask(pass_for(session, 2)))[1]["answer"] == "confirmed"

    run(story)


def test_a_crowd_from_one_address_works_or_waits(committed_db: str, monkeypatch: pytest.MonkeyPatch) -> None:
    session = SessionFactory(quota=50)
    monkeypatch.setattr(endpoint, "CALM", Buckets(per_s=0.01, burst=2))
    monkeypatch.setattr(challenge, "BITS_LEAST", 6)

    async def story() -> None:
        here = {"x_forwarded_for": "spoofed, 203.0.113.9"}
        for member in (1, 2):
            assert (await ask(pass_for(session, member), head=here))[0] == 200
        text = pass_for(session, 3)
        status, told = await ask(text, head=here)
        assert (status, told["answer"], told["wait_s"]) == (428, "challenge", challenge.WAIT_S)
        assert (await ask(text, head=here, challenge=told["challenge"], work="no"))[0] == 428
        works = (str(number) for number in range(100_000))
        work = next(one for one in works if challenge.zero_bits(told["challenge"], one) >= told["bits"])
        assert (await ask(text, head=here, challenge=told["challenge"], work=work))[0] == 200
        assert (await ask(pass_for(session, 4), head={"x_forwarded_for": "203.0.113.10"}))[0] == 200

    run(story)


def test_the_database_away_is_said_and_nothing_is_half_done(committed_db: str) -> None:
    session = SessionFactory(quota=5)

    async def story() -> None:
        here = gate.of_this_loop()
        await ask(pass_for(session, 1))
        with psycopg.connect(committed_db, autocommit=True) as other:
            cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'eunion-gate'"
            other.execute(cut + " AND datname = current_database()")
        # Dead connections are noticed and replaced.
        assert (await ask(pass_for(session, 2)))[0] == 200
        for connection in here.connections.idle:
            await connection.close()
        here.connections.idle.clear()
        here.connections.parameters = {"host": "127.0.0.1", "port": 1, "dbname": "x"}
        status, told = await ask(pass_for(session, 3))
        assert (status, told["answer"]) == (503, "busy")
        here.connections.parameters = None
        assert (await ask(pass_for(session, 3)))[0] == 200

    run(story)


def test_answers_are_counted_for_the_live_board(committed_db: str) -> None:
    session = SessionFactory(quota=1)

    async def story() -> None:
        for member in (1, 2, 3):
            await ask(pass_for(session, member))
        await _until(lambda: not gate.of_this_loop().told)
        await asyncio.sleep(0.3)

    run(story)
    assert dict(Tally.objects.values_list("answer", "count")) == {"confirmed": 1, "sold_out": 2}
