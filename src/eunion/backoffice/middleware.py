"""Nobody opens the console without a second factor."""

from __future__ import annotations

from collections.abc import Callable

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

PREFIX = "/admin/"


class SecondFactor:
    """Sends staff without TOTP to set it up first; allauth itself asks for the code at every sign-in."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith(PREFIX):
            if not request.user.is_authenticated:
                return redirect(f"{reverse('account_login')}?{urlencode({'next': request.get_full_path()})}")
            if not get_adapter().is_mfa_enabled(request.user, [Authenticator.Type.TOTP]):
                return redirect("mfa_activate_totp")
        return self.get_response(request)
