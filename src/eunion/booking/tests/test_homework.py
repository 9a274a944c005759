"""Homework: photos arrive once, upright and without their place; nobody else sees them; nothing typed is lost."""

from __future__ import annotations

import io
import uuid
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from eunion.booking.errors import Overdue
from eunion.booking.factories import HomeworkFactory, in_hours, make_claim, make_course
from eunion.booking.models import Claim, HandIn, Homework, Photo
from eunion.booking.services import homework as services
from eunion.booking.tests.conftest import jobs
from eunion.kernel import uploads
from eunion.kernel.errors import Invalid, NotAllowed
from eunion.registry.factories import MemberFactory, UserFactory
from eunion.registry.models import Member, User

pytestmark = pytest.mark.django_db
ORIENTATION, MAKE, GPS = 0x0112, 0x010F, 0x8825


@pytest.fixture(autouse=True)
def private(settings: Any, tmp_path: Any) -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        "private": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path), "base_url": None},
        },
    }


@pytest.fixture
def task() -> Homework:
    return HomeworkFactory(session=make_course())


@pytest.fixture
def mine(task: Homework, member: Member) -> Claim:
    return make_claim(task.session, member)


def shot(kind: str = "JPEG") -> bytes:
    """Return a photo that lies on its side and says where it was taken."""
    picture, exif = Image.new("RGB", (60, 40), "red"), Image.Exif()
    exif[ORIENTATION], exif[MAKE] = 6, "Phone"
    exif.get_ifd(GPS)[2] = (38.0, 2.0, 30.0)
    buffer = io.BytesIO()
    picture.save(buffer, kind, exif=exif)
    return buffer.getvalue()


def send(phone: Client, claim: Claim, task: Homework, client_id: str, content: bytes = b"") -> Any:
    file = SimpleUploadedFile("IMG_1.HEIC", content or shot())
    address = f"/me/tickets/{claim.public_id}/homework/{task.public_id}/photos/"
    return phone.post(address, {"photo": file, "client_id": client_id})


def page(claim: Claim, task: Homework) -> str:
    return f"/me/tickets/{claim.public_id}/homework/{task.public_id}/"


def test_a_photo_is_turned_upright_and_loses_what_the_camera_wrote(
    phone: Client, mine: Claim, task: Homework
) -> None:
    assert send(phone, mine, task, str(uuid.uuid4())).status_code == 201
    with Image.open(Photo.objects.get().file) as kept:
        assert kept.format == "JPEG" and kept.size == (40, 60)
        assert not dict(kept.getexif()) and "exif" not in kept.info


def test_a_photo_sent_again_after_a_lost_answer_is_the_same(
    phone: Client, mine: Claim, task: Homework
) -> None:
    name = str(uuid.uuid4())
    first, again = (send(phone, mine, task, name).json() for _ in range(2))
    assert first == again and Photo.objects.count() == 1


def test_the_tenth_photo_is_refused_in_words(phone: Client, mine: Claim, task: Homework) -> None:
    for _ in range(9):
        send(phone, mine, task, str(uuid.uuid4()))
    answer = send(phone, mine, task, str(uuid.uuid4()))
    assert (answer.status_code, Photo.objects.count()) == (422, 9) and "最多 9 张" in answer.json()["title"]


@pytest.mark.parametrize("content", [b"GIF89a", b"<svg onload=alert(1)>", b"%PDF-1.7", b"\xff\xd8\xff"])
def test_what_is_no_photo_is_refused_in_words(
    phone: Client, mine: Claim, task: Homework, content: bytes
) -> None:
    answer = send(phone, mine, task, str(uuid.uuid4()), content)
    assert answer.status_code == 422 and "打不开" in answer.json()["title"]
    assert not Photo.objects.exists()


def test_a_photo_that_would_not_fit_into_memory_is_not_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "PHOTO_PIXELS_MAX", 2000)
    with pytest.raises(uploads.PhotoRefused):
        uploads.clean_photo(shot())
    monkeypatch.setattr(uploads, "PHOTO_BYTES_MAX", 100)
    with pytest.raises(uploads.PhotoRefused, match="太大"):
        uploads.clean_photo(shot())


def test_a_see_through_picture_becomes_white() -> None:
    buffer = io.BytesIO()
    Image.new("RGBA", (8, 8), (0, 0, 0, 0)).save(buffer, "PNG")
    with Image.open(io.BytesIO(uploads.clean_photo(buffer.getvalue()))) as flat:
        assert flat.getpixel((4, 4)) == (255, 255, 255)


