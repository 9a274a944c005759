"""An application for hardship assistance from the phone to the file."""

from __future__ import annotations

import datetime

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from eunion.cases.application import application_of
from eunion.cases.errors import NeedsMending
from eunion.cases.factories import applicant, draft, root, staff
from eunion.cases.hardship.factories import (
    ANSWERS,
    CARD,
    FEDERATION,
    INCOME,
    applied,
    brought_to,
    opened,
    period_over,
    standard,
)
from eunion.cases.models import Case, HardshipFile
from eunion.cases.services import clock, review
from eunion.kernel.errors import Invalid
from eunion.kernel.workdays import workdays_left
from eunion.registry.factories import id_number, make_union
from eunion.registry.models import Member, Union, User
from eunion.registry.roles import Role

pytestmark = pytest.mark.django_db


def words_of(case: Case) -> str:
    """Return every finding of an application, one a line."""
    return "\n".join(f"{one.level}: {one.words}" for one in application_of(case).findings())


def test_an_application_goes_through_all_stages_to_a_file(officer: User) -> None:
    file = opened(officer)
    assert (file.kind, file.size, file.left_on) == ("deep", 2, None)
    assert file.number == f"DA-{timezone.localdate().year}-00001"
    assert file.case.state == "done"
    kinds = list(file.case.events.order_by("number").values_list("kind", "stage_name"))
    assert [stage for kind, stage in kinds if kind == "pass"] == [
        "first",
        "visit",
        "federation",
        "income",
        "notice",
    ]


def test_the_applicant_sees_the_kind_with_every_step_before_handing_in(phone: Client, member: Member) -> None:
    standard()
    case = draft("hardship", member.user, ANSWERS)
    page = phone.get(reverse("case_check", args=[case.public_id])).content.decode()
    assert "每人每月 750 元" in page and "深度困难" in page
    assert CARD not in page and CARD[-4:] in page


def test_staff_see_the_same_steps(desk: Client) -> None:
    case = applied()
    page = desk.get(reverse("cases_one", args=[case.public_id])).content.decode()
    assert "每人每月 750 元" in page and "区民政局文件" in page


def test_who_is_above_every_line_is_told_why_and_where_to_turn(phone: Client, member: Member) -> None:
    standard()
    case = draft("hardship", member.user, ANSWERS | {"own_income": "300000"})
    page = phone.get(reverse("case_check", args=[case.public_id])).content.decode()
    assert "三种困难都不符合" in page and "职工诉求" in page


def test_migrant_workers_apply_after_a_year_of_factual_employment(member: Member) -> None:
    standard()
    today = timezone.localdate()
    answers = ANSWERS | {"employment": "migrant"}
    case = draft(
        "hardship", member.user, answers | {"employed_since": str(today - datetime.timedelta(days=364))}
    )
    assert "refuse: 在本区实际上班还不满一年" in words_of(case)
    case = draft("hardship", member.user, {"employed_since": str(today - datetime.timedelta(days=366))})
    assert "refuse" not in words_of(case) and "还缺“就业满一年的证明”" in words_of(case)


def test_unemployed_and_flexible_workers_go_to_their_subdistricts_union() -> None:
    street = make_union("建设街道总工会", root(), kind=Union.Kind.SUBDISTRICT)
    factory = make_union("第二纺织厂工会", root())
    member = applicant(factory)
    standard()
    case = draft("hardship", member.user, ANSWERS | {"employment": "unemployed", "union": factory.public_id})
    assert "您选的不是街道工会" in words_of(case)
    Case.objects.all().delete()
    case = applied(member, employment="flexible", union=street.public_id)
    assert (case.union, case.desk) == (street, street)


def test_the_employers_union_reviews_and_visits_then_the_federation_goes_on() -> None:
    factory = make_union("第二纺织厂工会", root())
    clerk = staff(Role.GRASSROOTS_OFFICER, factory)
    case = applied(applicant(factory))
    assert (case.desk, case.owner) == (factory, clerk)
    case = brought_to("federation", clerk, case)
    assert case.desk == root()


def test_every_exclusion_that_is_answered_yes_needs_its_statement(member: Member) -> None:
    standard()
    case = draft("hardship", member.user, ANSWERS | {"company": "yes"})
    assert "mend: 请填“说明：自己或家人开公司、当股东”" in words_of(case)
    case = draft("hardship", member.user, {"company_why": "公司已经注销，正在办手续。"})
    assert "mend: 请填“说明" not in words_of(case)
    assert "pass: 您选了“自己或家人开公司、当股东”" in words_of(case)


