"""The law's own clock: the people of a case are told as the limit of arbitration comes near."""

from __future__ import annotations

import datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from eunion.cases import tasks
from eunion.cases.legal import limits, policies
from eunion.cases.legal.rules import rules
from eunion.cases.models import LegalAid
from eunion.cases.services.events import Kind, locked, write
from eunion.channels.wechat import tasks as wechat

# Days left at which everyone is told again, after the first time.
AGAIN = (30, 14, 7, 3, 1, 0)
TITLE = "仲裁时效快到了"


def tick(*, today: datetime.date | None = None) -> int:
    """Tell of every limit that came nearer than the next threshold, each once; return how many. Safe to repeat."""
    today = today or timezone.localdate()
    near = today + datetime.timedelta(days=rules().warn_days)
    rows = LegalAid.objects.filter(
        limit_on__lte=near, limit_on__gte=today, filed_on=None, case__state__in=("open", "mending")
    )
    return sum(_one(pk, today) for pk in list(rows.order_by("limit_on").values_list("pk", flat=True)))


def threshold(left: int) -> int:
    """Return the threshold that so many days are under; the first one is a setting."""
    return min((one for one in AGAIN if left <= one), default=rules().warn_days)


@transaction.atomic
def _one(pk: int, today: datetime.date) -> bool:
    aid = LegalAid.objects.select_related("case").get(pk=pk)
    case = locked(aid.case)
    aid.refresh_from_db()
    if aid.limit_on is None or aid.filed_on or case.state not in ("open", "mending"):
        return False
    at = threshold((aid.limit_on - today).days)
    if aid.told_at_days is not None and aid.told_at_days <= at:
        return False
    words = limits.warning(limits.Limit(aid.limit_on), today)
    event = write(case, Kind.NOTE, actor=None, note=words)
    case.save()
    aid.told_at_days = at
    aid.save(update_fields=["told_at_days"])
    lawyer = policies.acting_lawyer(case)
    for user_id in {case.owner_id, lawyer.user_id if lawyer else None} - {None}:
        tasks.tell_staff.defer(
            user_id=user_id,
            title=TITLE,
            text=f"{case.number}：{words}",
            url=f"{settings.PUBLIC_URL}/admin/cases/{case.public_id}/",
        )
    if case.member_id:
        wechat.send_kind.defer(
            member_id=case.member_id,
            kind="case_progress",
            values={
                "title": case.service.title,
                "state": "时效提醒",
                "at": f"{timezone.localtime(event.at):%Y-%m-%d %H:%M}",
                "note": words,
            },
            url=f"{settings.PUBLIC_URL}/signin/?next=/me/cases/{case.public_id}/",
            key=f"cases.event:{event.pk}",
        )
    return True
