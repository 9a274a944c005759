"""A notice to many followers: planning, sending with all bookkeeping, and a bare loop against the same emulator.

Figures: planned_per_s rows planned a second · sent_per_s accepted at the emulator a second, from the job's start to its end ·
bare_per_s the same messages from a bare aiohttp loop · ratio sent/bare · missing and doubled counted at the emulator ·
rss_mb the dispatcher process's peak. With --kill the dispatcher is SIGKILLed three times on its way.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import aiohttp
import requests

APPID, SECRET, TEMPLATE = "wxbench", "bench-secret", "bench-template"
CONCURRENCY = 64
KILLS = 3


def main(words: list[str]) -> dict[str, Any]:
    """Run the benchmark on a database of its own; return its figures."""
    parser = argparse.ArgumentParser(prog="./eunion bench broadcast")
    parser.add_argument("--recipients", type=int, default=10_000)
    parser.add_argument("--kill", action="store_true", help="SIGKILL the dispatcher three times")
    options = parser.parse_args(words)
    with tempfile.TemporaryDirectory() as folder, _sandbox(Path(folder)) as base:
        os.environ |= {
            "EUNION_WECHAT_API_URL": base,
            "EUNION_QUIET_FROM_HOUR": "0",
            "EUNION_QUIET_UNTIL_HOUR": "0",
        }
        os.environ["EUNION_DB_POOL"] = "0"
        import django

        django.setup()
        _prepare(options.recipients)
        _seed(base, options.recipients)
        bare = asyncio.run(_bare(base, min(options.recipients, 20_000)))
        _seed(base, options.recipients)
        broadcast_id, planned_per_s = _plan()
        sent_per_s, rss_mb = _send(broadcast_id, options.recipients, kill=options.kill)
        stats = requests.get(f"{base}/_sandbox/stats", timeout=60).json()["template"]
    return {
        "recipients": options.recipients,
        "planned_per_s": round(planned_per_s),
        "sent_per_s": round(sent_per_s),
        "bare_per_s": round(bare),
        "ratio": round(sent_per_s / bare, 3),
        "missing": options.recipients - stats["recipients"],
        "doubled": stats["doubled"] + stats["accepted"] - stats["recipients"],
        "rss_mb": round(rss_mb),
    }


@contextlib.contextmanager
def _sandbox(folder: Path) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        sys.executable,
        "-m",
        "granian",
        "--interface",
        "asgi",
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
    ]
    command += ["--workers", "1", "--loop", "uvloop", "--log-level", "error", "eunion.sandbox.app:app"]
    process = subprocess.Popen(command, env={**os.environ, "EUNION_SANDBOX_STORE": str(folder)})
    try:
        for _ in range(200):
            with contextlib.suppress(requests.ConnectionError):
                requests.get(f"http://127.0.0.1:{port}/_sandbox/stats", timeout=5)
                break
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


def _seed(base: str, count: int) -> None:
    """Empty the emulator and tell it the account and its followers; delivery reports are another benchmark's."""
    account = {
        "appid": APPID,
        "secret": SECRET,
        "name": "bench",
        "kind": "service",
        "token": "t",
        "aes_key": "",
    }
    account |= {"callback_url": "", "templates": [{"template_id": TEMPLATE, "title": "通知"}]}
    requests.post(f"{base}/_sandbox/reset", timeout=60).raise_for_status()
    followers = {"appid": APPID, "prefix": "o", "count": count}
    requests.post(
        f"{base}/_sandbox/seed", json={"accounts": [account], "followers_range": followers}, timeout=60
    ).raise_for_status()


