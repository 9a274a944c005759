"""A crowd of phones in a few lean processes: raw sockets and epoll, ready-made requests, one at a time a connection.

On two cores the client must leave the server its share. An asyncio client needs some 80 µs a request; this one says
itself what it needed (`cpu_us`).
"""

from __future__ import annotations

import json
import os
import resource
import select
import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from multiprocessing import get_context
from typing import Any

from eunion.booking import passes

HANDS_S = 60.0


@dataclass
class Told:
    """What the crowd was told: HTTP status, body and seconds by request number; and what asking cost."""

    answers: dict[int, tuple[int, bytes]] = field(default_factory=dict)
    seconds: list[float] = field(default_factory=list)
    began: float = 0.0
    ended: float = 0.0
    cpu_s: float = 0.0

    @property
    def per_s(self) -> float:
        """Requests answered a second, from the first sent to the last answered."""
        return len(self.answers) / (self.ended - self.began)

    @property
    def cpu_us(self) -> float:
        """Microseconds of processor time that the client needed a request."""
        return self.cpu_s / max(len(self.answers), 1) * 1e6

    def percentile_ms(self, part: float) -> float:
        """Milliseconds within which `part` of the requests were answered."""
        return sorted(self.seconds)[int(len(self.seconds) * part)] * 1000


def requests_for(session: int, members: range, path: str = "/gate/claim") -> list[bytes]:
    """Return one signed claim a member, each from a device of its own, eight to an address."""
    made = []
    for member in members:
        cookie = f"bench-{member}"
        text = passes.make(session=session, member=member, share=0, device_cookie=cookie)
        body = json.dumps({"pass": text}).encode()
        address = f"10.{member >> 19 & 255}.{member >> 11 & 255}.{member >> 3 & 255}"
        head = (
            f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
            f"Cookie: {passes.DEVICE_COOKIE}={cookie}\r\nX-Forwarded-For: {address}\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        made.append(head.encode() + body)
    return made


def drive(
    port: int, requests: Sequence[bytes], *, connections: int = 256, processes: int = 1, within_s: float = 0
) -> Told:
    """Send every request once and return what was told; `within_s` spreads them over that time by the clock."""
    context = get_context("fork")
    start_at = time.monotonic() + 0.3 + connections / 5000
    told = Told(began=start_at)
    pipes = []
    for number in range(processes):
        mine = range(number, len(requests), processes)
        receiving, sending = context.Pipe(duplex=False)
        arguments = (port, requests, mine, connections // processes, start_at, within_s, sending)
        child = context.Process(target=_child, args=arguments)
        child.start()
        sending.close()
        pipes.append((child, receiving))
    for child, receiving in pipes:
        part: Told = receiving.recv()
        child.join()
        told.answers |= part.answers
        told.seconds += part.seconds
        told.ended = max(told.ended, part.ended)
        told.cpu_s += part.cpu_s
    return told


def _child(port: int, requests: Sequence[bytes], mine: range, connections: int, *rest: Any) -> None:
    start_at, within_s, sending = rest
    try:
        told = Crowd(port, requests, mine, min(connections, len(mine))).run(start_at, within_s, len(requests))
        sending.send(told)
    finally:
        sending.close()
        os._exit(0)


class Crowd:
    """One process's connections. A connection that is cut leaves its request unanswered and is not opened again."""

    def __init__(self, port: int, requests: Sequence[bytes], mine: range, connections: int) -> None:
        self.requests, self.mine = requests, mine
        self.poll = select.epoll()
        self.sockets: dict[int, socket.socket] = {}
        self.asking: dict[int, tuple[int, float]] = {}
        self.parts: dict[int, bytes] = {}
        self.told = Told()
        for number in range(connections):
            self._open(port)
            if number % 100 == 99:
                time.sleep(0.01)  # the server takes them in as phones would come, not all in one moment

    def _open(self, port: int) -> None:
        for _ in range(100):
            one = socket.socket()
            if one.connect_ex(("127.0.0.1", port)) == 0:
                break
            one.close()  # the server is just being started again
            time.sleep(0.1)
        one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        one.setblocking(False)
        self.sockets[one.fileno()] = one
        self.poll.register(one.fileno(), select.EPOLLIN)

    def run(self, start_at: float, within_s: float, of_all: int) -> Told:
        """Ask everything that is mine; stop when all is answered, nobody is left or HANDS_S have passed in silence."""
        waiting, free = iter(self.mine), list(self.sockets)
        time.sleep(max(start_at - time.monotonic(), 0))
        began_cpu = resource.getrusage(resource.RUSAGE_SELF)
        following, heard = next(waiting, None), time.monotonic()
        while self.asking or (following is not None and self.sockets):
            now = time.monotonic()
            while free and following is not None:
                due = start_at + within_s * following / of_all if within_s else now
                if due > now:
                    break
                if self._ask(free.pop(), following, due):
                    following = next(waiting, None)
            for handle, _ in self.poll.poll(0.001 if within_s and following is not None else 1.0):
                heard = now
                if self._hear(handle):
                    free.append(handle)
            if now - heard > HANDS_S:
                break
        used = resource.getrusage(resource.RUSAGE_SELF)
        self.told.cpu_s = used.ru_utime + used.ru_stime - began_cpu.ru_utime - began_cpu.ru_stime
        self.told.ended = time.monotonic()
        return self.told

    def _ask(self, handle: int, number: int, due: float) -> bool:
        """Send a request; return whether the connection was still there to send it on."""
        if handle not in self.sockets:
            return False
        self.asking[handle] = (number, due)
        try:
            self.sockets[handle].send(self.requests[number])
        except OSError:
            self._drop(handle)
        return True

    def _hear(self, handle: int) -> bool:
        """Read what came; return whether the connection is free for another request."""
        try:
            data = self.sockets[handle].recv(65536)
        except BlockingIOError:
            return False
        except OSError:
            data = b""
        if not data:
            self._drop(handle)
            return False
        if handle in self.parts:
            data = self.parts.pop(handle) + data
        head, _, body = data.partition(b"\r\n\r\n")
        if not body.endswith(b"}"):
            self.parts[handle] = data
            return False
        number, due = self.asking.pop(handle)
        self.told.answers[number] = (int(head[9:12]), body)
        self.told.seconds.append(time.monotonic() - due)
        return True

    def _drop(self, handle: int) -> None:
        self.asking.pop(handle, None)
        self.poll.unregister(handle)
        self.sockets.pop(handle).close()
