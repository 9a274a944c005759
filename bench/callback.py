"""WeChat's callbacks in safe mode against a no-op endpoint of the same server, one granian worker each.

Figures: callbacks_per_s decrypted, deduplicated, stored and routed (a job committed with the row), answered after the
commit · noop_per_s the same requests to a no-op ASGI application · ratio · p99_ms the latency at half that load, requests
sent on a clock · lost and doubled after a SIGKILL of the web process in the middle, each message told up to three times
as WeChat does: messages that are not stored or have no job, and messages stored or handed to jobs more than once.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

TOKEN, KEY, APPID, SLUG = "bench-token", "b" * 42 + "E", "wxbench", "bench"
CONNECTIONS = 256
TRY_S = 5.0  # how long WeChat waits for an answer
TRIES = 3
# As `./eunion up` sets them: granian lets in no more connections than its backpressure, and waits with the others.
ROOM = ("--backlog", "4096", "--backpressure", "8192")
TEXTS = ("怎么入会", "加班费怎么算", "会员卡在哪里", "困难帮扶要什么材料", "谢谢")


def main(words: list[str]) -> dict[str, Any]:
    """Run the benchmark on a database of its own; return its figures."""
    parser = argparse.ArgumentParser(prog="./eunion bench callback")
    parser.add_argument("--messages", type=int, default=12_000)
    options = parser.parse_args(words)
    import django

    django.setup()
    _prepare()
    _, noop_per_s = _served("bench.callback:noop", lambda port: _rush(port, _messages(options.messages, "n")))
    _, callbacks_per_s = _served(
        "eunion.config.asgi:application", lambda port: _warm_rush(port, options.messages)
    )
    _, p99_ms = _served("eunion.config.asgi:application", lambda port: _clocked(port, callbacks_per_s / 2))
    sent = _killed(options.messages // 2)
    lost, doubled = _count(sent)
    return {
        "messages": options.messages,
        "callbacks_per_s": round(callbacks_per_s),
        "noop_per_s": round(noop_per_s),
        "ratio": round(callbacks_per_s / noop_per_s, 3),
        "p99_ms": round(p99_ms, 1),
        "killed_messages": len(sent),
        "lost": lost,
        "doubled": doubled,
    }


async def noop(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Read the body and say success."""
    while (await receive()).get("more_body"):
        pass
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/plain")]})
    await send({"type": "http.response.body", "body": b"success"})


def _prepare() -> None:
    from django.core.management import call_command
    from django.db import connection

    from eunion.channels.wechat.models import Account

    call_command("migrate", verbosity=0)
    call_command("install")
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE wechat_account, wechat_inboundmessage, procrastinate_jobs CASCADE")
    Account.objects.create(
        slug=SLUG, name="bench", kind="service", appid=APPID, secret="s", token=TOKEN, aes_key=KEY
    )
    connection.close()


def _messages(count: int, kind: str) -> list[bytes]:
    """Return ready HTTP requests: texts of many people, sealed by wechatpy as WeChat seals them."""
    from wechatpy.crypto import WeChatCrypto

    from eunion.channels.wechat.callbacks import signature

    crypto, requests = WeChatCrypto(TOKEN, KEY, APPID), []
    for number in range(count):
        timestamp, nonce = str(int(time.time())), f"{number:010d}"
        xml = (
            f"<xml><ToUserName><![CDATA[gh]]></ToUserName><FromUserName><![CDATA[o{number % 9999:06d}]]></FromUserName>"
            f"<CreateTime>{timestamp}</CreateTime><MsgType><![CDATA[text]]></MsgType>"
            f"<Content><![CDATA[{random.choice(TEXTS)}]]></Content><MsgId>{kind}{number}</MsgId></xml>"
        )
        sealed = str(crypto.encrypt_message(xml, nonce, timestamp))
        encrypted = sealed.split("<Encrypt><![CDATA[")[1].split("]]>")[0]
        query = urlencode(
            {
                "signature": signature(TOKEN, timestamp, nonce),
                "timestamp": timestamp,
                "nonce": nonce,
                "openid": "o",
                "encrypt_type": "aes",
                "msg_signature": signature(TOKEN, timestamp, nonce, encrypted),
            }
        )
        body = sealed.encode()
        head = (
            f"POST /wechat/{SLUG}/callback?{query} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: text/xml\r\n"
        )
        requests.append(head.encode() + f"Content-Length: {len(body)}\r\n\r\n".encode() + body)
    return requests


