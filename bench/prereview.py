"""Reading the papers of mutual-aid claims and pre-reviewing claims, on made-up papers with known truth.

Figures: field_accuracy_clean, field_accuracy_photo the share of fields read exactly (a field not read counts as wrong, the kind
of paper is not told) · kinds_recognised the share of pages whose kind was found · seconds_per_page by the clock, and
cpu_seconds_per_page, one thread · rss_mb the peak memory of the process that reads · wrong_pass faulty claims of which no
check complained · wrong_mend sound claims of which one did · wrong_refusal claims sent to a person on nothing but a misreading ·
baseline_accuracy_clean, baseline_accuracy_photo plain regular expressions on the joined lines of rapidocr as it comes, the kind
told, on every third document of the same run.
"""

from __future__ import annotations

import argparse
import datetime
import io
import multiprocessing
import os
import random
import re
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1", MKL_NUM_THREADS="1")

import numpy as np
import psutil
from PIL import Image, ImageFilter

from eunion.cases import reading
from eunion.cases.reading import checks, claim
from eunion.cases.reading.labels import Found
from eunion.kernel import ocr
from eunion.sandbox import papers

FIRST_SEED = 10_000  # none of these was looked at when the reading was written
BASELINE_EVERY = 3
CLAIMS = 100
Fields = dict[str, Found]


class Read(NamedTuple):
    """A document's truth and what was read of it."""

    paper: papers.Paper
    photographed: bool
    kind: str
    fields: Fields

    def right(self) -> int:
        """Count the fields read exactly."""
        return sum(
            key in self.fields and self.fields[key].value == value for key, value in self.paper.truth.items()
        )


def main(words: list[str]) -> dict[str, Any]:
    """Make and read the documents, then review claims made of them; return the figures."""
    parser = argparse.ArgumentParser(prog="./eunion bench prereview")
    parser.add_argument(
        "--stories", type=int, default=60, help="each is five papers; every second one is photographed"
    )
    parser.add_argument("--misread", action="store_true", help="print each field that was not read exactly")
    options = parser.parse_args(words)
    baseline = _Baseline()
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        reader = _Reader(pool)
        stories = [_story(FIRST_SEED + number, reader, baseline) for number in range(options.stories)]
        blurred = {kind: reader.read(_blurred(kind)) for kind in papers.LAYOUTS}
    read = [one for story in stories for one in story.values()]
    if options.misread:
        _print_misread(read)
    return {
        "documents": len(read),
        "field_accuracy_clean": _accuracy(read, photographed=False),
        "field_accuracy_photo": _accuracy(read, photographed=True),
        "baseline_documents": sum(baseline.documents.values()),
        "baseline_accuracy_clean": baseline.accuracy(photographed=False),
        "baseline_accuracy_photo": baseline.accuracy(photographed=True),
        "kinds_recognised": round(sum(one.kind == one.paper.kind for one in read) / len(read), 4),
        **reader.figures(),
        **_reviewed(stories, blurred),
    }


class _Reader:
    """The process that reads, one page after the other, and what it costs."""

    def __init__(self, pool: ProcessPoolExecutor) -> None:
        self._pool = pool
        self._process = psutil.Process(pool.submit(os.getpid).result())
        self.seconds: list[float] = []
        self._cpu_before = self._cpu_used = 0.0
        self.read(papers.make("bank_card", 0, photographed=False).picture)
        # Loading the models is no part of a page.
        self.seconds.clear()
        self._cpu_before = self._cpu()

    def _cpu(self) -> float:
        times = self._process.cpu_times()
        return float(times.user + times.system)

    def read(self, picture: bytes) -> tuple[str, Fields]:
        begun = time.perf_counter()
        page = self._pool.submit(ocr.read_page, picture).result()
        kind = reading.recognise(page)
        fields = reading.extract(kind, page) if kind else {}
        self.seconds.append(time.perf_counter() - begun)
        # The pool's process is gone when the figures are asked for.
        self._cpu_used = self._cpu() - self._cpu_before
        status = Path(f"/proc/{self._process.pid}/status").read_text()
        self._peak_kb = int(re.search(r"VmHWM:\s+(\d+)", status)[1])  # type: ignore[index]
        return kind, fields

    def figures(self) -> dict[str, Any]:
        return {
            "seconds_per_page": round(sum(self.seconds) / len(self.seconds), 2),
            "seconds_per_page_p95": round(sorted(self.seconds)[int(len(self.seconds) * 0.95) - 1], 2),
            "cpu_seconds_per_page": round(self._cpu_used / len(self.seconds), 2),
            "rss_mb": round(self._peak_kb / 1024),
        }


