"""Reviewing: by whom it may be, by when it must be, and never over one another."""

from __future__ import annotations

import datetime

import pytest
from django.db import ProgrammingError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from eunion.cases.errors import ChangedMeanwhile, NotYours, WrongState
from eunion.cases.factories import applicant, staff, submitted
from eunion.cases.models import Case, CaseEvent
from eunion.cases.services import clock, member, review
from eunion.cases.tests.conftest import told
from eunion.kernel.workdays import workdays_left
from eunion.registry.factories import make_union
from eunion.registry.models import Union, User
from eunion.registry.roles import Role

pytestmark = pytest.mark.django_db
ANSWER = {"answer": "已联系单位，三天内给您答复。"}
RESULT = {"result": "单位已补发工资。", "solved": "yes"}


def test_a_request_goes_from_stage_to_stage_to_its_end(officer: User) -> None:
    case = submitted()
    for typed in ({}, ANSWER, RESULT):
        case = review.pass_stage(case=case, user=officer, version=case.version, typed=typed)
    assert (case.state, case.stage_name) == ("done", "resolve")
    kinds = list(case.events.order_by("number").values_list("kind", flat=True))
    assert kinds == ["submit", "pass", "pass", "finish"]
    assert case.closed_at


def test_what_the_stage_asks_for_has_to_be_written_down(desk: Client) -> None:
    case = submitted()
    act = reverse("cases_act", args=[case.public_id])
    desk.post(act, {"what": "pass", "version": case.version})
    case.refresh_from_db()
    answer = desk.post(act, {"what": "pass", "version": case.version, "words": "您好"})
    assert answer.status_code == 422
    assert "请填“初步答复”" in answer.content.decode() and "您好" in answer.content.decode()
    case.refresh_from_db()
    assert case.stage_name == "answer"


def test_the_second_of_two_clerks_is_told_and_nothing_is_overwritten(desk: Client, officer: User) -> None:
    case = submitted()
    seen = case.version
    review.ask_mend(case=case, user=officer, version=seen, words="请补工资条")
    answer = desk.post(
        reverse("cases_act", args=[case.public_id]),
        {"what": "refuse", "version": seen, "words": "我写了很长的理由"},
    )
    page = answer.content.decode()
    assert answer.status_code == 409 and "有人处理过" in page and "我写了很长的理由" in page
    case.refresh_from_db()
    assert case.state == "mending"
    with pytest.raises(ChangedMeanwhile):
        review.pass_stage(case=case, user=officer, version=seen)


def test_the_clock_stands_still_while_the_applicant_mends(officer: User) -> None:
    case = submitted()
    left = workdays_left(timezone.now(), case.due_at)
    case = review.ask_mend(case=case, user=officer, version=case.version, words="请补工资条")
    assert case.days_left == left and case.due_at > timezone.now() + datetime.timedelta(days=9)
    case = member.supplement(case=case, user=case.user)
    assert case.state == "open" and case.days_left is None
    assert workdays_left(timezone.now(), case.due_at) == max(left, 1)


def test_nobody_decides_outside_their_scope_role_or_about_themselves() -> None:
    root = Union.objects.filter(depth=1).first() or make_union("区总工会")
    mine, other = make_union("甲厂工会", root), make_union("乙厂工会", root)
    case = submitted(member=applicant(mine))
    for person in (
        staff(Role.GRASSROOTS_OFFICER, other),
        staff(Role.EDITOR, mine),
        staff(Role.AUDITOR, mine),
    ):
        with pytest.raises(NotYours):
            review.pass_stage(case=case, user=person, version=case.version)
    own = submitted(member=applicant(mine))
    clerk = staff(Role.GRASSROOTS_OFFICER, mine)
    Case.objects.filter(pk=own.pk).update(user=clerk)
    with pytest.raises(NotYours):
        review.pass_stage(case=own, user=clerk, version=own.version)
    assert review.pass_stage(case=case, user=clerk, version=case.version).stage_name == "answer"


