"""Recognising papers and finding their fields on lines that stand there already, without OCR."""

import datetime
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eunion.cases import reading
from eunion.cases.reading import grammar
from eunion.kernel.ocr import Line, Page
from eunion.sandbox.papers.story import grouped, in_capitals, story, yuan

DAY = datetime.date


def line(text: str, x: float, y: float, *, score: float = 0.99, fall: float = 0.0) -> Line:
    """A line of 20-pixel letters that falls so much per pixel."""
    width = 20.0 * len(text)
    corners = [(x, y), (x + width, y + fall * width), (x + width, y + 20 + fall * width), (x, y + 20)]
    return Line(text, tuple(corners), score)  # type: ignore[arg-type]


def page(*lines: Line) -> Page:
    return Page(lines, 1200, 1600)


def values(kind: str, *lines: Line) -> dict[str, object]:
    return {key: found.value for key, found in reading.extract(kind, page(*lines)).items()}


def test_a_value_stands_behind_its_label_in_the_same_line() -> None:
    assert values("discharge", line("姓名：王春和性别：男年龄：40岁", 50, 50)) == {"name": "王春和"}


def test_a_value_stands_in_the_next_cell() -> None:
    assert values("settlement", line("姓名", 50, 50), line("王春和", 200, 53))["name"] == "王春和"


def test_a_value_stands_below_its_label() -> None:
    lines = (
        line("入院日期", 50, 50),
        line("出院日期", 300, 50),
        line("2026-03-01", 40, 90),
        line("2026-03-08", 300, 92),
    )
    assert values("settlement", *lines) == {"admitted": DAY(2026, 3, 1), "discharged": DAY(2026, 3, 8)}


def test_an_empty_cell_takes_nothing_from_the_label_that_follows() -> None:
    assert values("settlement", line("姓名", 50, 50), line("性别", 200, 50), line("男", 300, 50)) == {}


def test_below_a_label_another_label_is_no_value() -> None:
    lines = (line("入院日期", 50, 50), line("出院日期2026-03-08", 50, 90))
    assert values("settlement", *lines) == {"discharged": DAY(2026, 3, 8)}


def test_a_row_is_followed_though_the_paper_is_tilted() -> None:
    tilted = (
        line("医疗费总额：", 50, 50, fall=0.08),
        line("1,234.56", 700, 50 + 650 * 0.08, fall=0.08),
        line("9,999.99", 700, 50, fall=0.08),
    )
    assert values("settlement", *tilted)["total"] == 123_456


def test_a_longer_label_is_not_taken_for_the_shorter_one_inside_it() -> None:
    lines = (line("个人账户支付：11.00", 50, 50), line("个人支付：22.00", 50, 100))
    assert values("settlement", *lines) == {"self_paid": 2_200}


def test_a_label_in_two_pieces_is_still_a_label() -> None:
    assert values("id_card", line("姓", 50, 50), line("名", 100, 50), line("王春和", 160, 50)) == {
        "name": "王春和"
    }


def test_a_misread_letter_of_admission_is_mended() -> None:
    assert values("discharge", line("人院日期：2026年03月01日", 50, 50)) == {"admitted": DAY(2026, 3, 1)}


def test_an_amount_that_does_not_parse_is_left_out() -> None:
    assert values("settlement", line("医疗费总额：12:34x", 50, 50), line("基金支付：12.3", 50, 100)) == {}


def test_a_total_in_figures_that_the_capitals_contradict_is_left_out() -> None:
    capitals = line(f"合计（大写）{in_capitals(123_456)}", 50, 50)
    assert values("invoice", capitals, line("（小写）1234.56", 600, 50))["total"] == 123_456
    assert "total" not in values("invoice", capitals, line("（小写）1284.56", 600, 50))
    assert values("invoice", capitals, line("（小写）12a4.5", 600, 50))["total"] == 123_456