def _story(seed: int, reader: _Reader, baseline: _Baseline) -> dict[str, Read]:
    """Make and read the five papers of a story."""
    done = {}
    for number, kind in enumerate(papers.LAYOUTS):
        photographed = bool(seed % 2)
        paper = papers.make(kind, seed, photographed=photographed)
        done[kind] = Read(paper, photographed, *reader.read(paper.picture))
        if (seed * len(papers.LAYOUTS) + number) % BASELINE_EVERY == 0:
            baseline.count(paper, photographed)
    return done


def _accuracy(read: list[Read], *, photographed: bool) -> float:
    chosen = [one for one in read if one.photographed == photographed]
    return round(sum(one.right() for one in chosen) / sum(len(one.paper.truth) for one in chosen), 4)


def _print_misread(read: list[Read]) -> None:
    for one in read:
        for key, value in one.paper.truth.items():
            found = one.fields.get(key)
            if found is None or found.value != value:
                print(one.paper.kind, one.paper.layout, one.photographed, one.kind, key, value, found)


def _blurred(kind: str) -> bytes:
    """Return a page that nobody can read."""
    image = Image.open(io.BytesIO(papers.make(kind, FIRST_SEED, photographed=True).picture))
    buffer = io.BytesIO()
    image.filter(ImageFilter.GaussianBlur(14)).save(buffer, "JPEG")
    return buffer.getvalue()


# --- claims ---------------------------------------------------------------------------------------------------------

FAULTS = (
    "not_in_force", "waiting", "not_listed", "sums", "totals", "other_name", "other_id", "used", "late", "missing", "illegible",
)  # fmt: skip


def _reviewed(stories: list[dict[str, Read]], blurred: dict[str, tuple[str, Fields]]) -> dict[str, int]:
    sound = [checks.review(_sound(stories, number)) for number in range(CLAIMS)]
    faulty = [checks.review(_faulty(stories, number, blurred)) for number in range(CLAIMS)]
    return {
        "sound_claims": len(sound),
        "wrong_mend": sum(any(one.verdict == "mend" for one in results) for results in sound),
        "wrong_refusal": sum(any(one.verdict == "refuse_by_person" for one in results) for results in sound),
        "faulty_claims": len(faulty),
        "wrong_pass": sum(all(one.verdict == "pass" for one in results) for results in faulty),
    }


def _sound(stories: list[dict[str, Read]], number: int) -> claim.Claim:
    """Make a claim without a fault, typed as the story has it."""
    rng = random.Random(f"sound {number}")
    story = stories[number % len(stories)]
    told = papers.told(FIRST_SEED + number % len(stories))
    begins = told.admitted - datetime.timedelta(days=rng.randrange(40, 300))
    return claim.Claim(
        profile=claim.Profile(told.name, told.id_number),
        enrolment=claim.Enrolment(
            begins, begins + datetime.timedelta(days=364), begins, renewed=rng.random() < 0.5
        ),
        papers={
            one.paper.kind: claim.Paper(one.fields) for one in story.values() if one.kind == one.paper.kind
        },
        typed=claim.Typed(
            name=told.name,
            id_number=told.id_number,
            hospital=told.hospital,
            admitted=told.admitted,
            discharged=told.discharged,
            settled=told.settled,
            invoice_number=told.invoice_number,
            invoice_total=told.total,
            total=told.total,
            fund=told.fund,
            self_paid=told.self_paid,
            card_number=told.card_number,
        ),
        submitted=told.settled + datetime.timedelta(days=rng.randrange(1, 170)),
        hospitals=papers.HOSPITALS,
        invoice_known=lambda number: False,
    )


