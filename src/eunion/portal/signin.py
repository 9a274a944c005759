"""Signing members in: the account comes from our own table, the person from the follower whom we know."""

from __future__ import annotations

import hashlib
import logging
from typing import Any

from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp, SocialLogin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode

from eunion.channels.wechat.models import Account, Follower
from eunion.registry.services import bind_user

logger = logging.getLogger(__name__)


class MemberAdapter(DefaultSocialAccountAdapter):
    """allauth asks here for the app and for what a sign-in means."""

    def list_apps(
        self, request: HttpRequest, provider: str | None = None, client_id: str | None = None
    ) -> list[SocialApp]:
        """Return the active service accounts as allauth apps, never stored."""
        accounts = Account.objects.filter(active=True, kind=Account.Kind.SERVICE).order_by("id")[:1]
        return [
            SocialApp(provider="weixin", name=one.name, client_id=one.appid, secret=one.secret)
            for one in accounts
        ]

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Sign in as the member's user where the follower is bound to one: one person, one user."""
        member = _member_of(sociallogin)
        if member is None:
            return
        if sociallogin.is_existing:
            bind_user(member=member, user=sociallogin.user)
        elif member.user:
            sociallogin.connect(request, member.user)

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: Any,
        error: Any = None,
        exception: Any = None,
        extra_context: Any = None,
    ) -> None:
        """Leave a line for the operator; the person sees a page that says how to go on."""
        logger.warning("sign-in by WeChat failed: %s %r", error, exception)

    def save_user(self, request: HttpRequest, sociallogin: SocialLogin, form: Any = None) -> Any:
        """Make a user without a password, named after the openid's digest, bound to the member if known."""
        digest = hashlib.sha256(sociallogin.account.uid.encode()).hexdigest()[:20]
        sociallogin.user.username = f"wx_{digest}"
        sociallogin.user.set_unusable_password()
        sociallogin.save(request)
        member = _member_of(sociallogin)
        if member:
            bind_user(member=member, user=sociallogin.user)
        return sociallogin.user


def _member_of(sociallogin: SocialLogin) -> Any:
    follower = Follower.objects.filter(openid=sociallogin.account.uid, member__isnull=False)
    found = follower.select_related("member__user").first()
    return found.member if found else None


def choose(request: HttpRequest) -> HttpResponse:
    """GET /signin/: straight through inside WeChat, else a page that says how."""
    target = request.GET.get("next", "/")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}):
        target = "/"
    if request.user.is_authenticated:
        return redirect(target)
    address = f"{reverse('weixin_login')}?{urlencode({'process': 'login', 'next': target})}"
    if "MicroMessenger" in request.headers.get("User-Agent", ""):
        return redirect(address)
    return render(request, "portal/signin.html", {"tab": "me", "wechat": address})