def test_a_clerk_sees_neither_other_unions_nor_services_of_other_roles(second_factor: None) -> None:
    root = Union.objects.filter(depth=1).first() or make_union("区总工会")
    mine, other = make_union("甲厂工会", root), make_union("乙厂工会", root)
    seen, hidden = submitted(member=applicant(mine)), submitted(member=applicant(other))
    desk = Client()
    desk.force_login(staff(Role.GRASSROOTS_OFFICER, mine))
    page = desk.get("/admin/cases/?view=all").content.decode()
    assert seen.number in page and hidden.number not in page
    assert desk.get(reverse("cases_one", args=[hidden.public_id])).status_code == 404
    assert (
        desk.post(
            reverse("cases_act", args=[hidden.public_id]), {"what": "note", "note": "看一看"}
        ).status_code
        == 404
    )


def test_an_event_is_neither_changed_nor_removed_by_anyone() -> None:
    event = CaseEvent.objects.get(case=submitted())
    for change in (
        lambda: CaseEvent.objects.filter(pk=event.pk).update(words="改"),
        lambda: CaseEvent.objects.filter(pk=event.pk).delete(),
    ):
        with pytest.raises(ProgrammingError, match="appended"), transaction.atomic():
            change()


def test_a_case_goes_to_who_is_nearest_and_has_least_to_do() -> None:
    root = Union.objects.filter(depth=1).first() or make_union("区总工会")
    mine = make_union("甲厂工会", root)
    staff()
    near = {staff(Role.GRASSROOTS_OFFICER, mine).pk, staff(Role.GRASSROOTS_OFFICER, mine).pk}
    owners = {submitted(member=applicant(mine)).owner_id for _ in range(2)}
    assert owners == near


def test_what_is_late_goes_up_once_a_day(officer: User) -> None:
    root = Union.objects.get(depth=1)
    mine = make_union("甲厂工会", root)
    clerk = staff(Role.GRASSROOTS_OFFICER, mine)
    case = submitted(member=applicant(mine))
    assert case.owner == clerk
    later = case.due_at + datetime.timedelta(minutes=1)
    assert clock.tick(now=later) == 1
    case.refresh_from_db()
    assert case.owner == officer and case.events.filter(kind="escalate").count() == 1
    assert clock.tick(now=later) == 0


def test_the_member_is_told_of_each_step(officer: User) -> None:
    case = submitted()
    case = review.pass_stage(case=case, user=officer, version=case.version)
    case = review.ask_mend(case=case, user=officer, version=case.version, words="请补工资条")
    review.refuse(case=case, user=officer, version=case.version, words="一直没有补材料")
    assert told() == [
        "进入下一步: 已受理，3 个工作日内给您初步答复。",
        "请补材料: 请补工资条",
        "未通过: 一直没有补材料",
    ]


def test_a_member_withdraws_rates_and_says_that_it_is_not_solved(
    phone: Client, officer: User, member: object
) -> None:
    case = submitted(member=member)  # type: ignore[arg-type]
    for typed in ({}, ANSWER, RESULT):
        case = review.pass_stage(case=case, user=officer, version=case.version, typed=typed)
    phone.post(reverse("case_rate", args=[case.public_id]), {"stars": "4", "words": "挺快"})
    phone.post(reverse("case_reopen", args=[case.public_id]), {"words": "单位又不发了"})
    case.refresh_from_db()
    assert (case.stars, case.state, case.stage_name) == (4, "open", "resolve")
    phone.post(reverse("case_withdraw", args=[case.public_id]), {"words": "自己解决了"})
    case.refresh_from_db()
    assert case.state == "withdrawn"
    answer = phone.post(reverse("case_rate", args=[case.public_id]), {"stars": "1"})
    assert answer.status_code == 409
    with pytest.raises(WrongState):
        review.refuse(case=case, user=officer, version=case.version, words="来不及了")


