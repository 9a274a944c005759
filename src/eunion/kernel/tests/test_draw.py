"""The draw: the same for everyone who does it over, fair to every entry, and without any package."""

from __future__ import annotations

import ast
import hashlib
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eunion.kernel import draw
from eunion.kernel.draw import NONE, RESERVE, WON

SEED = "00" * 32
entries_of_pools = st.dictionaries(
    st.text("23456789bcdfghjkmnpqrstvwxz", min_size=4, max_size=16),
    st.sampled_from(["", "a", "b"]),
    max_size=60,
)
quotas_of_pools = st.dictionaries(st.sampled_from(["", "a", "b"]), st.integers(0, 20))


def test_a_draw_done_by_hand() -> None:
    entries = [("b", ""), ("a", ""), ("c", "")]
    listed = hashlib.sha256(b"a \nb \nc \n").hexdigest()
    keys = {one: hashlib.sha256(f"{SEED}::{listed}:{one}".encode()).hexdigest() for one in "abc"}
    by_hand = sorted("abc", key=lambda one: keys[one])
    drawn = draw.draw(entries, seed=SEED, quotas={"": 1}, reserve=1)
    assert [line.entry for line in drawn] == by_hand
    assert [line.outcome for line in drawn] == [WON, RESERVE, NONE]


@given(entries_of_pools, quotas_of_pools, st.integers(0, 10), st.randoms())
def test_the_order_of_the_list_changes_nothing(entries, quotas, reserve, random) -> None:  # type: ignore[no-untyped-def]
    listed = list(entries.items())
    again = listed.copy()
    random.shuffle(again)
    rules = {"seed": SEED, "quotas": quotas, "reserve": reserve}
    assert draw.draw(listed, **rules) == draw.draw(again, **rules)


@given(entries_of_pools, quotas_of_pools, st.integers(0, 10))
def test_every_place_is_given_and_none_twice(entries, quotas, reserve) -> None:  # type: ignore[no-untyped-def]
    lines = draw.draw(entries.items(), seed=SEED, quotas=quotas, reserve=reserve)
    assert sorted((line.entry, line.pool) for line in lines) == sorted(entries.items())
    asked, won = Counter(entries.values()), Counter(line.pool for line in lines if line.outcome == WON)
    assert all(won[pool] == min(quotas.get(pool, 0), asked[pool]) for pool in asked)
    waiting = [line for line in lines if line.outcome == RESERVE]
    assert len(waiting) == min(reserve, len(lines) - won.total())
    assert [line.rank for line in lines] == list(range(1, len(lines) + 1))


@given(entries_of_pools, quotas_of_pools, st.integers(0, 10), st.text(max_size=10))
def test_what_is_published_is_found_right(entries, quotas, reserve, beacon) -> None:  # type: ignore[no-untyped-def]
    rules = {"quotas": quotas, "reserve": reserve}
    lines = draw.draw(entries.items(), seed=SEED, beacon=beacon, **rules)
    published = draw.document(lines, title="t", seed=SEED, beacon=beacon, **rules)
    assert draw.problems(published, draw.commitment(SEED)) == []


@settings(max_examples=30)
@given(st.integers(0, 2**64))
def test_each_entry_wins_as_often_as_any_other(first: int) -> None:
    # 400 draws of 1 place among 8: each entry wins 50 times on average, with a deviation of 6.6.
    entries = [(f"entry{number}", "") for number in range(8)]
    won: Counter[str] = Counter()
    for number in range(400):
        lines = draw.draw(entries, seed=draw.sha256(f"{first}.{number}"), quotas={"": 1})
        won[lines[0].entry] += 1
    assert len(won) == 8
    # Chi-squared with 7 degrees of freedom exceeds 40 once in a million.
    assert sum((won[entry] - 50) ** 2 / 50 for entry, _ in entries) < 40


def test_one_more_entry_shuffles_all_others() -> None:
    entries = [(f"entry{number:03d}", "") for number in range(200)]
    before = [line.entry for line in draw.draw(entries, seed=SEED, quotas={})]
    after = [line.entry for line in draw.draw([*entries, ("late", "")], seed=SEED, quotas={})]
    after.remove("late")
    assert sum(one == other for one, other in zip(before, after, strict=True)) < 10


def test_a_doubled_entry_is_refused() -> None:
    with pytest.raises(ValueError, match="twice"):
        draw.draw([("a", ""), ("a", "b")], seed=SEED, quotas={})


def test_the_file_needs_the_standard_library_alone() -> None:
    path = Path(draw.__file__)
    names = {
        (node.module or "").split(".")[0] if isinstance(node, ast.ImportFrom) else node.names[0].name
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Import | ast.ImportFrom)
    }
    assert names <= set(sys.stdlib_module_names)
    done = subprocess.run([sys.executable, "-S", "-I", str(path)], capture_output=True, text=True)
    assert done.returncode == 2 and "用法" in done.stderr