def _prepare(count: int) -> None:
    """Migrate, install, and fill members and followers by one statement each."""
    from django.core.management import call_command
    from django.db import connection

    from eunion.channels.wechat.models import Account

    call_command("migrate", verbosity=0)
    call_command("install")
    with connection.cursor() as cursor:
        cursor.execute(
            "TRUNCATE broadcast_delivery, broadcast_lastmiletick, broadcast_broadcast, wechat_follower, "
            "wechat_inboundmessage, wechat_account, registry_membership, registry_member, procrastinate_jobs CASCADE"
        )
    account = Account.objects.create(
        slug="bench", name="bench", kind="service", appid=APPID, secret=SECRET, notice_template_id=TEMPLATE
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO registry_member (public_id, name, id_number, id_number_index, phone, phone_index, employer,"
            " employer_uscc, tags, certification, certified_method, created_at, updated_at)"
            " SELECT lpad(n::text, 16, '0'), '会员', '', '', '', '', '', '', '{}', 'certified', '', now(), now()"
            " FROM generate_series(0, %s) n",
            [count - 1],
        )
        cursor.execute(
            "INSERT INTO wechat_follower (account_id, openid, unionid, subscribed, member_id, tag_ids)"
            " SELECT %s, 'o' || lpad((row_number() OVER (ORDER BY id) - 1)::text, 8, '0'), '', true, id, '{}' FROM registry_member",
            [account.pk],
        )
        cursor.execute("VACUUM ANALYZE wechat_follower, registry_member")


def _plan() -> tuple[int, float]:
    """Publish a notice to all by WeChat through the three reviews; return its broadcast and rows planned a second."""
    from eunion.broadcast import plan
    from eunion.broadcast.models import Broadcast, Notice
    from eunion.content import services
    from eunion.content.models import SectionPage
    from eunion.registry.models import User

    people = [User.objects.get_or_create(username=f"bench{n}")[0] for n in range(4)]
    from django.contrib.auth.models import Group

    for stage in (1, 2, 3):
        people[stage].groups.add(Group.objects.get(name=f"reviewer_{stage}"))
    section = SectionPage.objects.get(kind="notice")
    notice = Notice(
        title="基准通知", slug=f"bench-{time.time_ns()}", summary="…", channels=["wechat"], live=False
    )
    section.add_child(instance=notice)
    took = 0.0
    insert = plan.insert

    def timed(**arguments: Any) -> int:
        nonlocal took
        begun = time.perf_counter()
        rows = insert(**arguments)
        took = time.perf_counter() - begun
        return rows

    plan.insert = timed
    services.reviewed_publish(page=notice, author=people[0], reviewers=people[1:])
    broadcast = Broadcast.objects.latest("id")
    return broadcast.pk, broadcast.planned_count / took


def _send(broadcast_id: int, count: int, *, kill: bool) -> tuple[float, float]:
    """Run a real worker until the broadcast is done; return messages a second and the worker's peak memory in MB."""
    from eunion.broadcast.models import Broadcast, Delivery

    # The rescue of stalled jobs waits on `now`; a worker for it holds the knowledge of 雲博士 too, which isn't sending's.
    rescuer = _worker("now")
    begun, kills, peak, worker = 0.0, 0, 0.0, _worker("send")
    try:
        while not Broadcast.objects.filter(pk=broadcast_id, state="done").exists():
            time.sleep(0.05)
            peak = max(peak, _rss_mb(worker.pid))
            left = (
                Delivery.objects.filter(broadcast_id=broadcast_id, state="queued").count()
                if kill or not begun
                else 0
            )
            begun = begun or (time.perf_counter() if left < count else 0.0)
            if kill and kills < KILLS and left < count * (KILLS - kills) / (KILLS + 1):
                worker.send_signal(signal.SIGKILL)
                worker.wait()
                kills, worker = kills + 1, _worker("send")
        took = time.perf_counter() - begun
    finally:
        for process in (worker, rescuer):
            process.terminate()
            process.wait()
    return count / took, peak


def _worker(queue: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", "django", "work", "--queues", queue], env=dict(os.environ))


def _rss_mb(pid: int) -> float:
    """Return a process's peak resident memory."""
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmHWM"):
                return int(line.split()[1]) / 1024
    return 0.0


async def _bare(base: str, count: int) -> float:
    """Send the same kind of message with nothing around it; return messages a second."""
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=CONCURRENCY)) as session:
        body = {"grant_type": "client_credential", "appid": APPID, "secret": SECRET}
        async with session.post(f"{base}/cgi-bin/stable_token", json=body) as response:
            token = (await response.json(content_type=None))["access_token"]
        numbers = iter(range(count))

        async def work() -> None:
            for number in numbers:
                message = {
                    "touser": f"o{number:08d}",
                    "template_id": TEMPLATE,
                    "url": f"http://127.0.0.1:8000/notices/bench/?d={number:x}-0123456789abcdef",
                    "client_msg_id": f"{number:032d}",
                    "data": {
                        "thing1": {"value": "基准通知"},
                        "thing2": {"value": "工会"},
                        "time3": {"value": "2026-01-01 09:00"},
                    },
                }
                address = f"{base}/cgi-bin/message/template/send"
                async with session.post(address, params={"access_token": token}, json=message) as response:
                    assert (await response.json(content_type=None))["errcode"] == 0

        begun = time.perf_counter()
        await asyncio.gather(*[work() for _ in range(CONCURRENCY)])
        return count / (time.perf_counter() - begun)
