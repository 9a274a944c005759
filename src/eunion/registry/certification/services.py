"""Every change about certification: asked for, compared with the roster, decided, merged."""

from __future__ import annotations

import datetime
from collections.abc import Callable

from django.db import IntegrityError, transaction
from django.utils import timezone

from eunion.kernel import audit, crypto
from eunion.kernel.errors import Conflict, Invalid, NotAllowed, TooMany
from eunion.registry import codes
from eunion.registry.errors import AlreadyAsked, PhoneNotVerified, ReasonNeeded
from eunion.registry.models import CertificationRequest, Member, User
from eunion.registry.scope import scope_of

A_DAY_MAX = 5
UNKNOWN = "工会名册里没有这个身份证号：可能所在单位还没有把您报上来"
OTHER_NAME = "姓名与名册里登记的不一致：可能有错别字或曾用名"
OTHER_PHONE = "手机号与名册里登记的不一致：可能换过号码"
OTHER_LOGIN = "这位会员已经用另一个微信或小程序登录过：核实是同一个人后，两个账号会合并"
OTHER_MEMBER = "您现在的登录已经是另一位会员"

# Filled by upper rooms in their apps.py: (member, user) became one; (from user, to user) are one person;
# a request was decided.
MEMBER_BOUND: list[Callable[[Member, User], None]] = []
USERS_MERGED: list[Callable[[User, User], None]] = []
DECIDED: list[Callable[[CertificationRequest], None]] = []


def compare(*, member: Member | None, name: str, phone: str, user: User) -> list[str]:
    """Return in plain words what keeps a person from being certified at once; nothing when all agrees."""
    if member is None:
        return [UNKNOWN]
    found = []
    if codes.half_width(member.name) != name:
        found.append(OTHER_NAME)
    if member.phone and member.phone != phone:
        found.append(OTHER_PHONE)
    if member.user_id and member.user_id != user.pk:
        found.append(OTHER_LOGIN)
    if Member.objects.filter(user=user).exclude(pk=member.pk).exists():
        found.append(OTHER_MEMBER)
    return found


def ask(*, user: User, name: str, id_number: str) -> CertificationRequest:
    """Certify a person against the roster: at once where all agrees, else by a person.

    Raises PhoneNotVerified, Invalid, AlreadyAsked, TooMany.
    """
    name, number = codes.half_width(name), codes.half_width(id_number).upper()
    if not user.phone:
        raise PhoneNotVerified
    if not 2 <= len(name) <= 40:
        raise Invalid("请填写与身份证一致的姓名。")
    wrong = codes.id_number_error(number)
    if wrong:
        raise Invalid(wrong)
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        _check_pace(user)
        index = crypto.blind_index(number, "id_number")
        member = Member.objects.select_for_update().filter(id_number_index=index).first()
        reasons = compare(member=member, name=name, phone=user.phone, user=user)
        kind = (
            CertificationRequest.Kind.MERGE if reasons == [OTHER_LOGIN] else CertificationRequest.Kind.CERTIFY
        )
        try:
            with transaction.atomic():
                asked = CertificationRequest.objects.create(
                    user=user,
                    kind=kind,
                    name=name,
                    id_number=number,
                    phone=user.phone,
                    member=member,
                    reasons=reasons,
                )
        except IntegrityError:
            raise AlreadyAsked from None
        if member and not reasons:
            _accept(asked, method=Member.Method.ROSTER, by=None)
        elif member and member.certification == Member.Certification.NONE:
            Member.objects.filter(pk=member.pk).update(certification=Member.Certification.PENDING)
    return asked


def _check_pace(user: User) -> None:
    """Raise while a request waits, and against trying ID numbers one after the other."""
    mine = CertificationRequest.objects.filter(user=user)
    if mine.filter(state=CertificationRequest.State.PENDING).exists():
        raise AlreadyAsked
    since = timezone.now() - datetime.timedelta(days=1)
    if mine.filter(created_at__gt=since).count() >= A_DAY_MAX:
        raise TooMany("今天提交的次数太多了，请明天再试，或联系您的工会。")


def _accept(asked: CertificationRequest, *, method: str, by: User | None) -> None:
    """Make the person and the roster's member one, certified."""
    member = asked.member
    assert member
    now = timezone.now()
    if member.user_id and member.user_id != asked.user_id:
        _merge(asked.user, member.user)  # type: ignore[arg-type]
    else:
        member.user = asked.user
    member.phone = asked.phone
    member.certification, member.certified_at = Member.Certification.CERTIFIED, now
    member.certified_method, member.certified_by = method, by
    member.save()
    asked.state, asked.decided_at, asked.decided_by = CertificationRequest.State.ACCEPTED, now, by
    asked.save(update_fields=["state", "decided_at", "decided_by", "note"])
    audit.record(actor=by or asked.user, action="registry.certify", target=member)
    for hook in MEMBER_BOUND:
        hook(member, member.user)  # type: ignore[arg-type]
    for told in DECIDED:
        told(asked)


