"""Nobody opens the console without the right to it and a second factor."""

from __future__ import annotations

from collections.abc import Callable

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from eunion.kernel import problems
from eunion.kernel.errors import NotAllowed

PREFIX = "/admin/"
NO_CONSOLE = "您的账号没有管理后台的权限。工作需要的话，请联系总工会的管理员开通。"


class SecondFactor:
    """Sends staff without TOTP to set it up first; allauth itself asks for the code at every sign-in.

    Who may not use the console is told so, rather than asked to sign in once more.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith(PREFIX):
            if not request.user.is_authenticated:
                return redirect(f"{reverse('account_login')}?{urlencode({'next': request.get_full_path()})}")
            if not request.user.has_perm("wagtailadmin.access_admin"):
                return problems.answer(request, NotAllowed(NO_CONSOLE))
            if not get_adapter().is_mfa_enabled(request.user, [Authenticator.Type.TOTP]):
                return redirect("mfa_activate_totp")
        return self.get_response(request)
