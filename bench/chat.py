"""Everyone asks 雲博士 at once, through the emulator's callbacks, and is answered in their own chat.

Figures: asked · answered people who got an answer · doubled answers beyond one each · max_s and p95_s from the moment a
person sends to the moment the answer stands in their chat, by the emulator's clock. Web server and workers are those
that `./eunion up` starts.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import random
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

APPID, SECRET, TOKEN, KEY = "wxbench", "bench-secret", "bench-token", "b" * 42 + "E"
PATIENCE_S = 60
# People who ask before the rush; it begins when so many answers in a row came so quickly.
WARMERS, QUICK_IN_A_ROW, QUICK_S = 200, 20, 0.25
ROOT = Path(__file__).resolve().parent.parent


def main(words: list[str]) -> dict[str, Any]:
    """Run the benchmark on a database of its own; return its figures."""
    parser = argparse.ArgumentParser(prog="./eunion bench chat")
    parser.add_argument("--people", type=int, default=500)
    options = parser.parse_args(words)
    box, web = _free_port(), _free_port()
    os.environ |= {
        "EUNION_WECHAT_API_URL": f"http://127.0.0.1:{box}",
        "EUNION_PUBLIC_URL": f"http://127.0.0.1:{web}",
        "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
    }
    import django

    django.setup()
    questions = _prepare()
    with tempfile.TemporaryDirectory() as folder, _processes(Path(folder), box, web):
        base = f"http://127.0.0.1:{box}"
        _seed(base, options.people, web)
        _warm(base, options.people)
        return asyncio.run(_rush(base, options.people, questions))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _prepare() -> list[str]:
    """Migrate, let the shipped knowledge speak with its vectors, and return questions to ask."""
    from django.core.management import call_command
    from django.db import connection

    from eunion.assistant import factories, retrieval
    from eunion.assistant.models import KnowledgeEntry
    from eunion.assistant.services import imports
    from eunion.channels.wechat.models import Account

    call_command("migrate", verbosity=0)
    call_command("install")
    imports.load_shipped(reviewers=factories.reviewers())
    retrieval.embed_missing()
    Account.objects.create(
        slug="bench", name="bench", kind="service", appid=APPID, secret=SECRET, token=TOKEN, aes_key=KEY
    )
    asked = [phrasing for entry in KnowledgeEntry.objects.all() for phrasing in entry.alternatives]
    random.Random(5).shuffle(asked)
    connection.close()
    return [f"{question}，麻烦讲一下" for question in asked]


@contextlib.contextmanager
def _processes(folder: Path, box: int, web: int) -> Iterator[None]:
    """Run the emulator, the web server and the workers as `./eunion up` does."""
    from eunion.config.launch.up import workers

    serve = [sys.executable, "-m", "granian", "--host", "127.0.0.1", "--workers", "1", "--loop", "uvloop"]
    serve += ["--log-level", "error"]
    commands = [
        [*serve, "--interface", "asgi", "--port", str(box), "eunion.sandbox.app:app"],
        [*serve, "--interface", "asginl", "--port", str(web), "eunion.config.asgi:application"],
        *workers().values(),
    ]
    environment = {**os.environ, "EUNION_SANDBOX_STORE": str(folder), "EUNION_LOG_LEVEL": "WARNING"}
    running = [subprocess.Popen(command, env=environment) for command in commands]
    try:
        for port, path in ((box, "/_sandbox/stats"), (web, "/healthz")):
            _wait(f"http://127.0.0.1:{port}{path}")
        yield
    finally:
        for process in running:
            process.terminate()
        for process in running:
            process.wait()


def _wait(address: str) -> None:
    for _ in range(600):
        with contextlib.suppress(requests.RequestException):
            if requests.get(address, timeout=5).ok:
                return
        time.sleep(0.1)
    raise SystemExit(f"{address} did not answer")


def _seed(base: str, people: int, web: int) -> None:
    account = {
        "appid": APPID,
        "secret": SECRET,
        "name": "bench",
        "kind": "service",
        "token": TOKEN,
        "aes_key": KEY,
    }
    account |= {"callback_url": f"http://127.0.0.1:{web}/wechat/bench/callback", "templates": []}
    rows = [
        {"id": f"p{number}", "name": f"职工{number}", "openids": {APPID: f"o{number}"}}
        for number in range(people + WARMERS)
    ]
    requests.post(
        f"{base}/_sandbox/seed", json={"accounts": [account], "people": rows}, timeout=60
    ).raise_for_status()


def _warm(base: str, people: int) -> None:
    """Let every process read the knowledge before the rush, as in the morning of any day: ask until all are quick."""
    quick, deadline = 0, time.monotonic() + 2 * PATIENCE_S
    while quick < QUICK_IN_A_ROW:
        before = _answers_sent(base)
        body = {"person": f"p{people + random.randrange(WARMERS)}", "appid": APPID, "text": "怎么入会"}
        requests.post(f"{base}/_sandbox/say", json=body, timeout=10).raise_for_status()
        said = time.monotonic()
        while _answers_sent(base) == before:
            if time.monotonic() > deadline:
                raise SystemExit("nobody was answered before the rush")
            time.sleep(0.02)
        quick = quick + 1 if time.monotonic() - said < QUICK_S else 0


def _answers_sent(base: str) -> int:
    return int(requests.get(f"{base}/_sandbox/stats", timeout=10).json()["custom"])


async def _rush(base: str, people: int, questions: list[str]) -> dict[str, Any]:
    async with aiohttp.ClientSession(base_url=base) as http:

        async def ask(number: int) -> float:
            body = {"person": f"p{number}", "appid": APPID, "text": questions[number % len(questions)]}
            begun = time.time()
            async with http.post("/_sandbox/say", json=body) as answer:
                answer.raise_for_status()
            return begun

        async def sent() -> int:
            async with http.get("/_sandbox/stats") as answer:
                return int((await answer.json())["custom"])

        async def answers(number: int) -> list[float]:
            async with http.get(
                "/_sandbox/messages", params={"appid": APPID, "openid": f"o{number}"}
            ) as answer:
                return [row["at"] for row in await answer.json() if row["kind"] == "custom"]

        before = await sent()
        begun = await asyncio.gather(*(ask(number) for number in range(people)))
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            await asyncio.sleep(1)
            if await sent() >= before + people:
                break
        await asyncio.sleep(3)  # for answers that would come twice
        got = await asyncio.gather(*(answers(number) for number in range(people)))
    took = sorted(at[0] - since for at, since in zip(got, begun, strict=True) if at)
    return {
        "asked": people,
        "answered": len(took),
        "doubled": sum(max(len(at) - 1, 0) for at in got),
        "max_s": round(took[-1], 2) if took else PATIENCE_S,
        "p95_s": round(took[int(len(took) * 0.95) - 1], 2) if took else PATIENCE_S,
    }