def test_a_card_number_in_pieces_is_one_number() -> None:
    pieces = [
        line(part, 50 + number * 120, 300)
        for number, part in enumerate(("卡号", "6222", "0200", "0000", "0000", "000"))
    ]
    number = next(
        f"622202000000000000{digit}" for digit in range(10) if grammar.luhn(f"622202000000000000{digit}")
    )
    pieces[-1] = line(number[16:], 650, 300)
    assert values("bank_card", *pieces) == {"card_number": number}


def test_a_value_carries_its_text_place_and_score() -> None:
    found = reading.extract("settlement", page(line("姓名：王春和", 100, 50, score=0.8)))["name"]
    assert (found.text, found.score) == ("王春和", 0.8)
    assert found.box == pytest.approx((160, 50, 220, 70))


def test_of_two_pages_the_surer_reading_counts() -> None:
    sure = reading.extract(
        "settlement", page(line("姓名：王春和", 50, 50, score=0.9), line("结算日期：2026-03-09", 50, 90))
    )
    unsure = reading.extract(
        "settlement", page(line("姓名：王春利", 50, 50, score=0.6), line("基金支付：7.00", 50, 90))
    )
    merged = {key: found.value for key, found in reading.merge([unsure, sure]).items()}
    assert merged == {"name": "王春和", "settled": DAY(2026, 3, 9), "fund": 700}


@pytest.mark.parametrize(
    ("kind", "texts"),
    [
        ("id_card", ["姓名王春和", "公民身份号码"]),
        ("invoice", ["河湾市医疗住院收费票据（电子）", "票据号码：1"]),
        ("settlement", ["河湾市基本医疗保险住院费用结算单", "出院诊断"]),
        ("discharge", ["出 院 记 录", "入院诊断"]),
        ("bank_card", ["中国工商银行", "借记卡"]),
        ("", ["今天午饭吃什么", "开户行"]),
        ("", []),
    ],
)
def test_a_paper_is_recognised_by_its_words(kind: str, texts: list[str]) -> None:
    assert reading.recognise(page(*(line(text, 50, 50 + 40 * at) for at, text in enumerate(texts)))) == kind


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("¥1,234.56", 123_456),
        ("1234.56元", 123_456),
        ("1.234.56", 123_456),
        ("1O.5O", 1_050),
        ("1200元", 120_000),
        ("1200", None),
        ("12.3", None),
        ("-5.00", None),
        ("1,23.45", None),
        ("1B2.00", None),
        ("", None),
    ],
)
def test_an_amount_is_read_in_fen_or_not_at_all(text: str, fen: int | None) -> None:
    assert grammar.amount(text) == fen


@given(st.integers(100, 99_999_999))
def test_every_amount_comes_back_as_it_was_written(fen: int) -> None:
    assert grammar.amount(yuan(fen)) == grammar.amount(grouped(fen)) == fen
    assert grammar.amount_in_capitals(in_capitals(fen)) == fen


@given(st.integers(0, 10_000), st.integers(0, 17), st.integers(0, 9))
def test_an_id_number_with_one_wrong_digit_is_never_taken(seed: int, place: int, digit: int) -> None:
    number = story(random.Random(seed)).id_number
    wrong = number[:place] + str(digit) + number[place + 1 :]
    assert grammar.id_number(wrong) == (number if wrong == number else None)
    assert grammar.id_number(number.replace("0", "O").replace("1", "l")) == number


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026年3月1日", DAY(2026, 3, 1)),
        ("20260301", DAY(2026, 3, 1)),
        ("2026/7/112:40", DAY(2026, 7, 1)),
        ("2026/07/1212:40:38", DAY(2026, 7, 12)),
        ("2O26-O3-l2", DAY(2026, 3, 12)),
        ("2026-02-30", None),
        ("住院12天", None),
    ],
)
def test_a_day_is_read_as_papers_write_it(text: str, day: DAY | None) -> None:
    assert grammar.date(text) == day
