"""The dry run: every row of a roster is read, judged and staged; nothing in the registry changes."""

from __future__ import annotations

import datetime
import difflib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from eunion.kernel import crypto
from eunion.kernel.fields import masked_id_number, masked_phone
from eunion.registry import codes
from eunion.registry.errors import UnreadableRoster
from eunion.registry.models import Grid, Member, RosterImport, RosterRow, Union
from eunion.registry.roster import columns, files
from eunion.registry.roster.columns import TITLES, CellError, Heading

BLOCK = 1000


@dataclass
class Parsed:
    """One row: what it says by field, and what is wrong with it."""

    number: int
    values: dict[str, Any] = field(default_factory=dict)
    notes: list[dict[str, str]] = field(default_factory=list)

    def reject(self, name: str, value: object, reason: str) -> None:
        """Add a problem with a column."""
        self.notes.append({"column": TITLES[name], "value": masked(name, str(value or "")), "reason": reason})


def masked(name: str, value: str) -> str:
    """Return a value as it may stand on a screen or in a reject list."""
    if name == "id_number":
        return masked_id_number(value)
    return masked_phone(value) if name == "phone" else value


class Known:
    """Unions in the uploader's scope and all grids, looked up by what rosters call them."""

    def __init__(self, union: Union) -> None:
        self.unions: dict[str, list[Union]] = {}
        for one in Union.objects.within(union).filter(active=True):
            for name in {one.name, one.uscc} - {""}:
                self.unions.setdefault(name, []).append(one)
        self.ids = {one.pk for found in self.unions.values() for one in found}
        self.grids = dict(Grid.objects.values_list("code", "id"))

    def union(self, name: str) -> Union:
        """Return the union of a name or code; raises CellError with the nearest name."""
        found = self.unions.get(name, [])
        if len(found) > 1:
            raise CellError("有几个同名的工会，请改填它的统一社会信用代码")
        if not found:
            near = difflib.get_close_matches(name, self.unions, n=1, cutoff=0.6)
            raise CellError(f"管理范围内没有这个工会{f'，是不是“{near[0]}”？' if near else ''}")
        return found[0]


def parse(number: int, row: list[Any], heading: Heading, known: Known) -> Parsed:
    """Read one row; every problem is noted, not only the first."""
    parsed = Parsed(number)

    def cell(name: str) -> Any:
        place = heading.places.get(name)
        return row[place] if place is not None and place < len(row) else None

    for name, read in (
        ("name", _name),
        ("id_number", _id_number),
        ("phone", _phone),
        ("employer", lambda one: columns.text_of(one)[:100]),
        ("employer_uscc", _uscc),
        ("tags", columns.tags_of),
        ("joined_on", columns.date_of),
        ("union", lambda one: known.union(_needed(columns.text_of(one))).pk),
        ("grid", lambda one: _grid(columns.text_of(one), known)),
    ):
        try:
            parsed.values[name] = read(cell(name))
        except CellError as error:
            parsed.reject(name, columns.text_of(cell(name)), str(error))
    return parsed


def _needed(text: str) -> str:
    if not text:
        raise CellError("必填，不能为空")
    return text


def _name(cell: Any) -> str:
    name = _needed(columns.text_of(cell)).replace(" ", "") if cell else _needed("")
    if len(name) > 40 or any(char.isdecimal() for char in name):
        raise CellError("姓名里不应有数字，最多 40 个字")
    return name


def _checked(value: str, problem: str) -> str:
    if value and problem:
        raise CellError(problem)
    return value


def _id_number(cell: Any) -> str:
    value = _needed(columns.digits_of(cell))
    return _checked(value, codes.id_number_error(value))


def _phone(cell: Any) -> str:
    value = columns.digits_of(cell).removeprefix("+86")
    return _checked(value, codes.phone_error(value))


def _uscc(cell: Any) -> str:
    value = columns.digits_of(cell)
    return _checked(value, codes.uscc_error(value))


def _grid(code: str, known: Known) -> int | None:
    if code and code not in known.grids:
        near = difflib.get_close_matches(code, known.grids, n=1, cutoff=0.7)
        raise CellError(f"没有这个网格编号{f'，是不是“{near[0]}”？' if near else ''}")
    return known.grids.get(code)


