"""Every change to the registry."""

from __future__ import annotations

from django.db import transaction

from eunion.registry.models import Member, User


@transaction.atomic
def bind_user(*, member: Member, user: User) -> None:
    """Make a signed-in user this member's, unless the user is another member's already."""
    if member.user_id == user.pk or Member.objects.filter(user=user).exists():
        return
    Member.objects.filter(pk=member.pk, user=None).update(user=user)
