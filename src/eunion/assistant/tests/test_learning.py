"""What askers tell about answers becomes gaps, trends and hit rates; nothing of it says who asked."""

from __future__ import annotations

import datetime
import json
import logging
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from eunion.assistant import selectors, weeks
from eunion.assistant.errors import BadFile, GapClosed
from eunion.assistant.factories import asked_turn, speaking_entry, user_who_may
from eunion.assistant.models import Evaluation, Gap, TrendAlert, Turn
from eunion.assistant.services import evaluation, gaps, learning, trends
from eunion.kernel.errors import Invalid, NotAllowed
from eunion.registry.factories import GridFactory, UserFactory, make_union
from eunion.registry.models import Grid, StaffScope
from eunion.registry.roles import Role

pytestmark = pytest.mark.django_db
WEEK = datetime.date(2026, 3, 9)
WORKDAY = datetime.datetime(2026, 3, 11, 10, 0, tzinfo=timezone.get_default_timezone())
MINUTE = datetime.timedelta(minutes=1)
PARKING = ["停车场几点关门", "停车场几点关门啊", "停车场晚上几点关门"]


def answered(question: str, **fields: Any) -> Turn:
    return asked_turn(question, **{"state": Turn.State.ANSWERED, "asked_at": WORKDAY, **fields})


def unanswered(questions: list[str], **fields: Any) -> list[Turn]:
    return [asked_turn(question, **{"asked_at": WORKDAY, **fields}) for question in questions]


# Thumbs and rephrasings.


def test_only_the_asker_gives_a_thumb_and_the_same_again_is_harmless() -> None:
    turn = answered("怎么入会", sender="me")
    for _ in range(2):
        learning.rate(turn, -1, "me")
    turn.refresh_from_db()
    assert turn.thumb == -1
    for sender in ("someone else", ""):
        with pytest.raises(NotAllowed):
            learning.rate(turn, 1, sender)
    with pytest.raises(Invalid):
        learning.rate(turn, 5, "me")


def test_asking_the_same_in_other_words_at_once_marks_the_answer_before() -> None:
    first = answered("停车场几点关门", sender="me")
    again = answered("停车场晚上几点关门", sender="me", asked_at=WORKDAY + 2 * MINUTE)
    assert learning.note_rephrasing(again, first)
    assert not learning.note_rephrasing(again, first)
    first.refresh_from_db()
    assert first.rephrased


@pytest.mark.parametrize(
    "other",
    [
        {"asked_at": WORKDAY + 4 * MINUTE},
        {"sender": "someone else"},
        {"group": "g1"},
        {"question": "怎么申请法律援助"},
    ],
)
def test_what_is_later_by_another_or_about_something_else_is_no_rephrasing(other: dict[str, Any]) -> None:
    first = answered("停车场几点关门", sender="me")
    fields = {"question": "停车场晚上几点关门", "sender": "me", "asked_at": WORKDAY + MINUTE, **other}
    assert not learning.note_rephrasing(answered(**fields), first)
    first.refresh_from_db()
    assert not first.rephrased


def test_choosing_an_offered_question_is_no_rephrasing() -> None:
    first = answered("停车场几点关", sender="me", state=Turn.State.OFFERED, choices=["停车场几点关门？"])
    chosen = answered("停车场几点关门？", sender="me", asked_at=WORKDAY + MINUTE)
    assert not learning.note_rephrasing(chosen, first)
    first.refresh_from_db()
    assert not first.rephrased


def test_the_nightly_pass_finds_the_same_rephrasings_once() -> None:
    for sender in ("a", "b"):
        answered("停车场几点关门", sender=sender)
        answered("停车场晚上几点关门", sender=sender, asked_at=WORKDAY + MINUTE)
    answered("怎么申请法律援助", sender="c")
    assert [learning.note_rephrasings(*weeks.bounds(WEEK)) for _ in range(2)] == [2, 0]


# Clusters and gaps.


def test_a_weeks_unanswered_questions_become_gaps_by_number_of_askers() -> None:
    speaking_entry(question="停车场在哪里？", answer="在文化宫东侧。", topic="设施")
    unanswered(PARKING)
    unanswered(["羽毛球馆怎么预约"])
    answered("食堂能用会员卡吗", thumb=-1)
    answered("图书室借书要押金吗", rephrased=True)
    answered("怎么入会")
    unanswered(["不想活了"], urgent=True)
    unanswered(["转人工"])
    unanswered(["春游哪天报名"], asked_at=WORKDAY - datetime.timedelta(weeks=1))
    assert gaps.find_gaps(WEEK) == 4
    first = gaps.to_write(WEEK)[0]
    assert (first.turn_count, first.asker_count, first.topic) == (3, 3, "设施")
    assert first.sample in PARKING
    assert first.turns.count() == 3