def test_numbers_are_masked_until_a_reason_is_given_and_logged(desk: Client) -> None:
    case = submitted()
    page = desk.get(reverse("cases_one", args=[case.public_id])).content.decode()
    assert "13800000001" not in page and "138****0001" in page
    unmask = reverse("cases_unmask", args=[case.public_id])
    assert desk.post(unmask, {"reason": ""}).status_code == 422
    assert ["联系电话", "13800000001"] in desk.post(unmask, {"reason": "联系本人核实"}).json()["lines"]
    from wagtail.models import ModelLogEntry

    assert ModelLogEntry.objects.filter(action="cases.unmask").count() == 1


def test_the_queue_takes_the_same_few_queries_however_long(
    desk: Client, django_assert_max_num_queries: object
) -> None:
    for _ in range(3):
        submitted()
    desk.get("/admin/cases/?view=all")
    with django_assert_max_num_queries(26):  # type: ignore[operator]
        desk.get("/admin/cases/?view=all")
    for _ in range(6):
        submitted()
    with django_assert_max_num_queries(26):  # type: ignore[operator]
        desk.get("/admin/cases/?view=all")


def test_cases_are_given_out_in_one_go_and_what_cannot_be_is_named(desk: Client, officer: User) -> None:
    cases = [submitted() for _ in range(3)]
    colleague, stranger = staff(), staff(Role.EDITOR)
    ids = [case.public_id for case in cases]
    desk.post("/admin/cases/assign/", {"case": ids, "to": colleague.pk})
    assert set(Case.objects.values_list("owner", flat=True)) == {colleague.pk}
    answer = desk.post("/admin/cases/assign/", {"case": ids, "to": stranger.pk}, follow=True)
    assert "不能办理这一环节" in answer.content.decode()


def test_staff_type_in_what_came_by_telephone_once(desk: Client) -> None:
    from eunion.cases.factories import REQUEST

    for _ in range(2):
        desk.post("/admin/cases/file/requests/", REQUEST | {"way": "phone"})
    case = Case.objects.get()
    assert (case.way, case.state, case.applicant) == ("phone", "open", "王测试")
    wrong = desk.post("/admin/cases/file/requests/", {"way": "phone", "words": "没写完"})
    assert wrong.status_code == 422 and "没写完" in wrong.content.decode()


def test_lists_figures_and_papers_open(desk: Client, officer: User) -> None:
    case = submitted()
    assert case.number in desk.get("/admin/cases/?view=desk").content.decode()
    for _ in range(2):
        case = review.ask_mend(case=case, user=officer, version=case.version, words="请补工资条")
        case = member.supplement(case=case, user=case.user)
    figures = desk.get("/admin/cases/statistics/").content.decode()
    assert "<b>1</b> 提交" in figures and "<b>1</b> 补正过" in figures
    assert "工资报酬" in figures
    exported = desk.post("/admin/cases/export/?view=all")
    assert exported["Content-Type"].endswith("sheet")
    assert desk.get(reverse("cases_print", args=[case.public_id])).content.startswith(b"%PDF")


def test_a_filed_application_makes_a_member(officer: User) -> None:
    from eunion.cases.factories import bring, draft
    from eunion.cases.services import submit
    from eunion.registry.factories import UserFactory, id_number
    from eunion.registry.models import Membership

    rider = UserFactory()
    case = draft(
        "joining",
        rider,
        {
            "name": "张骑手",
            "id_number": id_number(77),
            "phone": "13900000077",
            "employment": "platform",
            "employer": "某外卖平台",
        },
    )
    bring(case, "signature", rider)
    case = submit.submit(case=case, user=rider)
    case = review.pass_stage(case=case, user=officer, version=case.version, typed={"contacted": "yes"})
    case = review.pass_stage(case=case, user=officer, version=case.version)
    assert case.state == "done"
    membership = Membership.objects.get()
    assert membership.member.name == "张骑手" and membership.member.user == rider
