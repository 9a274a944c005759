"""Plans: what staff type is checked and worked out before their eyes; what somebody joined under stands."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from eunion.cases.factories import applicant, staff
from eunion.cases.medical import plan_form, plans
from eunion.cases.medical.errors import PlanFrozen, PlanWrong
from eunion.cases.medical.factories import day, enrolled, plan, rules
from eunion.cases.models import MedicalPlan
from eunion.kernel.errors import NotAllowed
from eunion.registry.models import User
from eunion.registry.roles import Role

pytestmark = pytest.mark.django_db
BANDS = {
    "pays": "bands",
    "bands-rows": "1",
    "bands-0-begins": "1000",
    "bands-0-rate": "10",
    "bands-1-begins": "5000",
    "bands-1-rate": "12.5",
}


def test_a_plan_is_typed_looked_at_and_published(desk: Client) -> None:
    made = desk.post(reverse("medical_plan_add"), rules())
    found = MedicalPlan.objects.get()
    assert made["Location"] == reverse("medical_plan", args=[found.public_id])
    assert (found.state, found.fee_fen, found.rules["ceiling"]) == ("draft", 8000, 5_000_000)
    page = desk.get(made["Location"]).content.decode()
    assert "8,000.00 元 × 10% = 800.00 元" in page
    desk.post(reverse("medical_plan_publish", args=[found.public_id]))
    found.refresh_from_db()
    assert found.state == "published"


def test_the_example_is_worked_out_while_the_rules_are_typed(desk: Client) -> None:
    page = desk.post(reverse("medical_plan_example"), rules() | BANDS).content.decode()
    # 4,000 yuan at 10 % and 3,000 at 12.5 %.
    assert "领 <b>775.00</b> 元" in page
    assert "标准填全以后" in desk.post(reverse("medical_plan_example"), {"pays": "bands"}).content.decode()


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"ends": str(day(-200))}, "结束日期不能早于开始日期"),
        ({"rate": "120"}, "数太大了"),
        ({"ceiling": "0"}, "最高额要大于 0"),
        ({**BANDS, "bands-1-begins": "900"}, "从小到大"),
        ({"hospitals": ""}, "请填“定点医院”"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(
    desk: Client, changes: dict[str, str], told: str
) -> None:
    answer = desk.post(reverse("medical_plan_add"), rules(**changes, source="工发 3 号"))
    page = answer.content.decode()
    assert answer.status_code == 422 and told in page and "工发 3 号" in page
    assert not MedicalPlan.objects.exists()


def test_rules_that_somebody_joined_under_do_not_change(desk: Client, officer: User) -> None:
    running = plan(officer)
    plans.save(plan=running, typed=rules(fee="90"), user=officer)
    enrolled(applicant(), running)
    with pytest.raises(PlanFrozen):
        plans.save(plan=running, typed=rules(fee="100"), user=officer)
    answer = desk.post(reverse("medical_plan", args=[running.public_id]), rules(fee="100"))
    assert answer.status_code == 409 and "不能再改" in answer.content.decode()
    running.refresh_from_db()
    assert running.fee_fen == 9000


def test_the_next_period_is_a_copy_that_follows(desk: Client, officer: User) -> None:
    year = plan(officer, begins="2026-01-01", ends="2026-12-31")
    for _ in range(2):
        desk.post(reverse("medical_plan_next", args=[year.public_id]))
    made = MedicalPlan.objects.get(follows=year)
    assert (str(made.begins), str(made.ends), made.state) == ("2027-01-01", "2027-12-31", "draft")
    assert made.rules == year.rules and made.public_id != year.public_id
    plans.save(plan=made, typed=rules(begins="2026-06-01", ends="2027-05-31"), user=officer)
    with pytest.raises(PlanWrong):
        plans.publish(plan=made, user=officer)


def test_only_those_with_the_right_change_plans(second_factor: None) -> None:
    clerk = staff(Role.GRASSROOTS_OFFICER)
    with pytest.raises(NotAllowed):
        plans.create(typed=rules(), user=clerk)
    running = plan()
    screen = Client()
    screen.force_login(clerk)
    assert screen.get(reverse("medical_plan", args=[running.public_id])).status_code == 200
    assert screen.post(reverse("medical_plan_close", args=[running.public_id])).status_code in (302, 403)
    running.refresh_from_db()
    assert running.state == "published"


def test_anyone_reads_in_the_guide_what_a_plan_pays(client: Client) -> None:
    plan(**{"pays": "fixed_sums", "kind": "illness", "sums": [{"illness": "恶性肿瘤", "sum": "20000"}]})
    page = client.get("/services/medical/").content.decode()
    assert "恶性肿瘤 20,000.00 元" in page and "等待 30 天" in page


def test_a_plan_is_typed_back_as_it_was_typed(officer: User) -> None:
    for typed in (
        rules(threshold="1000"),
        rules(pays="bands", bands=[{"begins": "0", "rate": "5"}, {"begins": "10000", "rate": "7.5"}]),
        rules(pays="fixed_sums", sums=[{"illness": "脑卒中", "sum": "8000"}]),
    ):
        made = plans.create(typed=typed, user=officer)
        values, errors = plan_form.read(plan_form.typed_of(made))
        assert not errors and values["rules"] == made.rules
