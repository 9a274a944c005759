"""Posts notices by group robots; an address is a robot's number."""

from __future__ import annotations

import asyncio

from asgiref.sync import sync_to_async

from eunion.channels.base import Message, Receipt, SendError
from eunion.channels.wecom import client
from eunion.channels.wecom.models import Robot, RobotPost

CONCURRENCY = 16
# A dispatcher's lease is a minute; what must wait longer is given back to it.
WAIT_MAX_S = 20.0


class RobotSender:
    """A Sender for the dispatcher; an account is a corp."""

    concurrency = CONCURRENCY
    rate_per_s = 0.0

    def __init__(self, account_id: int) -> None:
        self.account_id = account_id

    async def __aenter__(self) -> RobotSender:
        self.http = client.session(CONCURRENCY)
        return self

    async def __aexit__(self, *error: object) -> None:
        await self.http.close()

    async def send(self, message: Message) -> Receipt:
        """Post a notice with its link, at most once for its key; raises SendError."""
        from eunion.channels.wecom import robots

        entered = await self._enter(message)
        begun, wait = await sync_to_async(robots.begin)(entered.pk)
        if 0 < wait <= WAIT_MAX_S:
            await asyncio.sleep(wait)
            begun, wait = await sync_to_async(robots.begin)(entered.pk)
        if wait:
            raise SendError("window", "the robot's minute is full", permanent=False)
        if begun is not None:
            await robots.call(begun, self.http)
            return Receipt(remote_id=str(begun.pk))
        known = await RobotPost.objects.aget(pk=entered.pk)
        if known.state == RobotPost.State.SENT:
            return Receipt(remote_id=str(known.pk))
        raise SendError(known.error_code or "unknown", "tried before", permanent=True)

    async def _enter(self, message: Message) -> RobotPost:
        """Write the post into the ledger."""
        from eunion.channels.wecom import robots

        number = message.address
        of_corp = Robot.objects.filter(corp_id=self.account_id, active=True)
        robot = await of_corp.filter(pk=number).afirst() if number.isdecimal() else None
        if robot is None:
            raise SendError("no_robot", "no such active robot", permanent=True)
        text = f"**{message.title}**\n{message.text}\n[查看详情]({message.url})\n{message.source}"
        enter = sync_to_async(robots.enter)
        post, _ = await enter(robot=robot, text=text, key=message.key, kind="markdown")
        return post
