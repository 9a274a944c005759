"""Whatever dies, every job is done within a minute of health, without a hand."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.crash.cluster import ROOT, Cluster, Worker

JOBS = 40
MINUTE = 60


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    folder: Path = tmp_path_factory.mktemp("crash")
    folder.chmod(0o755)
    cluster = Cluster(folder / "pg")
    _django(cluster, "migrate", "-v", "0")
    cluster.query("CREATE TABLE crash_marks (number int PRIMARY KEY)")
    yield cluster
    cluster.stop()


@pytest.fixture
def worker(cluster: Cluster) -> Iterator[Worker]:
    cluster.query("TRUNCATE crash_marks")
    worker = Worker(cluster)
    yield worker
    worker.stop()


def _django(cluster: Cluster, *arguments: str) -> None:
    command = [sys.executable, "-m", "django", *arguments]
    subprocess.run(command, env=cluster.environment(), cwd=ROOT, check=True, timeout=300)


def _defer(cluster: Cluster, seconds: float) -> None:
    code = (
        "import django; django.setup();"
        "from tests.crash.jobs.tasks import mark;"
        f"[mark.defer(number=n, seconds={seconds}) for n in range({JOBS})]"
    )
    command = [sys.executable, "-c", code]
    subprocess.run(command, env=cluster.environment(), cwd=ROOT, check=True, timeout=60)


def _done(cluster: Cluster) -> int:
    return int(str(cluster.query("SELECT count(*) FROM crash_marks")[0][0]))


def _wait_until_some_are_done(cluster: Cluster, worker: Worker) -> None:
    deadline = time.monotonic() + MINUTE
    while _done(cluster) < 4:
        assert time.monotonic() < deadline, "the worker never began"
        worker.supervise()
        time.sleep(0.2)


def _assert_all_done_within_a_minute(cluster: Cluster, worker: Worker) -> None:
    deadline = time.monotonic() + MINUTE
    while _done(cluster) < JOBS:
        assert time.monotonic() < deadline, f"only {_done(cluster)} of {JOBS} done a minute after health"
        worker.supervise()
        time.sleep(0.5)
    left = cluster.query(
        "SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'crash.mark' AND status = 'doing'"
    )
    assert left[0][0] in (0, 1, 2, 3, 4)  # the last ones may still be writing their outcome


def test_jobs_of_a_killed_worker_are_done_by_the_next_one(cluster: Cluster, worker: Worker) -> None:
    _defer(cluster, 0.3)
    for _ in range(2):
        _wait_until_some_are_done(cluster, worker)
        worker.kill()
        worker.supervise()
    _assert_all_done_within_a_minute(cluster, worker)


@pytest.mark.long
def test_jobs_are_done_after_the_database_crashed_and_came_back(cluster: Cluster, worker: Worker) -> None:
    _defer(cluster, 0.5)
    _wait_until_some_are_done(cluster, worker)
    cluster.crash()
    _assert_all_done_within_a_minute(cluster, worker)


@pytest.mark.long
def test_jobs_are_done_after_every_connection_was_cut(cluster: Cluster, worker: Worker) -> None:
    _defer(cluster, 0.5)
    _wait_until_some_are_done(cluster, worker)
    cluster.kill_backends()
    _assert_all_done_within_a_minute(cluster, worker)


@pytest.mark.long
def test_jobs_are_done_after_others_used_up_all_connections(cluster: Cluster, worker: Worker) -> None:
    _defer(cluster, 0.5)
    _wait_until_some_are_done(cluster, worker)
    hogs: list[psycopg.Connection] = []
    try:
        while True:
            hogs.append(psycopg.connect(cluster.url))
    except psycopg.OperationalError:
        pass
    time.sleep(15)
    for hog in hogs:
        hog.close()
    _assert_all_done_within_a_minute(cluster, worker)
