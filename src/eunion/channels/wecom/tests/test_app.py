"""The app: one token for all, messages to staff that ring once, tasks for customer groups and their results."""

from __future__ import annotations

import datetime
import threading
from typing import Any

import pytest
import requests
from django.db import connection
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from eunion.channels.base import SendError
from eunion.channels.wecom import client, errors, groups, services
from eunion.channels.wecom.factories import make_corp
from eunion.channels.wecom.models import Corp, GroupTask
from eunion.channels.wecom.tests.conftest import seed
from eunion.sandbox.tests.box import Box

State = GroupTask.State


def inbox(box: Box, corp: Corp, userid: str) -> list[dict[str, Any]]:
    return list(box.ask("/_sandbox/messages", group=f"wecom:{corp.corpid}:{userid}"))


def test_staff_get_a_message_and_unknown_accounts_are_named(corp: Corp, box: Box) -> None:
    unknown = services.send_to_staff(corp=corp, userids=["lisi", "nobody", "wangwu", " "], text="有新办件")
    assert unknown == ["nobody"]
    assert [len(inbox(box, corp, one)) for one in ("lisi", "wangwu", "zhangsan")] == [1, 1, 0]


def test_a_message_with_a_link_is_a_card(corp: Corp, box: Box) -> None:
    services.send_to_staff(
        corp=corp, userids=["lisi"], text="有新办件", title="办件", url="http://127.0.0.1/c/1"
    )
    assert inbox(box, corp, "lisi")[0]["content"]["url"] == "http://127.0.0.1/c/1"


def test_the_same_message_sent_again_rings_once(corp: Corp, box: Box) -> None:
    for text in ("有新办件", "有新办件", "又有新办件"):
        services.send_to_staff(corp=corp, userids=["lisi"], text=text)
    assert [one["content"]["content"] for one in inbox(box, corp, "lisi")] == ["有新办件", "又有新办件"]


@pytest.mark.parametrize(("userids", "text"), [([], "x"), ([" "], "x"), (["lisi"], " ")])
def test_nothing_to_nobody_is_refused(corp: Corp, userids: list[str], text: str) -> None:
    with pytest.raises(errors.NothingToSend):
        services.send_to_staff(corp=corp, userids=userids, text=text)


def test_nobody_known_is_final_and_a_wrong_secret_says_so(corp: Corp) -> None:
    with pytest.raises(SendError) as refused:
        services.send_to_staff(corp=corp, userids=["nobody"], text="x")
    assert (refused.value.code, refused.value.permanent) == ("81013", True)
    Corp.objects.update(secret="wrong", access_token="")
    with pytest.raises(SendError) as refused:
        services.send_to_staff(corp=corp, userids=["lisi"], text="x")
    assert refused.value.code == "40001" and "wrong" not in str(refused.value)


def test_a_refused_token_is_fetched_again(corp: Corp, box: Box) -> None:
    services.send_to_staff(corp=corp, userids=["lisi"], text="一")
    box.faults(expire_token=True)
    services.send_to_staff(corp=corp, userids=["lisi"], text="二")
    assert len(inbox(box, corp, "lisi")) == 2


def test_a_busy_day_passes(corp: Corp, box: Box) -> None:
    box.faults(busy_rate=1)
    with pytest.raises(SendError) as busy:
        services.send_to_staff(corp=corp, userids=["lisi"], text="x")
    assert not busy.value.permanent and busy.value.retry_after_s


def plan(corp: Corp, key: str = "t1", **fields: Any) -> GroupTask:
    task = {"sender": "lisi", "text": "社区义诊", "url": "http://127.0.0.1/n/1", "title": "义诊", **fields}
    return services.plan_group_task(corp=corp, key=key, **task)


def confirm(box: Box, task: GroupTask, *chats: str) -> None:
    body = {"msgid": GroupTask.objects.get(pk=task.pk).msgid, "chats": list(chats)}
    requests.post(f"{box.url}/_sandbox/wecom/confirm", json=body, timeout=5).raise_for_status()


