"""Each rule of the pre-review, on plain facts."""

import datetime
from dataclasses import replace
from typing import Any

import pytest

from eunion.cases.reading import checks
from eunion.cases.reading.claim import NEEDED, Claim, Enrolment, Paper, Profile, Result, Typed
from eunion.cases.reading.labels import Found

DAY = datetime.date
OWN = "990101198001014115"
TYPED = Typed(
    name="王春和",
    id_number=OWN,
    hospital="河湾市第一人民医院",
    admitted=DAY(2026, 3, 1),
    discharged=DAY(2026, 3, 8),
    settled=DAY(2026, 3, 9),
    invoice_number="0123456789",
    invoice_total=1_000_000,
    total=1_000_000,
    fund=700_000,
    self_paid=300_000,
    card_number="6222020000000000000",
)


def found(value: Any) -> Found:
    return Found(value, str(value), (0, 0, 1, 1), 0.99)


def read_papers() -> dict[str, Paper]:
    values = {
        "id_card": {"name": TYPED.name, "id_number": OWN},
        "invoice": {"name": TYPED.name, "invoice_number": TYPED.invoice_number, "total": TYPED.total, "hospital": TYPED.hospital},
        "settlement": {"name": TYPED.name, "total": TYPED.total, "fund": TYPED.fund, "self_paid": TYPED.self_paid, "hospital": TYPED.hospital},
        "discharge": {"name": TYPED.name, "admitted": TYPED.admitted, "discharged": TYPED.discharged},
        "bank_card": {"card_number": TYPED.card_number},
    }  # fmt: skip
    return {
        kind: Paper({key: found(value) for key, value in fields.items()}) for kind, fields in values.items()
    }


def claim(**changes: Any) -> Claim:
    facts: dict[str, Any] = {
        "profile": Profile("王春和", OWN),
        "enrolment": Enrolment(DAY(2026, 1, 1), DAY(2026, 12, 31), DAY(2026, 1, 1)),
        "papers": read_papers(),
        "typed": TYPED,
        "submitted": DAY(2026, 4, 1),
        "hospitals": ("河湾市第一人民医院", "河湾市第三人民医院"),
        "invoice_known": lambda number: False,
    }
    return Claim(**{**facts, **changes})


def papers_with(kind: str, **values: Any) -> dict[str, Paper]:
    papers = read_papers()
    fields = {**(papers[kind].fields or {}), **{key: found(value) for key, value in values.items()}}
    return {**papers, kind: Paper({key: one for key, one in fields.items() if one.value is not None})}


def complaints(done: Claim) -> list[Result]:
    return [result for result in checks.review(done) if result.verdict != "pass"]


def only(done: Claim) -> tuple[str, str]:
    (complaint,) = complaints(done)
    return complaint.rule, str(complaint.verdict)


def test_a_sound_claim_passes_every_rule() -> None:
    assert complaints(claim()) == []


def test_a_claim_typed_by_hand_with_nothing_read_passes() -> None:
    assert complaints(claim(papers={kind: Paper() for kind in NEEDED})) == []


def test_a_missing_paper_is_named() -> None:
    papers = read_papers()
    del papers["discharge"]
    (complaint,) = complaints(claim(papers=papers))
    assert complaint.says == "还缺：出院记录（小结）。请拍照补上。"
    assert complaint.verdict == "mend"


def test_a_paper_whose_amount_could_not_be_read_is_photographed_again() -> None:
    (complaint,) = complaints(claim(papers=papers_with("invoice", total=None)))
    assert "医疗收费票据上的票据合计金额没有看清" in complaint.says


@pytest.mark.parametrize("renewed", [True, False])
def test_the_waiting_period_counts_only_for_who_joined_first(renewed: bool) -> None:
    joined = TYPED.admitted - datetime.timedelta(days=29)  # type: ignore[operator]
    enrolment = Enrolment(joined, DAY(2026, 12, 31), joined, renewed=renewed)
    expected = [] if renewed else ["waiting_over"]
    assert [one.rule for one in complaints(claim(enrolment=enrolment))] == expected


def test_on_the_thirtieth_day_the_waiting_period_is_over() -> None:
    joined = TYPED.admitted - datetime.timedelta(days=30)  # type: ignore[operator]
    assert complaints(claim(enrolment=Enrolment(joined, DAY(2026, 12, 31), joined))) == []


@pytest.mark.parametrize(
    ("begins", "ends", "fits"),
    [
        (DAY(2026, 3, 1), DAY(2026, 12, 31), True),
        (DAY(2026, 3, 2), DAY(2026, 12, 31), False),
        (DAY(2025, 3, 2), DAY(2026, 3, 1), True),
        (DAY(2025, 3, 1), DAY(2026, 2, 28), False),
    ],
)
def test_the_plan_must_cover_the_day_of_admission(begins: DAY, ends: DAY, fits: bool) -> None:
    enrolment = Enrolment(begins, ends, begins, renewed=True)
    assert [one.rule for one in complaints(claim(enrolment=enrolment))] == ([] if fits else ["plan_in_force"])


