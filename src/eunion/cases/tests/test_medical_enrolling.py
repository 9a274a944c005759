"""Lists of members to enrol: seen row by row first, enrolled once however often they are sent, never outside scope."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from eunion.cases.factories import applicant, root, staff
from eunion.cases.medical import plans, selectors
from eunion.cases.medical.enrolling import apply, check, services
from eunion.cases.medical.errors import ListNotReady, PlanNotReady
from eunion.cases.medical.factories import day, enrolled, plan, rules, workbook
from eunion.cases.models import Enrolment, EnrolmentList, MedicalPlan
from eunion.kernel.errors import NotAllowed
from eunion.registry.factories import MemberFactory, id_number, make_union
from eunion.registry.models import Member, Union, User
from eunion.registry.roles import Role

pytestmark = pytest.mark.django_db


def sent(user: User, content: bytes, chosen: MedicalPlan, union: Union | None = None) -> EnrolmentList:
    """Send a list in and let its job check it."""
    held = services.upload(
        plan=chosen,
        union=union or root(),
        since=timezone.localdate(),
        file_name="名单.xlsx",
        content=content,
        user=user,
    )
    services.run_check(list_id=held.pk)
    held.refresh_from_db()
    return held


def actions(held: EnrolmentList) -> list[str]:
    return list(held.rows.order_by("number").values_list("action", flat=True))


def row(member: Member, fee: Any = 80) -> tuple[str, str, Any]:
    return member.name, member.id_number, fee


def test_the_dry_run_says_of_each_row_what_would_happen(officer: User) -> None:
    before = plan(officer, begins=str(day(-560)), ends=str(day(-200)))
    running = plans.copy(plan=before, next_period=True, user=officer)
    plans.publish(plan=running, user=officer)
    fresh, renewing, present, poor, leaver = (applicant() for _ in range(5))
    enrolled(renewing, before)
    enrolled(present, running)
    leaver.memberships.update(left_on=day(-1))
    content = workbook(
        row(fresh),
        row(renewing, "80.00"),
        row(present),
        ("张三", "99010119700101100X", 80),
        ("李四", id_number(88_888), 80),
        row(poor, 79.99),
        row(leaver),
        ("王五", fresh.id_number, 80),
        row(fresh),
    )
    held = sent(officer, content, running)
    assert (held.state, held.total_count) == ("checked", 9)
    assert actions(held) == [
        "new", "renew", "already", "wrong", "stranger", "short", "stranger", "wrong", "wrong",
    ]  # fmt: skip
    assert not Enrolment.objects.filter(plan=running, member=fresh).exists()
    notes = list(held.rows.order_by("number").values_list("note", flat=True))
    assert "80.00" in notes[5] and "第 2 行重复" in notes[7]


def test_a_confirmed_list_enrols_with_and_without_waiting_period(officer: User) -> None:
    before = plan(officer, begins=str(day(-560)), ends=str(day(-200)))
    running = plans.publish(plan=plans.copy(plan=before, next_period=True, user=officer), user=officer)
    fresh, renewing = applicant(), applicant()
    enrolled(renewing, before)
    held = sent(officer, workbook(row(fresh), row(renewing)), running)
    services.confirm(held=held, user=officer)
    for _ in range(2):
        held.refresh_from_db()
        apply.run(held)
    new, again = (Enrolment.objects.get(plan=running, member=one) for one in (fresh, renewing))
    today = timezone.localdate()
    assert (new.renewed, new.covered_from) == (False, today + datetime.timedelta(days=30))
    assert (again.renewed, again.covered_from) == (True, today)
    held.refresh_from_db()
    assert (held.state, held.applied_count) == ("done", 2)


def test_the_same_file_again_is_the_same_list_and_enrols_nobody_twice(officer: User) -> None:
    running, member = plan(officer), applicant()
    content = workbook(row(member))
    first = sent(officer, content, running)
    services.confirm(held=first, user=officer)
    apply.run(EnrolmentList.objects.get(pk=first.pk))
    assert sent(officer, content, running).pk == first.pk
    other = sent(officer, workbook(row(member), ("张三", "123", 80)), running)
    assert other.pk != first.pk and actions(other) == ["already", "wrong"]
    assert Enrolment.objects.count() == 1


def test_two_lists_checked_before_either_is_applied_enrol_once(officer: User) -> None:
    running, member, other = plan(officer), applicant(), applicant()
    lists = [
        sent(officer, workbook(row(member)), running),
        sent(officer, workbook(row(member), row(other)), running),
    ]
    for held in lists:
        services.confirm(held=held, user=officer)
        apply.run(EnrolmentList.objects.get(pk=held.pk))
    assert Enrolment.objects.filter(member=member).count() == 1
    assert Enrolment.objects.count() == 2


def test_a_killed_check_goes_on_where_it_stopped(officer: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check, "BLOCK", 2)
    running = plan(officer)
    content = workbook(*(row(applicant()) for _ in range(5)))
    held = services.upload(
        plan=running,
        union=root(),
        since=timezone.localdate(),
        file_name="a.xlsx",
        content=content,
        user=officer,
    )
    whole, seen = check._check_block, []

    def dies(one: EnrolmentList, block: list[Any]) -> bool:
        if len(seen) == 1:
            raise RuntimeError
        seen.append(block)
        return whole(one, block)

    monkeypatch.setattr(check, "_check_block", dies)
    with pytest.raises(RuntimeError):
        services.run_check(list_id=held.pk)
    monkeypatch.setattr(check, "_check_block", whole)
    services.run_check(list_id=held.pk)
    held.refresh_from_db()
    assert held.checked_count == 5 and actions(held) == ["new"] * 5


def test_a_list_that_nobody_can_read_says_why(officer: User) -> None:
    held = sent(officer, b"PK\x03\x04 broken", plan(officer))
    assert held.state == "failed" and "打不开" in held.problem
    with pytest.raises(ListNotReady):
        services.confirm(held=held, user=officer)


def test_only_ones_own_unions_and_published_plans(officer: User) -> None:
    mine, other = make_union("甲厂工会", root()), make_union("乙厂工会", root())
    clerk, running = staff(Role.GRASSROOTS_OFFICER, mine), plan(officer)
    member = applicant(other)
    with pytest.raises(NotAllowed):
        sent(clerk, workbook(row(member)), running, other)
    assert actions(sent(clerk, workbook(row(member)), running, mine)) == ["stranger"]
    with pytest.raises(PlanNotReady):
        sent(officer, workbook(row(member)), plans.create(typed=rules(), user=officer))


def test_lists_and_enrolments_show_numbers_masked_and_within_scope(
    desk: Client, officer: User, second_factor: None
) -> None:
    mine, other = make_union("甲厂工会", root()), make_union("乙厂工会", root())
    running, member = plan(officer), applicant(mine)
    file = SimpleUploadedFile("名单.xlsx", workbook(row(member), ("李四", "123", 80)))
    form = {
        "plan": running.public_id,
        "union": mine.public_id,
        "since": str(timezone.localdate()),
        "file": file,
    }
    where = desk.post(reverse("medical_lists"), form)["Location"]
    services.run_check(list_id=EnrolmentList.objects.get().pk)
    page = desk.get(where).content.decode()
    assert member.id_number not in page and member.id_number[:3] + "*" in page and "登记 1 人" in page
    assert desk.get(f"{where}rejects/")["Content-Type"].endswith("sheet")
    desk.post(f"{where}confirm/")
    apply.run(EnrolmentList.objects.get())
    page = desk.get(reverse("medical_enrolments"), {"q": member.id_number}).content.decode()
    assert member.name in page and member.id_number not in page.replace(f'value="{member.id_number}"', "")
    stranger = Client()
    stranger.force_login(staff(Role.GRASSROOTS_OFFICER, other))
    assert stranger.get(where).status_code == 404
    assert "还没有人参加" in stranger.get(reverse("medical_enrolments")).content.decode()


def test_a_page_of_enrolments_costs_the_same_however_many_there_are(
    officer: User, django_assert_max_num_queries: Any
) -> None:
    running = plan(officer)
    for _ in range(12):
        enrolled(MemberFactory(union=root()), running)
    with django_assert_max_num_queries(3):
        rows = list(selectors.enrolments(officer, {}))
        assert [(one.member.name, one.plan.name, one.union.name, one.covered_from) for one in rows]


def test_the_template_comes_back_in(officer: User, desk: Client) -> None:
    running = plan(officer)
    content = desk.get(reverse("medical_template", args=[running.public_id])).content
    assert sent(officer, content, running).state == "checked"


def test_a_member_sees_since_when_they_are_covered(phone: Client, member: Member, officer: User) -> None:
    enrolled(member, plan(officer), since=timezone.localdate())
    page = phone.get("/me/medical/").content.decode()
    assert "等待期" in page and "还能领" in page and "50,000.00" in page
