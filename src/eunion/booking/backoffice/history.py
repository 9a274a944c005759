"""记录: what was done with an offering and its sessions, when and by whom, in words."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Any, NamedTuple

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, Q
from django.utils import timezone
from wagtail.models import ModelLogEntry

from eunion.booking.models import Offering, Session

SHOWN = 15
_OF_SESSIONS = {"booking.edit": "修改场次", "booking.call_off": "取消这一场"}
_OTHERS = {"unions": "限定工会", "grids": "限定网格", "shares": "划给工会的名额"}


class Line(NamedTuple):
    """One entry."""

    at: datetime.datetime
    text: str
    user: Any


def history_of(offering: Offering, sessions: Iterable[Session]) -> list[Line]:
    """Return what was done last, newest first."""
    names = {str(session.pk): _name(session) for session in sessions}
    kinds = ContentType.objects.get_for_models(Offering, Session)
    of_sessions = Q(content_type=kinds[Session], object_id__in=list(names))
    entries = ModelLogEntry.objects.filter(
        of_sessions | Q(content_type=kinds[Offering], object_id=str(offering.pk))
    )
    lines = []
    for entry in entries.select_related("user").order_by("-timestamp", "-pk")[:SHOWN]:
        session = entry.content_type_id == kinds[Session].pk
        text = _text(entry, Session if session else Offering)
        lines.append(
            Line(entry.timestamp, f"{names[entry.object_id]}：{text}" if session else text, entry.user)
        )
    return lines


def _name(session: Session) -> str:
    return f"{timezone.localtime(session.starts_at):%-m月%-d日 %H:%M} {session.name}".strip()


def _text(entry: ModelLogEntry, model: type[Model]) -> str:
    data = entry.data or {}
    if "session" in data:
        return "加了一场"
    if "removed" in data:
        return "删了一场"
    if "copied_from" in data:
        return f"{entry.message}（照以前的活动）"
    what = _OF_SESSIONS.get(entry.action, entry.message) if model is Session else entry.message
    more = [
        "、".join(_label(model, name) for name in data.get("fields", ())),
        str(data.get("reason", "")),
        f"{data['count']} 人" if "count" in data else "",
    ]
    said = "，".join(one for one in more if one)
    return f"{what}：{said}" if said else str(what)


def _label(model: Any, name: str) -> str:
    return _OTHERS.get(name) or str(model._meta.get_field(name).verbose_name)
