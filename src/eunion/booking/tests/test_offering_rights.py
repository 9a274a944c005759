"""Who may open and write the screens of offerings."""

from __future__ import annotations

import pytest

from eunion.booking.factories import SessionFactory
from eunion.booking.models import Offering
from eunion.booking.services import edit
from eunion.booking.tests.test_offering_screens import signed_in
from eunion.registry.factories import UserFactory, make_union
from eunion.registry.models import StaffScope, Union, User
from eunion.registry.roles import Role

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("second_factor")]
# Address, who gets in: `own` and `officer` look after the offering, `auditor` may look, `other` has another union.
EVERYBODY, CLERKS = ("own", "officer", "auditor"), ("own", "officer")
PAGES = (
    ("/admin/offerings/", (*EVERYBODY, "other")),
    ("/admin/offerings/add/", (*CLERKS, "other")),
    ("/admin/offerings/choose/unions/", (*EVERYBODY, "other")),
    ("/admin/offerings/{offering}/", EVERYBODY),
    ("/admin/offerings/{offering}/edit/", CLERKS),
    ("/admin/offerings/{offering}/publish/", CLERKS),
    ("/admin/offerings/{offering}/call-off/", CLERKS),
    ("/admin/offerings/sessions/{session}/", EVERYBODY),
    ("/admin/offerings/sessions/{session}/print/", EVERYBODY),
    ("/admin/offerings/sessions/{session}/money/", EVERYBODY),
    ("/admin/offerings/sessions/{session}/board/", EVERYBODY),
    ("/admin/offerings/sessions/{session}/board/stream/", EVERYBODY),
    ("/admin/offerings/sessions/{session}/draw/", EVERYBODY),
    ("/admin/offerings/sessions/{session}/quota/", CLERKS),
    ("/admin/offerings/sessions/{session}/call-off/", CLERKS),
    ("/admin/seasons/", (*EVERYBODY, "other")),
    ("/admin/barred/", (*EVERYBODY, "other")),
)
WRITES = (
    "/admin/offerings/{offering}/copy/",
    "/admin/offerings/{offering}/close/",
    "/admin/offerings/sessions/{session}/cancel/",
    "/admin/offerings/sessions/{session}/export/",
)


@pytest.fixture
def cast(owner: Union, organiser: User) -> dict[str, User]:
    elsewhere = UserFactory(role=Role.GRASSROOTS_OFFICER, scope=make_union("别处工会", parent=owner))
    auditor = UserFactory(role=Role.AUDITOR, scope=owner)
    editor = UserFactory(role=Role.EDITOR)
    StaffScope.objects.create(user=editor, union=owner)
    return {
        "own": organiser,
        "officer": UserFactory(role=Role.GRASSROOTS_OFFICER, scope=owner),
        "auditor": auditor,
        "other": elsewhere,
        "editor": editor,
        "worker": UserFactory(),
    }


@pytest.fixture
def things(owner: Union, organiser: User) -> dict[str, str]:
    session = SessionFactory(offering__owner=owner, offering__mode="lottery", offering__state="draft")
    edit.publish(offering=session.offering, user=organiser)
    return {"session": session.public_id, "offering": session.offering.public_id}


@pytest.mark.parametrize(("address", "welcome"), PAGES)
def test_each_screen_lets_in_its_people_and_nobody_else(
    cast: dict[str, User], things: dict[str, str], address: str, welcome: tuple[str, ...]
) -> None:
    for name, user in cast.items():
        status = signed_in(user).get(address.format(**things)).status_code
        assert (status == 200) == (name in welcome), (name, status)
        assert status in (200, 302, 403, 404), (name, status)


@pytest.mark.parametrize("address", WRITES)
def test_nobody_else_writes(cast: dict[str, User], things: dict[str, str], address: str) -> None:
    before = Offering.objects.count()
    for name in ("auditor", "other", "editor", "worker"):
        sent = {"on": "2030-01-01", "reason": "不应该成功", "format": "csv"}
        answer = signed_in(cast[name]).post(address.format(**things), sent)
        assert answer.status_code in (302, 403, 404), name
        assert "text/csv" not in answer["Content-Type"]
    assert Offering.objects.count() == before
    assert Offering.objects.get(public_id=things["offering"]).state == "published"
