"""Request middlewares shared by every room."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse

from eunion.kernel import problems
from eunion.kernel.errors import DomainError


class DomainErrors:
    """Turn a DomainError that a view let through into the caller's kind of answer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer DomainErrors; leave anything else to Django."""
        return problems.answer(request, error) if isinstance(error, DomainError) else None


class PlainAddress:
    """Refuse an address with a NUL in it: no page has one, and no database takes it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\x00" in request.path_info or "%00" in request.META.get("QUERY_STRING", ""):
            raise SuspiciousOperation("NUL in the address")
        return self.get_response(request)


class FrameAncestors:
    """Say who may show our pages in a frame: ourselves, and whom the setting names."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.policy = " ".join(["frame-ancestors 'self'", *settings.FRAME_ANCESTORS])

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", self.policy)
        return response
