"""Auto-replies: on follow, by keyword, by menu click. What none of them answers goes to 雲博士."""

from __future__ import annotations

from eunion.channels.base import SendError
from eunion.channels.wechat.models import AutoReply, InboundMessage
from eunion.channels.wechat.services import talk
from eunion.channels.wechat.services.scenes import scene_of

_KEPT = "SELECT * FROM wechat_autoreply WHERE account_id = %s AND trigger = %s AND active ORDER BY id"


def find(*, account_id: int, trigger: str, word: str = "") -> AutoReply | None:
    """Return the reply to a trigger: the whole sentence first, then the longest keyword it contains."""
    if trigger == AutoReply.Trigger.FOLLOW:
        return AutoReply.objects.filter(account_id=account_id, trigger=trigger, active=True).first()
    heard = word.strip().casefold()
    # Asked with every message that anyone writes.
    kept = list(AutoReply.objects.raw(_KEPT, [account_id, trigger]))
    same = [one for one in kept if one.word.strip().casefold() == heard]
    whole = sorted(same, key=lambda one: one.match != AutoReply.Match.WHOLE)
    part = [one for one in kept if one.match == AutoReply.Match.PART and one.word.strip().casefold() in heard]
    return next(iter(whole or sorted(part, key=lambda one: -len(one.word))), None)


def reply(*, told: InboundMessage) -> bool:
    """Say what is to be said to a message; return whether anything was. Raises SendError to be tried again."""
    if told.account.kind == told.account.Kind.MINIPROGRAM:
        return False
    scene = scene_of(told) if told.kind in ("event.subscribe", "event.SCAN") else None
    found = _reply_of(told)
    said = False
    if found:
        _say(told, found.text, found.title, found.url)
        said = True
    if scene and scene.reply:
        _say(told, scene.reply, "", "")
        said = True
    return said


def _reply_of(told: InboundMessage) -> AutoReply | None:
    triggers = AutoReply.Trigger
    if told.kind == "event.subscribe":
        return find(account_id=told.account_id, trigger=triggers.FOLLOW)
    if told.kind == "event.CLICK":
        return find(
            account_id=told.account_id, trigger=triggers.CLICK, word=str(told.payload.get("EventKey", ""))
        )
    if told.kind == "text":
        return find(
            account_id=told.account_id, trigger=triggers.KEYWORD, word=str(told.payload.get("Content", ""))
        )
    return None


def _say(told: InboundMessage, text: str, title: str, url: str) -> None:
    """Send it; a person who left meanwhile, or whose window closed, is no reason to try again."""
    try:
        if url:
            talk.reply_article(
                account_id=told.account_id, openid=told.openid, title=title or text[:30], text=text, url=url
            )
        else:
            talk.reply_text(account_id=told.account_id, openid=told.openid, text=text)
    except SendError as error:
        if not error.permanent:
            raise
