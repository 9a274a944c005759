"""The dry run: every row of a list is read, judged and staged; nobody is enrolled."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import transaction

from eunion.cases.medical.enrolling.columns import TITLES, fee_of, find_heading
from eunion.cases.models import Enrolment, EnrolmentList, EnrolmentRow, MedicalPlan
from eunion.cases.reading.benefit import yuan
from eunion.kernel import crypto
from eunion.kernel.fields import masked_id_number
from eunion.registry import codes
from eunion.registry.errors import UnreadableRoster
from eunion.registry.models import Member
from eunion.registry.roster import columns, files
from eunion.registry.roster.columns import CellError, Heading

BLOCK = 1000
Action = EnrolmentRow.Action


@dataclass
class Parsed:
    """One row as read; `wrong` says what can't be read of it."""

    number: int
    name: str = ""
    id_number: str = ""
    fee_fen: int = 0
    wrong: str = ""

    @property
    def index(self) -> str:
        """Return the blind index of a right ID number."""
        return "" if self.wrong else crypto.blind_index(self.id_number, "id_number")


def parse(number: int, row: list[Any], heading: Heading) -> Parsed:
    """Read one row."""

    def cell(name: str) -> Any:
        place = heading.places[name]
        return row[place] if place < len(row) else None

    parsed = Parsed(number, name=columns.text_of(cell("name")).replace(" ", "")[:40])
    try:
        parsed.fee_fen = fee_of(cell("fee"))
    except CellError as error:
        parsed.wrong = str(error)
    try:
        parsed.id_number = columns.digits_of(cell("id_number"))
        problem = codes.id_number_error(parsed.id_number)
        if not parsed.name or not parsed.id_number or problem:
            raise CellError(problem if parsed.id_number and parsed.name else "姓名和身份证号都要填")
    except CellError as error:
        parsed.wrong = str(error)
    return parsed


def run(held: EnrolmentList) -> None:
    """Check a list from where it was left, block by block; each block commits with its progress. Raises UnreadableRoster."""
    with held.file.open("rb") as file:
        rows = files.read(file.read())
    heading = find_heading(rows)
    if heading is None:
        named = "、".join(TITLES.values())
        raise UnreadableRoster(f"没有找到表头。第一张表里要有“{named}”三列，请对照模板检查。")
    filled = (
        (number, row)
        for number, row in enumerate(rows, 1)
        if number > heading.row + 1 and any(columns.text_of(cell) for cell in row)
    )
    body = list(filled)
    EnrolmentList.objects.filter(pk=held.pk).update(total_count=len(body))
    for start in range(held.checked_count, len(body), BLOCK):
        if not _check_block(
            held, [parse(number, row, heading) for number, row in body[start : start + BLOCK]]
        ):
            return
    EnrolmentList.objects.filter(pk=held.pk, state=EnrolmentList.State.CHECKING).update(
        state=EnrolmentList.State.CHECKED
    )


@transaction.atomic
def _check_block(held: EnrolmentList, block: list[Parsed]) -> bool:
    """Stage one block and move the cursor; return False when the list was cancelled meanwhile."""
    kept = (
        EnrolmentList.objects.select_for_update(of=("self",)).select_related("plan", "union").get(pk=held.pk)
    )
    if kept.state != EnrolmentList.State.CHECKING:
        return False
    indexes = {one.index for one in block} - {""}
    before = EnrolmentRow.objects.filter(list=kept, id_number_index__in=indexes)
    seen = dict(before.values_list("id_number_index", "number"))
    known = Known(kept, indexes)
    staged = []
    for one in block:
        if one.index and one.index in seen:
            one.wrong = f"与第 {seen[one.index]} 行重复"
        elif one.index:
            seen[one.index] = one.number
        staged.append(known.staged(one))
    EnrolmentRow.objects.bulk_create(staged)
    kept.checked_count += len(block)
    kept.save(update_fields=["checked_count"])
    return True


class Known:
    """What the registry and the plans know of a block's people, read in three queries."""

    def __init__(self, held: EnrolmentList, indexes: set[str]) -> None:
        self.list, self.plan = held, held.plan
        members = Member.objects.filter(id_number_index__in=indexes).prefetch_related("memberships__union")
        self.members = {member.id_number_index: member for member in members}
        plans = [plan.pk for plan in (self.plan, self.plan.follows) if plan]
        rows = Enrolment.objects.filter(member__in=self.members.values(), plan__in=plans)
        self.places = set(rows.values_list("member_id", "plan_id"))

    def staged(self, one: Parsed) -> EnrolmentRow:
        """Return what would become of a row."""
        index = one.index
        member = self.members.get(index)
        action, note = self._judged(one, member)
        return EnrolmentRow(
            list=self.list,
            number=one.number,
            action=action,
            name=one.name,
            masked=masked_id_number(one.id_number)[:20],
            id_number_index=index,
            member=member if action in EnrolmentRow.TAKEN else None,
            fee_fen=one.fee_fen,
            note=note,
        )

    def _judged(self, one: Parsed, member: Member | None) -> tuple[str, str]:
        if one.wrong:
            return Action.WRONG, one.wrong
        if member is None or not self._inside(member):
            return Action.STRANGER, f"{self.list.union.name}的名册里没有这个人，请先导入名册或办理入会"
        if member.name != one.name:
            return Action.WRONG, "姓名和名册里这个身份证号登记的不一致"
        if (member.pk, self.plan.pk) in self.places:
            return Action.ALREADY, "已在这个计划里，不会重复登记"
        if one.fee_fen < self.plan.fee_fen:
            return Action.SHORT, f"应缴 {yuan(self.plan.fee_fen)} 元，名单上是 {yuan(one.fee_fen)} 元"
        more = (
            "" if one.fee_fen == self.plan.fee_fen else f"比应缴多 {yuan(one.fee_fen - self.plan.fee_fen)} 元"
        )
        return (Action.RENEW if renews(self.plan, member.pk, self.places) else Action.NEW), more

    def _inside(self, member: Member) -> bool:
        path = self.list.union.path
        return any(not one.left_on and one.union.path.startswith(path) for one in member.memberships.all())


def renews(plan: MedicalPlan, member_id: int, places: set[tuple[int, int]]) -> bool:
    """Say whether a member was in the plan that this one follows."""
    return bool(plan.follows_id) and (member_id, plan.follows_id) in places
