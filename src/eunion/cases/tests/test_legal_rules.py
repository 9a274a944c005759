"""What the law says, in plain facts: the limit of arbitration, a contract's points, whose name is whose."""

from __future__ import annotations

import datetime

import pytest

from eunion.cases.legal import contract, intake, limits, names

D = datetime.date


def _limit(**facts: object) -> limits.Limit:
    known = {"claims": ("dismissal",), "known_on": D(2026, 3, 10), "employed": True, "left_on": None}
    return limits.limit_of(limits.Facts(**{**known, **facts}))  # type: ignore[arg-type]


def test_the_limit_is_a_year_from_the_day_one_knew() -> None:
    assert _limit().on == D(2027, 3, 10)
    assert _limit(known_on=D(2024, 2, 29)).on == D(2025, 2, 28)


def test_unpaid_wages_have_no_limit_while_one_works_there_and_a_year_from_the_end() -> None:
    working = _limit(claims=("wages",))
    assert working.on is None and "不受一年时效限制" in working.steps[0]
    left = _limit(claims=("wages",), employed=False, left_on=D(2026, 9, 1))
    assert left.on == D(2027, 9, 1)


def test_of_several_claims_the_nearest_limit_counts() -> None:
    found = _limit(claims=("wages", "dismissal"), employed=False, left_on=D(2026, 9, 1))
    assert found.on == D(2027, 3, 10)


def test_asking_for_it_begins_the_year_anew_unless_it_was_over() -> None:
    assert _limit(asked_on=D(2026, 8, 1)).on == D(2027, 8, 1)
    assert _limit(asked_on=D(2027, 8, 1)).on == D(2027, 3, 10)


def test_the_days_left_are_said_also_when_it_is_over() -> None:
    limit = _limit()
    assert "还剩 9 天" in limits.warning(limit, D(2027, 3, 1))
    assert "可能已经" in limits.warning(limit, D(2027, 3, 11))
    assert limits.warning(limits.Limit(None), D(2027, 3, 1)) == ""


@pytest.mark.parametrize(
    ("what", "who", "claims", "needed"),
    [
        ("representation", "migrant", ["wages"], False),
        ("representation", "migrant", ["injury", "contract"], False),
        ("representation", "migrant", ["contract"], True),
        ("representation", "hardship", ["wages"], True),
        ("advice", "hardship", ["contract"], False),
        ("drafting", "model", ["contract"], False),
    ],
)
def test_migrant_workers_prove_no_hardship_for_wages_and_injuries(
    what: str, who: str, claims: list[str], needed: bool
) -> None:
    assert intake.needs_hardship_proof({"what": what, "who": who, "claims": claims}) is needed


def test_a_contract_without_a_paper_is_asked_nothing_more() -> None:
    found = contract.reviewed({"signed": "no", "pay": "no"})
    assert [one.name for one in found] == ["signed"] and "第八十二条" in found[0].article


def test_missing_and_illegal_points_are_named_with_their_article() -> None:
    found = contract.reviewed({"signed": "yes", "pay": "no", "deposit": "yes", "injury": "no"})
    assert {one.name: one.kind for one in found} == {"pay": "missing", "deposit": "illegal"}
    assert "第十七条第一款第六项" in contract.as_text(found)


def test_every_point_of_article_17_is_asked_once() -> None:
    articles = [one.article for one in contract.QUESTIONS if one.kind == "missing"]
    assert len(set(articles)) == len(articles) == 8
    assert len({one.name for one in contract.QUESTIONS}) == len(contract.QUESTIONS)


def test_a_firm_is_known_by_its_code_or_by_its_name_in_any_writing() -> None:
    key = names.name_key
    assert key("河湾（测试）机械厂 有限公司") == key("河湾(测试)机械厂") == key("河湾测试机械厂有限责任公司")
    assert names.same(key("甲厂"), "", key("甲厂"), "9113")
    assert names.same(key("甲厂"), "9113", key("甲厂（新名）"), "9113")
    assert not names.same(key("甲厂"), "9113", key("乙厂"), "9114")
    assert not names.same("", "", "", "")
