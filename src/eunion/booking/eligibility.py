"""Who may claim: settled when the page is opened and written into the pass, so that the gate need not ask again."""

from __future__ import annotations

from collections.abc import Callable

from django.utils import timezone

from eunion.booking.errors import NotEligible
from eunion.booking.models import Barred, Offering, Session
from eunion.registry.models import Member, Membership

# Name (Offering.entry_condition) → raises NotEligible with what is still to be done, for example a quiz to pass.
# The room that offers the condition adds itself in its apps.py.
ENTRY_CONDITIONS: dict[str, Callable[[Member, Session], None]] = {}


def check(member: Member, session: Session) -> None:
    """Raise NotEligible(code=…) with the first reason why a member may not claim this session."""
    offering = session.offering
    if offering.certified_only and member.certification != Member.Certification.CERTIFIED:
        raise NotEligible("完成实名认证后才能报名。", reason="not_certified")
    bar = Barred.objects.in_force(member, timezone.now()).order_by("-until").first()
    if bar and offering.heeds_bars:
        until = timezone.localtime(bar.until)
        raise NotEligible(f"因{bar.reason}，您在{until:%Y年%-m月%-d日}之前不能报名。", reason="barred")
    _check_belonging(member, offering)
    condition = ENTRY_CONDITIONS.get(offering.entry_condition)
    if condition:
        condition(member, session)
    elif offering.entry_condition:
        # The room behind the condition is not installed: better nobody than everybody.
        raise NotEligible("报名条件暂时无法核对，请稍后再试。", reason="condition_unknown")


def _check_belonging(member: Member, offering: Offering) -> None:
    allowed = list(offering.unions.values_list("path", flat=True))
    if allowed and not any(path.startswith(tuple(allowed)) for path in union_paths(member)):
        raise NotEligible("这项活动只面向指定工会的会员。", reason="other_union")
    grids = set(offering.grids.values_list("pk", flat=True))
    if grids and member.grid_id not in grids:
        raise NotEligible("这项活动只面向指定网格的居民。", reason="other_grid")
    if offering.tags and not set(offering.tags) & set(member.tags):
        raise NotEligible(f"这项活动只面向：{'、'.join(offering.tags)}。", reason="other_tags")
    if offering.joined_before and not _joined_before(member, offering):
        raise NotEligible(f"须在{offering.joined_before:%Y年%-m月%-d日}之前入会。", reason="joined_later")


def _joined_before(member: Member, offering: Offering) -> bool:
    current = Membership.objects.filter(member=member, left_on=None)
    return current.filter(joined_on__lt=offering.joined_before).exists()


def union_paths(member: Member) -> list[str]:
    """Return the tree paths of the unions that a member belongs to now."""
    current = Membership.objects.filter(member=member, left_on=None)
    return list(current.values_list("union__path", flat=True))


def share_of(member: Member, session: Session) -> int:
    """Return the id of the share a member claims from, the nearest union's above them; 0 for the rest."""
    if not session.reserved:
        return 0
    shares = list(session.shares.values_list("union__path", "pk"))
    fitting = [
        (len(path), share)
        for path, share in shares
        if any(mine.startswith(path) for mine in union_paths(member))
    ]
    return max(fitting)[1] if fitting else 0
