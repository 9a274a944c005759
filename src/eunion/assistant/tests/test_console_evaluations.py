"""The evaluation is run from the console: once at a time, with its progress, under names that people read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob
from wagtail.models import ModelLogEntry

from eunion.assistant.factories import speaking_entry
from eunion.assistant.models import Evaluation
from eunion.assistant.services import evaluation

pytestmark = pytest.mark.django_db
DONE = {"right_first": 0.9, "wrong_answer": 0.02, "unanswerable_recognised": 0.8, "count": 10, "faults": []}


def jobs() -> int:
    return ProcrastinateJob.objects.filter(task_name="assistant.evaluate").count()


def test_a_press_begins_one_run_and_the_next_ones_change_nothing(signed_in: Any) -> None:
    client = signed_in("editor")
    assert "现在评测" in client.get("/admin/evaluations/").content.decode()
    for told in ("评测已开始", "评测正在进行"):
        page = client.post("/admin/evaluations/run/", follow=True).content.decode()
        assert told in page and "现在评测" not in page
    assert jobs() == 1
    assert ModelLogEntry.objects.filter(action="assistant.evaluate").count() == 1


def test_whoever_may_only_look_finds_no_button(signed_in: Any) -> None:
    client = signed_in("reviewer")
    assert "现在评测" not in client.get("/admin/evaluations/").content.decode()
    assert client.post("/admin/evaluations/run/").status_code in (302, 403)
    assert jobs() == 0


def test_the_screen_tells_how_far_a_run_is(signed_in: Any) -> None:
    client = signed_in("editor")
    client.post("/admin/evaluations/run/")
    Evaluation.objects.create(name="labour", figures={"done": 120, "of": 371})
    page = client.get("/admin/evaluations/").content.decode()
    assert "劳动权益：职工的问法：已问 120 / 371 道题" in page


def test_sets_go_by_their_chinese_names(signed_in: Any) -> None:
    for name in ("labour", "union"):
        Evaluation.objects.create(name=name, figures=DONE)
    page = signed_in("editor").get("/admin/evaluations/", {"name": "union"}).content.decode()
    assert '<option value="union" selected>工会业务：职工的问法</option>' in page


def test_what_went_wrong_names_entries_by_their_question(signed_in: Any) -> None:
    speaking_entry(key="wage-steps", question="工资怎么要回来？")
    faults = [{"question": "公钱没发", "got": "wage-steps", "state": "answered"}]
    Evaluation.objects.create(name="labour", figures={**DONE, "faults": faults})
    page = signed_in("editor").get("/admin/evaluations/").content.decode()
    assert "工资怎么要回来？" in page and "wage-steps" not in page


def test_a_run_tells_its_progress_and_clears_what_a_dead_one_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evaluation, "TELL_EVERY", 1)
    Evaluation.objects.create(name="few", figures={"done": 5, "of": 9})
    file = tmp_path / "few.jsonl"
    file.write_text("\n".join(json.dumps({"question": q, "relevant": ["k"]}) for q in "abc"))
    seen: list[dict[str, int]] = []

    def ask(question: str) -> tuple[str | None, str]:
        seen.append(Evaluation.objects.get().figures)
        return "k", "answered"

    kept = evaluation.evaluate(file, ask)
    assert seen == [{"done": done, "of": 3} for done in range(3)]
    assert list(Evaluation.objects.finished()) == [kept]
