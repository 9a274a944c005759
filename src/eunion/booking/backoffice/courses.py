"""班與課次: the classes in one's scope; dates, the screen at the door, who came, materials, homework."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages as flash
from django.contrib.auth.decorators import permission_required
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from eunion.booking import door
from eunion.booking.courses.shown import rating_of
from eunion.booking.models import (
    Attendance,
    Claim,
    HandIn,
    Homework,
    Material,
    Meeting,
    Offering,
    Rating,
    Session,
)
from eunion.booking.services import attend, dates, homework, materials, meetings
from eunion.booking.services.attend import ENROLLED
from eunion.booking.services.edit import may
from eunion.kernel import audit
from eunion.kernel.console import moment, paged
from eunion.kernel.errors import DomainError, Invalid
from eunion.registry.scope import scope_of, signed_in

BLANK_DATES = 4
KINDS = [Offering.Kind.COURSE, Offering.Kind.CHARITY]


def _sessions(request: HttpRequest) -> QuerySet[Session]:
    rows = Session.objects.visible_to(scope_of(signed_in(request))).filter(offering__kind__in=KINDS)
    return rows.select_related("offering__owner")


def _count(rows: QuerySet[Any], key: str) -> Subquery:
    """Return a count as a subquery: joins would multiply one another."""
    return Subquery(rows.order_by().values(key).annotate(count=Count("pk")).values("count"))


@require_GET
@permission_required("booking.view_meeting", raise_exception=True)
def index(request: HttpRequest) -> HttpResponse:
    """GET /admin/courses/?q=…&kind=…: classes in scope, newest first, with what waits for a comment."""
    rows, query = _sessions(request), request.GET.get("q", "").strip()[:40]
    if query:
        rows = rows.filter(Q(offering__title__icontains=query) | Q(teacher__icontains=query))
    if request.GET.get("kind") in KINDS:
        rows = rows.filter(offering__kind=request.GET["kind"])
    waiting = HandIn.objects.filter(
        homework__session=OuterRef("pk"), handed_at__isnull=False, reviewed_at=None
    )
    rows = rows.annotate(
        meeting_count=_count(Meeting.objects.filter(session=OuterRef("pk")), "session"),
        unseen=_count(waiting, "homework__session"),
    ).order_by("-starts_at", "-id")
    kinds = [(kind.value, kind.label) for kind in KINDS]
    return render(request, "booking/admin/courses.html", {**paged(request, rows), "kinds": kinds})


@require_http_methods(["GET", "POST"])
@permission_required("booking.view_meeting", raise_exception=True)
def course(request: HttpRequest, public_id: str) -> HttpResponse:
    """GET or POST /admin/courses/<class>/: everything of a class; a POST's `do` says what is to be changed."""
    session = get_object_or_404(_sessions(request), public_id=public_id)
    error = ""
    if request.method == "POST":
        try:
            flash.success(request, _DO[request.POST.get("do", "")](request, session))
            return redirect("booking_course", public_id)
        except KeyError:
            error = "没有看懂要做什么，请刷新再试。"
        except DomainError as problem:
            error = problem.message
    return _show(request, session, error)


def _show(request: HttpRequest, session: Session, error: str) -> HttpResponse:
    meetings.of(session)
    rows = list(Meeting.objects.filter(session=session).annotate(came=Count("attendances")))
    tasks = Homework.objects.filter(session=session).annotate(
        handed=Count("hand_ins", filter=Q(hand_ins__handed_at__isnull=False)),
        unseen=Count("hand_ins", filter=Q(hand_ins__handed_at__isnull=False, hand_ins__reviewed_at=None)),
    )
    context = {
        "session": session,
        "offering": session.offering,
        "meetings": rows,
        "typed": request.POST if error else {},
        "blank": range(BLANK_DATES),
        "materials": Material.objects.filter(Q(session=None) | Q(session=session), offering=session.offering),
        "audiences": Material.Audience.choices,
        "tasks": tasks,
        "rating": rating_of(session.offering),
        "words": _words(session.offering),
        "error": error,
        "now": timezone.now(),
    }
    return render(request, "booking/admin/course.html", context, status=422 if error else 200)


def _words(offering: Offering) -> list[str]:
    """Return what was written, once there are enough ratings to hide who wrote it."""
    if not rating_of(offering):
        return []
    rows = Rating.objects.filter(offering=offering).exclude(words="").order_by("words")
    return list(rows.values_list("words", flat=True)[:50])


def _set_dates(request: HttpRequest, session: Session) -> str:
    posted = [request.POST.getlist(name) for name in ("day", "from", "to", "topic")]
    wanted = [
        dates.Date(moment(on, begins, "开始时间"), moment(on, ends, "结束时间"), topic.strip()[:80])
        for on, begins, ends, topic in zip(*posted, strict=False)
        if on
    ]
    dates.set_dates(session=session, user=signed_in(request), dates=wanted)
    return "课次已保存，改了时间的会通知学员。"


def _meeting(request: HttpRequest, session: Session) -> Meeting:
    return get_object_or_404(Meeting, public_id=request.POST.get("meeting"), session=session)


def _cancel(request: HttpRequest, session: Session) -> str:
    reason = request.POST.get("reason", "")
    dates.cancel_meeting(meeting=_meeting(request, session), user=signed_in(request), reason=reason)
    return "已停课，正在通知学员。"


