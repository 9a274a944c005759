"""Who belongs to which union: joining, moving to another, leaving. Called by who has asked for the right."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from eunion.kernel import crypto
from eunion.registry.certification.services import MEMBER_BOUND
from eunion.registry.models import Member, Membership, Union, User


def known_as_another(*, name: str, id_number: str) -> bool:
    """Say whether the register knows an ID number under another name."""
    index = crypto.blind_index(id_number, "id_number")
    return Member.objects.filter(id_number_index=index).exclude(name=name).exists()


@transaction.atomic
def join(*, union: Union, name: str, id_number: str, phone: str, employer: str, user: User | None) -> Member:
    """Return the member with this ID number, with a current membership in a union. Safe to repeat.

    A login is bound only to a member that is made here: whoever typed the number of somebody in the register is not
    that person for it, and certifies like everyone.
    """
    index = crypto.blind_index(id_number, "id_number")
    member = Member.objects.filter(id_number_index=index).first()
    if member is None:
        free = user is not None and not Member.objects.filter(user=user).exists()
        member = Member.objects.create(
            name=name, id_number=id_number, phone=phone, employer=employer, user=user if free else None
        )
        for hook in MEMBER_BOUND if free else ():
            hook(member, user)  # type: ignore[arg-type]
    _belong(member, union)
    return member


def _belong(member: Member, union: Union) -> None:
    today = timezone.localdate()
    Membership.objects.get_or_create(member=member, union=union, left_on=None, defaults={"joined_on": today})


@transaction.atomic
def transfer(*, member: Member, to: Union, employer: str) -> None:
    """Move a member to another union: the other memberships end today. Safe to repeat."""
    leave(member=member, but=to)
    _belong(member, to)
    if employer:
        Member.objects.filter(pk=member.pk).update(employer=employer, updated_at=timezone.now())


@transaction.atomic
def leave(*, member: Member, but: Union | None = None) -> None:
    """End a member's memberships today, `but` one. Safe to repeat."""
    current = Membership.objects.filter(member=member, left_on=None)
    if but is not None:
        current = current.exclude(union=but)
    current.update(left_on=timezone.localdate())
