"""雲博士 on the phone: a page that works as a form and feels like a chat; the articles that answers rest on."""

from __future__ import annotations

import hashlib
import uuid
from typing import Any

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from eunion.assistant import citations, retrieval
from eunion.assistant.errors import TooLong
from eunion.assistant.models import KnowledgeEntry, Turn
from eunion.assistant.services import answering, hand_overs, learning
from eunion.channels.base import Asked
from eunion.channels.plain import plain
from eunion.kernel.errors import DomainError, TooMany
from eunion.registry.models import User

PER_MINUTE = 20
# So much of a text that is too long is given back to be shortened; the person is told where it ends.
KEPT_MAX = 5000
SHOWN = 20
SUGGESTED = 6
# What people ask first, by topic; the entry most asked of each comes up.
TOPICS_FIRST = ("工资", "劳动合同", "入会", "工伤", "困难帮扶", "医疗互助", "社会保险", "女职工")


def _user(request: HttpRequest) -> User | None:
    return request.user if isinstance(request.user, User) else None


def _sender(request: HttpRequest) -> str:
    """Return who asks: the person who is signed in, else the session, so that nobody has to sign in."""
    user = _user(request)
    if user is not None:
        return f"user:{user.pk}"
    if not request.session.session_key:
        request.session.create()
    return str(request.session.session_key)


def _check_pace(request: HttpRequest) -> None:
    """Raise TooMany after twenty questions a minute from one person, before anything is stored."""
    key = f"assistant:{_sender(request)}"
    cache.add(key, 0, 60)
    if cache.incr(key) > PER_MINUTE:
        raise TooMany("问得太快了，请过一分钟再问。")


@require_http_methods(["GET", "POST"])
def chat(request: HttpRequest) -> HttpResponse:
    """GET or POST /assistant/: the conversation; a POST asks and shows the answer under it."""
    error, typed = "", ""
    if request.method == "POST":
        typed = request.POST.get("question", "")
        try:
            _check_length(typed)
            _check_pace(request)
            answering.take(_asked(request, typed), user=_user(request), place=_place(request))
        except DomainError as problem:
            error = problem.message
        else:
            if not request.headers.get("HX-Request"):
                return redirect("assistant")
            typed = ""
    return _show(request, error=error, typed=typed)


def _check_length(question: str) -> None:
    """Raise TooLong for more than is read and kept, so that nothing is cut without a word."""
    written = len(question.strip())
    if written > answering.QUESTION_MAX:
        left = "写的内容还在下面" if written <= KEPT_MAX else f"下面留着前 {KEPT_MAX} 字"
        raise TooLong(
            f"您写了 {written} 字，一次最多 {answering.QUESTION_MAX} 字，还没有发出去。请删短一些，或分几次问，{left}。"
        )


def _asked(request: HttpRequest, question: str) -> Asked:
    # Bound to the sender: another person's key would swallow a question.
    once = request.POST.get("once", "") or uuid.uuid4().hex
    key = hashlib.sha256(f"{_sender(request)}:{once}".encode()).hexdigest()[:40]
    return Asked("portal", 0, _sender(request), "", plain(question, answering.QUESTION_MAX), f"portal:{key}")


def _place(request: HttpRequest) -> tuple[float, float] | None:
    """Return the longitude and latitude that the phone was allowed to tell."""
    try:
        lon, lat = float(request.POST["lon"]), float(request.POST["lat"])
    except (KeyError, ValueError):
        return None
    return (lon, lat) if -180 <= lon <= 180 and -90 <= lat <= 90 else None


def _show(request: HttpRequest, *, error: str = "", typed: str = "") -> HttpResponse:
    turns = Turn.objects.talk(channel="portal", sender=_sender(request), limit=SHOWN)
    context: dict[str, Any] = {
        "tab": "assistant",
        "turns": turns,
        "waiting": any(turn.state == Turn.State.PASSED_ON for turn in turns),
        "error": error,
        "typed": typed.strip()[:KEPT_MAX],
        "most": answering.QUESTION_MAX,
        "warming": retrieval.is_getting_ready(),
        "once": uuid.uuid4().hex,
        "suggested": [] if turns else _suggested(),
    }
    part = "assistant/talk.html" if request.headers.get("HX-Request") else "assistant/chat.html"
    return render(request, part, context)


def _suggested() -> list[KnowledgeEntry]:
    """Return one entry of each topic that people ask about first."""
    rows = KnowledgeEntry.objects.filter(live=True, union=None, topic__in=TOPICS_FIRST)
    firsts = {entry.topic: entry for entry in rows.order_by("topic", "id").distinct("topic")}
    found = [firsts[topic] for topic in TOPICS_FIRST if topic in firsts][:SUGGESTED]
    return found or list(KnowledgeEntry.objects.filter(live=True, union=None).order_by("id")[:SUGGESTED])


@require_GET
def talk(request: HttpRequest) -> HttpResponse:
    """GET /assistant/talk/: the conversation alone, for the page that waits for a person's reply."""
    return _show(request) if request.headers.get("HX-Request") else redirect("assistant")


def _own_turn(request: HttpRequest, turn_id: int) -> Turn:
    return get_object_or_404(Turn, pk=turn_id, channel="portal", sender=_sender(request))


@require_POST
def rate(request: HttpRequest, turn_id: int) -> HttpResponse:
    """POST /assistant/<turn>/rate/: thumbs up or down, by the one who asked."""
    turn = _own_turn(request, turn_id)
    value = {"1": 1, "-1": -1}.get(request.POST.get("value", ""), 0)
    learning.rate(turn=turn, value=value, sender=turn.sender)
    return _show(request) if request.headers.get("HX-Request") else redirect("assistant")


@require_POST
def ask_person(request: HttpRequest, turn_id: int) -> HttpResponse:
    """POST /assistant/<turn>/person/: this did not help, a person shall look at it."""
    hand_overs.ask_person(turn=_own_turn(request, turn_id))
    return _show(request) if request.headers.get("HX-Request") else redirect("assistant")


@require_GET
def law(request: HttpRequest) -> HttpResponse:
    """GET /assistant/law/?basis=…: the articles that an answer names, word for word."""
    basis = request.GET.get("basis", "")
    context = {"tab": "assistant", "basis": basis[:400], "cited": citations.cited(basis)}
    return render(request, "assistant/law.html", context)
