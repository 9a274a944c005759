"""Nobody is answered faster than a person can read; it is said once, then kept quiet."""

from __future__ import annotations

import datetime
import itertools

import pytest
from django.db import connection, transaction
from django.utils import timezone

from eunion.assistant import pace
from eunion.assistant.models import Turn
from eunion.channels.base import Asked

pytestmark = pytest.mark.django_db
_count = itertools.count()


def asked(sender: str = "o1", group: str = "", channel: str = "wechat") -> Asked:
    return Asked(channel, 1, sender, group, "年假几天", f"e{next(_count)}")


def stored(
    times: int,
    *,
    seconds_ago: float = 0,
    state: str = Turn.State.ANSWERED,
    reply: str = "",
    **who: str,
) -> None:
    for _ in range(times):
        one = asked(**who)
        turn = Turn.objects.create(
            channel=one.channel,
            sender=one.sender,
            group=one.group,
            event_id=one.event_id,
            question="问",
            state=state,
            reply=reply,
        )
        Turn.objects.filter(pk=turn.pk).update(
            asked_at=timezone.now() - datetime.timedelta(seconds=seconds_ago)
        )


def check(one: Asked) -> pace.Pace:
    return pace.check(one, pace.newest(one))


def test_the_first_questions_of_a_minute_are_fine() -> None:
    stored(pace.PER_PERSON - 1)
    assert check(asked()) == "fine"


def test_the_next_one_is_slowed_and_told_so_once() -> None:
    stored(pace.PER_PERSON)
    assert check(asked()) == "slowed_first"
    stored(1, state=Turn.State.SLOWED, reply=pace.TOLD)
    assert check(asked()) == "slowed_silent"


def test_after_a_minute_one_may_ask_again() -> None:
    stored(pace.PER_PERSON, seconds_ago=61)
    stored(3, state=Turn.State.SLOWED, seconds_ago=61)
    assert check(asked()) == "fine"


def test_other_people_and_other_channels_are_not_slowed() -> None:
    stored(pace.PER_PERSON)
    assert check(asked("o2")) == "fine"
    assert check(asked(channel="wecom")) == "fine"


def test_a_group_as_a_whole_has_its_own_pace() -> None:
    for n in range(pace.PER_GROUP):
        stored(1, sender=f"p{n}", group="g1", channel="community")
    assert check(asked("new", "g1", "community")) == "crowded_first"
    assert check(asked("new", "g2", "community")) == "fine"


def test_a_flood_costs_no_more_than_a_few_rows_of_an_index() -> None:
    Turn.objects.bulk_create(
        Turn(
            channel="wechat",
            sender="flood",
            event_id=f"f{n}",
            question="",
            state=Turn.State.SLOWED,
            reply="慢",
        )
        for n in range(1500)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE assistant_turn")
        cursor.execute(
            "EXPLAIN SELECT * FROM assistant_turn WHERE channel = 'wechat' AND sender = 'flood' ORDER BY id DESC LIMIT 12"
        )
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "Index" in plan and "Sort" not in plan, plan
    assert check(asked("flood")) == "slowed_silent"


def test_in_a_transaction_one_persons_questions_queue_up() -> None:
    with transaction.atomic():
        check(asked())
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()"
            )
            assert cursor.fetchone()[0] >= 1


def test_who_goes_on_asking_is_told_again_in_the_next_period() -> None:
    stored(1, state=Turn.State.SLOWED, reply=pace.TOLD, seconds_ago=70)
    stored(pace.PER_PERSON, state=Turn.State.SLOWED, seconds_ago=30)
    assert check(asked()) == "slowed_first"


def test_in_a_full_group_each_person_is_told_once_why_they_get_no_answer() -> None:
    for n in range(pace.PER_GROUP):
        stored(1, sender=f"p{n}", group="g1", channel="community")
    one, two = ({"sender": name, "group": "g1", "channel": "community"} for name in ("one", "two"))
    assert check(asked(**one)) == "crowded_first"
    stored(1, state=Turn.State.SLOWED, reply=pace.TOLD_GROUP, **one)
    assert check(asked(**one)) == "slowed_silent"
    assert check(asked(**two)) == "crowded_first"
