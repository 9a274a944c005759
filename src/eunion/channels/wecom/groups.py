"""Customer groups: a message is a task that the groups' owner confirms; its results are asked for until all is said."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from eunion.channels.base import SendError
from eunion.channels.wecom import client, tasks
from eunion.channels.wecom.errors import NothingToSend
from eunion.channels.wecom.models import Corp, GroupTask

PAGE = 500
ASK_FOR = datetime.timedelta(days=3)
WAITING, SENT = 0, 1
TITLE_BYTES = 128


def _pages(corp_id: int, path: str, body: dict[str, Any], rows: str) -> Iterator[dict[str, Any]]:
    """Yield the rows of every page of a call with a cursor."""
    cursor = ""
    while True:
        answer = client.post(corp_id, path, {**body, "limit": PAGE, "cursor": cursor})
        yield from answer.get(rows) or []
        cursor = str(answer.get("next_cursor") or "")
        if not cursor:
            return


def customer_groups(corp: Corp, owners: Sequence[str] = ()) -> list[dict[str, Any]]:
    """Return the corp's customer groups with their names and owners; raises SendError."""
    body = {"owner_filter": {"userid_list": list(owners)}} if owners else {}
    listed = _pages(corp.pk, "/cgi-bin/externalcontact/groupchat/list", body, "group_chat_list")
    path = "/cgi-bin/externalcontact/groupchat/get"
    return [
        client.post(corp.pk, path, {"chat_id": one["chat_id"], "need_name": 0})["group_chat"]
        for one in listed
    ]


@transaction.atomic
def plan(
    *,
    corp: Corp,
    sender: str,
    text: str,
    key: str,
    title: str = "",
    url: str = "",
    chat_ids: Sequence[str] = (),
) -> GroupTask:
    """Queue a task in the caller's transaction; the same key makes one task. Raises NothingToSend."""
    if not text.strip() or not sender.strip():
        raise NothingToSend
    task, created = GroupTask.objects.get_or_create(
        key=key,
        defaults={
            "corp": corp,
            "sender": sender.strip(),
            "text": text.strip(),
            "title": title,
            "url": url,
            "chat_ids": list(chat_ids),
        },
    )
    if created:
        tasks.create_group_task.defer(task_id=task.pk)
    return task


@transaction.atomic
def _begin(task_id: int) -> GroupTask | None:
    """Note that WeCom is about to be called; None when it has been before."""
    task = GroupTask.objects.select_for_update().get(pk=task_id)
    if task.state != GroupTask.State.QUEUED:
        return None
    if task.called_at:
        # Nobody knows whether the task exists: a second one would ask the owner twice.
        GroupTask.objects.filter(pk=task_id).update(state=GroupTask.State.FAILED, error_code="unknown")
        return None
    task.called_at = timezone.now()
    task.save(update_fields=["called_at"])
    return task


def create(*, task_id: int) -> None:
    """Create the task at WeCom, at most once; raises SendError for what may pass. Safe to repeat."""
    task = _begin(task_id)
    if task is None:
        return
    here = GroupTask.objects.filter(pk=task_id)
    try:
        answer = client.post(task.corp_id, "/cgi-bin/externalcontact/add_msg_template", _body(task))
    except SendError as error:
        if error.permanent:
            here.update(state=GroupTask.State.FAILED, error_code=error.code)
            return
        here.update(called_at=None, error_code=error.code)
        raise
    refused = {"refused": answer.get("fail_list") or []}
    here.update(
        state=GroupTask.State.WAITING, msgid=str(answer["msgid"])[:64], error_code="", results=refused
    )


def _body(task: GroupTask) -> dict[str, Any]:
    body: dict[str, Any] = {"chat_type": "group", "sender": task.sender, "text": {"content": task.text}}
    if task.chat_ids:
        body["chat_id_list"] = task.chat_ids
    if task.url:
        title = (task.title or task.text).encode()[:TITLE_BYTES].decode(errors="ignore")
        body["attachments"] = [{"msgtype": "link", "link": {"title": title, "url": task.url}}]
    return body


def fetch_results(*, task_id: int) -> None:
    """Ask WeCom which groups have got the message; the task ends when none waits. Raises SendError. Safe to repeat."""
    task = GroupTask.objects.get(pk=task_id)
    if task.state != GroupTask.State.WAITING:
        return
    path = "/cgi-bin/externalcontact/get_groupmsg_send_result"
    told = list(_pages(task.corp_id, path, {"msgid": task.msgid, "userid": task.sender}, "send_list"))
    rows = [{name: row.get(name) for name in ("chat_id", "status", "send_time")} for row in told]
    waiting = sum(row["status"] == WAITING for row in rows)
    sent = sum(row["status"] == SENT for row in rows)
    results = {"sent": sent, "waiting": waiting, "other": len(rows) - sent - waiting, "rows": rows}
    over = not waiting or task.created_at < timezone.now() - ASK_FOR
    GroupTask.objects.filter(pk=task_id).update(
        state=GroupTask.State.DONE if over else GroupTask.State.WAITING,
        results={**task.results, **results},
        checked_at=timezone.now(),
    )


def defer_fetching() -> int:
    """Defer one look at every task that still waits; return how many."""
    waiting = list(GroupTask.objects.filter(state=GroupTask.State.WAITING).values_list("pk", flat=True))
    for pk in waiting:
        tasks.fetch_results.defer(task_id=pk)
    return len(waiting)
