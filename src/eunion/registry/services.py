"""Every change to the registry."""

from __future__ import annotations

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from eunion.kernel import audit
from eunion.kernel.errors import NotAllowed
from eunion.registry import tasks
from eunion.registry.errors import ReasonNeeded, RosterNotReady, UnreadableRoster
from eunion.registry.models import Member, RosterImport, RosterRow, Union, User
from eunion.registry.roster import check
from eunion.registry.scope import scope_of

FILE_MAX = 50 * 1024 * 1024
REASON_MIN = 4


@transaction.atomic
def bind_user(*, member: Member, user: User) -> None:
    """Make a signed-in user this member's, unless the user is another member's already."""
    if member.user_id == user.pk or Member.objects.filter(user=user).exists():
        return
    Member.objects.filter(pk=member.pk, user=None).update(user=user)


@transaction.atomic
def upload_roster(*, union: Union, file_name: str, content: bytes, user: User) -> RosterImport:
    """Keep an uploaded roster and defer its dry run. Raises NotAllowed, UnreadableRoster."""
    if not user.has_perm("registry.import_roster") or not _in_scope(union, user):
        raise NotAllowed("您没有为这个工会导入名册的权限。")
    if not content or len(content) > FILE_MAX:
        raise UnreadableRoster("文件是空的，或超过 50 MB。")
    roster = RosterImport(union=union, file_name=file_name[-120:], created_by=user)
    roster.file.save(f"{timezone.now():%Y%m%d%H%M%S}.roster", ContentFile(content), save=False)
    roster.save()
    audit.record(actor=user, action="registry.upload_roster", target=roster)
    tasks.check_roster.defer(roster_id=roster.pk)
    return roster


def _in_scope(union: Union, user: User) -> bool:
    return Union.objects.visible_to(scope_of(user)).filter(pk=union.pk).exists()


def check_roster(*, roster_id: int) -> None:
    """Run the dry run; a file that can't be read ends as failed, with the reason."""
    roster = RosterImport.objects.select_related("union").get(pk=roster_id)
    try:
        check.run(roster)
    except UnreadableRoster as error:
        RosterImport.objects.filter(pk=roster_id).update(
            state=RosterImport.State.FAILED, problem=error.message[:200], finished_at=timezone.now()
        )


def _move_roster(roster: RosterImport, user: User, allowed: list[str], to: str, action: str) -> None:
    if not user.has_perm("registry.import_roster") or not _in_scope(roster.union, user):
        raise NotAllowed
    if not RosterImport.objects.filter(pk=roster.pk, state__in=allowed).update(state=to):
        raise RosterNotReady
    audit.record(actor=user, action=action, target=roster)


@transaction.atomic
def confirm_roster(*, roster: RosterImport, user: User) -> None:
    """Apply a checked roster in the background. Raises NotAllowed, RosterNotReady."""
    states = RosterImport.State
    _move_roster(roster, user, [states.CHECKED], states.APPLYING, "registry.confirm_roster")
    tasks.apply_roster.defer(roster_id=roster.pk)


@transaction.atomic
def cancel_roster(*, roster: RosterImport, user: User) -> None:
    """Give up a roster before it is applied, and forget what it said. Raises NotAllowed, RosterNotReady."""
    states = RosterImport.State
    _move_roster(roster, user, [states.CHECKING, states.CHECKED], states.CANCELLED, "registry.cancel_roster")
    RosterRow.objects.filter(roster=roster).update(content="")


@transaction.atomic
def unmask(*, member: Member, reason: str, user: User) -> dict[str, str]:
    """Return a member's full numbers, and write down who looked and why. Raises NotAllowed, ReasonNeeded."""
    visible = Member.objects.visible_to(scope_of(user)).filter(pk=member.pk).exists()
    if not visible or not user.has_perm("registry.unmask_member"):
        raise NotAllowed("您没有查看这位会员完整号码的权限。")
    if len(reason.strip()) < REASON_MIN:
        raise ReasonNeeded
    audit.record(actor=user, action="registry.unmask", target=member, data={"reason": reason.strip()[:200]})
    return {"id_number": member.id_number, "phone": member.phone}


@transaction.atomic
def certify(*, member: Member, accepted: bool, user: User) -> None:
    """Certify a member by hand, or say no. Raises NotAllowed."""
    visible = Member.objects.visible_to(scope_of(user)).filter(pk=member.pk).exists()
    if not visible or not user.has_perm("registry.certify_member"):
        raise NotAllowed
    states = Member.Certification
    Member.objects.filter(pk=member.pk).update(
        certification=states.CERTIFIED if accepted else states.REJECTED,
        certified_at=timezone.now() if accepted else None,
        certified_by=user,
        certified_method=Member.Method.STAFF,
        updated_at=timezone.now(),
    )
    audit.record(actor=user, action="registry.certify" if accepted else "registry.refuse", target=member)
