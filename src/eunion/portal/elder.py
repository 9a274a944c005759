"""Elder mode: large type and large targets, remembered in a cookie for a year."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

COOKIE = "eunion_elder"
YEAR_S = 365 * 24 * 3600


def is_on(request: HttpRequest | None) -> bool:
    """Say whether the person has switched elder mode on."""
    return request is not None and request.COOKIES.get(COOKIE) == "1"


def switch(request: HttpRequest, response: HttpResponse) -> None:
    """Turn it over."""
    if is_on(request):
        response.delete_cookie(COOKIE)
    else:
        response.set_cookie(COOKIE, "1", max_age=YEAR_S, samesite="Lax", httponly=True)
