"""Certificates: issued to a member on asking when they have earned it, withdrawn by staff, never issued again after that."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from eunion.booking.errors import NoCertificate, NotYours
from eunion.booking.models import Certificate, Claim
from eunion.booking.services import hours, meetings
from eunion.booking.services.edit import may
from eunion.kernel import audit
from eunion.kernel.errors import Invalid
from eunion.registry.models import Member, Union, User

REASON_MIN = 4
PERIOD_DAYS_MAX = 366
RENEWED = "时长有更新，已换发"
_TENTH = Decimal("0.1")


@dataclass(frozen=True)
class Progress:
    """How far a member is: meetings that took place or will, those they came to, and the hours of these."""

    held: int
    came: int
    hours: Decimal

    @property
    def percent(self) -> int:
        """Return the share of meetings they came to, rounded down so that 79.6 is not 80."""
        return self.came * 100 // self.held if self.held else 0


def progress(claim: Claim) -> Progress:
    """Return a claim's progress; meetings that were called off count for nobody."""
    standing = [one for one in meetings.of(claim.session) if not one.cancelled_at]
    seen = set(claim.attendances.values_list("meeting_id", flat=True))
    came = [one for one in standing if one.pk in seen]
    spent = Decimal(sum(one.hours for one in came)).quantize(_TENTH)
    return Progress(len(standing), len(came), spent)


def missing(claim: Claim) -> str:
    """Return what a claim still lacks for its certificate, in words; '' when it has been earned."""
    share = claim.session.offering.certificate_percent
    if not share:
        return "这个班不发证书。"
    if claim.session.ends_at > timezone.now():
        return f"结课后，出勤满 {share}% 可以领证书。"
    done = progress(claim)
    if done.percent < share:
        return f"出勤 {done.came}/{done.held} 次，没有满 {share}%，不能领证书。"
    return ""


@transaction.atomic
def issue_for_course(*, claim: Claim, user: User) -> Certificate:
    """Return a course's certificate, made if there is none. Raises NotYours, NoCertificate."""
    if claim.member.user_id is None or claim.member.user_id != user.pk:
        raise NotYours
    # The claim's row: two taps at once are one certificate.
    Claim.objects.select_for_update(no_key=True).get(pk=claim.pk)
    known = Certificate.objects.filter(claim=claim).order_by("-id").first()
    if known and known.withdrawn_at:
        raise NoCertificate("这张证书已被撤销。如有疑问，请联系主办工会。")
    if known:
        return known
    if lacking := missing(claim):
        raise NoCertificate(lacking)
    session, done = claim.session, progress(claim)
    return Certificate.objects.create(
        kind=Certificate.Kind.COURSE,
        member=claim.member,
        claim=claim,
        issuer=session.offering.owner,
        name=claim.member.name,
        title=session.offering.title,
        hours=done.hours,
        since=timezone.localdate(session.starts_at),
        until=timezone.localdate(session.ends_at),
        issued_on=timezone.localdate(),
    )


@transaction.atomic
def issue_for_hours(*, member: Member, since: datetime.date, until: datetime.date) -> Certificate:
    """Return a certificate of a member's hours in a period (both days included). Raises Invalid, NoCertificate.

    The same period is the same certificate while its hours are; else the old one is replaced.
    """
    if since > until or (until - since).days > PERIOD_DAYS_MAX or until > timezone.localdate():
        raise Invalid("请选一年以内、到今天为止的起止日期。")
    Member.objects.select_for_update(no_key=True).get(pk=member.pk)
    total = hours.total_of(member.pk, since, until)
    period = {"kind": Certificate.Kind.HOURS, "member": member, "since": since, "until": until}
    known = Certificate.objects.filter(**period).order_by("-id").first()
    if known and known.hours == total:
        if known.withdrawn_at:
            raise NoCertificate("这段时间的证明已被撤销。如有疑问，请联系工会。")
        return known
    if total <= 0:
        raise NoCertificate("这段时间还没有志愿服务时长。活动结束后一般半小时内计入。")
    Certificate.objects.filter(**period).standing().update(
        withdrawn_at=timezone.now(), withdrawn_because=RENEWED
    )
    return Certificate.objects.create(
        **period,
        issuer=_federation(),
        name=member.name,
        title="工会志愿服务",
        hours=total,
        issued_on=timezone.localdate(),
    )


def _federation() -> Union:
    return Union.objects.filter(depth=1).order_by("path")[0]


@transaction.atomic
def withdraw(*, certificate: Certificate, user: User, reason: str) -> None:
    """Withdraw a certificate: its verification page says so from now on. Raises NotAllowed, Invalid."""
    may(user, "booking.change_certificate", certificate.issuer)
    if len(reason.strip()) < REASON_MIN:
        raise Invalid("请写明撤销原因。")
    standing = Certificate.objects.filter(pk=certificate.pk).standing()
    because = reason.strip()[:200]
    if standing.update(withdrawn_at=timezone.now(), withdrawn_because=because):
        audit.record(actor=user, action="booking.withdraw", target=certificate, data={"reason": because})
