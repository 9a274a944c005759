"""Enrolling a checked list: staged rows become enrolments, block by block; a killed worker goes on where it stopped."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from eunion.cases.models import Enrolment, EnrolmentList, EnrolmentRow

BLOCK = 1000


def run(held: EnrolmentList) -> None:
    """Enrol what is staged and not enrolled yet; each block commits with its marks."""
    while _apply_block(held.pk):
        pass
    EnrolmentList.objects.filter(pk=held.pk, state=EnrolmentList.State.APPLYING).update(
        state=EnrolmentList.State.DONE, finished_at=timezone.now()
    )


@transaction.atomic
def _apply_block(pk: int) -> bool:
    """Enrol the next rows; return False when none is left."""
    held = EnrolmentList.objects.select_for_update(of=("self",)).select_related("plan").get(pk=pk)
    waiting = EnrolmentRow.objects.filter(list=held, action__in=EnrolmentRow.TAKEN, applied=False)
    rows = list(waiting.order_by("number")[:BLOCK])
    if not rows or held.state != EnrolmentList.State.APPLYING:
        return False
    # Nobody is covered for the time before the fee was paid.
    since = max(held.since, held.plan.begins)
    # Whoever came into the plan by another list meanwhile stays as they are.
    Enrolment.objects.bulk_create(
        [
            Enrolment(
                plan=held.plan,
                member_id=row.member_id or 0,
                union_id=held.union_id,
                fee_fen=row.fee_fen,
                renewed=row.action == EnrolmentRow.Action.RENEW,
                since=since,
                enrolled_by_id=held.created_by_id,
            )
            for row in rows
        ],
        ignore_conflicts=True,
    )
    EnrolmentRow.objects.filter(pk__in=[row.pk for row in rows]).update(applied=True)
    held.applied_count += len(rows)
    held.save(update_fields=["applied_count"])
    return True
