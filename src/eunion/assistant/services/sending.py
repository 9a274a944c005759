"""A text sent the way the question came: into the group, to the follower, or onto the page where it is read."""

from __future__ import annotations

from eunion.assistant.models import Turn
from eunion.channels.community import services as community
from eunion.channels.wechat.services import talk as wechat
from eunion.channels.wecom import services as wecom


def send(turn: Turn, text: str, *, key: str) -> None:
    """Send a text to where a turn was asked; on the portal it is read there. Raises SendError."""
    if turn.channel == "wechat":
        wechat.reply_text(account_id=turn.account_id, openid=turn.sender, text=text)
    elif turn.channel == "community":
        reply_to = turn.event_id.partition(":")[2]
        community.post_to_group(
            account_id=turn.account_id, group=turn.group, text=text, key=key, reply_to=reply_to
        )
    elif turn.channel == "wecom":
        wecom.answer_mention(event_id=turn.event_id, text=text, key=key)
