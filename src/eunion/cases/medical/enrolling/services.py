"""Lists of members to enrol: sent in, confirmed or given up."""

from __future__ import annotations

import datetime
import hashlib

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from eunion.cases import tasks
from eunion.cases.medical.enrolling import check
from eunion.cases.medical.errors import ListNotReady, PlanNotReady
from eunion.cases.models import EnrolmentList, MedicalPlan
from eunion.kernel import audit
from eunion.kernel.errors import Invalid, NotAllowed
from eunion.registry.errors import UnreadableRoster
from eunion.registry.models import Union, User
from eunion.registry.scope import scope_of

FILE_MAX = 50 * 1024 * 1024
State = EnrolmentList.State


def _check_may(user: User, union: Union) -> None:
    inside = Union.objects.visible_to(scope_of(user)).filter(pk=union.pk).exists()
    if not user.has_perm("cases.enrol_members") or not inside:
        raise NotAllowed("您没有为这个工会导入参保名单的权限。")


@transaction.atomic
def upload(
    *,
    plan: MedicalPlan,
    union: Union,
    since: datetime.date,
    file_name: str,
    content: bytes,
    user: User,
) -> EnrolmentList:
    """Keep a list and defer its dry run; the same file again is the list that is there.

    `since` is the day the fee was paid. Raises NotAllowed, PlanNotReady, Invalid, UnreadableRoster.
    """
    _check_may(user, union)
    if MedicalPlan.objects.select_for_update().get(pk=plan.pk).state != MedicalPlan.State.PUBLISHED:
        raise PlanNotReady("这个计划没有发布，或已停止参加，不能再导入名单。")
    if since > min(timezone.localdate(), plan.ends):
        raise Invalid("缴费日期不能晚于今天，也不能晚于互助期结束。")
    if not content or len(content) > FILE_MAX:
        raise UnreadableRoster("文件是空的，或超过 50 MB。")
    digest = hashlib.sha256(content).hexdigest()
    same = EnrolmentList.objects.filter(plan=plan, union=union, digest=digest)
    found = same.exclude(state__in=(State.CANCELLED, State.FAILED)).first()
    if found:
        return found
    held = EnrolmentList(
        plan=plan, union=union, since=since, file_name=file_name[-120:], digest=digest, created_by=user
    )
    held.file.save(f"{timezone.now():%Y%m%d%H%M%S}.list", ContentFile(content), save=False)
    held.save()
    audit.record(actor=user, action="medical.upload", target=held)
    tasks.check_enrolments.defer(list_id=held.pk)
    return held


def run_check(*, list_id: int) -> None:
    """Run the dry run; a file that can't be read ends as failed, with the reason."""
    held = EnrolmentList.objects.select_related("plan", "union").get(pk=list_id)
    try:
        check.run(held)
    except UnreadableRoster as error:
        EnrolmentList.objects.filter(pk=list_id).update(
            state=State.FAILED, problem=error.message[:200], finished_at=timezone.now()
        )


def _move(held: EnrolmentList, user: User, allowed: tuple[str, ...], to: str, action: str) -> None:
    _check_may(user, held.union)
    if not EnrolmentList.objects.filter(pk=held.pk, state__in=allowed).update(state=to):
        raise ListNotReady
    audit.record(actor=user, action=action, target=held)


@transaction.atomic
def confirm(*, held: EnrolmentList, user: User) -> None:
    """Enrol a checked list in the background. Raises NotAllowed, ListNotReady."""
    _move(held, user, (State.CHECKED,), State.APPLYING, "medical.confirm")
    tasks.apply_enrolments.defer(list_id=held.pk)


@transaction.atomic
def cancel(*, held: EnrolmentList, user: User) -> None:
    """Give a list up before anyone is enrolled by it. Raises NotAllowed, ListNotReady."""
    _move(held, user, (State.CHECKING, State.CHECKED), State.CANCELLED, "medical.cancel")
