"""Applying a checked roster: staged rows become members, block by block; a killed worker goes on where it stopped."""

from __future__ import annotations

import datetime
import json
from typing import Any

from django.db import transaction
from django.utils import timezone

from eunion.kernel import crypto
from eunion.registry.models import Member, Membership, RosterImport, RosterRow
from eunion.registry.roster.check import members_by_index

BLOCK = 1000
FIELDS = ("name", "phone", "employer", "employer_uscc", "tags")


def run(roster: RosterImport) -> None:
    """Apply what is staged and not applied yet; each block commits with its marks."""
    while _apply_block(roster.pk):
        pass
    RosterImport.objects.filter(pk=roster.pk, state=RosterImport.State.APPLYING).update(
        state=RosterImport.State.DONE, finished_at=timezone.now()
    )
    # What the file said about people is no longer needed; the counts and reasons stay.
    RosterRow.objects.filter(roster=roster).update(content="")


@transaction.atomic
def _apply_block(roster_id: int) -> bool:
    """Apply the next rows; return False when none is left."""
    held = RosterImport.objects.select_for_update().get(pk=roster_id)
    waiting = RosterRow.objects.filter(roster_id=roster_id, action__in=["add", "change"], applied=False)
    rows = list(waiting.order_by("number")[:BLOCK])
    if not rows or held.state != RosterImport.State.APPLYING:
        return False
    members = members_by_index({row.id_number_index for row in rows})
    said = {row.id_number_index: json.loads(row.content) for row in rows}
    created = Member.objects.bulk_create(
        [_new(values) for index, values in said.items() if index not in members]
    )
    changed = [_changed(members[index], said[index]) for index in said if index in members]
    Member.objects.bulk_update(changed, [*FIELDS, "phone_index", "grid"], batch_size=500)
    _join({**members, **{member.id_number_index: member for member in created}}, said)
    RosterRow.objects.filter(pk__in=[row.pk for row in rows]).update(applied=True)
    held.applied_count += len(rows)
    held.save(update_fields=["applied_count"])
    return True


def _new(values: dict[str, Any]) -> Member:
    """Return the member that a row describes; being on a union's roster is what certification compares with later."""
    return Member(
        id_number=values["id_number"], grid_id=values["grid"], **{name: values[name] for name in FIELDS}
    )


def _changed(member: Member, values: dict[str, Any]) -> Member:
    """Take over what the row fills in; bulk_update skips the blind index, so it is set here."""
    for name in FIELDS:
        if values[name]:
            setattr(member, name, values[name])
    member.phone_index = crypto.blind_index(member.phone, "phone")
    member.grid_id = values["grid"] or member.grid_id
    member.updated_at = timezone.now()
    return member


def _join(members: dict[str, Member], said: dict[str, dict[str, Any]]) -> None:
    """Give each member the membership of their row; a membership elsewhere in scope ends today (a transfer)."""
    today = timezone.localdate()
    wanted = {members[index].pk: values for index, values in said.items()}
    current = Membership.objects.filter(member_id__in=wanted, left_on=None)
    here: set[int] = set()
    for membership in current:
        values = wanted[membership.member_id]
        if membership.union_id == values["union"]:
            here.add(membership.member_id)
            if values["joined_on"] and str(membership.joined_on) != values["joined_on"]:
                Membership.objects.filter(pk=membership.pk).update(joined_on=values["joined_on"])
        else:
            Membership.objects.filter(pk=membership.pk).update(left_on=today)
    joining = [
        Membership(
            member_id=member_id,
            union_id=values["union"],
            joined_on=datetime.date.fromisoformat(values["joined_on"]) if values["joined_on"] else None,
        )
        for member_id, values in wanted.items()
        if member_id not in here
    ]
    Membership.objects.bulk_create(joining)
