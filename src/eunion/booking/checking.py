"""驗票: the page at the entrance. No account: the link's secret, in the address's fragment, is what opens it."""

from __future__ import annotations

import datetime
import json
import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from eunion.booking.models import PLACED, Checker, Claim, Redemption
from eunion.booking.services import checkers, offline
from eunion.booking.services.redeem import Answer, Kind, check, redeem, undo
from eunion.kernel.errors import DomainError, Invalid, NotAllowed
from eunion.kernel.fields import masked_name

BYTES_MAX = 4_000
TOLD = {
    Kind.OK: "可以入场",
    Kind.ALREADY: "已经验过了",
    Kind.OTHER_SESSION: "不是这一场的票",
    Kind.INVALID_STATE: "这张票现在不能用",
    Kind.EXPIRED: "码已过期，请对方刷新票面",
    Kind.OVER: "已过使用期限",
    Kind.UNKNOWN: "没有这张票",
}


@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """GET /check/: the page itself, which knows nothing yet; its script asks with the secret."""
    response = render(request, "booking/check.html")
    response["Cache-Control"] = "no-store"
    response["Referrer-Policy"] = "no-referrer"
    return response


def _asked(request: HttpRequest) -> tuple[dict[str, Any], Checker]:
    """Return the body and whose link it names. Raises Invalid, NotAllowed."""
    if len(request.body) > BYTES_MAX:
        raise Invalid
    try:
        body = json.loads(request.body)
        late = offline.SYNC_WITHIN if "list" in body else datetime.timedelta()
        checker = checkers.opened(str(body["link"]), late=late)
    except (ValueError, KeyError, TypeError):
        raise Invalid("请刷新页面再试。") from None
    if checker is None:
        raise NotAllowed("这个验票链接已经失效，请向工作人员要新的。")
    return body, checker


def _refused(problem: DomainError) -> JsonResponse:
    return JsonResponse({"title": problem.message}, status=problem.status)


@csrf_exempt  # The secret in the body is the authority; no cookie is read.
@require_POST
def holders(request: HttpRequest) -> JsonResponse:
    """POST /check/list/: what is checked here, who has a ticket, and what works for ten minutes without a network."""
    try:
        _, checker = _asked(request)
    except DomainError as problem:
        return _refused(problem)
    session = checker.session
    about = {
        "label": checker.label,
        "title": checker.checked_offering.title,
        "when": f"{timezone.localtime(session.starts_at):%-m月%-d日 %H:%M}" if session else "全部场次",
        "place": session.place if session else "",
        **_count(checker),
        **offline.issue(checker),
    }
    response = JsonResponse(about)
    response["Cache-Control"] = "no-store"
    return response


def _count(checker: Checker) -> dict[str, int]:
    placed = checker.claims().filter(state__in=PLACED)
    return {"came": placed.filter(state=Claim.State.REDEEMED).count(), "places": placed.count()}


@csrf_exempt
@require_POST
def act(request: HttpRequest) -> JsonResponse:
    """POST /check/act/: let one in, by what was scanned or typed (`text`), or by name from the list (`claim`).

    `act` (a UUID) names it, so that sending it again is no second act; `list` and `at` stand with what was checked
    while the network was away.
    """
    try:
        body, checker = _asked(request)
        answer = _acted(body, checker)
    except DomainError as problem:
        return _refused(problem)
    return JsonResponse({**_said(answer), **_count(checker)})


def _acted(body: dict[str, Any], checker: Checker) -> Answer:
    client_id = _uuid(body.get("act"))
    again = body.get("again") is True
    if "claim" not in body:
        return check(text=str(body.get("text", ""))[:100], checker=checker, client_id=client_id, again=again)
    rows = Claim.objects.select_related("session__offering__owner", "member")
    claim = rows.filter(public_id=str(body["claim"])).first()
    if claim is None:
        return Answer(Kind.UNKNOWN)
    if "list" in body:
        at = _moment(body.get("at"))
        return offline.bring_back(
            checker=checker, claim=claim, client_id=client_id, at=at, signed=str(body["list"])
        )
    return redeem(claim=claim, how=Redemption.How.LIST, client_id=client_id, checker=checker, again=again)


def _uuid(text: Any) -> uuid.UUID:
    try:
        return uuid.UUID(str(text))
    except ValueError:
        raise Invalid("请刷新页面再试。") from None


def _moment(seconds: Any) -> datetime.datetime:
    try:
        return datetime.datetime.fromtimestamp(float(seconds), datetime.UTC)
    except (TypeError, ValueError, OverflowError, OSError):
        raise Invalid("请刷新页面再试。") from None


def _said(answer: Answer) -> dict[str, Any]:
    """Return an answer in words for the page."""
    title = TOLD[answer.kind]
    if answer.kind == Kind.ALREADY and answer.left:
        title = f"已用过，还可用 {answer.left} 次"
    said: dict[str, Any] = {"kind": answer.kind, "title": title, "left": answer.left}
    if answer.claim is not None and answer.kind != Kind.OTHER_SESSION:
        said |= {"claim": answer.claim.public_id, "number": answer.claim.arrival}
        said |= {"name": masked_name(answer.claim.member.name), "tail": answer.claim.member.phone[-4:]}
    if answer.at:
        said |= {"at": f"{timezone.localtime(answer.at):%H:%M:%S}", "by": answer.label}
    return said


@csrf_exempt
@require_POST
def take_back(request: HttpRequest) -> JsonResponse:
    """POST /check/undo/: take back one's own act of the last minutes."""
    try:
        body, checker = _asked(request)
        made = Redemption.objects.filter(client_id=_uuid(body.get("act")), checker=checker)
        redemption = made.select_related("claim__session__offering").first()
        if redemption is None:
            raise Invalid("没有找到这次验票。")
        undo(redemption=redemption, checker=checker)
    except DomainError as problem:
        return _refused(problem)
    return JsonResponse({"title": "已撤销", **_count(checker)})