def test_running_a_week_again_changes_nothing_and_keeps_what_staff_decided() -> None:
    writer = user_who_may("change_gap")
    unanswered([*PARKING, "羽毛球馆怎么预约", "食堂能用会员卡吗"])
    gaps.find_gaps(WEEK)
    parking, sports, canteen = Gap.objects.order_by("-turn_count", "id")
    entry = speaking_entry()
    gaps.close_gap(gap=parking, user=writer, entry=entry)
    gaps.close_gap(gap=sports, user=writer)
    before = list(Gap.objects.values("pk", "state", "entry", "turn_count"))
    gaps.find_gaps(WEEK)
    assert list(Gap.objects.values("pk", "state", "entry", "turn_count")) == before
    unanswered(["停车场几点关门呢"])
    gaps.find_gaps(WEEK)
    parking.refresh_from_db()
    assert (parking.state, parking.entry, parking.turn_count) == (Gap.State.WRITTEN, entry, 4)
    assert set(gaps.to_write(WEEK)) == {canteen}


def test_a_gap_whose_questions_were_answered_since_is_gone() -> None:
    turns = unanswered(["羽毛球馆怎么预约"])
    gaps.find_gaps(WEEK)
    Turn.objects.filter(pk=turns[0].pk).update(state=Turn.State.ANSWERED)
    assert gaps.find_gaps(WEEK) == 0


def test_what_was_ignored_last_week_is_ignored_this_week() -> None:
    unanswered(["停车场几点关门"])
    gaps.find_gaps(WEEK)
    gaps.close_gap(gap=Gap.objects.get(), user=user_who_may("change_gap"))
    unanswered(["停车场晚上几点关门"], asked_at=WORKDAY + datetime.timedelta(weeks=1))
    gaps.find_gaps(WEEK + datetime.timedelta(weeks=1))
    assert list(Gap.objects.values_list("state", flat=True)) == [Gap.State.IGNORED] * 2


def test_a_gap_names_nobody_and_no_question_stands_in_a_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    unanswered(["我叫王小明，电话139-0000-2222，停车场几点关门"])
    gaps.find_gaps(WEEK)
    sample = Gap.objects.get().sample
    assert "停车场几点关门" in sample
    assert "王小明" not in sample and "2222" not in sample
    assert "停车场" not in caplog.text


def test_a_gap_is_closed_once_by_who_may() -> None:
    unanswered(["羽毛球馆怎么预约"])
    gaps.find_gaps(WEEK)
    gap, writer = Gap.objects.get(), user_who_may("change_gap")
    with pytest.raises(NotAllowed):
        gaps.close_gap(gap=gap, user=user_who_may())
    gaps.close_gap(gap=gap, user=writer)
    with pytest.raises(GapClosed):
        gaps.close_gap(gap=gap, user=writer)
    gaps.reopen_gap(gap=gap, user=writer)
    assert gaps.to_write(WEEK).get() == gap


# Trends.


def wages(count: int, weeks_ago: int = 0, grid: Grid | None = None, **fields: Any) -> None:
    at = WORKDAY - datetime.timedelta(weeks=weeks_ago)
    for _ in range(count):
        answered("工资没发怎么办", topic="工资", grid=grid, asked_at=at, **fields)


def four_weeks_of_questions(weeks_ago: int = 4) -> None:
    """An installation that has been asked this and that for some weeks."""
    for number in range(trends.BEFORE_LEAST):
        at = WORKDAY - datetime.timedelta(weeks=1 + number % weeks_ago)
        answered("怎么入会", topic="入会", asked_at=at)


def test_in_the_first_weeks_of_an_installation_nothing_is_on_the_rise() -> None:
    wages(9)
    assert trends.find_trends(WEEK) == []
    four_weeks_of_questions(weeks_ago=3)
    assert trends.find_trends(WEEK) == []
    wages(1, weeks_ago=4)
    assert [alert.topic for alert in trends.find_trends(WEEK)] == ["工资"]


def test_after_weeks_with_hardly_a_question_nothing_is_on_the_rise() -> None:
    answered("怎么入会", topic="入会", asked_at=WORKDAY - datetime.timedelta(weeks=4))
    wages(9)
    assert trends.find_trends(WEEK) == []


def test_wage_arrears_that_tripled_in_a_grid_raise_an_alert() -> None:
    grid, other = GridFactory(code="0412"), GridFactory()
    for weeks_ago in range(1, 5):
        wages(2, weeks_ago, grid)
        wages(8, weeks_ago, other)
    wages(6, grid=grid)
    wages(8, grid=other)
    (alert,) = trends.find_trends(WEEK)
    assert (alert.topic, alert.grid, alert.turn_count, alert.before) == ("工资", grid, 6, 2.0)


def test_a_topic_on_the_rise_everywhere_is_an_alert_for_the_district() -> None:
    four_weeks_of_questions()
    for number in range(5):
        wages(1, grid=GridFactory() if number else None)
    (alert,) = trends.find_trends(WEEK)
    assert (alert.grid, alert.turn_count, alert.before) == (None, 5, 0.0)


