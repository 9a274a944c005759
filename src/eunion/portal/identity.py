"""One person, one user, whichever account of ours they come by."""

from __future__ import annotations

import hashlib
import logging

from allauth.socialaccount.models import SocialAccount
from django.db import transaction

from eunion.channels.wechat.models import Account, Follower
from eunion.channels.wechat.services import followers
from eunion.registry.certification.services import MEMBER_BOUND, USERS_MERGED, join_users
from eunion.registry.models import Member, User
from eunion.registry.services import bind_user

PROVIDER = "weixin"
logger = logging.getLogger(__name__)


@transaction.atomic
def known_user(follower: Follower) -> User | None:
    """Return the user whom a follower is already: by openid, by unionid in another account, or by member.

    WeChat vouches that one unionid is one person, so that person's sign-ins become one here.
    """
    openids = [follower.openid]
    if follower.unionid:
        same = Follower.objects.filter(unionid=follower.unionid)
        openids = list(same.values_list("openid", flat=True))
    accounts = SocialAccount.objects.filter(provider=PROVIDER, uid__in=openids, user__is_active=True)
    found = list(accounts.select_related("user").order_by("user__date_joined", "user_id"))
    users = {one.user_id: one.user for one in found}
    if len(users) > 1:
        own = next((one.user for one in found if one.uid == follower.openid), found[0].user)
        return _joined(list(users.values()), own)
    if found:
        return found[0].user  # type: ignore[no-any-return]
    return follower.member.user if follower.member and follower.member.user else None


def _joined(users: list[User], own: User) -> User:
    """Make several sign-ins of one person one user: the member's, else the oldest. Two members stay two."""
    members = set(Member.objects.filter(user__in=users).values_list("user_id", flat=True))
    # Staff who sign in with a password keep that user whatever else they come by.
    fixed = {one.pk for one in users if one.has_usable_password() or one.is_staff} | members
    if len(fixed) > 1:
        logger.warning(
            "one unionid, several members or staff among users %s: left as they are", sorted(fixed)
        )
        return own
    kept = next((one for one in users if one.pk in fixed), users[0])
    for gone in users:
        if gone != kept:
            join_users(kept=kept, gone=gone)
    member = Member.objects.filter(user=kept).first()
    if member:
        _bind_followers(member, kept)
    return kept


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


def may_tell_more(user: User) -> bool:
    """Say whether the person came by a service account that told us no unionid: a tap of theirs could."""
    mine = Follower.objects.filter(openid__in=openids_of(user), account__kind=Account.Kind.SERVICE)
    return mine.filter(unionid="", account__active=True).exists()


def nickname(user: User) -> str:
    """Return the WeChat nickname that the person has let us know, or nothing."""
    told = SocialAccount.objects.filter(provider=PROVIDER, user=user).values_list("extra_data", flat=True)
    return next((str(one["nickname"])[:20] for one in told if one.get("nickname")), "")


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
