"""Group robots: at most once for a key; twenty a minute for a robot; what is over the limit waits."""

from __future__ import annotations

import datetime
import threading
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.db import connection
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from eunion.channels.base import SENDERS, Message, Receipt, SendError
from eunion.channels.wecom import errors, robots, services
from eunion.channels.wecom.factories import make_corp, make_robot
from eunion.channels.wecom.models import Corp, Robot, RobotPost
from eunion.channels.wecom.tests.conftest import seed
from eunion.sandbox.tests.box import Box

State = RobotPost.State


@pytest.fixture
def robot(corp: Corp, box: Box) -> Robot:
    made = make_robot(corp, key=f"key-of-{corp.corpid}")
    seed(box, corp, robots=[made.key])
    return made


def inbox(box: Box, robot: Robot) -> list[str]:
    return [one["text"] for one in box.ask("/_sandbox/messages", group=f"robot:{robot.key}")]


def jobs() -> Any:
    return ProcrastinateJob.objects.filter(task_name="wecom.deliver_post")


def post(robot: Robot, key: str = "k1", text: str = "今晚停水") -> RobotPost:
    return services.post_to_robot(robot=robot, text=text, key=key)


def a_minute_passes() -> None:
    for robot in Robot.objects.all():
        robot.sends = [at - robots.WINDOW for at in robot.sends]
        robot.save()


def test_a_post_arrives_once_however_often_asked_and_run(robot: Robot, box: Box) -> None:
    first, second = post(robot), post(robot)
    assert first.pk == second.pk and jobs().count() == 1
    for _ in range(3):
        robots.deliver(post_id=first.pk)
    assert inbox(box, robot) == ["今晚停水"]


def test_what_is_over_the_limit_waits_and_is_not_lost(robot: Robot, box: Box) -> None:
    posts = [post(robot, f"k{n}", f"第{n}条") for n in range(25)]
    for one in posts:
        robots.deliver(post_id=one.pk)
    assert len(inbox(box, robot)) == 20
    put_off = jobs().filter(scheduled_at__isnull=False)
    assert put_off.count() == 5
    assert all(0 < (job.scheduled_at - timezone.now()).total_seconds() <= 63 for job in put_off)
    # The far side counts by its own clock: what it refuses is put off again.
    a_minute_passes()
    robots.deliver(post_id=posts[20].pk)
    assert RobotPost.objects.get(pk=posts[20].pk).state == State.QUEUED
    assert RobotPost.objects.get(pk=posts[20].pk).error_code == "45009"
    assert put_off.all().count() == 6


def test_another_robot_has_a_minute_of_its_own(robot: Robot, corp: Corp, box: Box) -> None:
    other = make_robot(corp, key=f"other-{corp.corpid}")
    seed(box, corp, robots=[robot.key, other.key])
    Robot.objects.filter(pk=robot.pk).update(sends=[timezone.now()] * 20)
    robots.deliver(post_id=post(other).pk)
    assert inbox(box, other) == ["今晚停水"]


def test_while_wecom_is_away_a_post_is_put_off_and_at_last_given_up(robot: Robot, settings: Any) -> None:
    settings.WECOM_API_URL = "http://127.0.0.1:9"
    one = post(robot)
    robots.deliver(post_id=one.pk)
    assert jobs().filter(scheduled_at__isnull=False).count() == 1
    RobotPost.objects.update(at=timezone.now() - datetime.timedelta(days=2))
    robots.deliver(post_id=one.pk)
    assert RobotPost.objects.get().state == State.FAILED


def test_a_wrong_key_fails_for_good_and_is_not_logged(corp: Corp, caplog: pytest.LogCaptureFixture) -> None:
    one = post(make_robot(corp, key="no-such-key"))
    robots.deliver(post_id=one.pk)
    one.refresh_from_db()
    assert (one.state, one.error_code) == (State.FAILED, "93000")
    assert "no-such-key" not in caplog.text


def test_a_post_whose_end_nobody_heard_is_not_posted_again(robot: Robot, box: Box) -> None:
    one = post(robot)
    robots.begin(one.pk)  # and the process dies here
    robots.deliver(post_id=one.pk)
    assert inbox(box, robot) == []
    RobotPost.objects.update(called_at=timezone.now() - robots.UNHEARD_FOR * 2)
    assert robots.give_up() == 1
    assert RobotPost.objects.get().error_code == "unknown"


def test_a_long_text_is_cut_to_what_wecom_takes(robot: Robot, box: Box) -> None:
    robots.deliver(post_id=post(robot, text="长" * 2000).pk)
    assert inbox(box, robot) == ["长" * 682]


def test_nothing_is_not_posted(robot: Robot) -> None:
    with pytest.raises(errors.NothingToSend):
        post(robot, text="  ")


def send(corp: Corp, address: str, key: str = "d1") -> Receipt:
    at = datetime.datetime(2026, 11, 24, 9, tzinfo=datetime.UTC)
    message = Message(key, address, "停水通知", "今晚八点", "http://127.0.0.1/n/1?d=x", "区总工会", at)

    async def one() -> Receipt:
        async with SENDERS["wecom_robot"](corp.pk) as sender:
            return await sender.send(message)

    return async_to_sync(one)()


def test_a_notice_is_posted_with_its_link_once(robot: Robot, corp: Corp, box: Box) -> None:
    assert send(corp, str(robot.pk)) == send(corp, str(robot.pk))
    (text,) = inbox(box, robot)
    assert "**停水通知**" in text and "[查看详情](http://127.0.0.1/n/1?d=x)" in text


def test_a_notice_over_the_limit_is_tried_later_without_holding_other_robots(
    robot: Robot, corp: Corp, box: Box
) -> None:
    Robot.objects.update(sends=[timezone.now()] * 20)
    with pytest.raises(SendError) as full:
        send(corp, str(robot.pk))
    assert not full.value.permanent and not full.value.retry_after_s
    a_minute_passes()
    send(corp, str(robot.pk))
    assert len(inbox(box, robot)) == 1


@pytest.mark.parametrize("address", ["", "x", "999999", "²"])
def test_no_robot_is_never_tried_again(corp: Corp, address: str) -> None:
    with pytest.raises(SendError) as refused:
        send(corp, address)
    assert refused.value.permanent


def test_a_robot_of_another_corp_is_not_used(robot: Robot) -> None:
    with pytest.raises(SendError):
        send(make_corp(), str(robot.pk))


def test_the_window_is_counted_across_processes(committed_db: str) -> None:
    robot = make_robot(make_corp())
    posts = [robots.enter(robot=robot, text="x", key=f"k{n}")[0] for n in range(32)]
    begun: list[RobotPost] = []
    waits: list[float] = []

    def some(mine: list[RobotPost]) -> None:
        for one in mine:
            post, wait = robots.begin(one.pk)
            begun.extend([post] if post else [])
            waits.extend([wait] if wait else [])
        connection.close()

    threads = [threading.Thread(target=some, args=[posts[n::8]]) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(begun), len(waits)) == (20, 12)
