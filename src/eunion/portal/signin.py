"""Signing members in: the account comes from our own table, the person from the follower whom we know."""

from __future__ import annotations

import logging
from typing import Any

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp, SocialLogin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode

from eunion.channels.wechat.models import Account
from eunion.channels.wechat.services import followers
from eunion.portal import identity

logger = logging.getLogger(__name__)


class MemberAdapter(DefaultSocialAccountAdapter):
    """allauth asks here for the app and for what a sign-in means."""

    def list_apps(
        self, request: HttpRequest, provider: str | None = None, client_id: str | None = None
    ) -> list[SocialApp]:
        """Return the active service accounts as allauth apps, never stored."""
        one = service_account()
        return (
            [SocialApp(provider="weixin", name=one.name, client_id=one.appid, secret=one.secret)]
            if one
            else []
        )

    def get_app(self, request: HttpRequest, provider: str, client_id: str | None = None) -> SocialApp:
        """Return the account's app; without one people land on the page that says so."""
        apps = self.list_apps(request, provider=provider, client_id=client_id)
        if not apps:
            raise ImmediateHttpResponse(redirect("signin"))
        return apps[0]

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Sign in as the user whom we know this person to be, by whichever account: one person, one user."""
        follower = _follower(sociallogin)
        if follower is None:
            return
        user = identity.known_user(follower)
        if sociallogin.is_existing:
            if user and user != sociallogin.user:
                # What WeChat has just told made two sign-ins of this person one.
                sociallogin.user = sociallogin.account.user = user
            identity.bind_known(user=sociallogin.user, follower=follower)
        elif user:
            sociallogin.connect(request, user)
            identity.bind_known(user=user, follower=follower)

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: Any,
        error: Any = None,
        exception: Any = None,
        extra_context: Any = None,
    ) -> None:
        """Leave a line for the operator; the person sees a page that says how to go on, or where they were."""
        logger.warning("sign-in by WeChat failed: %s %r", error, exception)
        if request.user.is_authenticated:
            # They did not want to tell more; they are signed in all the same.
            target = ((extra_context or {}).get("state") or {}).get("next") or reverse("me")
            raise ImmediateHttpResponse(redirect(target))

    def save_user(self, request: HttpRequest, sociallogin: SocialLogin, form: Any = None) -> Any:
        """Make a user without a password, bound to the member if known."""
        sociallogin.user = identity.new_user(sociallogin.account.uid)
        sociallogin.save(request)
        follower = _follower(sociallogin)
        if follower:
            identity.bind_known(user=sociallogin.user, follower=follower)
        return sociallogin.user


def _follower(sociallogin: SocialLogin) -> Any:
    """Return the follower of a sign-in; those who have not followed yet get a row of their own."""
    account = service_account()
    if account is None:
        return None
    unionid = str(sociallogin.account.extra_data.get("unionid", ""))
    follower = followers.meet(account=account, openid=sociallogin.account.uid, unionid=unionid)
    return follower if follower.unionid else followers.ask_unionid(follower)


def service_account() -> Account | None:
    """Return the account that people sign in by."""
    return Account.objects.filter(active=True, kind=Account.Kind.SERVICE).order_by("id").first()


def _target(request: HttpRequest) -> str:
    target = request.GET.get("next", "/")
    return target if url_has_allowed_host_and_scheme(target, {request.get_host()}) else "/"


def choose(request: HttpRequest) -> HttpResponse:
    """GET /signin/: straight through inside WeChat, else a page that says how."""
    target = _target(request)
    if request.user.is_authenticated:
        return redirect(target)
    address = f"{reverse('weixin_login')}?{urlencode({'process': 'login', 'next': target})}"
    open_for_all = service_account() is not None
    if open_for_all and "MicroMessenger" in request.headers.get("User-Agent", ""):
        return redirect(address)
    context = {"tab": "me", "wechat": address if open_for_all else ""}
    return render(request, "portal/signin.html", context)


def tell_more(request: HttpRequest) -> HttpResponse:
    """GET /signin/more/: after a tap of theirs, WeChat asks the person whether we may know more than the openid."""
    query = {"process": "login", "scope": "snsapi_userinfo", "next": _target(request)}
    return redirect(f"{reverse('weixin_login')}?{urlencode(query)}")
