"""The gate against three other ways of giving out places, on the same server, database and machine.

One granian worker each, `--connections` phones connected (2,000), one request at a time a phone. Figures:
claims_per_s   durable claims a second, all of `--members` (100,000) getting a place: every answer is a committed row
rush_per_s     10,000 members, quota 200 · rush_all_per_s the same with all members: most are told `sold out`
noop_per_s     the same requests to a no-op endpoint of the same server · ratio_noop
orm_per_s      one transaction a request, Django's ORM with select_for_update · ratio_orm
redis_per_s    a Lua script a request by the usual client (redis-py), as durable (appendfsync always) · ratio_redis
redis_lean_per_s   the same over a protocol written by hand; both null without a Redis server, the first without redis-py
p99_ms         of the claims_per_s run · rush_p99_ms of the 10,000, all sent within a second with --start-together
client_us      processor time that the client itself needs a request: its own ceiling is a second over that, a core
oversold, doubled, lost   places over the quota, members with two, `got it` answers that are not in the database
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from bench.callback import Server
from bench.crowd import Told, drive, requests_for

GATE = "eunion.config.asgi:application"
QUOTA = 200
RUSH = 10_000
REDIS = 20_000


def main(words: list[str]) -> dict[str, Any]:
    """Run the benchmark on a database of its own; return its figures."""
    parser = argparse.ArgumentParser(prog="./eunion bench claims")
    parser.add_argument("--members", type=int, default=100_000)
    parser.add_argument("--connections", type=int, default=2_000)
    parser.add_argument("--processes", type=int, default=1, help="of the client")
    parser.add_argument("--start-together", action="store_true", help="the rush arrives within one second")
    options = parser.parse_args(words)
    import django

    django.setup()
    _prepare()
    shape = {"connections": options.connections, "processes": options.processes}
    noop = _served("bench.rivals:noop", requests_for(1, range(1, options.members + 1)), shape)
    audit = Audit()
    every = audit.gate(quota=options.members, members=options.members, shape=shape)
    within_s = 1.0 if options.start_together else 0.0
    rush = audit.gate(quota=QUOTA, members=RUSH, shape=shape | {"within_s": within_s})
    rush_all = audit.gate(quota=QUOTA, members=options.members, shape=shape)
    orm_per_s = _orm()
    redis_per_s = _redis("redis_usual", shape) if find_spec("redis") else None
    redis_lean_per_s = _redis("redis_lean", shape)
    return {
        "members": options.members,
        "claims_per_s": round(every.per_s),
        "rush_per_s": round(rush.per_s),
        "rush_all_per_s": round(rush_all.per_s),
        "noop_per_s": round(noop.per_s),
        "orm_per_s": round(orm_per_s),
        "redis_per_s": redis_per_s and round(redis_per_s),
        "redis_lean_per_s": redis_lean_per_s and round(redis_lean_per_s),
        "ratio_noop": round(every.per_s / noop.per_s, 3),
        "ratio_orm": round(every.per_s / orm_per_s, 1),
        "ratio_redis": redis_per_s and round(every.per_s / redis_per_s, 2),
        "p50_ms": round(every.percentile_ms(0.5), 1),
        "p99_ms": round(every.percentile_ms(0.99), 1),
        "rush_p99_ms": round(rush.percentile_ms(0.99), 1),
        "client_us": round(noop.cpu_us, 1),
        "load": round(os.getloadavg()[0], 2),
        "oversold": audit.oversold,
        "doubled": audit.doubled,
        "lost": audit.lost,
    }


def _prepare() -> None:
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("install")


def make_session(quota: int) -> int:
    """Return the id of a session that is open now, free of charge."""
    from datetime import timedelta

    from django.db import connection
    from django.utils import timezone

    from eunion.booking.factories import SessionFactory

    now = timezone.now()
    made = SessionFactory(quota=quota, offering__opens_at=now - timedelta(hours=1))
    connection.close()
    return int(made.pk)


@contextmanager
def _serving(target: str) -> Iterator[int]:
    server = Server(target)
    try:
        yield server.port
    finally:
        server.kill()


def _served(target: str, requests: list[bytes], shape: dict[str, Any], warm: list[bytes] = []) -> Told:  # noqa: B006
    with _serving(target) as port:
        drive(port, warm or requests[:500], connections=64)
        return drive(port, requests, **shape)


class Audit:
    """Runs of the gate, each checked against the database and the client's own log."""

    def __init__(self) -> None:
        self.oversold = self.doubled = self.lost = 0

    def gate(self, *, quota: int, members: int, shape: dict[str, Any]) -> Told:
        """Let members claim the places of a new session; every one must have an answer."""
        session = make_session(quota)
        warm = requests_for(make_session(1_000), range(500_000, 500_500))
        told = _served(GATE, requests_for(session, range(1, members + 1)), shape, warm)
        self.check(session, quota, told)
        if len(told.answers) != members:
            raise SystemExit(f"only {len(told.answers)} of {members} were answered")
        return told

    def check(self, session: int, quota: int, told: Told) -> None:
        """Compare what was told with what is stored."""
        from django.db import connection

        from eunion.booking.models import PLACED, Claim

        rows = Claim.objects.filter(session_id=session, state__in=PLACED).values_list(
            "public_id", "member_id"
        )
        stored = dict(rows)
        self.oversold += max(len(stored) - quota, 0)
        self.doubled += len(stored) - len(set(stored.values()))
        for number, (status, body) in told.answers.items():
            if status == 200 and stored.get(json.loads(body)["claim"]) != number + 1:
                self.lost += 1
        connection.close()


def _orm() -> float:
    """Return claims a second of one ORM transaction each; fewer of them, as they take their time."""
    session = make_session(2_000)
    requests = requests_for(session, range(1, 1_501))
    return _served("bench.rivals:orm", requests, {"connections": 64}, requests[:50]).per_s


def _redis(rival: str, shape: dict[str, Any]) -> float | None:
    """Return claims a second of a Lua script each, or None without a server; its log is synced before each answer."""
    program = shutil.which("redis-server")
    if not program:
        return None
    with tempfile.TemporaryDirectory(dir=os.environ["EUNION_VAR"]) as folder:
        os.environ["BENCH_REDIS"] = path = f"{folder}/redis.sock"
        keep = ["--appendonly", "yes", "--appendfsync", "always", "--save", "", "--dir", folder]
        command = [program, "--port", "0", "--unixsocket", path, *keep, "--loglevel", "warning"]
        server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        try:
            while not Path(path).exists():
                time.sleep(0.05)
            return _served(f"bench.rivals:{rival}", requests_for(1, range(1, REDIS + 1)), shape).per_s
        finally:
            server.terminate()
            with suppress(subprocess.TimeoutExpired):
                server.wait(10)
