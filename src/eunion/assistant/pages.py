"""雲博士 on the phone: a page that works as a form and feels like a chat."""

from __future__ import annotations

import uuid

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from eunion.assistant.models import KnowledgeEntry, Turn
from eunion.assistant.services import answering
from eunion.channels.base import Asked
from eunion.kernel.errors import DomainError, TooMany

PER_MINUTE = 20
SHOWN = 20
SUGGESTED = 6


def _sender(request: HttpRequest) -> str:
    """Return who asks: the session, so that nobody has to sign in."""
    if not request.session.session_key:
        request.session.create()
    return str(request.session.session_key)


def _check_pace(request: HttpRequest) -> None:
    """Raise TooMany after twenty questions a minute from one session."""
    key = f"assistant:{_sender(request)}"
    cache.add(key, 0, 60)
    if cache.incr(key) > PER_MINUTE:
        raise TooMany("问得太快了，请过一分钟再问。")


@require_http_methods(["GET", "POST"])
def chat(request: HttpRequest) -> HttpResponse:
    """Show the conversation; a POST asks and shows the answer under it."""
    error, typed = "", ""
    if request.method == "POST":
        typed = request.POST.get("question", "")
        try:
            _check_pace(request)
            asked = Asked(
                "portal", 0, _sender(request), "", typed, f"portal:{request.POST.get('once') or uuid.uuid4()}"
            )
            answering.take(asked)
        except DomainError as problem:
            error = problem.message
        else:
            if not request.headers.get("HX-Request"):
                return redirect("assistant")
            typed = ""
    sender = request.session.session_key or "-"
    turns = list(Turn.objects.filter(channel="portal", sender=sender).order_by("-id")[:SHOWN])[::-1]
    context = {
        "tab": "assistant",
        "turns": turns,
        "error": error,
        "typed": typed,
        "once": uuid.uuid4().hex,
        "suggested": KnowledgeEntry.objects.filter(live=True).order_by("id")[:SUGGESTED],
    }
    part = "assistant/talk.html" if request.headers.get("HX-Request") else "assistant/chat.html"
    return render(request, part, context)
