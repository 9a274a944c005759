"""What the public sees and says: the self-test keeps nothing, a notice shows a masked name and no more."""

from __future__ import annotations

import datetime
import logging

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from eunion.cases.factories import root, staff
from eunion.cases.hardship import factories
from eunion.cases.hardship.errors import AlreadyDecided, TooManyObjections
from eunion.cases.hardship.factories import ANSWERS, applicant, applied, brought_to, period_over, standard
from eunion.cases.hardship.services import notices
from eunion.cases.models import Case, HardshipNotice, HardshipObjection
from eunion.cases.services import clock, member, review
from eunion.kernel.errors import Invalid, NotAllowed
from eunion.registry.factories import make_union
from eunion.registry.models import User
from eunion.registry.roles import Role

pytestmark = pytest.mark.django_db
SELFTEST = "/services/hardship/selftest/"
NOTICES = "/services/hardship/notices/"
FIGURES = {"employment": "employed", "size": "2", "income": "31234.56", "medical": "12345.67"}
SAID = "这家去年买了新车，我是邻居，亲眼看见的。"


def rows_of_everything() -> dict[str, int]:
    """Return how many rows each table has."""
    return {
        model._meta.label: model._default_manager.count()
        for model in apps.get_models()
        if model._meta.managed
    }


def objecting(case: Case) -> str:
    """Return the address for objecting to a case's notice."""
    return reverse("hardship_object", args=[case.notice.public_id])


def test_the_self_test_tells_the_kind_with_its_steps_and_what_to_do_next(client: Client) -> None:
    standard()
    page = client.post(SELFTEST, FIGURES).content.decode()
    assert "可能符合：深度困难" in page and "÷ 12 个月 ÷ 2 口人" in page
    assert "去申请" in page and "不保存" in page


@pytest.mark.parametrize(
    ("employment", "words"),
    [("unemployed", "街道工会申请"), ("migrant", "满一年"), ("employed", "准备好身份证")],
)
def test_the_self_test_says_where_each_has_to_go(client: Client, employment: str, words: str) -> None:
    standard()
    assert words in client.post(SELFTEST, FIGURES | {"employment": employment}).content.decode()


def test_the_self_test_says_kindly_that_nothing_fits(client: Client) -> None:
    standard()
    page = client.post(SELFTEST, FIGURES | {"income": "900000"}).content.decode()
    assert "暂时不符合" in page and "职工诉求" in page and "去申请" not in page