def _merge(gone: User, kept: User) -> None:
    """Let one person's two sign-ins be one; the emptied user can't sign in any more."""
    for hook in USERS_MERGED:
        hook(gone, kept)
    Member.objects.filter(user=gone).update(user=None)
    if gone.phone and not kept.phone:
        kept.phone = gone.phone
        kept.save(update_fields=["phone"])
    gone.is_active = False
    gone.save(update_fields=["is_active"])


@transaction.atomic
def join_users(*, kept: User, gone: User) -> None:
    """Let two sign-ins that are known to be one person be one user; what waits to be decided goes along."""
    pending = CertificationRequest.objects.filter(state=CertificationRequest.State.PENDING)
    if pending.filter(user=kept).exists():
        pending.filter(user=gone).update(
            state=CertificationRequest.State.REFUSED,
            note="同一个人另有一份正在核实，以那一份为准",
            decided_at=timezone.now(),
        )
    CertificationRequest.objects.filter(user=gone).update(user=kept)
    _merge(gone, kept)
    audit.record(actor=kept, action="registry.join_users", target=gone)


def _waiting(asked: CertificationRequest, user: User) -> CertificationRequest:
    """Return the request, locked, if the person may decide it. Raises NotAllowed, Conflict."""
    visible = CertificationRequest.objects.visible_to(scope_of(user)).filter(pk=asked.pk).exists()
    if not visible or not user.has_perm("registry.certify_member"):
        raise NotAllowed
    locked = CertificationRequest.objects.select_for_update().get(pk=asked.pk)
    if locked.state != CertificationRequest.State.PENDING:
        raise Conflict("这件核实刚被别人处理过了。")
    return locked


@transaction.atomic
def accept(*, asked: CertificationRequest, note: str, user: User) -> None:
    """Say that it is the same person. Raises NotAllowed, Conflict, Invalid without a member of the roster."""
    locked = _waiting(asked, user)
    if locked.member is None:
        raise Invalid("名册里还没有这个人：请先导入名册，再点“重新比对”。")
    locked.note = note.strip()[:200]
    _accept(locked, method=Member.Method.STAFF, by=user)


@transaction.atomic
def refuse(*, asked: CertificationRequest, note: str, user: User) -> None:
    """Say no, with a reason that the person will read. Raises NotAllowed, Conflict, ReasonNeeded."""
    locked = _waiting(asked, user)
    if len(note.strip()) < 4:
        raise ReasonNeeded("请写明没有通过的原因，职工会看到。")
    locked.state, locked.note = CertificationRequest.State.REFUSED, note.strip()[:200]
    locked.decided_at, locked.decided_by = timezone.now(), user
    locked.save(update_fields=["state", "note", "decided_at", "decided_by"])
    member = locked.member
    if member:
        pending = Member.objects.filter(pk=member.pk, certification=Member.Certification.PENDING)
        pending.update(certification=Member.Certification.NONE)
        audit.record(actor=user, action="registry.refuse", target=member)
    for told in DECIDED:
        told(locked)


@transaction.atomic
def accept_appeal(*, user: User, name: str, id_number: str, by: User) -> None:
    """Certify a person whose papers were seen after all; what else waits of theirs is closed with it.

    Raises NotAllowed, PhoneNotVerified, Invalid without a member of the register under this number.
    """
    index = crypto.blind_index(id_number, "id_number")
    member = Member.objects.select_for_update().filter(id_number_index=index).first()
    if member is None:
        raise Invalid("名册里还没有这个人：请先导入名册或办理入会。")
    in_scope = Member.objects.visible_to(scope_of(by)).filter(pk=member.pk).exists()
    if not by.has_perm("registry.certify_member") or not in_scope:
        raise NotAllowed
    if not user.phone:
        raise PhoneNotVerified("申请人还没有验证手机号，请他先在“实名认证”里验证。")
    mine = CertificationRequest.objects.filter(user=user, state=CertificationRequest.State.PENDING)
    mine.update(
        state=CertificationRequest.State.REFUSED,
        note="已按申诉处理",
        decided_at=timezone.now(),
        decided_by=by,
    )
    asked = CertificationRequest.objects.create(
        user=user, name=name, id_number=id_number, phone=user.phone, member=member, note="认证申诉通过"
    )
    _accept(asked, method=Member.Method.STAFF, by=by)


@transaction.atomic
def compare_again(*, asked: CertificationRequest, user: User) -> CertificationRequest:
    """Look in the roster again, after an import say; certifies at once where all agrees now."""
    locked = _waiting(asked, user)
    index = crypto.blind_index(locked.id_number, "id_number")
    locked.member = Member.objects.filter(id_number_index=index).first()
    locked.reasons = compare(member=locked.member, name=locked.name, phone=locked.phone, user=locked.user)
    locked.save(update_fields=["member", "reasons"])
    if locked.member and not locked.reasons:
        _accept(locked, method=Member.Method.ROSTER, by=user)
    return locked
