"""Builders for tests: entries that speak, as two reviewers let them."""

from __future__ import annotations

import itertools
from typing import Any

from django.contrib.auth.models import Permission

from eunion.assistant.models import KnowledgeEntry, Turn
from eunion.assistant.services import knowledge
from eunion.registry.factories import UserFactory
from eunion.registry.models import StaffScope, Union, User


def user_who_may(*codenames: str) -> User:
    """Return a user with rights of this room, e.g. approve_knowledgeentry."""
    user: User = UserFactory()
    user.user_permissions.add(
        *Permission.objects.filter(content_type__app_label="assistant", codename__in=codenames)
    )
    return User.objects.get(pk=user.pk)


def reviewers(union: Union | None = None) -> list[User]:
    """Return two people who may approve entries, those of a union too."""
    users = [user_who_may("approve_knowledgeentry") for _ in range(2)]
    if union:
        StaffScope.objects.bulk_create(StaffScope(user=user, union=union) for user in users)
    return users


def speaking_entry(*, by: list[User] | None = None, **said: Any) -> KnowledgeEntry:
    """Return an entry that two people have let pass."""
    said = {"question": "怎么入会？", "answer": "打开“我的”，填好申请表提交即可。", **said}
    entry, _ = knowledge.write(user=None, **said)
    for user in by or reviewers(said.get("union")):
        knowledge.approve(entry=entry, user=user)
    entry.refresh_from_db()
    return entry


_events = itertools.count(1)


def asked_turn(question: str = "停车场几点关门", **fields: Any) -> Turn:
    """Return a question that waits for a person; `asked_at` may lie in the past."""
    asked_at = fields.pop("asked_at", None)
    number = next(_events)
    fields = {
        "channel": "portal",
        "sender": f"s{number}",
        "event_id": f"portal:{number}",
        "state": Turn.State.PASSED_ON,
        **fields,
    }
    turn = Turn.objects.create(question=question, **fields)
    if asked_at:
        Turn.objects.filter(pk=turn.pk).update(asked_at=asked_at)
        turn.refresh_from_db()
    return turn


def typed_entry(**changes: Any) -> dict[str, Any]:
    """Return the console's form of an entry, as someone typed it."""
    return {
        "question": "加班费怎么算？",
        "alternatives": "加班给几倍\n周末加班多少钱",
        "answer": "平日一倍半。",
        "topic": "工资",
        "links": "办事指南 /guides/",
        "legal_basis": "",
        "source": "",
        "source_date": "",
        "valid_from": "",
        "valid_until": "",
        "union": "",
        "owner": "",
        **changes,
    }