def test_a_task_waits_for_the_groups_owner_and_ends_when_all_is_sent(corp: Corp, box: Box) -> None:
    task = plan(corp)
    groups.create(task_id=task.pk)
    confirm(box, task, "chat0", "chat1")
    groups.fetch_results(task_id=task.pk)
    task.refresh_from_db()
    assert (task.state, task.results["sent"], task.results["waiting"]) == (State.WAITING, 2, 1)
    assert task.outcome == "已发 2 群，待确认 1"
    confirm(box, task, "chat2")
    groups.fetch_results(task_id=task.pk)
    task.refresh_from_db()
    assert (task.state, task.results["sent"], task.results["waiting"]) == (State.DONE, 3, 0)
    assert box.ask("/_sandbox/messages", group="chat:chat2")[0]["text"] == "社区义诊"


def test_the_same_key_makes_one_task_however_often_run(corp: Corp, box: Box) -> None:
    first, second = plan(corp), plan(corp)
    groups.create(task_id=first.pk)
    made = GroupTask.objects.get().msgid
    groups.create(task_id=first.pk)
    assert first.pk == second.pk and GroupTask.objects.get().msgid == made


def test_groups_that_are_not_the_owners_are_named(corp: Corp) -> None:
    task = plan(corp, chat_ids=["chat0", "chat3"])
    groups.create(task_id=task.pk)
    groups.fetch_results(task_id=task.pk)
    task.refresh_from_db()
    assert task.results["refused"] == ["chat3"]
    assert [row["chat_id"] for row in task.results["rows"]] == ["chat0"]


def test_an_owner_without_groups_fails_the_task_and_a_busy_day_does_not(corp: Corp, box: Box) -> None:
    none = plan(corp, "t1", sender="nobody")
    groups.create(task_id=none.pk)
    none.refresh_from_db()
    assert (none.state, none.error_code) == (State.FAILED, "41048")
    later = plan(corp, "t2")
    box.faults(busy_rate=1)
    with pytest.raises(SendError):
        groups.create(task_id=later.pk)
    box.faults(busy_rate=0)
    groups.create(task_id=later.pk)
    later.refresh_from_db()
    assert later.state == State.WAITING


def test_a_task_whose_making_nobody_heard_the_end_of_is_not_made_twice(corp: Corp) -> None:
    task = plan(corp)
    groups._begin(task.pk)  # and the process dies here
    groups.create(task_id=task.pk)
    task.refresh_from_db()
    assert (task.state, task.error_code) == (State.FAILED, "unknown")


def test_nobody_asks_about_a_task_for_ever(corp: Corp) -> None:
    task = plan(corp)
    groups.create(task_id=task.pk)
    assert groups.defer_fetching() == 1
    assert ProcrastinateJob.objects.filter(task_name="wecom.fetch_results").count() == 1
    GroupTask.objects.update(created_at=timezone.now() - datetime.timedelta(days=4))
    groups.fetch_results(task_id=task.pk)
    assert groups.defer_fetching() == 0


def test_customer_groups_are_listed_page_by_page(corp: Corp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(groups, "PAGE", 1)
    assert [one["name"] for one in services.customer_groups(corp)] == [f"居民群{n}" for n in range(4)]
    assert [one["chat_id"] for one in services.customer_groups(corp, ["wangwu"])] == ["chat3"]


def test_eight_at_once_fetch_one_token(committed_db: str, box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    corp = make_corp(corpid="ww-at-once")
    seed(box, corp)
    fetched: list[int] = []
    real = client._get_token
    monkeypatch.setattr(client, "_get_token", lambda corp: (fetched.append(1), real(corp))[1])
    tokens: list[str] = []

    def one() -> None:
        tokens.append(client.access_token(corp.pk))
        connection.close()

    threads = [threading.Thread(target=one) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(fetched) == 1 and len(set(tokens)) == 1 and len(tokens) == 8
