"""Posts of group robots: at most once for a key, twenty a minute for a robot whichever process posts."""

from __future__ import annotations

import datetime
import logging
import math

import aiohttp
from asgiref.sync import async_to_sync, sync_to_async
from django.db import transaction
from django.utils import timezone

from eunion.channels.base import SendError, Unknown
from eunion.channels.wecom import client, tasks
from eunion.channels.wecom.errors import NothingToSend
from eunion.channels.wecom.models import Robot, RobotPost

logger = logging.getLogger(__name__)
PER_WINDOW = 20
# A little longer than the minute that WeCom counts: its clock starts when a post arrives, ours when it leaves.
WINDOW = datetime.timedelta(seconds=62)
BYTES_MAX = {"text": 2048, "markdown": 4096}
KEEP_TRYING = datetime.timedelta(days=1)
UNHEARD_FOR = datetime.timedelta(minutes=10)


def fitting(text: str, kind: str) -> str:
    """Cut a text to the bytes that WeCom takes."""
    return text.encode()[: BYTES_MAX[kind]].decode(errors="ignore")


def enter(*, robot: Robot, text: str, key: str, kind: str = "text") -> tuple[RobotPost, bool]:
    """Write a post into the ledger; return it, and whether it is new. Raises NothingToSend."""
    if not text.strip():
        raise NothingToSend
    return RobotPost.objects.get_or_create(
        key=key, defaults={"robot": robot, "kind": kind, "content": fitting(text, kind)}
    )


@transaction.atomic
def post_to_robot(*, robot: Robot, text: str, key: str, markdown: bool = False) -> RobotPost:
    """Queue a post into a robot's group in the caller's transaction; the same key is never posted twice."""
    post, entered = enter(robot=robot, text=text, key=key, kind="markdown" if markdown else "text")
    if entered:
        tasks.deliver_post.defer(post_id=post.pk)
    return post


@transaction.atomic
def begin(post_id: int) -> tuple[RobotPost | None, float]:
    """Take a place in the robot's minute and note that WeCom is about to be called.

    Returns the post, or None when it needs no call; or None and the seconds until there is a place.
    """
    post = RobotPost.objects.select_for_update().get(pk=post_id)
    if post.state != RobotPost.State.QUEUED or post.called_at:
        return None, 0.0
    robot, now = Robot.objects.select_for_update().get(pk=post.robot_id), timezone.now()
    recent = [at for at in robot.sends if at > now - WINDOW]
    if len(recent) >= PER_WINDOW:
        return None, max((min(recent) + WINDOW - now).total_seconds(), 0.1)
    robot.sends = [*recent, now]
    robot.save(update_fields=["sends"])
    post.robot, post.called_at = robot, now
    post.save(update_fields=["called_at"])
    return post, 0.0


def _ended(post: RobotPost, error: SendError | None) -> None:
    """Note how a call ended: sent, final, unknown, or to be made again."""
    changed: dict[str, object] = {"state": RobotPost.State.SENT, "error_code": ""}
    if error is not None:
        changed = {"error_code": error.code}
        if error.permanent:
            changed["state"] = RobotPost.State.FAILED
        else:
            changed["called_at"] = None
    RobotPost.objects.filter(pk=post.pk).update(**changed)


async def call(post: RobotPost, http: aiohttp.ClientSession) -> None:
    """Post what begin() returned; raises SendError."""
    try:
        await client.post_webhook(http, post.robot.key, post.kind, post.content)
    except SendError as error:
        await sync_to_async(_ended)(post, error)
        raise
    await sync_to_async(_ended)(post, None)


def deliver(*, post_id: int) -> None:
    """Send a queued post; over the limit, or while WeCom is away, it is put off. Safe to repeat."""
    post, wait = begin(post_id)
    if wait:
        _put_off(post_id, wait)
    if post is None:
        return

    async def one(begun: RobotPost) -> None:
        async with client.session() as http:
            await call(begun, http)

    try:
        async_to_sync(one)(post)
    except SendError as error:
        if error.permanent:
            logger.warning("robot post %s failed: %s", post_id, error.code)
        elif post.at > timezone.now() - KEEP_TRYING:
            _put_off(post_id, max(error.retry_after_s, 5.0))
        else:
            failed = RobotPost.objects.filter(pk=post_id, state=RobotPost.State.QUEUED)
            failed.update(state=RobotPost.State.FAILED)


def _put_off(post_id: int, seconds: float) -> None:
    tasks.deliver_post.configure(schedule_in={"seconds": math.ceil(seconds)}).defer(post_id=post_id)


def give_up() -> int:
    """Fail posts that a process began and never ended: they may be in the group, so they are not posted again."""
    lost = RobotPost.objects.filter(state=RobotPost.State.QUEUED, called_at__lt=timezone.now() - UNHEARD_FOR)
    return lost.update(state=RobotPost.State.FAILED, error_code=Unknown("").code)