def run(roster: RosterImport) -> None:
    """Check a roster from where it was left, block by block; each block commits with its progress."""
    with roster.file.open("rb") as file:
        rows = files.read(file.read())
    heading = columns.find_heading(rows)
    if heading is None:
        raise UnreadableRoster("没有找到表头。第一张表里要有“姓名、身份证号、所属工会”三列，请对照模板检查。")
    body = [
        (number, row) for number, row in enumerate(rows, 1) if number > heading.row + 1 and any(_filled(row))
    ]
    RosterImport.objects.filter(pk=roster.pk).update(total_count=len(body))
    known = Known(roster.union)
    for start in range(roster.checked_count, len(body), BLOCK):
        block = body[start : start + BLOCK]
        if not _check_block(roster, [parse(number, row, heading, known) for number, row in block], known):
            return
    RosterImport.objects.filter(pk=roster.pk, state=RosterImport.State.CHECKING).update(
        state=RosterImport.State.CHECKED
    )


def _filled(row: list[Any]) -> Iterator[bool]:
    return (bool(columns.text_of(cell)) for cell in row)


@transaction.atomic
def _check_block(roster: RosterImport, block: list[Parsed], known: Known) -> bool:
    """Stage one block and move the cursor; return False when the import was cancelled meanwhile."""
    held = RosterImport.objects.select_for_update().get(pk=roster.pk)
    if held.state != RosterImport.State.CHECKING:
        return False
    indexes = {one.number: crypto.blind_index(one.values.get("id_number", ""), "id_number") for one in block}
    before = RosterRow.objects.filter(roster=roster, id_number_index__in=set(indexes.values()) - {""})
    seen = dict(before.values_list("id_number_index", "number"))
    members = members_by_index(set(indexes.values()))
    staged = []
    for one in block:
        index = indexes[one.number]
        if index and index in seen:
            one.reject("id_number", one.values["id_number"], f"与第 {seen[index]} 行重复")
        elif index:
            seen[index] = one.number
        staged.append(_staged(roster, one, index, members.get(index), known))
    RosterRow.objects.bulk_create(staged)
    held.checked_count += len(block)
    held.save(update_fields=["checked_count"])
    return True


def members_by_index(indexes: set[str]) -> dict[str, Member]:
    """Return members by blind index, with grid and current memberships at hand."""
    found = Member.objects.filter(id_number_index__in=indexes - {""}).prefetch_related("memberships__union")
    return {member.id_number_index: member for member in found}


def _staged(roster: RosterImport, one: Parsed, index: str, member: Member | None, known: Known) -> RosterRow:
    action, notes = RosterRow.Action.ADD, one.notes
    if not notes and member:
        elsewhere = [
            m.union for m in member.memberships.all() if not m.left_on and m.union_id not in known.ids
        ]
        if elsewhere:
            one.reject("union", "", f"这位职工现在是“{elsewhere[0].name}”的会员，请先办转会")
        else:
            notes = differences(member, one.values)
            action = RosterRow.Action.CHANGE if notes else RosterRow.Action.SAME
    if one.notes:
        action, notes = RosterRow.Action.REJECT, one.notes
    kept = {**one.values, "joined_on": _iso(one.values.get("joined_on"))}
    return RosterRow(
        roster=roster,
        number=one.number,
        action=action,
        name=str(one.values.get("name", "")),
        id_number_index=index,
        content=json.dumps(kept, ensure_ascii=False) if action in ("add", "change") else "",
        notes=notes,
    )


def _iso(date: datetime.date | None) -> str | None:
    return date.isoformat() if date else None


def differences(member: Member, values: dict[str, Any]) -> list[dict[str, str]]:
    """Return what a row would change about a member (masked). An empty cell changes nothing."""
    changed = []
    now = {name: getattr(member, name) for name in ("name", "phone", "employer", "employer_uscc", "tags")}
    now["grid"] = member.grid_id
    current = {m.union_id: m for m in member.memberships.all() if not m.left_on}
    for name, before in now.items():
        after = values.get(name)
        if after and (sorted(after) != sorted(before) if name == "tags" else after != before):
            changed.append(
                {"column": TITLES[name], "before": shown(name, before), "after": shown(name, after)}
            )
    membership = current.get(values["union"])
    if membership is None:
        was = "、".join(m.union.name for m in current.values()) or "无"
        changed.append(
            {"column": TITLES["union"], "before": was, "after": Union.objects.get(pk=values["union"]).name}
        )
    elif values.get("joined_on") and values["joined_on"] != membership.joined_on:
        before_on = str(membership.joined_on or "")
        changed.append(
            {"column": TITLES["joined_on"], "before": before_on, "after": str(values["joined_on"])}
        )
    return changed


def shown(name: str, value: Any) -> str:
    """Return a value for a person to compare, masked where it must be."""
    if name == "tags":
        return "、".join(value)
    if name == "grid":
        return Grid.objects.filter(pk=value).values_list("code", flat=True).first() or ""
    return masked(name, str(value or ""))
