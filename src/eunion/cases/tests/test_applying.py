"""Applying on a phone: nothing typed is lost, nothing is asked twice, nothing is handed in twice."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from eunion.cases.factories import REQUEST, draft, picture
from eunion.cases.models import Case, Page
from eunion.registry.factories import UserFactory
from eunion.registry.models import Member

pytestmark = pytest.mark.django_db
APPLY = "/services/requests/apply/"


def test_every_service_has_a_guide_that_anyone_may_read(client: Client) -> None:
    page = client.get("/services/").content.decode()
    assert "网上入会" in page and "职工诉求" in page
    guide = client.get("/services/joining/").content.decode()
    assert "工会审核并联系您" in guide and "《中华人民共和国工会法》第三条" in guide


def test_a_worker_applies_step_by_step_and_gets_a_number(phone: Client) -> None:
    sent = phone.post(APPLY, REQUEST)
    case = Case.objects.get()
    assert sent["Location"] == reverse("case_papers", args=[case.public_id])
    look = phone.get(reverse("case_check", args=[case.public_id]))
    assert "两个月没发工资" in look.content.decode() and "138****0001" in look.content.decode()
    done = phone.post(reverse("case_check", args=[case.public_id]), {"consent": "1"})
    case.refresh_from_db()
    assert done["Location"] == reverse("case", args=[case.public_id])
    assert case.state == "open" and case.number.startswith("SQ-") and case.due_at
    assert "1 个工作日内受理" in phone.get(done["Location"]).content.decode()


def test_what_the_profile_knows_is_there_already(phone: Client, member: Member) -> None:
    page = phone.get(APPLY).content.decode()
    assert f'value="{member.name}"' in page and member.phone in page


def test_what_was_typed_is_kept_even_where_it_is_wrong(phone: Client) -> None:
    sent = phone.post(APPLY, {"words": "工资的事", "phone": "123"})
    page = sent.content.decode()
    assert sent.status_code == 422
    assert "工资的事" in page and "手机号应为" in page
    assert Case.objects.get().answers["phone"] == "123"


def test_two_devices_each_keep_their_own_fields(phone: Client, member: Member) -> None:
    phone.get(APPLY)
    save = reverse("case_save", args=[Case.objects.get().public_id])
    tablet = Client()
    tablet.force_login(member.user)
    assert phone.post(save, {"words": "手机上写的"}).json() == {"saved": True}
    assert tablet.post(save, {"employer": "平板上写的"}).json() == {"saved": True}
    answers = Case.objects.get().answers
    assert (answers["words"], answers["employer"]) == ("手机上写的", "平板上写的")


def test_the_same_photo_sent_again_is_the_same_page(phone: Client) -> None:
    phone.get(APPLY)
    case = Case.objects.get()
    add = reverse("case_paper_add", args=[case.public_id, "evidence"])
    name = "0b5e6a5e-0000-4000-8000-000000000001"
    for _ in range(2):
        from django.core.files.uploadedfile import SimpleUploadedFile

        answer = phone.post(add, {"photo": SimpleUploadedFile("../../x.php", picture()), "client_id": name})
        assert answer.status_code == 201
    page = Page.objects.get()
    assert ".." not in page.file.name and page.file.name.endswith(f"{page.public_id}.jpg")


def test_a_file_that_is_no_photo_is_refused_with_a_reason(phone: Client) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    phone.get(APPLY)
    add = reverse("case_paper_add", args=[Case.objects.get().public_id, "evidence"])
    svg = SimpleUploadedFile(
        "a.jpg", b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"
    )
    name = "0b5e6a5e-0000-4000-8000-000000000002"
    answer = phone.post(add, {"photo": svg, "client_id": name})
    assert answer.status_code == 422 and "打不开" in answer.json()["title"]
    assert not Page.objects.exists()


def test_nobody_else_sees_a_draft_or_its_papers(phone: Client, member: Member) -> None:
    case = draft("requests", member.user, REQUEST)
    from eunion.cases.factories import bring

    bring(case, "evidence", member.user)
    page = Page.objects.get()
    stranger = Client()
    stranger.force_login(UserFactory())
    for address in (
        reverse("case", args=[case.public_id]),
        reverse("case_papers", args=[case.public_id]),
        reverse("case_check", args=[case.public_id]),
        reverse("case_page", args=[page.public_id]),
    ):
        assert stranger.get(address).status_code == 404, address
        assert Client().get(address).status_code == 302
    assert stranger.post(reverse("case_page_remove", args=[page.public_id])).status_code == 404
    assert phone.get(reverse("case_page", args=[page.public_id])).status_code == 200


def test_a_service_for_certified_members_sends_others_to_certify() -> None:
    stranger = Client()
    stranger.force_login(UserFactory())
    # Requests are for everybody.
    assert stranger.get(APPLY).status_code == 200


def test_handing_in_twice_is_one_case_and_one_number(phone: Client, member: Member) -> None:
    case = draft("requests", member.user, REQUEST)
    for _ in range(2):
        phone.post(reverse("case_check", args=[case.public_id]), {"consent": "1"})
    case.refresh_from_db()
    assert case.events.count() == 1 and case.number.endswith("00001")


def test_without_consent_nothing_is_handed_in(phone: Client, member: Member) -> None:
    case = draft("requests", member.user, REQUEST)
    answer = phone.post(reverse("case_check", args=[case.public_id]))
    assert answer.status_code == 422 and "勾选同意" in answer.content.decode()
    case.refresh_from_db()
    assert case.state == "draft"


def test_a_draft_is_thrown_away_with_its_pictures(phone: Client, member: Member) -> None:
    from eunion.cases.factories import bring

    case = draft("requests", member.user, REQUEST)
    bring(case, "evidence", member.user)
    phone.post(reverse("case_discard", args=[case.public_id]))
    assert not Case.objects.exists() and not Page.objects.exists()


def test_what_is_wrong_is_said_in_a_persons_words(phone: Client) -> None:
    page = phone.post(APPLY, REQUEST | {"people": "-5", "phone": "12"}).content.decode()
    assert "不能小于 1。" in page and "确保该值" not in page


def test_a_day_to_come_is_no_day_to_have_begun_work(client: Client) -> None:
    client.force_login(UserFactory())
    page = client.post("/services/joining/apply/", {"worked_since": "2099-01-01"}).content.decode()
    assert "这个日期还没到" in page


def test_a_further_row_comes_even_while_the_first_is_empty() -> None:
    from eunion.cases import shown

    holder = Case(service_name="hardship")
    rows = {
        field.name: len(field.rows)
        for section in shown.sections(holder, {}, more="family")
        for field in section["fields"]
    }
    assert rows["family"] == 2


def test_a_unions_own_name_comes_before_an_address(client: Client) -> None:
    from eunion.cases.factories import root
    from eunion.registry.factories import make_union

    make_union("甲厂工会", root(), address="鼓台路 1 号")
    make_union("鼓台街道总工会", root())
    found = client.get("/services/unions/", {"q": "鼓台"}).json()["unions"]
    assert [one["name"] for one in found] == ["鼓台街道总工会", "甲厂工会"]
