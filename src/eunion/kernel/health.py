"""Is this process fit to serve?"""

from __future__ import annotations

from collections.abc import Callable

from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse

from eunion.kernel import warm

# Part → what it says of itself in a few words, without data of anyone; rooms add theirs in their apps.py.
PARTS: dict[str, Callable[[], str]] = {}


def healthz(request: HttpRequest) -> JsonResponse:
    """Answer 200 when the database answers, else 503; what works in a lesser way says so and is no failure."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return JsonResponse({"database": "unreachable"}, status=503)
    awake = "yes" if warm.is_done() else "warming up"
    return JsonResponse({"database": "ok", "awake": awake, **{name: say() for name, say in PARTS.items()}})