def test_nobody_counts_twice_in_a_household(member: Member) -> None:
    standard()
    row = ANSWERS["family"][0]
    case = draft("hardship", member.user, ANSWERS | {"family": [row, row | {"name": "李大雨"}]})
    assert "有两个人的身份证号一样" in words_of(case)
    case = draft("hardship", member.user, {"family": [row | {"id_number": member.id_number}]})
    assert "有两个人的身份证号一样" in words_of(case)


def test_without_both_signatures_nothing_is_handed_in(member: Member) -> None:
    standard()
    case = draft("hardship", member.user, ANSWERS)
    assert "还缺“申请人签名”" in words_of(case) and "还缺“收入核对授权签名”" in words_of(case)


def test_the_signed_authorisation_is_printed(officer: User) -> None:
    case = applied()
    desk = Client()
    desk.force_login(case.user)
    for name in ("application", "authorisation"):
        answer = desk.get(reverse("case_document", args=[case.public_id, name]))
        assert answer.content.startswith(b"%PDF")


def test_the_standard_of_the_day_of_handing_in_counts() -> None:
    case = applied(own_income="30000", medical="")
    assert "相对困难" in str(case.service.computed(application_of(case)))
    standard(effective_on=timezone.localdate(), monthly_fen=200_000)
    assert "深度困难" in str(case.service.computed(application_of(case)))
    Case.objects.filter(pk=case.pk).update(submitted_at=timezone.now() - datetime.timedelta(days=2))
    case.refresh_from_db()
    assert "深度困难" not in str(case.service.computed(application_of(case))).split("算出来的结果")[1]


def test_without_a_standard_nothing_is_guessed(officer: User) -> None:
    from eunion.cases.factories import submitted

    case = submitted("hardship", None, **ANSWERS)
    assert "标准还没有录入" in str(case.service.computed(application_of(case)))
    case = brought_to("federation", officer, case)
    with pytest.raises(Invalid, match="帮扶标准"):
        review.pass_stage(case=case, user=officer, version=case.version, typed=FEDERATION)


def test_an_income_check_that_differs_begins_no_notice(officer: User) -> None:
    case = brought_to("income", officer)
    with pytest.raises(Invalid, match="不能公示"):
        review.pass_stage(case=case, user=officer, version=case.version, typed=INCOME | {"result": "differs"})
    case.refresh_from_db()
    assert case.stage_name == "income" and not hasattr(case, "notice")


def test_the_civil_affairs_answer_needs_its_date_result_and_who(officer: User) -> None:
    case = brought_to("income", officer)
    with pytest.raises(NeedsMending) as wrong:
        review.pass_stage(case=case, user=officer, version=case.version, typed={})
    assert {"answered_on", "answered_by", "result"} <= set(wrong.value.detail["errors"])


def test_a_notice_stands_for_the_days_of_the_standard_and_is_not_cut_short(officer: User) -> None:
    standard(notice_workdays=7)
    case = brought_to("notice", officer)
    assert workdays_left(timezone.now(), case.due_at) == 7
    with pytest.raises(Invalid, match="公示期还没有满"):
        review.pass_stage(case=case, user=officer, version=case.version)
    period_over(case)
    assert clock.tick() == 1
    case.refresh_from_db()
    assert case.stage_name == "filing"


def test_what_was_mended_into_another_kind_is_not_what_the_public_was_told(officer: User) -> None:
    case = period_over(brought_to("notice", officer))
    case.answers = case.answers | {"own_income": "50000"}
    case.save()
    with pytest.raises(Invalid, match="不一样"):
        review.pass_stage(case=case, user=None, version=case.version)


def test_a_household_has_one_file_at_a_time(officer: User) -> None:
    file = opened(officer)
    case = draft("hardship", file.member.user, ANSWERS)
    assert "refuse: 您家已经有帮扶档案" in words_of(case)


def test_a_case_that_is_closed_twice_opens_one_file(officer: User) -> None:
    file = opened(officer)
    file.case.service.on_closed(file.case, officer)
    assert HardshipFile.objects.count() == 1


def test_the_guide_tells_the_three_kinds_with_todays_figures(client: Client) -> None:
    standard()
    page = client.get("/services/hardship/").content.decode()
    assert "深度困难" in page and "低于1,000 元" in page and "区民政局文件" in page
    assert id_number(901) not in page


def test_a_case_reopened_by_the_member_ends_again_with_the_same_file(officer: User) -> None:
    from eunion.cases.services import member as members

    file = opened(officer)
    case = members.reopen(case=file.case, user=file.case.user, reason="银行卡号填错了")
    assert "您家已经有帮扶档案" not in words_of(case)
    review.pass_stage(case=case, user=officer, version=case.version)
    assert HardshipFile.objects.get() == file
