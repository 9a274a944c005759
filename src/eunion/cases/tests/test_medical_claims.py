"""Claims: papers first, the form filled from them and confirmed by the worker, checked, and decided by a person alone."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from eunion.cases.application import application_of
from eunion.cases.errors import NeedsMending
from eunion.cases.factories import applicant, picture
from eunion.cases.medical import claims
from eunion.cases.medical.errors import InvoiceTaken, NothingToGrant
from eunion.cases.medical.factories import (
    CARD,
    PAPERS,
    claim_draft,
    claim_form,
    claimed,
    day,
    enrolled,
    granted,
    plan,
    read,
    record,
)
from eunion.cases.models import Case, ClaimFacts, Page
from eunion.cases.services import drafts, review, submit
from eunion.cases.services import member as members
from eunion.cases.tests.conftest import told
from eunion.kernel.errors import Invalid
from eunion.registry.models import Member, User

pytestmark = pytest.mark.django_db
APPLY = "/services/medical/apply/"


def findings(case: Case) -> dict[str, list[str]]:
    """Return what is found, by level."""
    found: dict[str, list[str]] = {"pass": [], "warn": [], "mend": [], "refuse": []}
    for one in application_of(case).findings():
        found[one.level].append(one.words)
    return found


def passed(case: Case, officer: User, **changes: str) -> Case:
    return review.pass_stage(case=case, user=officer, version=case.version, typed=record(**changes))


@pytest.fixture
def insured(member: Member, officer: User) -> Member:
    """A member in a plan since it began, over the waiting period."""
    enrolled(member, plan(officer))
    return member


def test_the_papers_come_first_and_fill_the_form_in(phone: Client, insured: Member) -> None:
    first = phone.get(APPLY)
    case = Case.objects.get()
    assert first["Location"] == reverse("case_papers", args=[case.public_id])
    page = phone.get(first["Location"]).content.decode()
    assert "1 材料" in page and "2 填表" in page and f"{APPLY}?step=form" in page
    for paper in PAPERS:
        name = f"0b5e6a5e-0000-4000-8000-00000000000{PAPERS.index(paper)}"
        sent = {"photo": SimpleUploadedFile("a.png", picture(paper)), "client_id": name}
        assert phone.post(reverse("case_paper_add", args=[case.public_id, paper]), sent).status_code == 201
    assert "正在看您的照片" in phone.get(APPLY).content.decode()
    read(case, "settlement", admitted=day(-30), total=2_000_000, self_paid=800_000, hospital="河湾市中医医院")
    read(case, "bank_card", card_number=CARD)
    form = phone.get(APPLY).content.decode()
    for value in ("河湾市中医医院", "20000.00", "8000.00", str(day(-30)), CARD):
        assert f'value="{value}"' in form, value
    assert form.count('<p class="from-photo">从照片识别，请核对') == 5
    live = phone.get(reverse("case_reading", args=[case.public_id])).json()
    assert live["offers"]["total"] == "20000.00"


def test_a_reading_never_replaces_what_was_typed(phone: Client, insured: Member) -> None:
    case = claim_draft(insured)
    read(case, "settlement", total=1, hospital="别的医院")
    form = phone.get(APPLY).content.decode()
    assert 'value="20000"' in form and 'value="别的医院"' not in form
    assert '<p class="from-photo">' not in form


def test_it_works_when_the_ocr_finds_nothing(phone: Client, insured: Member) -> None:
    case = claim_draft(insured)
    Page.objects.update(reading=Page.Reading.NOTHING)
    check = reverse("case_check", args=[case.public_id])
    assert "没认出字" in phone.get(check).content.decode()
    phone.post(check, {"consent": "1"})
    case.refresh_from_db()
    assert case.state == "open" and case.number.startswith("YL-")


def test_a_reading_that_differs_asks_to_look_and_refuses_nobody(insured: Member) -> None:
    case = claim_draft(insured)
    read(case, "settlement", total=1_234_500)
    read(case, "id_card", name="别人家", id_number="990199197001011000")
    found = findings(case)
    assert any("结算单上读到" in words for words in found["warn"])
    assert any("别人家" in words for words in found["warn"])
    assert not found["mend"] and not found["refuse"]
    assert submit.submit(case=case, user=insured.user).state == "open"  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        (
            {"admitted": str(day(-400)), "discharged": str(day(-390)), "settled": str(day(-390))},
            "不在互助期内",
        ),
        ({"hospital": "外地医院"}, "不在定点医院名单里"),
        ({"self_paid": "7999"}, "不等于总额"),
        ({"invoice_total": "19000"}, "两个不一样"),
        ({"kind": "illness", "illness": "肺炎"}, "没有查到您参加的互助计划"),
    ],
)
def test_what_is_outside_the_rules_goes_to_a_person(
    insured: Member, changes: dict[str, str], words: str
) -> None:
    found = findings(claim_draft(insured, **changes))
    assert any(words in one for one in found["warn"]), found
    assert not found["mend"] and not found["refuse"]


def test_a_first_time_member_waits_thirty_days_and_who_renewed_does_not(officer: User) -> None:
    running = plan(officer)
    new, renewing = applicant(), applicant()
    enrolled(new, running, since=day(-40))
    enrolled(renewing, running, since=day(-40), renewed=True)
    assert any("等待期" in one for one in findings(claim_draft(new))["warn"])
    assert not findings(claim_draft(renewing, invoice_number="99887766"))["warn"]


def test_dates_that_run_backwards_have_to_be_mended(insured: Member) -> None:
    case = claim_draft(insured, admitted=str(day(-10)))
    assert any("入院日期比出院" in one for one in findings(case)["mend"])
    with pytest.raises(NeedsMending):
        submit.submit(case=case, user=insured.user)  # type: ignore[arg-type]


def test_papers_are_asked_for_only_where_they_apply(insured: Member) -> None:
    found = findings(
        claim_draft(insured, injury="yes", by="other", agent_name="李家属", agent_phone="13800000002")
    )
    assert {"还缺“意外事故证明”，请拍照上传。", "还缺“委托书和代办人身份证”，请拍照上传。"} <= set(
        found["mend"]
    )
    found = findings(claim_draft(insured, injury="no", by="self"))
    assert not any("意外事故" in one or "委托书" in one for one in found["mend"])


def test_the_expected_benefit_is_shown_step_by_step(phone: Client, insured: Member) -> None:
    case = claim_draft(insured)
    page = phone.get(reverse("case_check", args=[case.public_id])).content.decode()
    assert "8,000.00 元 × 10% = 800.00 元" in page and "预计互助金 800.00 元" in page


def test_a_person_confirms_the_amounts_and_the_benefit_is_kept(desk: Client, insured: Member) -> None:
    case = claimed(insured)
    page = desk.get(reverse("cases_one", args=[case.public_id])).content.decode()
    assert 'name="self_paid" value="8000"' in page
    act = reverse("cases_act", args=[case.public_id])
    desk.post(act, record(total="19000", self_paid="7000") | {"what": "pass", "version": case.version})
    facts = ClaimFacts.objects.get()
    assert (facts.state, facts.self_paid_fen, facts.benefit_fen) == ("approved", 700_000, 70_000)
    case.refresh_from_db()
    assert case.stage_name == "pay" and "7,000.00 元 × 10%" in "".join(facts.steps)
    assert told() == ["进入下一步: 审核通过，互助金等发放。"]


def test_outside_the_rules_only_with_a_reason(insured: Member, officer: User) -> None:
    case = claimed(insured, hospital="外地医院")
    with pytest.raises(NeedsMending, match="例外理由"):
        passed(case, officer)
    assert passed(case, officer, exception="急诊转院，已核对病历").stage_name == "pay"


def test_nobody_without_a_place_in_a_plan_is_granted_anything(member: Member, officer: User) -> None:
    case = claimed(member)
    with pytest.raises(NeedsMending, match="参保记录"):
        passed(case, officer, exception="领导同意")


def test_an_illness_that_is_not_listed_is_no_grant(member: Member, officer: User) -> None:
    serious = plan(officer, kind="illness", pays="fixed_sums", sums=[{"illness": "恶性肿瘤", "sum": "20000"}])
    enrolled(member, serious)
    case = claimed(member, kind="illness", illness="肺炎")
    with pytest.raises(NothingToGrant):
        passed(case, officer, illness="肺炎")
    passed(case, officer, illness="恶性肿瘤")
    assert ClaimFacts.objects.get().benefit_fen == 2_000_000


def test_an_invoice_that_was_used_goes_to_a_person_and_is_granted_once(
    insured: Member, officer: User
) -> None:
    other = applicant()
    enrolled(other, insured.enrolments.get().plan)
    first = claimed(insured)
    draft = claim_draft(other, invoice_number=" 00 1234 5678")
    assert any("已经申请过一次" in one for one in findings(draft)["warn"])
    second = submit.submit(case=draft, user=other.user)  # type: ignore[arg-type]
    assert ClaimFacts.objects.get(case=second).contested
    with pytest.raises(InvoiceTaken, match=first.number or ""):
        passed(second, officer)
    # A slip of the pen is put right by who looks at the invoice; a refused claim lets its invoice go.
    review.refuse(case=first, user=officer, version=first.version, words="不是本人的票据")
    passed(second, officer)
    assert [one.state for one in ClaimFacts.objects.order_by("pk")] == ["ended", "approved"]


def test_the_database_refuses_a_second_standing_claim_with_an_invoice(insured: Member) -> None:
    first = claimed(insured)
    other = claimed(insured, invoice_number="99887766")
    facts = ClaimFacts.objects.get(case=other)
    facts.invoice_index = ClaimFacts.objects.get(case=first).invoice_index
    with pytest.raises(IntegrityError, match="one_claim_per_invoice"), transaction.atomic():
        facts.save()


def test_what_was_mended_is_what_counts(insured: Member, officer: User) -> None:
    case = claimed(insured)
    case = review.ask_mend(case=case, user=officer, version=case.version, words="票据号码看错了")
    drafts.save(case=case, changes={"invoice_number": "99887766"})
    members.supplement(case=case, user=insured.user)  # type: ignore[arg-type]
    facts = ClaimFacts.objects.get()
    assert facts.invoice_index == claims.invoice_index("99887766") and facts.invoice_number == "99887766"


def test_the_ceiling_leaves_what_was_granted_before(insured: Member, officer: User) -> None:
    running = insured.enrolments.get().plan
    running.rules = running.rules | {"ceiling": 100_000}
    running.save()
    granted(insured, officer)
    second = granted(insured, officer, invoice_number="99887766")
    facts = ClaimFacts.objects.get(case=second)
    assert (facts.paid_before_fen, facts.benefit_fen) == (80_000, 20_000)
    third = claimed(insured, invoice_number="99887755")
    with pytest.raises(NothingToGrant):
        passed(third, officer, invoice_number="99887755")


def test_money_on_its_way_binds_the_case(insured: Member, officer: User) -> None:
    case = granted(insured, officer)
    ClaimFacts.objects.update(state="listed")
    for leaves in (
        lambda: members.withdraw(case=case, user=insured.user),  # type: ignore[arg-type]
        lambda: review.refuse(case=case, user=officer, version=None, words="算了不发了"),
        lambda: review.ask_mend(case=case, user=officer, version=None, words="再补一张"),
        lambda: review.pass_stage(case=case, user=officer, version=None),
    ):
        with pytest.raises(Invalid):
            leaves()
    case.refresh_from_db()
    assert (case.state, case.stage_name) == ("open", "pay")


def test_a_claim_taken_back_lets_go_of_ceiling_and_invoice(
    phone: Client, insured: Member, officer: User
) -> None:
    case = granted(insured, officer)
    phone.post(reverse("case_withdraw", args=[case.public_id]))
    assert ClaimFacts.objects.get().state == "ended"
    assert claims.granted_before(insured.enrolments.get()) == 0
    assert not ClaimFacts.objects.get(case=claimed(insured)).contested


def test_numbers_of_invoices_and_cards_are_not_stored_in_the_clear(insured: Member) -> None:
    from django.db import connection

    claimed(insured)
    with connection.cursor() as cursor:
        cursor.execute("SELECT f::text, c::text FROM cases_claimfacts f, cases_case c")
        stored = "".join(cursor.fetchone())
    assert "0012345678" not in stored and CARD not in stored


def test_the_latest_day_to_claim_is_kept(insured: Member, officer: User) -> None:
    insured.enrolments.update(since=day(-180))
    form = claim_form(admitted=str(day(-175)), discharged=str(day(-170)), settled=str(day(-170)))
    running = insured.enrolments.get().plan
    running.months_to_claim = 3
    running.save()
    case = claim_draft(insured, **form)
    assert any("3 个月内申请" in one for one in findings(case)["warn"])