def _revoke(request: HttpRequest, session: Session) -> str:
    dates.revoke_door(meeting=_meeting(request, session), user=signed_in(request))
    return "旧的大屏链接已作废。"


def _add_material(request: HttpRequest, session: Session) -> str:
    asked = request.POST
    opens = asked.get("opens_day", "")
    materials.add(
        offering=session.offering,
        user=signed_in(request),
        name=asked.get("name", ""),
        file=request.FILES.get("file"),
        url=asked.get("url", "").strip(),
        session=session if asked.get("only") else None,
        audience=asked.get("audience", ""),
        visible_from=moment(opens, "00:00", "开放日期") if opens else None,
    )
    return "资料已添加。"


def _remove_material(request: HttpRequest, session: Session) -> str:
    rows = Material.objects.filter(offering=session.offering)
    found = get_object_or_404(rows, public_id=request.POST.get("material"))
    materials.remove(material=found, user=signed_in(request))
    return "资料已删除。"


def _ask(request: HttpRequest, session: Session) -> str:
    asked = request.POST
    homework.ask(
        session=session,
        user=signed_in(request),
        title=asked.get("title", ""),
        text=asked.get("text", ""),
        due_at=moment(asked.get("due_day", ""), asked.get("due_time", ""), "截止时间"),
    )
    return "作业已布置。"


_DO: dict[str, Callable[[HttpRequest, Session], str]] = {
    "dates": _set_dates,
    "cancel": _cancel,
    "revoke": _revoke,
    "material": _add_material,
    "remove": _remove_material,
    "homework": _ask,
}


@require_POST
@permission_required("booking.mark_claim", raise_exception=True)
def open_door(request: HttpRequest, public_id: str) -> HttpResponse:
    """POST /admin/courses/meetings/<meeting>/door/: go to the screen that shows the QR code; who opened it is logged."""
    user = signed_in(request)
    meeting = get_object_or_404(Meeting.objects.visible_to(scope_of(user)), public_id=public_id)
    may(user, "booking.mark_claim", meeting.session.offering.owner)
    audit.record(actor=user, action="booking.door", target=meeting)
    return redirect(door.link(meeting))


@require_http_methods(["GET", "POST"])
@permission_required("booking.view_attendance", raise_exception=True)
def roster(request: HttpRequest, public_id: str) -> HttpResponse:
    """GET or POST /admin/courses/meetings/<meeting>/: who has a place, and who came; a POST notes or takes back one."""
    user = signed_in(request)
    found = Meeting.objects.visible_to(scope_of(user)).select_related("session__offering__owner")
    meeting = get_object_or_404(found, public_id=public_id)
    error = ""
    if request.method == "POST":
        claims = Claim.objects.filter(session=meeting.session_id)
        claim = get_object_or_404(claims, public_id=request.POST.get("claim"))
        try:
            if request.POST.get("do") == "absent":
                attend.unmark(claim=claim, meeting=meeting, user=user, reason=request.POST.get("reason", ""))
            else:
                attend.mark_present(claim=claim, meeting=meeting, user=user)
            return redirect(request.get_full_path())
        except DomainError as problem:
            error = problem.message
    rows = Claim.objects.filter(session=meeting.session_id, state__in=ENROLLED)
    came = Attendance.objects.filter(meeting=meeting, claim=OuterRef("pk"))
    rows = rows.annotate(came_at=Subquery(came.values("at")), came_how=Subquery(came.values("how")))
    context = {
        **paged(request, rows.select_related("member").order_by("pk")),
        "meeting": meeting,
        "session": meeting.session,
        "offering": meeting.session.offering,
        "came": meeting.attendances.count(),
        "hows": dict(Attendance.How.choices),
        "error": error,
    }
    return render(request, "booking/admin/roster.html", context, status=422 if error else 200)


@require_http_methods(["GET", "POST"])
@permission_required("booking.view_handin", raise_exception=True)
def reviews(request: HttpRequest, public_id: str) -> HttpResponse:
    """GET or POST /admin/homework/<task>/: what was handed in, unseen first; a POST comments on one."""
    user = signed_in(request)
    found = Homework.objects.visible_to(scope_of(user)).select_related("session__offering__owner")
    task = get_object_or_404(found, public_id=public_id)
    rows = HandIn.objects.filter(homework=task, handed_at__isnull=False)
    error = ""
    typed: dict[str, Any] = {}
    if request.method == "POST":
        one = get_object_or_404(rows, pk=_number(request.POST.get("hand_in", "")))
        typed = {
            "pk": one.pk,
            "mark": request.POST.get("mark", ""),
            "comment": request.POST.get("comment", ""),
        }
        try:
            homework.review(hand_in=one, user=user, mark=typed["mark"], comment=typed["comment"])
            flash.success(request, "点评已发给学员。")
            return redirect(request.get_full_path())
        except DomainError as problem:
            error = problem.message
    ordered = rows.select_related("claim__member", "reviewed_by").prefetch_related("photos")
    context = {
        **paged(request, ordered.order_by("-reviewed_at", "handed_at")),
        "task": task,
        "session": task.session,
        "typed": typed,
        "error": error,
    }
    return render(request, "booking/admin/reviews.html", context, status=422 if error else 200)


def _number(text: str) -> int:
    if not text.isdecimal():
        raise Invalid
    return int(text)
