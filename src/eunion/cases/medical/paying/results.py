"""What the bank answers: a file read as a whole or not at all; cases end or ask for another card, one by one, in a job."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from eunion.cases import states, tasks
from eunion.cases.medical.enrolling.columns import fee_of
from eunion.cases.medical.errors import ResultsRefused
from eunion.cases.medical.paying.lists import check_right, locked
from eunion.cases.models import ClaimFacts, PayLine, PayList
from eunion.cases.reading.benefit import yuan
from eunion.cases.services import review
from eunion.kernel import audit
from eunion.registry.models import User
from eunion.registry.roster import columns, files
from eunion.registry.roster.columns import CellError

_SYNONYMS = {
    "reference": ("附言编号", "附言", "编号", "参考号", "业务编号", "备注编号"),
    "amount": ("金额", "交易金额", "发放金额"),
    "result": ("结果", "处理结果", "状态", "交易状态", "交易结果"),
    "reason": ("失败原因", "原因", "说明", "返回信息"),
}
_FIELD_OF = {synonym: field for field, names in _SYNONYMS.items() for synonym in names}
_REQUIRED = ("reference", "amount", "result")
_WORDS = {
    **dict.fromkeys(("成功", "交易成功", "支付成功", "已入账", "入账成功"), PayLine.State.PAID),
    **dict.fromkeys(("失败", "交易失败", "支付失败", "退票", "退汇", "入账失败"), PayLine.State.FAILED),
}
PROBLEMS_SHOWN = 20


@dataclass(frozen=True)
class Answer:
    """What the bank says of one line."""

    state: str
    reason: str


@transaction.atomic
def take(*, held: PayList, content: bytes, user: User) -> tuple[int, int]:
    """Write down the bank's results; return how many were paid and how many failed by this file.

    Lines without a word stay open for a later file; what a file says again changes nothing. Raises NotAllowed,
    PayListNotReady, UnreadableRoster, ResultsRefused (`problems`: every row that does not fit; nothing is written).
    """
    check_right(user, held)
    kept = locked(held, PayList.State.EXPORTED, PayList.State.DONE)
    lines = {
        line.reference: line for line in kept.lines.select_related("facts").select_for_update(of=("self",))
    }
    answers = _read(files.read(content), lines)
    now, changed = timezone.now(), list[PayLine]()
    for reference, answer in answers.items():
        line = lines[reference]
        if line.state == PayLine.State.WAITING:
            line.state, line.reason, line.settled_at = answer.state, answer.reason[:200], now
            changed.append(line)
    PayLine.objects.bulk_update(changed, ["state", "reason", "settled_at"], batch_size=500)
    paid = [line.facts_id for line in changed if line.state == PayLine.State.PAID]
    failed = [line.facts_id for line in changed if line.state == PayLine.State.FAILED]
    ClaimFacts.objects.filter(pk__in=paid).update(state=ClaimFacts.State.PAID)
    ClaimFacts.objects.filter(pk__in=failed).update(state=ClaimFacts.State.APPROVED)
    if all(line.state != PayLine.State.WAITING for line in lines.values()):
        kept.state, kept.finished_at = PayList.State.DONE, kept.finished_at or now
        kept.save(update_fields=["state", "finished_at"])
    audit.record(
        actor=user, action="medical.results", target=kept, data={"paid": len(paid), "failed": len(failed)}
    )
    tasks.tell_payments.defer(list_id=kept.pk)
    return len(paid), len(failed)


def _read(rows: list[list[Any]], lines: dict[str, PayLine]) -> dict[str, Answer]:
    heading = columns.find_heading(rows, _FIELD_OF, _REQUIRED)
    if heading is None:
        raise ResultsRefused("没有找到表头。表里要有“附言编号、金额、结果”三列，失败的写明原因。")
    found: dict[str, Answer] = {}
    problems: list[str] = []
    for number, row in enumerate(rows[heading.row + 1 :], heading.row + 2):
        cells = {name: row[place] if place < len(row) else None for name, place in heading.places.items()}
        if not any(columns.text_of(cell) for cell in cells.values()):
            continue
        reference = columns.text_of(cells["reference"])
        answer, problem = _judged(cells, lines.get(reference))
        if reference in found and found[reference] != answer:
            problem = f"{reference} 在文件里出现了两次，结果不一样"
        if answer and not problem:
            found[reference] = answer
        else:
            problems.append(f"第 {number} 行：{problem}")
    if problems:
        raise ResultsRefused(
            f"回盘文件有 {len(problems)} 行对不上，一行都没有登记。", problems=problems[:PROBLEMS_SHOWN]
        )
    return found


def _judged(cells: dict[str, Any], line: PayLine | None) -> tuple[Answer | None, str]:
    if line is None:
        return None, f"这份清单里没有附言编号“{columns.text_of(cells['reference'])}”"
    try:
        amount = fee_of(cells["amount"], most=None)
    except CellError as error:
        return None, str(error)
    if amount != line.amount_fen:
        return None, f"{line.reference} 应为 {yuan(line.amount_fen)} 元，文件里是 {yuan(amount)} 元"
    state = _WORDS.get(columns.text_of(cells["result"]))
    if state is None:
        return None, f"{line.reference} 的结果看不懂，请写“成功”或“失败”"
    if line.state not in (PayLine.State.WAITING, state):
        return None, f"{line.reference} 已登记为“{line.get_state_display()}”，和文件不一样"
    reason = columns.text_of(cells.get("reason"))
    return Answer(state, reason or ("银行没有说明原因" if state == PayLine.State.FAILED else "")), ""


def tell(*, list_id: int) -> None:
    """Close what was paid and ask for another card where it failed, each in its own transaction. Safe to run twice."""
    waiting = PayLine.objects.filter(list_id=list_id, told=False).exclude(state=PayLine.State.WAITING)
    for pk in list(waiting.values_list("pk", flat=True)):
        _tell_one(pk)


@transaction.atomic
def _tell_one(pk: int) -> None:
    line = PayLine.objects.select_for_update(of=("self",)).select_related("facts__case").get(pk=pk)
    if line.told:
        return
    case = line.facts.case
    tail = line.card_number[-4:]
    if case.state == states.OPEN and line.state == PayLine.State.PAID:
        words = f"互助金 {yuan(line.amount_fen)} 元已打到尾号 {tail} 的银行卡。"
        review.pass_stage(case=case, user=None, version=None, words=words)
    elif case.state == states.OPEN and line.state == PayLine.State.FAILED:
        words = f"互助金没有打成功（尾号 {tail}）：{line.reason}。请核对银行卡号，或换一张本人名下的卡。"
        review.ask_mend(case=case, user=None, version=None, words=words)
    line.told = True
    line.save(update_fields=["told"])
