"""Requests by whichever way they come, and what is answered in public."""

from __future__ import annotations

import pytest
from django.test import Client

from eunion.assistant.skills import requests as asking
from eunion.assistant.terms import Setting, Understood
from eunion.cases.factories import REQUEST, applicant, root, submitted
from eunion.cases.models import Case, PublicAnswer
from eunion.cases.requests import category_of, take
from eunion.cases.services import review
from eunion.kernel.errors import Invalid
from eunion.registry.factories import UserFactory
from eunion.registry.models import Member, User
from eunion.registry.roles import Role

pytestmark = pytest.mark.django_db
SAID = Understood("我要投诉，厂里两个月没发工资", ("我要投诉，厂里两个月没发工资",))


def test_what_a_member_tells_in_private_becomes_a_case_once(member: Member) -> None:
    setting = Setting(channel="portal", member=member)
    replies = {asking.run(SAID, SAID.text, setting).text for _ in range(2)}
    case = Case.objects.get()
    assert len(replies) == 1 and case.number in replies.pop()
    assert (case.way, case.facts["category"], case.state) == ("assistant", "wages", "open")


def test_in_a_group_and_from_strangers_a_person_takes_over() -> None:
    member = applicant()
    for setting in (Setting(channel="group", member=member, in_group=True), Setting(channel="portal")):
        assert take(SAID, SAID.text, setting) == ""
        reply = asking.run(SAID, SAID.text, setting)
        assert reply.state == "passed_on"
        assert ("/services/requests/apply/" in reply.text) is not setting.in_group
    assert not Case.objects.exists()


@pytest.mark.parametrize(
    ("words", "category"),
    [
        ("怀孕被辞退", "women"),
        ("欠我三个月工资", "wages"),
        ("干活摔伤了算工伤吗", "injury"),
        ("路灯坏了", "other"),
    ],
)
def test_the_category_is_guessed_from_the_words(words: str, category: str) -> None:
    assert category_of(words) == category


def finished(case: Case, officer: User, **record: str) -> Case:
    for typed in ({}, {"answer": "正在核实"}, {"result": "已补发", "solved": "yes"} | record):
        case = review.pass_stage(case=case, user=officer, version=case.version, typed=typed)
    return case


def test_the_result_is_told_and_published_only_where_the_applicant_agreed(
    officer: User, client: Client
) -> None:
    public = {"public_question": "单位欠薪怎么办？", "public_answer": "已督促单位补发。"}
    with pytest.raises(Invalid, match="没有同意公开"):
        finished(submitted(reply="private"), officer, **public)
    assert not PublicAnswer.objects.exists()
    case = finished(submitted(reply="public"), officer, **public)
    assert case.outcome == "已补发"
    page = client.get("/services/requests/answers/?category=wages").content.decode()
    assert "已督促单位补发" in page and case.applicant not in page and case.number not in page
    assert "已督促" not in client.get("/services/requests/answers/?category=hours").content.decode()


def test_a_grid_worker_passes_on_what_a_resident_said(client: Client) -> None:
    root()
    client.force_login(UserFactory(role=Role.GRID_WORKER))
    page = client.post("/services/requests/for-resident/", REQUEST)
    case = Case.objects.get()
    assert case.number in page.content.decode() and (case.way, case.user) == ("grid", None)
    wrong = client.post("/services/requests/for-resident/", {"words": "没写完"})
    assert wrong.status_code == 422 and "没写完" in wrong.content.decode()


def test_nobody_else_may_speak_for_a_resident(client: Client) -> None:
    client.force_login(UserFactory())
    assert client.get("/services/requests/for-resident/").status_code == 403