def _faulty(
    stories: list[dict[str, Read]], number: int, blurred: dict[str, tuple[str, Fields]]
) -> claim.Claim:
    """Put one fault into a sound claim; every second time the person typed what would pass, against the papers."""
    rng = random.Random(f"faulty {number}")
    fault, covered = FAULTS[number % len(FAULTS)], number // len(FAULTS) % 2 == 1
    sound = _sound(stories, number)
    typed, enrolment = sound.typed, sound.enrolment
    assert (
        typed.admitted
        and typed.settled
        and typed.total is not None
        and typed.self_paid is not None
        and enrolment
    )
    if fault in {"not_in_force", "waiting"}:
        since = typed.admitted + datetime.timedelta(days=rng.randint(1, 5))
        if fault == "waiting":
            since = typed.admitted - datetime.timedelta(days=rng.randrange(enrolment.waiting_days))
        shifted = claim.Enrolment(since, since + datetime.timedelta(days=364), since)
        sound = replace(sound, enrolment=shifted)
        # Covered up: an admission typed later than the papers say, when the plan would pay.
        later = since + datetime.timedelta(days=31)
        lied = replace(typed, admitted=later, discharged=later, settled=later)
        return replace(sound, typed=lied, submitted=max(sound.submitted, later)) if covered else sound
    if fault == "not_listed":
        listed = [one for one in papers.HOSPITALS if one != typed.hospital]
        lied = replace(typed, hospital=rng.choice(listed)) if covered else typed
        return replace(sound, hospitals=listed, typed=lied)
    if fault == "sums":
        if covered:
            return replace(sound, typed=replace(typed, self_paid=typed.self_paid + 1_000, total=typed.total + 1_000, invoice_total=typed.total + 1_000))  # fmt: skip
        return replace(sound, typed=replace(typed, self_paid=typed.self_paid + rng.choice((1, 900, 90_000))))
    if fault == "totals":
        altered = _with(sound, "invoice", "total", typed.total + 5_000)
        return (
            altered if covered else replace(altered, typed=replace(typed, invoice_total=typed.total + 5_000))
        )
    if fault in {"other_name", "other_id"}:
        return _of_another(sound, stories, number, fault, rng)
    if fault == "used":
        lied = replace(typed, invoice_number=typed.invoice_number[::-1]) if covered else typed  # type: ignore[index]
        return replace(sound, invoice_known={typed.invoice_number}.__contains__, typed=lied)
    if fault == "late":
        late = checks.months_after(typed.settled, 6) + datetime.timedelta(days=rng.randint(1, 60))
        lied = replace(typed, discharged=late, settled=late) if covered else typed
        return replace(sound, submitted=late, typed=lied)
    kind = rng.choice(claim.NEEDED)
    rest = {key: paper for key, paper in sound.papers.items() if key != kind}
    if fault == "illegible":
        seen, fields = blurred[kind]
        rest |= {kind: claim.Paper(fields)} if seen in {kind, ""} else {}
    return replace(sound, papers=rest)


def _of_another(
    sound: claim.Claim, stories: list[dict[str, Read]], number: int, fault: str, rng: random.Random
) -> claim.Claim:
    """Exchange one paper's name or ID number for those on another person's paper."""
    key = "name" if fault == "other_name" else "id_number"
    other = stories[(number + 7) % len(stories)]
    kinds = [
        kind for kind in ("id_card", "settlement", "invoice", "discharge") if key in other[kind].paper.truth
    ]
    kind = rng.choice(kinds)
    fields = dict(sound.papers[kind].fields or {}) if kind in sound.papers else {}
    fields.pop(key, None)
    if key in other[kind].fields:
        fields[key] = other[kind].fields[key]
    return replace(sound, papers={**sound.papers, kind: claim.Paper(fields)})


