"""One person, one user, whichever account of ours they come by."""

from __future__ import annotations

import hashlib

from allauth.socialaccount.models import SocialAccount
from django.db import transaction

from eunion.channels.wechat.models import Account, Follower
from eunion.channels.wechat.services import followers
from eunion.registry.certification.services import MEMBER_BOUND, USERS_MERGED
from eunion.registry.models import Member, User
from eunion.registry.services import bind_user

PROVIDER = "weixin"


def known_user(follower: Follower) -> User | None:
    """Return the user whom a follower is already: by openid, by member, or by unionid in another account."""
    openids = [follower.openid]
    if follower.unionid:
        same = Follower.objects.filter(unionid=follower.unionid)
        openids = list(same.values_list("openid", flat=True))
    found = SocialAccount.objects.filter(provider=PROVIDER, uid__in=openids, user__is_active=True)
    first = found.select_related("user").order_by("user__date_joined").first()
    if first:
        return first.user  # type: ignore[no-any-return]
    return follower.member.user if follower.member and follower.member.user else None


def new_user(openid: str) -> User:
    """Return an unsaved user without a password, named after the openid's digest."""
    user = User(username=f"wx_{hashlib.sha256(openid.encode()).hexdigest()[:20]}")
    user.set_unusable_password()
    return user


@transaction.atomic
def sign_in_by_code(*, account: Account, openid: str, unionid: str) -> User:
    """Return the user of someone whom WeChat has just vouched for, made if new; binds what is known."""
    follower = followers.meet(account=account, openid=openid, unionid=unionid)
    user = known_user(follower)
    if user is None:
        user = new_user(openid)
        user.save()
    SocialAccount.objects.get_or_create(
        provider=PROVIDER, uid=openid, defaults={"user": user, "extra_data": {"unionid": unionid}}
    )
    bind_known(user=user, follower=follower)
    return user


def bind_known(*, user: User, follower: Follower) -> None:
    """Make user and follower the same member where one of the two is known to be one."""
    if follower.member:
        bind_user(member=follower.member, user=user)
        return
    member = Member.objects.filter(user=user).first()
    if member:
        Follower.objects.filter(pk=follower.pk, member=None).update(member=member)


def openids_of(user: User) -> list[str]:
    """Return the openids by which a person comes."""
    return list(SocialAccount.objects.filter(user=user, provider=PROVIDER).values_list("uid", flat=True))


def _bind_followers(member: Member, user: User) -> None:
    followers.bind(member=member, openids=openids_of(user))


def _move_accounts(gone: User, kept: User) -> None:
    SocialAccount.objects.filter(user=gone).update(user=kept)


def register() -> None:
    """Hear of certifications and merges."""
    MEMBER_BOUND.append(_bind_followers)
    USERS_MERGED.append(_move_accounts)
