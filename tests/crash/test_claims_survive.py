"""Claims while the web process is killed and PostgreSQL stops as in a power cut: what was told is kept, once each.

The crowd asks again what was not answered, as its pages do. In the end: places = min(quota, members), nobody twice,
and every `got it` in the client's log is in the database.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bench import callback
from bench.crowd import drive, requests_for
from tests.crash.cluster import ROOT, Cluster, Worker

MAKE_SESSION = (
    "import django; django.setup(); from bench.claims import make_session; print(make_session({quota}))"
)


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    folder: Path = tmp_path_factory.mktemp("claims")
    folder.chmod(0o755)
    cluster = Cluster(folder / "pg")
    command = [sys.executable, "-m", "django", "migrate", "-v", "0"]
    subprocess.run(command, env=cluster.environment(), cwd=ROOT, check=True, timeout=180)
    yield cluster
    cluster.stop()


class Web(callback.Server):
    """The web process on the test's own cluster, which is started again when it was killed."""

    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster
        super().__init__("eunion.config.asgi:application")

    def environment(self) -> dict[str, str]:
        """Return the environment of a process that uses the cluster."""
        return self.cluster.environment()


class Story:
    """A crowd with its log, and a session for which it rushes."""

    def __init__(self, cluster: Cluster, members: int, quota: int) -> None:
        self.cluster, self.members, self.quota = cluster, members, quota
        code = MAKE_SESSION.format(quota=quota)
        done = subprocess.run(
            [sys.executable, "-c", code],
            env=cluster.environment(),
            cwd=ROOT,
            check=True,
            capture_output=True,
            text=True,
        )
        self.session = int(done.stdout.split()[-1])
        self.requests = requests_for(self.session, range(1, members + 1))
        self.log: dict[int, list[tuple[int, bytes]]] = {number: [] for number in range(members)}

    def unanswered(self) -> list[int]:
        """Return who was not told anything final yet."""
        return [number for number, told in self.log.items() if not told or told[-1][0] not in (200, 409)]

    def ask(self, web: Web, numbers: list[int], within_s: float) -> None:
        """Send these requests and note what was told; a cut connection tells nothing."""
        told = drive(
            web.port, [self.requests[number] for number in numbers], connections=200, within_s=within_s
        )
        for place, answer in told.answers.items():
            self.log[numbers[place]].append(answer)

    def play(self, web: Web, harm: Callable[[], None], within_s: float, tries: int) -> None:
        """Rush, do harm in the middle, and ask again for those who got no answer; members slow down between tries."""
        doing = threading.Timer(0.5 + within_s / 3, harm)
        doing.start()
        self.ask(web, list(range(self.members)), within_s)
        doing.join()
        assert self.unanswered(), "nothing was cut: the harm came too late to prove anything"
        for _ in range(tries):
            left = self.unanswered()
            if not left:
                return
            time.sleep(1)
            self.ask(web, left, 0)

    def check(self) -> None:
        """Compare the log with the database."""
        assert not self.unanswered()
        rows = self.cluster.query(
            "SELECT member_id, public_id FROM booking_claim "
            f"WHERE session_id = {self.session} AND state IN ('held', 'confirmed', 'redeemed', 'no_show')"
        )
        places = {int(str(member)): str(claim) for member, claim in rows}
        assert len(rows) == min(self.quota, self.members), "a place was lost or sold twice"
        assert len(places) == len(rows), "somebody has two"
        got = {
            (number + 1, json.loads(body)["claim"])
            for number, told in self.log.items()
            for status, body in told
            if status == 200
        }
        assert got <= set(places.items()), "somebody was told `got it` and has nothing"
        (counted,) = self.cluster.query(
            f"SELECT taken, arrivals FROM booking_session WHERE id = {self.session}"
        )
        assert counted == (len(rows), len(rows))


@pytest.fixture
def web(cluster: Cluster) -> Iterator[Web]:
    web = Web(cluster)
    yield web
    web.kill()


def kill_web(web: Web) -> None:
    web.kill()
    web.start()


def test_a_killed_web_process_loses_and_doubles_nothing(cluster: Cluster, web: Web) -> None:
    story = Story(cluster, members=2_000, quota=1_500)
    story.play(web, lambda: kill_web(web), within_s=1.5, tries=10)
    story.check()


@pytest.mark.long
@pytest.mark.parametrize("quota", [500, 18_000])
def test_twenty_thousand_while_everything_is_killed(cluster: Cluster, web: Web, quota: int) -> None:
    story = Story(cluster, members=20_000, quota=quota)

    def harm() -> None:
        kill_web(web)
        time.sleep(0.5)
        cluster.crash()
        time.sleep(0.5)
        kill_web(web)

    story.play(web, harm, within_s=12, tries=30)
    story.check()


@pytest.mark.long
def test_postgresql_stops_in_the_middle_and_comes_back(cluster: Cluster, web: Web) -> None:
    story = Story(cluster, members=20_000, quota=12_000)
    story.play(web, cluster.crash, within_s=6, tries=30)
    story.check()


@pytest.mark.long
def test_unpaid_places_return_though_the_worker_was_killed(cluster: Cluster, web: Web) -> None:
    story = Story(cluster, members=300, quota=200)
    story.ask(web, list(range(story.members)), 0)
    cluster.query(
        "UPDATE booking_claim SET state = 'held', expires_at = now() + interval '2 s' "
        f"WHERE session_id = {story.session}"
    )
    worker = Worker(cluster)
    try:
        time.sleep(1)
        worker.kill()
        deadline = time.monotonic() + 90
        # A place that came back can be claimed again, so the gate heard of it too.
        while not all(told[-1][0] == 200 for number, told in story.log.items() if number >= 290):
            assert time.monotonic() < deadline, "unpaid places never came back"
            worker.supervise()
            time.sleep(3)
            story.ask(web, list(range(290, 300)), 0)
    finally:
        worker.stop()
    counted = cluster.query(
        "SELECT s.taken, (SELECT count(*) FROM booking_claim c WHERE c.session_id = s.id AND c.state = 'expired') "
        f"FROM booking_session s WHERE id = {story.session}"
    )
    assert counted == [(10, 200)]