def test_a_quiet_week_raises_none() -> None:
    grid = GridFactory()
    for weeks_ago in range(5):
        wages(6, weeks_ago, grid)
    assert trends.find_trends(WEEK) == []


def test_few_questions_one_lone_asker_and_those_slowed_down_are_no_trend() -> None:
    four_weeks_of_questions()
    wages(trends.LEAST - 1)
    assert trends.find_trends(WEEK) == []
    Turn.objects.filter(topic="工资").delete()
    wages(9, sender="always the same")
    assert trends.find_trends(WEEK) == []
    Turn.objects.filter(topic="工资").delete()
    wages(9, state=Turn.State.SLOWED)
    assert trends.find_trends(WEEK) == []


def test_an_alert_found_again_is_brought_up_to_date_and_stays_seen() -> None:
    root = make_union("总工会")
    user = UserFactory(role=Role.EDITOR, scope=root)
    four_weeks_of_questions()
    wages(5)
    (alert,) = trends.find_trends(WEEK)
    trends.mark_seen(alert=alert, user=user)
    wages(2)
    trends.find_trends(WEEK)
    again = TrendAlert.objects.get()
    assert (again.turn_count, again.seen_by) == (7, user)


def test_an_alert_is_seen_within_ones_scope() -> None:
    root = make_union("总工会")
    here, there = make_union("甲街道", root), make_union("乙街道", root)
    four_weeks_of_questions()
    wages(5, grid=GridFactory(subdistrict=here))
    district, local = trends.find_trends(WEEK)
    near, far = (UserFactory(role=Role.EDITOR, scope=union) for union in (here, there))
    assert list(selectors.alerts_for(near)) == [local]
    assert list(selectors.alerts_for(far)) == []
    for alert, user in ((local, far), (district, near)):
        with pytest.raises(NotAllowed):
            trends.mark_seen(alert=alert, user=user)
    trends.mark_seen(alert=local, user=near)


# Hit rates and evaluation.


def test_hit_rates_show_the_worst_entry_first_and_do_not_trust_few_questions() -> None:
    good, bad, once = (speaking_entry(question=f"问题{number}？") for number in range(3))
    for number in range(10):
        answered("问", entry=good, thumb=1)
        answered("问", entry=bad, thumb=-1 if number < 4 else 0, rephrased=number > 7)
    answered("问", entry=once, thumb=-1)
    answered("问", entry=bad, state=Turn.State.CLOSED)
    root_user = UserFactory(role=Role.EDITOR, scope=make_union("总工会"))
    rates = selectors.hit_rates(since=WORKDAY - MINUTE, user=root_user)
    assert [rate.entry for rate in rates] == [bad, once, good]
    worst = rates[0]
    assert (worst.asked, worst.down, worst.rephrased, worst.by_person) == (11, 4, 2, 1)


def test_an_evaluation_tells_right_wrong_and_recognised(tmp_path: Path) -> None:
    file = tmp_path / "workers.jsonl"
    cases: list[tuple[str, list[str]]] = [("a", ["k1"]), ("b", ["k2"]), ("c", ["k3"]), ("d", []), ("e", [])]
    file.write_text("\n".join(json.dumps({"question": q, "relevant": keys}) for q, keys in cases))
    said: dict[str, tuple[str | None, str]] = {
        "a": ("k1", "answered"),
        "b": ("k9", "answered"),
        "c": ("k3", "offered"),
        "d": (None, "passed_on"),
        "e": ("k1", "answered"),
    }
    kept = evaluation.evaluate(file, said.__getitem__)
    assert kept == Evaluation.objects.get(name="workers")
    shares = {name: kept.figures[name] for name in ("right_first", "wrong_answer", "count")}
    assert shares == {"right_first": 0.6667, "wrong_answer": 0.4, "count": 5}
    assert kept.figures["unanswerable_recognised"] == 0.5
    assert [one["question"] for one in kept.figures["faults"]] == ["b", "e"]


def test_a_bad_question_file_is_refused_and_an_empty_folder_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "bad.jsonl").write_text('{"question": "a"}')
    with pytest.raises(BadFile):
        evaluation.evaluate_all(lambda _: (None, "passed_on"), tmp_path)
    assert evaluation.evaluate_all(lambda _: (None, "passed_on"), tmp_path / "nowhere") == []


def test_gaps_are_seen_within_ones_scope() -> None:
    root = make_union("总工会")
    here, there = make_union("甲街道", root), make_union("乙街道", root)
    unanswered(["羽毛球馆怎么预约"], union=here)
    gaps.find_gaps(WEEK)
    near, far = (UserFactory(role=Role.EDITOR, scope=union) for union in (here, there))
    assert StaffScope.objects.count() == 2
    assert selectors.gaps_for(near).count() == 1
    assert selectors.gaps_for(far).count() == 0
