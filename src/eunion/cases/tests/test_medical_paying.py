"""Paying: a second person lets a list pass, the bank's answer is taken whole, and nothing is paid twice."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from python_calamine import CalamineWorkbook

from eunion.cases.factories import applicant, staff
from eunion.cases.medical import selectors
from eunion.cases.medical.errors import NothingToPay, PayListNotReady, ResultsRefused, SecondPersonNeeded
from eunion.cases.medical.factories import CARD, enrolled, granted, plan, workbook
from eunion.cases.medical.paying import lists, results
from eunion.cases.models import Case, ClaimFacts, PayLine, PayList
from eunion.cases.services import drafts
from eunion.cases.services import member as members
from eunion.cases.tests.conftest import told
from eunion.kernel.errors import NotAllowed
from eunion.registry.factories import make_union
from eunion.registry.models import User
from eunion.registry.roles import Role

pytestmark = pytest.mark.django_db
HEADS = ("附言编号", "金额", "结果", "失败原因")
OTHER_CARD = "6217001234567890122"


@pytest.fixture
def cases(officer: User) -> list[Case]:
    """Two claims that wait to be paid, of 800 yuan each."""
    running, made = plan(officer), []
    for number in ("0011111111", "0022222222"):
        member = applicant()
        enrolled(member, running)
        made.append(granted(member, officer, invoice_number=number))
    return made


def out(officer: User) -> PayList:
    """Return a list that is at the bank."""
    held = lists.gather(user=officer)
    second = staff()
    lists.approve(held=held, user=second)
    lists.export(held=held, user=second)
    held.refresh_from_db()
    return held


def answered(held: PayList, officer: User, *words: str) -> tuple[int, int]:
    rows = [
        (line.reference, line.amount_fen / 100, word, "户名不符" if word == "失败" else "")
        for line, word in zip(held.lines.order_by("reference"), words, strict=True)
    ]
    counts = results.take(held=held, content=workbook(*rows, heads=HEADS), user=officer)
    results.tell(list_id=held.pk)
    return counts


def test_from_the_list_to_the_bank_and_back(desk: Client, officer: User, cases: list[Case]) -> None:
    assert "1,600.00" in desk.get(reverse("medical_payments")).content.decode()
    where = desk.post(reverse("medical_gather"))["Location"]
    held = PayList.objects.get()
    page = desk.get(where).content.decode()
    assert "不能复核自己的清单" in page and CARD not in page and f"{'*' * 15}{CARD[-4:]}" in page
    second = Client()
    second.force_login(staff())
    second.post(f"{where}approve/")
    exported = desk.post(f"{where}export/")
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(exported.content)).get_sheet_by_index(0).to_python()
    assert sheet[1][1:4] == [f"{held.number}-0001", cases[0].applicant, CARD] and sheet[1][5] == 800
    file = workbook(*((line[1], line[5], "成功", "") for line in sheet[1:]), heads=HEADS)
    desk.post(f"{where}results/", {"file": SimpleUploadedFile("回盘.xlsx", file)})
    results.tell(list_id=held.pk)
    for case in cases:
        case.refresh_from_db()
        assert case.state == "done" and "800.00 元已打到尾号 0128" in case.outcome
    assert any(one.startswith("已办结: 互助金 800.00 元") for one in told())
    held.refresh_from_db()
    assert held.state == "done"


def test_who_made_a_list_does_not_let_it_pass(officer: User, cases: list[Case]) -> None:
    held = lists.gather(user=officer)
    with pytest.raises(SecondPersonNeeded):
        lists.approve(held=held, user=officer)
    with pytest.raises(PayListNotReady):
        lists.export(held=held, user=officer)
    with pytest.raises(IntegrityError, match="second_person"), transaction.atomic():
        PayList.objects.update(state="approved", approved_by=officer, approved_at=held.created_at)


def test_a_locked_list_stays_as_it_is(officer: User, cases: list[Case]) -> None:
    held = out(officer)
    line = held.lines.first()
    assert line
    for changes in (
        lambda: lists.leave_out(held=held, reference=line.reference, user=officer),
        lambda: lists.cancel(held=held, user=officer),
        lambda: lists.give_back(held=held, user=officer),
    ):
        with pytest.raises(PayListNotReady):
            changes()
    line.refresh_from_db()
    assert (line.card_number, held.lines.count()) == (CARD, 2)


def test_nothing_goes_on_two_lists(officer: User, cases: list[Case]) -> None:
    held = lists.gather(user=officer)
    with pytest.raises(NothingToPay):
        lists.gather(user=officer)
    line = held.lines.first()
    assert line
    again = PayLine(
        list=held, facts=line.facts, reference="again", name=line.name, amount_fen=line.amount_fen
    )
    with pytest.raises(IntegrityError, match="benefit_is_paid_once"), transaction.atomic():
        again.save()
    lists.leave_out(held=held, reference=line.reference, user=officer)
    assert lists.gather(user=officer).lines.get().facts == line.facts


def test_what_the_bank_could_not_pay_gets_another_card_and_the_next_list(
    officer: User, cases: list[Case]
) -> None:
    held = out(officer)
    assert answered(held, officer, "成功", "失败") == (1, 1)
    failed = cases[1]
    failed.refresh_from_db()
    assert (failed.state, failed.stage_name) == ("mending", "pay")
    assert any("户名不符" in one and "换一张" in one for one in told())
    with pytest.raises(NothingToPay):
        lists.gather(user=officer)  # as long as the card is the same, it would only fail again
    drafts.save(case=failed, changes={"card_number": OTHER_CARD, "self_paid": "1"})
    members.supplement(case=failed, user=failed.user)  # type: ignore[arg-type]
    following = out(officer)
    line = following.lines.get()
    assert (line.card_number, line.amount_fen) == (OTHER_CARD, 80_000)
    answered(following, officer, "成功")
    failed.refresh_from_db()
    assert failed.state == "done"
    assert set(ClaimFacts.objects.values_list("state", flat=True)) == {"paid"}
    assert PayLine.objects.filter(state="paid").count() == 2


def test_a_results_file_that_does_not_fit_changes_nothing(
    officer: User, cases: list[Case], desk: Client
) -> None:
    held = out(officer)
    first, second = held.lines.order_by("reference")
    file = workbook(
        (first.reference, 800, "成功", ""),
        (second.reference, 799, "成功", ""),
        ("FF-不存在", 800, "成功", ""),
        (second.reference, 800, "未成功", ""),
        heads=HEADS,
    )
    with pytest.raises(ResultsRefused) as refused:
        results.take(held=held, content=file, user=officer)
    assert len(refused.value.detail["problems"]) == 3
    assert not held.lines.exclude(state="waiting").exists()
    sent = {"file": SimpleUploadedFile("回盘.xlsx", file)}
    page = desk.post(reverse("medical_results", args=[held.number]), sent)
    assert page.status_code == 422 and "应为 800.00 元" in page.content.decode()


def test_the_same_results_again_change_nothing(officer: User, cases: list[Case]) -> None:
    held = out(officer)
    assert answered(held, officer, "成功", "成功") == (2, 0)
    assert answered(held, officer, "成功", "成功") == (0, 0)
    assert [case.events.filter(kind="finish").count() for case in cases] == [1, 1]
    with pytest.raises(ResultsRefused):
        answered(held, officer, "失败", "成功")


def test_a_killed_job_tells_the_rest(
    officer: User, cases: list[Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    held = out(officer)
    whole, calls = results._tell_one, []

    def dies(pk: int) -> None:
        if calls:
            raise RuntimeError
        calls.append(pk)
        whole(pk)

    monkeypatch.setattr(results, "_tell_one", dies)
    with pytest.raises(RuntimeError):
        answered(held, officer, "成功", "成功")
    monkeypatch.setattr(results, "_tell_one", whole)
    results.tell(list_id=held.pk)
    assert set(Case.objects.values_list("state", flat=True)) == {"done"}


def test_a_paid_claim_that_is_reopened_can_not_be_paid_again(officer: User, cases: list[Case]) -> None:
    answered(out(officer), officer, "成功", "成功")
    case = cases[0]
    members.reopen(case=case, user=case.user, reason="我觉得算少了")  # type: ignore[arg-type]
    with pytest.raises(NothingToPay):
        lists.gather(user=officer)
    case.refresh_from_db()
    assert case.state == "open"


def test_only_staff_with_the_right_and_the_scope(
    officer: User, cases: list[Case], second_factor: None
) -> None:
    held = lists.gather(user=officer)
    below = staff(Role.CASE_OFFICER, make_union("甲厂工会", held.union))
    for acts in (
        lambda: lists.approve(held=held, user=below),
        lambda: lists.approve(held=held, user=staff(Role.GRASSROOTS_OFFICER)),
        lambda: lists.export(held=held, user=staff(Role.AUDITOR)),
        lambda: results.take(held=held, content=b"", user=below),
    ):
        with pytest.raises(NotAllowed):
            acts()
    auditor = Client()
    auditor.force_login(staff(Role.AUDITOR))
    page = auditor.get(reverse("medical_payment", args=[held.number])).content.decode()
    assert held.number in page and "取消清单" not in page
    assert auditor.post(reverse("medical_payment_export", args=[held.number])).status_code in (302, 403)


def test_figures_by_plan_and_union(officer: User, cases: list[Case], desk: Client) -> None:
    answered(out(officer), officer, "成功", "失败")
    page = desk.get(reverse("medical_statistics")).content.decode()
    assert "1,600.00" in page and "160.00" in page and "800.00" in page
    exported = desk.post(reverse("medical_statistics_export"))
    sheet: list[Any] = (
        CalamineWorkbook.from_filelike(io.BytesIO(exported.content)).get_sheet_by_index(0).to_python()
    )
    assert sheet[1][2:] == [2, 0, 160, 2, 2, 1600, 1, 800]


def test_lists_and_figures_cost_the_same_however_many_there_are(
    officer: User, cases: list[Case], desk: Client, django_assert_max_num_queries: Any
) -> None:
    held = lists.gather(user=officer)
    for number in range(8):
        PayList.objects.create(number=f"FF{number}", union=held.union, created_by=officer)
        enrolled(applicant(make_union(f"厂{number}", held.union)), ClaimFacts.objects.all()[0].enrolment.plan)  # type: ignore[union-attr]
    with django_assert_max_num_queries(3):
        assert (
            len([(one.created_by.username, one.fen, one.paid) for one in selectors.pay_lists(officer)]) == 9
        )
    with django_assert_max_num_queries(5):
        assert sum(one.enrolled for one in selectors.figures(officer, "")) == 10
    for address in ("medical_payments", "medical_plans", "medical_lists"):
        with django_assert_max_num_queries(40):
            assert desk.get(reverse(address)).status_code == 200


@pytest.mark.parametrize("amount", ["Infinity", "-Infinity", "NaN", "1e999999999", "1e30", "abc", ""])
def test_an_amount_that_is_none_is_said_to_be_none(amount: str) -> None:
    from eunion.cases.medical.enrolling.columns import fee_of
    from eunion.registry.roster.columns import CellError

    with pytest.raises(CellError):
        fee_of(amount, most=None)
