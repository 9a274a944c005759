"""A photographed paper is read by the job, upright, once; what it says decides nothing by itself."""

from __future__ import annotations

import io

import pytest
from django.test import Client
from django.urls import reverse
from PIL import Image

from eunion.cases.application import application_of
from eunion.cases.factories import bring, draft
from eunion.cases.models import Page
from eunion.cases.services import reading
from eunion.cases.tests.conftest import jobs
from eunion.registry.factories import UserFactory
from eunion.registry.models import User
from eunion.sandbox import papers

pytestmark = pytest.mark.django_db


@pytest.fixture
def brought(officer: User) -> Page:
    """An appeal's ID card, photographed lying on its side."""
    user = UserFactory()
    case = draft("certification-appeal", user, {"name": "王某某", "employer": "某厂"})
    card = papers.make("id_card", 3, photographed=False)
    buffer = io.BytesIO()
    with Image.open(io.BytesIO(card.picture)) as picture:
        picture.rotate(90, expand=True).save(buffer, "JPEG")
    bring(case, "id_card", user, buffer.getvalue())
    return Page.objects.get()


def test_a_paper_that_lies_on_its_side_is_read_and_turned(brought: Page) -> None:
    with Image.open(brought.file) as before:
        assert before.width > before.height
    reading.read_pages(**jobs("cases.read_pages")[0])
    brought.refresh_from_db()
    truth = papers.make("id_card", 3, photographed=False).truth
    assert brought.read["fields"]["id_number"]["value"] == truth["id_number"]
    with Image.open(brought.file) as after:
        assert after.height > after.width
        assert brought.read["size"] == [after.width, after.height]


def test_a_page_is_read_once_however_often_the_job_runs(
    brought: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(2):
        reading.read_pages(page_ids=[brought.pk])
        monkeypatch.setattr(reading, "read_page", lambda picture: pytest.fail("read again"))


def test_what_the_photo_says_differently_is_pointed_out_and_refuses_nobody(brought: Page) -> None:
    reading.read_pages(page_ids=[brought.pk])
    found = application_of(brought.case).findings()
    assert any("照片上的姓名" in one.words and one.level == "pass" for one in found)


def test_the_screen_waits_for_the_reading_and_then_shows_it(brought: Page, client: Client) -> None:
    client.force_login(brought.case.user)
    look = reverse("case_reading", args=[brought.case.public_id])
    assert client.get(look).json()["waiting"] == 1
    assert (
        "正在看您的照片" in client.get(reverse("case_check", args=[brought.case.public_id])).content.decode()
    )
    reading.read_pages(page_ids=[brought.pk])
    assert client.get(look).json()["waiting"] == 0