def test_without_a_plan_a_person_decides() -> None:
    assert only(claim(enrolment=None)) == ("plan_in_force", "refuse_by_person")


def test_a_hospital_off_the_list_goes_to_a_person() -> None:
    assert only(claim(hospitals=["河湾市第三人民医院"])) == ("hospital_listed", "refuse_by_person")


@pytest.mark.parametrize("changed", [{"self_paid": 300_001}, {"fund": 699_999}, {"total": 1}])
def test_amounts_that_do_not_add_up_are_to_be_checked(changed: dict[str, int]) -> None:
    papers = papers_with("settlement", **changed)
    assert only(claim(typed=replace(TYPED, **changed), papers=papers)) == ("amounts_add_up", "mend")


def test_the_invoice_must_say_what_the_settlement_sheet_says() -> None:
    typed = replace(TYPED, invoice_total=1_000_100)
    assert only(claim(typed=typed, papers=papers_with("invoice", total=1_000_100))) == (
        "amounts_add_up",
        "mend",
    )


@pytest.mark.parametrize(
    ("kind", "key", "value"), [("invoice", "name", "李四海"), ("settlement", "id_number", "x")]
)
def test_a_paper_of_somebody_else_is_to_be_checked(kind: str, key: str, value: str) -> None:
    assert only(claim(papers=papers_with(kind, **{key: value}))) == ("same_person", "mend")


def test_a_used_invoice_goes_to_a_person() -> None:
    assert only(claim(invoice_known={"0123456789"}.__contains__)) == ("invoice_new", "refuse_by_person")


def test_a_used_invoice_that_only_the_machine_read_is_to_be_checked() -> None:
    done = claim(
        papers=papers_with("invoice", invoice_number="0123456780"), invoice_known={"0123456780"}.__contains__
    )
    assert {(one.rule, str(one.verdict)) for one in complaints(done)} == {
        ("readings_agree", "mend"),
        ("invoice_new", "mend"),
    }


@pytest.mark.parametrize(("submitted", "in_time"), [(DAY(2026, 9, 9), True), (DAY(2026, 9, 10), False)])
def test_the_time_limit_counts_months_from_settlement(submitted: DAY, in_time: bool) -> None:
    assert [one.rule for one in complaints(claim(submitted=submitted))] == ([] if in_time else ["in_time"])


def test_six_months_after_the_end_of_august_is_the_end_of_february() -> None:
    assert checks.months_after(DAY(2026, 8, 31), 6) == DAY(2027, 2, 28)


def test_a_typed_value_that_the_paper_contradicts_is_shown_with_both() -> None:
    (complaint,) = complaints(claim(papers=papers_with("discharge", admitted=DAY(2026, 2, 1))))
    assert complaint.verdict == "mend"
    assert "您填的入院日期是“2026年3月1日”，出院记录（小结）上读到“2026年2月1日”" in complaint.says


def test_a_letter_hidden_by_a_seal_is_forgiven_if_another_paper_has_the_name_in_full() -> None:
    hidden = papers_with("invoice", hospital="河湾市第专人民医院")
    assert complaints(claim(papers=hidden)) == []
    alone = {**hidden, "settlement": papers_with("settlement", hospital=None)["settlement"]}
    assert only(claim(papers=alone)) == ("readings_agree", "mend")


def test_another_hospital_with_a_like_name_is_not_forgiven() -> None:
    assert only(claim(papers=papers_with("invoice", hospital="河湾市第三人民医院"))) == (
        "readings_agree",
        "mend",
    )


def test_what_is_not_filled_in_is_asked_for() -> None:
    results = complaints(claim(typed=replace(TYPED, settled=None, card_number=None)))
    assert results[0].says == "还没有填：结算日期、银行卡号。"


def test_a_slip_in_the_card_number_is_noticed() -> None:
    papers = papers_with("bank_card", card_number="6222020000000000001")
    assert only(claim(typed=replace(TYPED, card_number="6222020000000000001"), papers=papers)) == (
        "values_given",
        "mend",
    )


def test_nothing_the_machine_read_refuses_a_claim_by_itself() -> None:
    for kind, paper in read_papers().items():
        for key in paper.fields or {}:
            spoilt = papers_with(kind, **{key: "别的"})
            assert {str(one.verdict) for one in complaints(claim(papers=spoilt))} <= {"mend"}, (kind, key)
