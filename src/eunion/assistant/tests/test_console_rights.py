"""Who gets into the staff screens, and what the lists cost."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from eunion.assistant import selectors, weeks
from eunion.assistant.factories import asked_turn, reviewers, speaking_entry
from eunion.assistant.models import Document, Gap, KnowledgeEntry, TrendAlert
from eunion.assistant.services import documents, evaluation, hand_overs, knowledge
from eunion.registry.factories import GridFactory, UserFactory
from eunion.registry.models import Union, User
from eunion.registry.roles import Role

pytestmark = pytest.mark.django_db
LAW = "第一条 为了保护职工。\n\n第二条 本法适用于企业。\n"


STAFF = ("editor", "reviewer", "case_officer")
REPLIERS = ("editor", "case_officer", "officer")
# Address, who gets in; everybody else is refused or told that there is nothing.
PAGES = (
    ("/admin/knowledge/", STAFF),
    ("/admin/knowledge/add/", ("editor", "case_officer")),
    ("/admin/knowledge/edit/{entry}/", ("editor", "case_officer")),
    ("/admin/knowledge/inspect/{entry}/", STAFF),
    ("/admin/knowledge/history/{entry}/", ("editor", "case_officer")),
    ("/admin/knowledge/delete/{entry}/", ("editor", "case_officer")),
    ("/admin/knowledge-reviews/", ("reviewer", "case_officer")),
    ("/admin/knowledge-import/", ("editor", "case_officer")),
    ("/admin/knowledge-export/xlsx/", STAFF),
    ("/admin/knowledge-export/json/", STAFF),
    ("/admin/laws/", ("editor",)),
    ("/admin/laws/{document}/", ("editor",)),
    ("/admin/questions/", (*REPLIERS, "other")),
    ("/admin/questions/{turn}/", REPLIERS),
    ("/admin/try/", STAFF),
    ("/admin/try/?q=春游哪天", STAFF),
    ("/admin/talks/", (*REPLIERS, "other")),
    ("/admin/talks/export/", (*REPLIERS, "other")),
    ("/admin/talks/{turn}/", REPLIERS),
    ("/admin/gaps/", STAFF),
    ("/admin/gaps/export/", STAFF),
    ("/admin/alerts/", STAFF),
    ("/admin/hit-rates/", STAFF),
    ("/admin/hit-rates/export/", STAFF),
    ("/admin/evaluations/", STAFF),
)


@pytest.mark.parametrize(("address", "welcome"), PAGES)
def test_each_screen_lets_in_its_people_and_nobody_else(
    client: Client, cast: dict[str, User], things: dict[str, int], address: str, welcome: tuple[str, ...]
) -> None:
    assert client.get(address.format(**things)).status_code == 302
    for name, user in cast.items():
        client.force_login(user)
        answer = client.get(address.format(**things))
        if name in welcome:
            assert answer.status_code == 200, name
        else:
            assert answer.status_code in (302, 403, 404), name
            assert answer.status_code != 302 or answer["Location"].startswith(("/admin/", "/accounts/")), name


CHANGES = (
    ("/admin/knowledge-withdraw/{entry}/", ("editor", "case_officer")),
    ("/admin/knowledge-reviews/{waiting}/return/", ("reviewer", "case_officer")),
    ("/admin/knowledge-reviews/approve/", ("reviewer", "case_officer")),
    ("/admin/knowledge-reviews/confirm/", ("reviewer", "case_officer")),
    ("/admin/laws/{document}/withdraw/", ("editor",)),
    ("/admin/laws/{document}/restore/", ("editor",)),
    ("/admin/gaps/{gap}/ignore/", ("editor", "case_officer")),
    ("/admin/gaps/{gap}/reopen/", ("editor", "case_officer")),
    ("/admin/alerts/{alert}/seen/", ("editor", "case_officer")),
    ("/admin/evaluations/run/", ("editor",)),
)


@pytest.mark.parametrize(("address", "welcome"), CHANGES)
def test_each_change_asks_for_its_right_and_for_post(
    client: Client, cast: dict[str, User], things: dict[str, int], address: str, welcome: tuple[str, ...]
) -> None:
    address = address.format(**things)
    before = _state()
    for name, user in cast.items():
        if name not in welcome:
            client.force_login(user)
            client.post(address, {"note": "不行", "version": f"{things['waiting']}:1"})
            assert _state() == before, name
    client.force_login(cast[welcome[0]])
    assert client.get(address).status_code == 405


def _state() -> list[Any]:
    return [
        list(model.objects.order_by("pk").values_list(*fields))
        for model, fields in (
            (KnowledgeEntry, ("pk", "live", "latest_revision")),
            (Document, ("pk", "live")),
            (Gap, ("pk", "state")),
            (TrendAlert, ("pk", "seen_at")),
        )
    ] + [selectors.returns().count(), evaluation.is_under_way()]


def test_an_entry_of_another_union_is_not_there(signed_in: Any, cast: dict[str, User], root: Union) -> None:
    theirs = speaking_entry(union=Union.objects.get(name="乙厂工会"), question="乙厂的事？")
    clerk = UserFactory(role=Role.EDITOR, scope=Union.objects.get(name="甲厂工会"))
    cast["clerk"] = clerk
    client = signed_in("clerk")
    assert "乙厂的事" not in client.get("/admin/knowledge/").content.decode()
    assert "乙厂的事" not in client.get("/admin/knowledge-export/json/").content.decode()
    for verb in ("edit", "inspect", "history", "delete", "usage", "unpublish"):
        assert client.get(f"/admin/knowledge/{verb}/{theirs.pk}/").status_code == 404, verb
    version = theirs.latest_revision_id
    for way in (f"{version}/revert", f"compare/{version}...{version}"):
        answer = client.get(f"/admin/knowledge/history/{theirs.pk}/revisions/{way}/")
        assert answer.status_code == 404, way
    client.post(f"/admin/bulk/assistant/knowledgeentry/delete/?id={theirs.pk}")
    assert KnowledgeEntry.objects.filter(pk=theirs.pk).exists()
    assert "乙厂的事" not in client.get("/admin/snippets/choose/assistant/knowledgeentry/").content.decode()
    assert client.post(f"/admin/knowledge-withdraw/{theirs.pk}/").status_code == 404


# What the lists cost.


def many(root: Union, number: int) -> None:
    for place in range(number):
        entry = speaking_entry(question=f"问题{place}？", topic=f"题{place % 3}", by=reviewers())
        knowledge.write(user=None, key=entry.key, question=f"问题{place}？", answer="改了。")
        grid = GridFactory(subdistrict=root)
        turn = asked_turn(f"第{place}问", grid=grid, entry=entry, thumb=-1, topic="工资")
        hand_overs.open_hand_over(turn, at=timezone.now())
        TrendAlert.objects.create(week=weeks.monday(), topic=f"题{place}", grid=grid, turn_count=6, before=1)
        documents.import_document(name=f"法{place}.md", content=LAW.encode(), user=None)


@pytest.mark.parametrize(
    ("name", "most"),
    [
        ("knowledge", 45),
        ("knowledge-reviews", 45),
        ("laws", 32),
        ("questions", 36),
        ("talks", 36),
        ("alerts", 32),
        ("hit-rates", 32),
        ("evaluations", 30),
    ],
)
def test_a_list_costs_the_same_for_many_as_for_few(
    client: Client, second_factor: None, root: Union, django_assert_max_num_queries: Any, name: str, most: int
) -> None:
    user = UserFactory(role=Role.ADMINISTRATOR, scope=root)
    client.force_login(user)
    many(root, 15)
    client.get(f"/admin/{name}/")
    with django_assert_max_num_queries(most):
        assert client.get(f"/admin/{name}/").status_code == 200