class Server:
    """One granian worker, as `./eunion up` runs it."""

    def __init__(self, target: str) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        command = [sys.executable, "-m", "granian", "--interface", "asginl", "--host", "127.0.0.1"]
        self.command = [
            *command,
            "--port",
            str(self.port),
            "--workers",
            "1",
            "--loop",
            "uvloop",
            *ROOM,
            "--log-level",
            "error",
            target,
        ]
        self.start()

    def environment(self) -> dict[str, str]:
        """Return the environment of the process."""
        root = Path(__file__).resolve().parent.parent
        return {**os.environ, "PYTHONPATH": f"{root / 'src'}{os.pathsep}{root}"}

    def start(self) -> None:
        """Run it and wait until it listens."""
        self.process = subprocess.Popen(self.command, env=self.environment(), start_new_session=True)
        for _ in range(400):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.05)
        raise SystemExit("the server did not start")

    def kill(self) -> None:
        """SIGKILL it and its worker."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def _served(target: str, measure: Any) -> tuple[None, float]:
    server = Server(target)
    try:
        return None, float(asyncio.run(measure(server.port)))
    finally:
        server.kill()


async def _ask(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes) -> bool:
    """Send one request on an open connection; return whether it was answered with success."""
    writer.write(request)
    head = await reader.readuntil(b"\r\n\r\n")
    lower = head.lower()
    length = int(lower.split(b"content-length:")[1].split(b"\r\n")[0]) if b"content-length:" in lower else -1
    body = await reader.readexactly(length) if length >= 0 else await _chunked(reader)
    return head.startswith(b"HTTP/1.1 200") and body == b"success"


async def _chunked(reader: asyncio.StreamReader) -> bytes:
    body = b""
    while size := int((await reader.readline()).strip(), 16):
        body += await reader.readexactly(size)
        await reader.readline()
    await reader.readline()
    return body


async def _rush(port: int, requests: list[bytes]) -> float:
    """Send everything over many connections as fast as answers come; return requests a second."""
    waiting = iter(requests)

    async def work() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for request in waiting:
            assert await _ask(reader, writer, request), "a callback was not answered with success"
        writer.close()

    begun = time.perf_counter()
    await asyncio.gather(*(work() for _ in range(CONNECTIONS)))
    return len(requests) / (time.perf_counter() - begun)


async def _warm_rush(port: int, count: int) -> float:
    await _rush(port, _messages(300, "w"))
    return await _rush(port, _messages(count, "c"))


async def _clocked(port: int, per_s: float, seconds: float = 5.0) -> float:
    """Send on a clock whatever the answers do; return the 99th percentile of the latency in milliseconds."""
    await _rush(port, _messages(300, "v"))
    requests = _messages(int(per_s * seconds), "h")
    free: asyncio.Queue[Any] = asyncio.Queue()
    for _ in range(CONNECTIONS):
        free.put_nowait(await asyncio.open_connection("127.0.0.1", port))
    times: list[float] = []

    async def one(request: bytes, due: float) -> None:
        pair = await free.get()
        assert await _ask(*pair, request)
        # From when it was due, so that waiting for a connection counts too.
        times.append(time.perf_counter() - due)
        free.put_nowait(pair)

    begun, tasks = time.perf_counter(), []
    for place, request in enumerate(requests):
        due = begun + place / per_s
        if (pause := due - time.perf_counter()) > 0:
            await asyncio.sleep(pause)
        tasks.append(asyncio.create_task(one(request, due)))
    await asyncio.gather(*tasks)
    return sorted(times)[int(len(times) * 0.99)] * 1000


def _killed(count: int) -> list[str]:
    """Tell messages while the web process is killed and started again; return the ids of those told."""
    server = Server("eunion.config.asgi:application")
    requests = _messages(count, "k")
    try:
        asyncio.run(_tell_all(server, requests))
    finally:
        server.kill()
    return [f"k{number}" for number in range(count)]


async def _tell_all(server: Server, requests: list[bytes]) -> None:
    done = 0

    async def tell(request: bytes) -> None:
        nonlocal done
        for _ in range(TRIES):
            begun = time.perf_counter()
            try:
                if await asyncio.wait_for(_once(server.port, request), TRY_S):
                    break
            except (OSError, TimeoutError, asyncio.IncompleteReadError):
                pass
            await asyncio.sleep(max(TRY_S - (time.perf_counter() - begun), 0))
        done += 1
        if done == len(requests) // 3:
            server.kill()
            await asyncio.to_thread(server.start)

    waiting = iter(requests)

    async def work() -> None:
        for request in waiting:
            await tell(request)

    await asyncio.gather(*(work() for _ in range(CONNECTIONS)))


async def _once(port: int, request: bytes) -> bool:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        return await _ask(reader, writer, request)
    finally:
        writer.close()


def _count(sent: list[str]) -> tuple[int, int]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT id, dedupe_key FROM wechat_inboundmessage WHERE dedupe_key = ANY (%s)", [sent])
        stored = cursor.fetchall()
        cursor.execute("SELECT args FROM procrastinate_jobs WHERE task_name = 'wechat.handle'")
        handed: dict[int, int] = {}
        for (args,) in cursor.fetchall():
            for number in (args if isinstance(args, dict) else json.loads(args))["inbound_ids"]:
                handed[number] = handed.get(number, 0) + 1
    told = {key for number, key in stored if handed.get(number)}
    doubled = (
        len(stored) - len({key for _, key in stored}) + sum(handed.get(number, 0) > 1 for number, _ in stored)
    )
    return len(set(sent) - told), doubled
