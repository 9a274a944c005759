"""Customer-service messages: what an account says to one person within 48 hours of their last action."""

from __future__ import annotations

from typing import Any

from eunion.channels.wechat import api


def reply_text(*, account_id: int, openid: str, text: str) -> None:
    """Send a text; raises SendError."""
    _send(account_id, openid, "text", {"content": text})


def reply_article(*, account_id: int, openid: str, title: str, text: str, url: str) -> None:
    """Send one link with a title; raises SendError."""
    article = {"title": title, "description": text, "url": url}
    _send(account_id, openid, "news", {"articles": [article]})


def _send(account_id: int, openid: str, kind: str, content: dict[str, Any]) -> None:
    """POST /cgi-bin/message/custom/send."""
    body = {"touser": openid, "msgtype": kind, kind: content}
    api.post(account_id, "/cgi-bin/message/custom/send", body)
