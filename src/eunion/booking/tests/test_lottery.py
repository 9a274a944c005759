"""搖號: promised before, drawn after, given out in order, and done over by anyone with the standard library."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from eunion.booking import hooks, lottery, selectors
from eunion.booking.errors import DrawNotReady, WrongState
from eunion.booking.factories import SessionFactory, in_hours, make_share
from eunion.booking.models import Claim, Draw, DrawEntry, Offering, Session
from eunion.booking.services import edit
from eunion.booking.services.cancel import cancel_for
from eunion.booking.tests.conftest import Take
from eunion.kernel import draw as algorithm
from eunion.kernel.errors import NotAllowed
from eunion.registry.factories import UserFactory, make_union
from eunion.registry.roles import Role

pytestmark = pytest.mark.django_db


def lottery_session(**fields: Any) -> Session:
    chosen = {"quota": 3, "offering__mode": Offering.Mode.LOTTERY, "offering__waiting_size": 2, **fields}
    session = SessionFactory(**chosen)
    lottery.promise(session=session, user=None)
    return session


def closed(session: Session) -> Session:
    Session.objects.filter(pk=session.pk).update(closes_at=in_hours(-0.01))
    session.refresh_from_db()
    return session


def test_the_promise_is_made_once_and_the_seed_is_not_readable_in_the_table() -> None:
    session = lottery_session()
    made = lottery.promise(session=session, user=None)
    assert Draw.objects.count() == 1
    assert algorithm.commitment(made.seed) == made.commitment
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT seed FROM booking_draw")
        assert made.seed.encode() not in bytes(cursor.fetchone()[0])


def test_winners_reserve_and_the_rest(take: Take) -> None:
    session = lottery_session()
    take(session, *range(1, 9))
    lottery.run_draw(session_id=closed(session).pk)
    states = sorted(Claim.objects.values_list("state", flat=True))
    assert states == ["confirmed"] * 3 + ["not_drawn"] * 3 + ["waiting"] * 2
    session.refresh_from_db()
    assert (session.taken, session.waiting, session.waiting_issued) == (3, 2, 2)
    assert not selectors.miscounted()
    reserve = DrawEntry.objects.filter(outcome="reserve").order_by("rank")
    assert [entry.claim.waiting_number for entry in reserve] == [1, 2]


def test_a_winner_who_pays_nothing_makes_room_for_the_first_reserve(take: Take) -> None:
    session = lottery_session(offering__price_fen=100)
    take(session, *range(1, 9))
    lottery.run_draw(session_id=closed(session).pk)
    winner = Claim.objects.filter(state="held").first()
    assert winner and winner.expires_at
    next_one = Claim.objects.get(waiting_number=1)
    cancel_for(claim=winner, user=UserFactory(is_superuser=True), reason="本人放弃")
    next_one.refresh_from_db()
    assert next_one.state == "held" and next_one.expires_at


def test_each_pool_draws_for_itself(take: Take) -> None:
    session = lottery_session(quota=1, offering__waiting_size=0)
    share = make_share(session, make_union("街道", parent=session.offering.owner), 2)
    take(session, *range(1, 6), *((number, share.pk) for number in range(6, 10)))
    lottery.run_draw(session_id=closed(session).pk)
    won = Claim.objects.filter(state="confirmed")
    assert sorted(won.values_list("share_id", flat=True), key=str) == sorted(
        [None, share.pk, share.pk], key=str
    )
    session.refresh_from_db()
    share.refresh_from_db()
    assert (session.taken, session.reserved_taken, share.taken) == (3, 2, 2)


def test_not_before_the_end_not_twice_and_not_without_its_public_number(take: Take) -> None:
    session = lottery_session()
    take(session, 1)
    with pytest.raises(DrawNotReady):
        lottery.run_draw(session_id=session.pk)
    closed(session)
    Draw.objects.update(beacon_name="上证指数 3 月 2 日收盘")
    assert lottery.draw_due() == 0
    officer = UserFactory(role=Role.ORGANISER, scope=session.offering.owner)
    with pytest.raises(DrawNotReady):
        lottery.draw_now(session=session, user=officer, beacon=" ")
    with pytest.raises(NotAllowed):
        lottery.draw_now(session=session, user=UserFactory(role=Role.ORGANISER), beacon="3391.88")
    assert lottery.draw_now(session=session, user=officer, beacon="3391.88").drawn_at
    with pytest.raises(DrawNotReady):
        lottery.run_draw(session_id=session.pk, beacon="3391.88")


def test_the_clock_draws_what_is_due_and_entries_stay_closed(
    take: Take, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[int] = []
    monkeypatch.setattr(hooks, "DRAWN", [drawn.append])
    session = lottery_session()
    take(session, 1, 2)
    assert lottery.draw_due() == 0
    closed(session)
    assert (lottery.draw_due(), lottery.draw_due(), drawn) == (1, 0, [session.pk])
    officer = UserFactory(is_superuser=True)
    with pytest.raises(WrongState):
        edit.edit_session(session=session, user=officer, closes_at=in_hours(1))


def test_nobody_entered_is_no_error() -> None:
    session = lottery_session()
    assert lottery.run_draw(session_id=closed(session).pk).entry_count == 0


def test_the_published_file_is_checked_by_a_copy_of_one_file_without_any_package(
    take: Take, tmp_path: Path
) -> None:
    session = lottery_session(quota=5)
    share = make_share(session, make_union("街道", parent=session.offering.owner), 2)
    take(session, *range(1, 31), *((number, share.pk) for number in range(31, 41)))
    with pytest.raises(DrawNotReady):
        lottery.published(session.draw)
    promised = session.draw.commitment
    made = lottery.run_draw(session_id=closed(session).pk)
    # More places afterwards change nothing about what was drawn.
    edit.edit_session(session=session, user=UserFactory(is_superuser=True), quota=9)
    document = lottery.published(made)
    checker = shutil.copy(Path(algorithm.__file__), tmp_path / "somewhere_else.py")
    right = _verify(checker, tmp_path, document, promised)
    assert right.returncode == 0 and "相符" in right.stdout, right.stdout + right.stderr
    assert _verify(checker, tmp_path, document, "0" * 64).returncode == 1
    for falsified in _falsified(document):
        assert _verify(checker, tmp_path, falsified, promised).returncode == 1
    assert _verify(checker, tmp_path, {"format": "x"}, "").returncode in (1, 2)


def _verify(checker: Any, folder: Path, document: Any, promised: str) -> subprocess.CompletedProcess[str]:
    (folder / "draw.json").write_text(json.dumps(document, ensure_ascii=False))
    command = [
        sys.executable,
        "-S",
        "-I",
        str(checker),
        str(folder / "draw.json"),
        *([promised] if promised else []),
    ]
    return subprocess.run(command, capture_output=True, text=True, cwd="/")


def _falsified(document: dict[str, Any]) -> list[dict[str, Any]]:
    def swap(one: dict[str, Any]) -> None:
        lost, won = (
            next(line for line in one["entries"] if line[3] == outcome and line[1] == "")
            for outcome in ("none", "won")
        )
        lost[3], won[3] = won[3], lost[3]

    def drop(one: dict[str, Any]) -> None:
        one["entries"].pop(3)

    def another_seed(one: dict[str, Any]) -> None:
        one["seed"] = "0" * 64

    def more_places(one: dict[str, Any]) -> None:
        one["quotas"][""] += 1

    def beacon(one: dict[str, Any]) -> None:
        one["beacon"] = "1"

    made = []
    for change in (swap, drop, another_seed, more_places, beacon):
        one = json.loads(json.dumps(document))
        change(one)
        made.append(one)
    return made