def test_nobody_else_sees_a_photo(
    phone: Client, mine: Claim, task: Homework, organiser: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    src = send(phone, mine, task, str(uuid.uuid4())).json()["src"]
    seen = phone.get(src)
    assert seen.status_code == 200 and seen["x-content-type-options"] == "nosniff"
    assert "no-store" in seen["cache-control"] and "sandbox" in seen["content-security-policy"]
    classmate = MemberFactory(user=UserFactory())
    make_claim(task.session, classmate)
    for user in (classmate.user, UserFactory()):
        other = Client()
        other.force_login(user)
        assert other.get(src).status_code == 404
        assert other.get(page(mine, task)).status_code == 404
    assert Client().get(src).status_code == 404
    staff = Client()
    staff.force_login(organiser)
    assert staff.get(src).status_code == 200


def test_handing_in_can_be_repeated_until_it_is_due(phone: Client, mine: Claim, task: Homework) -> None:
    assert phone.post(page(mine, task), {"text": "第一稿"}).status_code == 302
    assert phone.post(page(mine, task), {"text": "第二稿"}).status_code == 302
    assert HandIn.objects.get().text == "第二稿"
    with time_machine.travel(in_hours(25)):
        answer = phone.post(page(mine, task), {"text": "晚了的稿"})
        assert answer.status_code == 409 and "已经截止" in answer.content.decode()
        assert send(phone, mine, task, str(uuid.uuid4())).status_code == 409
    assert HandIn.objects.get().text == "第二稿"


def test_what_was_typed_stays_when_something_is_wrong(phone: Client, mine: Claim, task: Homework) -> None:
    answer = phone.post(page(mine, task), {"text": "写" * 5001})
    assert answer.status_code == 422 and "写写写" in answer.content.decode()
    assert "请写几句话" in phone.post(page(mine, task), {"text": " "}).content.decode()


def test_without_scripts_the_photos_come_with_the_form_and_once(
    phone: Client, mine: Claim, task: Homework
) -> None:
    for _ in range(2):
        file = SimpleUploadedFile("a.jpg", shot())
        assert phone.post(page(mine, task), {"text": "", "photos": [file]}).status_code == 302
    assert Photo.objects.count() == 1


def test_a_photo_can_be_taken_out_and_its_file_is_gone(
    phone: Client, mine: Claim, task: Homework, django_capture_on_commit_callbacks: Any
) -> None:
    told = send(phone, mine, task, str(uuid.uuid4())).json()
    file = Photo.objects.get().file
    with django_capture_on_commit_callbacks(execute=True):
        assert phone.post(told["remove"]).status_code == 302
        assert phone.post(told["remove"]).status_code == 302
    assert not Photo.objects.exists() and not file.storage.exists(file.name)


def test_who_has_no_place_hands_nothing_in(phone: Client, member: Member, task: Homework) -> None:
    waiting = make_claim(task.session, member, "waiting")
    assert phone.post(page(waiting, task), {"text": "作业"}).status_code == 403
    assert not HandIn.objects.exists()


def test_a_comment_is_told_once_and_seen_by_the_member(
    phone: Client, mine: Claim, task: Homework, organiser: User
) -> None:
    made = services.hand_in(claim=mine, homework=task, text="作业")
    with pytest.raises(NotAllowed):
        services.review(hand_in=made, user=UserFactory(), mark="优", comment="")
    for _ in range(2):
        services.review(hand_in=made, user=organiser, mark="优", comment="横画再平一些")
    (told,) = jobs("wechat.send_kind")
    assert told["kind"] == "homework_reviewed" and told["values"]["note"] == "横画再平一些"
    assert "横画再平一些" in phone.get(page(mine, task)).content.decode()
    with pytest.raises(Invalid):
        services.review(hand_in=made, user=organiser, mark="", comment=" ")


def test_a_task_is_set_for_later_only(task: Homework, organiser: User) -> None:
    with pytest.raises(Invalid):
        services.ask(session=task.session, user=organiser, title="晚了", text="", due_at=in_hours(-1))
    made = services.ask(session=task.session, user=organiser, title="临帖", text="", due_at=in_hours(1))
    assert made.session == task.session
    with time_machine.travel(in_hours(2)), pytest.raises(Overdue):
        services.hand_in(claim=make_claim(task.session, MemberFactory()), homework=made, text="x")


def test_the_ticket_lists_homework_with_what_became_of_it(
    phone: Client, mine: Claim, task: Homework, organiser: User
) -> None:
    ticket = f"/me/tickets/{mine.public_id}/"
    assert "还没交" in phone.get(ticket).content.decode()
    made = services.hand_in(claim=mine, homework=task, text="作业")
    assert "· 已交" in phone.get(ticket).content.decode()
    services.review(hand_in=made, user=organiser, mark="优", comment="")
    assert "已点评：优" in phone.get(ticket).content.decode()
