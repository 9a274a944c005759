"""Materials: for those they are for, from their day on; what a file is, its bytes say."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from eunion.booking.errors import FileRefused
from eunion.booking.factories import in_hours, make_claim, make_course
from eunion.booking.models import Material, Session
from eunion.booking.services import materials
from eunion.booking.tests.test_homework import private  # noqa: F401
from eunion.kernel.errors import Invalid, NotAllowed
from eunion.registry.factories import UserFactory, make_union
from eunion.registry.models import Member, StaffScope, User
from eunion.registry.roles import Role

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\n1 0 obj\n"


@pytest.fixture
def course() -> Session:
    return make_course()


def add(course: Session, user: User, content: bytes = PDF, **fields: Any) -> Material:
    file = SimpleUploadedFile("../../讲义.html", content, content_type="text/html")
    return materials.add(offering=course.offering, user=user, name="讲义", file=file, **fields)


def status(client: Client, material: Material) -> int:
    return int(client.get(f"/materials/{material.public_id}/").status_code)


def test_a_file_is_for_those_with_a_place(
    phone: Client, member: Member, course: Session, organiser: User
) -> None:
    made = add(course, organiser)
    assert (status(Client(), made), status(phone, made)) == (404, 404)
    make_claim(course, member)
    answer = phone.get(f"/materials/{made.public_id}/")
    assert answer.status_code == 200 and answer["content-type"] == "application/pdf"
    assert answer["x-content-type-options"] == "nosniff"
    assert answer["content-disposition"] == "inline; filename*=UTF-8''%E8%AE%B2%E4%B9%89.pdf"
    assert b"".join(answer.streaming_content) == PDF


def test_a_file_for_everyone_is_for_everyone_and_of_one_class_for_that_class(
    phone: Client, member: Member, course: Session, organiser: User
) -> None:
    assert status(Client(), add(course, organiser, audience="everyone")) == 200
    other = make_course(offering=course.offering)
    make_claim(course, member)
    assert status(phone, add(course, organiser, session=other)) == 404


def test_what_is_for_later_is_not_seen_before(
    phone: Client, member: Member, course: Session, organiser: User
) -> None:
    mine = make_claim(course, member)
    made = add(course, organiser, visible_from=in_hours(1))
    assert status(phone, made) == 404
    page = f"/me/tickets/{mine.public_id}/"
    assert "讲义" not in phone.get(page).content.decode()
    Material.objects.update(visible_from=in_hours(-1))
    assert status(phone, made) == 200 and "讲义" in phone.get(page).content.decode()


def archive(*names: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as book:
        for name in names:
            book.writestr(name, "x")
    return buffer.getvalue()


@pytest.mark.parametrize(
    "content",
    [b"<html><script>", b"<svg xmlns='http://www.w3.org/2000/svg'>", b"MZ\x90", archive("a.exe"), b"x"],
)
def test_what_a_browser_would_run_is_refused_whatever_its_name(
    course: Session, organiser: User, content: bytes
) -> None:
    with pytest.raises(FileRefused):
        add(course, organiser, content)
    assert not Material.objects.exists()


def test_a_file_that_is_too_large_is_refused(
    course: Session, organiser: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(materials, "BYTES_MAX", 5)
    with pytest.raises(FileRefused, match="太大"):
        add(course, organiser)


def test_a_link_is_a_link(course: Session, organiser: User) -> None:
    made = materials.add(offering=course.offering, user=organiser, name="视频", url="https://v.example.com/1")
    assert made.url and not made.file
    for url in ("javascript:alert(1)", ""):
        with pytest.raises(Invalid):
            materials.add(offering=course.offering, user=organiser, name="视频", url=url)


def test_staff_of_elsewhere_neither_add_nor_see(course: Session, organiser: User) -> None:
    made = add(course, organiser)
    stranger = UserFactory(role=Role.ORGANISER)
    StaffScope.objects.create(user=stranger, union=make_union("别处工会", parent=course.offering.owner))
    with pytest.raises(NotAllowed):
        add(course, stranger)
    desk = Client()
    desk.force_login(stranger)
    assert status(desk, made) == 404
    with pytest.raises(NotAllowed):
        materials.remove(material=made, user=stranger)


def test_a_material_goes_with_its_file(
    course: Session, organiser: User, django_capture_on_commit_callbacks: Any
) -> None:
    made = add(course, organiser)
    file = made.file
    assert file.name.startswith("materials/") and file.storage.exists(file.name)
    with django_capture_on_commit_callbacks(execute=True):
        materials.remove(material=made, user=organiser)
    assert not file.storage.exists(file.name)