def test_the_self_test_stores_nothing_anywhere(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    standard()
    before = rows_of_everything()
    with caplog.at_level(logging.DEBUG):
        answer = client.post(SELFTEST, FIGURES)
        client.post(SELFTEST, {"size": "31234"})
    assert "可能符合" in answer.content.decode()
    assert rows_of_everything() == before
    assert "eunion_session" not in answer.cookies and not client.session.keys()
    assert answer["Cache-Control"] == "no-store"
    assert "31234" not in caplog.text and "12345" not in caplog.text


def test_what_was_mistyped_in_the_self_test_stays_on_the_page(client: Client) -> None:
    standard()
    answer = client.post(SELFTEST, FIGURES | {"income": "三万多", "medical": "777"})
    page = answer.content.decode()
    assert answer.status_code == 422 and 'value="三万多"' in page and 'value="777"' in page


def test_without_a_standard_the_self_test_guesses_nothing(client: Client) -> None:
    page = client.post(SELFTEST, FIGURES).content.decode()
    assert "还没有录入" in page and "可能符合：" not in page


def test_nothing_but_the_masked_name_union_kind_and_period_is_public(client: Client, officer: User) -> None:
    union = make_union("河湾化工厂工会", root())
    applicant_ = applicant(union)
    case = brought_to("notice", officer, applied(applicant_))
    for address in (NOTICES, objecting(case)):
        page = client.get(address).content.decode()
        assert f"{case.applicant[0]}**" in page and union.name in page and "深度困难" in page
        private = [
            case.applicant,
            case.applicant[1:],
            case.number,
            case.public_id,
            applicant_.id_number,
            applicant_.phone,
            applicant_.public_id,
            *(str(value) for value in case.answers.values() if isinstance(value, str) and len(value) > 3),
            *(value for row in case.answers["family"] for value in row.values() if len(value) > 3),
            ANSWERS["family"][0]["name"],
            ANSWERS["address"],
            ANSWERS["story"],
        ]
        allowed = {"employed", "illness", "healthy", applicant_.employer}
        assert not [text for text in private if text and text not in allowed and text in page]
    stored = HardshipNotice.objects.get()
    assert stored.masked_name == f"{case.applicant[0]}**"


def test_after_the_period_nothing_personal_is_shown(client: Client, officer: User) -> None:
    case = period_over(brought_to("notice", officer))
    page = client.get(NOTICES).content.decode()
    assert "**" not in page and "现在没有正在公示的" in page
    answer = client.get(objecting(case))
    assert answer.status_code == 410 and "**" not in answer.content.decode()
    assert client.post(objecting(case), {"words": SAID}).status_code == 410
    assert not HardshipObjection.objects.exists()


def test_a_case_that_is_withdrawn_leaves_the_page_at_once(client: Client, officer: User) -> None:
    case = brought_to("notice", officer)
    member.withdraw(case=case, user=case.user)
    assert "**" not in client.get(NOTICES).content.decode()


def test_anybody_objects_without_a_name_and_the_case_is_held(client: Client, officer: User) -> None:
    case = brought_to("notice", officer)
    answer = client.post(objecting(case), {"words": SAID})
    assert "已经收到" in answer.content.decode()
    period_over(case)
    clock.tick()
    case.refresh_from_db()
    assert (case.state, case.stage_name) == ("open", "notice")
    with pytest.raises(Invalid, match="异议还没有核实"):
        review.pass_stage(case=case, user=officer, version=case.version)


def test_a_dismissed_objection_lets_it_pass_and_an_upheld_one_does_not(officer: User) -> None:
    case = brought_to("notice", officer)
    objection = notices.object_to(notice=case.notice, words=SAID, name="", phone="", sender="1.1.1.1")
    period_over(case)
    notices.decide(objection=objection, user=officer, upheld=True, words="上门看了，确有新车。")
    with pytest.raises(Invalid, match="异议查实"):
        review.pass_stage(case=case, user=officer, version=case.version)
    with pytest.raises(AlreadyDecided):
        notices.decide(objection=objection, user=officer, upheld=False, words="再看一次")
    HardshipObjection.objects.update(state="dismissed")
    assert review.pass_stage(case=case, user=officer, version=case.version).stage_name == "filing"


def test_who_objects_is_kept_encrypted_and_shown_to_staff_masked(
    client: Client, desk: Client, officer: User
) -> None:
    from django.db import connection
    from wagtail.models import ModelLogEntry

    case = brought_to("notice", officer)
    client.post(objecting(case), {"words": SAID, "name": "赵邻居", "phone": "13900000009"})
    with connection.cursor() as cursor:
        cursor.execute("SELECT words, name, phone, sender FROM cases_hardshipobjection")
        stored = b"".join(
            bytes(part) if not isinstance(part, str) else part.encode() for part in cursor.fetchone()
        )
    assert "赵邻居".encode() not in stored and b"13900000009" not in stored and b"127.0.0.1" not in stored
    page = desk.get(reverse("hardship_notice_staff", args=[case.notice.public_id])).content.decode()
    assert "赵**" in page and "13900000009" not in page and "139****0009" in page
    unmask = reverse("hardship_unmask", args=[HardshipObjection.objects.get().public_id])
    assert desk.post(unmask, {"reason": ""}).status_code == 422
    assert ["姓名", "赵邻居"] in desk.post(unmask, {"reason": "电话核实情况"}).json()["lines"]
    assert ModelLogEntry.objects.filter(action="hardship.unmask").count() == 1


def test_objections_come_at_a_limited_pace_and_nothing_typed_is_lost(client: Client, officer: User) -> None:
    case = brought_to("notice", officer)
    for number in range(notices.PER_SENDER_HOUR):
        client.post(objecting(case), {"words": f"{SAID}{number}"})
    answer = client.post(objecting(case), {"words": "我还要再说一次这件事情"})
    assert answer.status_code == 429 and "我还要再说一次" in answer.content.decode()
    assert HardshipObjection.objects.count() == notices.PER_SENDER_HOUR
    other = client.post(objecting(case), {"words": SAID}, HTTP_X_FORWARDED_FOR="6.6.6.6, 203.0.113.9")
    assert other.status_code == 200


def test_one_notice_takes_no_more_than_a_days_flood(officer: User) -> None:
    case = brought_to("notice", officer)
    for number in range(notices.PER_NOTICE_DAY):
        notices.object_to(
            notice=case.notice, words=f"{SAID}{number}", name="", phone="", sender=f"10.0.0.{number}"
        )
    with pytest.raises(TooManyObjections):
        notices.object_to(notice=case.notice, words=SAID, name="", phone="", sender="10.0.1.1")


def test_the_same_objection_sent_twice_is_one(client: Client, officer: User) -> None:
    case = brought_to("notice", officer)
    for _ in range(2):
        client.post(objecting(case), {"words": SAID})
    assert HardshipObjection.objects.count() == 1


def test_an_objection_without_substance_is_asked_for_more(client: Client, officer: User) -> None:
    case = brought_to("notice", officer)
    answer = client.post(objecting(case), {"words": "不行", "phone": "12"})
    assert answer.status_code == 422 and "至少 10 个字" in answer.content.decode()


def test_objections_are_decided_by_the_federation_alone(officer: User) -> None:
    case = brought_to("notice", officer)
    objection = notices.object_to(notice=case.notice, words=SAID, name="", phone="", sender="1.1.1.1")
    for person in (staff(Role.GRASSROOTS_OFFICER), staff(Role.CASE_OFFICER, make_union("外厂工会", root()))):
        with pytest.raises(NotAllowed):
            notices.decide(objection=objection, user=person, upheld=False, words="没有这回事")


def test_a_decision_without_words_loses_nothing(desk: Client, officer: User) -> None:
    case = brought_to("notice", officer)
    objection = notices.object_to(notice=case.notice, words=SAID, name="", phone="", sender="1.1.1.1")
    decide = reverse("hardship_decide", args=[objection.public_id])
    answer = desk.post(decide, {"upheld": "", "words": "邻居看错了车"})
    assert answer.status_code == 422 and "邻居看错了车" in answer.content.decode()
    desk.post(decide, {"upheld": "no", "words": "邻居看错了车"})
    objection.refresh_from_db()
    assert objection.state == "dismissed"


def test_the_public_list_takes_the_same_few_queries_however_long(
    client: Client, officer: User, django_assert_max_num_queries: object
) -> None:
    for _ in range(4):
        brought_to("notice", officer)
    with django_assert_max_num_queries(4):  # type: ignore[operator]
        page = client.get(NOTICES).content.decode()
    assert page.count("提出异议<") == 4


def test_a_notice_says_from_when_until_when(client: Client, officer: User) -> None:
    case = brought_to("notice", officer)
    page = client.get(NOTICES).content.decode()
    until = timezone.localtime(case.due_at)
    assert f"{until:%-m月%-d日 %H:%M}" in page
    assert case.due_at - timezone.now() > datetime.timedelta(days=4)
    assert factories.CARD not in page