def _with(sound: claim.Claim, kind: str, key: str, value: Any) -> claim.Claim:
    """Let a paper say something else, where it was read at all."""
    fields = dict(sound.papers[kind].fields or {}) if kind in sound.papers else {}
    if key in fields:
        fields[key] = replace(fields[key], value=value)
    return replace(sound, papers={**sound.papers, kind: claim.Paper(fields)})


# --- baseline -------------------------------------------------------------------------------------------------------

_DAY = r"\D{0,6}(20\d\d)\D(\d{1,2})\D(\d{1,2})"
_YUAN = r"[^\d\n]{0,8}\n?[^\d\n]{0,3}([\d,]+\.\d\d)"
PATTERNS = {
    "name": r"(?:姓名|交款人|户名)[:：\s]*([\u4e00-\u9fff]{2,4})",
    "id_number": r"(\d{17}[\dX])",
    "valid_until": rf"有效期限{_DAY}-(20\d\d)\D(\d{{1,2}})\D(\d{{1,2}})",
    "invoice_number": r"(?:票据号码|N[oO])[:：\s]*(\d{8,20})",
    "hospital": r"([\u4e00-\u9fff]{2,20}医院)",
    "issued": rf"开票日期{_DAY}",
    "admitted": rf"入院(?:日期|时间){_DAY}",
    "discharged": rf"出院(?:日期|时间){_DAY}",
    "settled": rf"结算(?:日期|时间){_DAY}",
    "total": rf"(?:小写|总额|合计){_YUAN}",
    "fund": rf"基金支付(?:总额)?{_YUAN}",
    "self_paid": rf"个人(?:负担总额|支付|自付合计){_YUAN}",
    "diagnosis": r"出院诊断[:：\s]*(?:1\.)?(\S+)",
    "bank": r"([\u4e00-\u9fff]{2,8}?银行)",
    "card_number": r"((?:\d{4} ?){4}\d{3})",
}
MONEY, DAYS = {"total", "fund", "self_paid"}, {"valid_until", "issued", "admitted", "discharged", "settled"}


class _Baseline:
    """rapidocr as it comes, its lines joined, one regular expression a field."""

    def __init__(self) -> None:
        from rapidocr import RapidOCR

        threads = {"EngineConfig.onnxruntime.intra_op_num_threads": 1}
        self._engine = RapidOCR(params={"Global.log_level": "error", **threads})
        self.documents: Counter[bool] = Counter()
        self._right: Counter[bool] = Counter()
        self._fields: Counter[bool] = Counter()

    def count(self, paper: papers.Paper, photographed: bool) -> None:
        """Read a paper and count what is right."""
        pixels = np.asarray(Image.open(io.BytesIO(paper.picture)).convert("RGB"))[:, :, ::-1]
        text = "\n".join(self._engine(pixels).txts or ())
        self.documents[photographed] += 1
        self._fields[photographed] += len(paper.truth)
        self._right[photographed] += sum(_matched(key, text) == value for key, value in paper.truth.items())

    def accuracy(self, *, photographed: bool) -> float:
        return round(self._right[photographed] / max(self._fields[photographed], 1), 4)


def _matched(key: str, text: str) -> Any:
    found = re.search(PATTERNS[key], text)
    if not found:
        return None
    if key in DAYS:
        try:
            return datetime.date(*(int(part) for part in found.groups()[-3:]))
        except ValueError:
            return None
    value = found[1].replace(" ", "")
    return int(value.replace(",", "").replace(".", "")) if key in MONEY else value
