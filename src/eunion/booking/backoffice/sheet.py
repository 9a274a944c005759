"""名單: who has what of a session, in order of arrival; printed to be signed, exported, and taken back with a reason."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Any

from django.contrib import messages as flash
from django.contrib.auth.decorators import permission_required
from django.db.models import Count, QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from eunion.booking.backoffice.reach import may_see_claims, session_of
from eunion.booking.models import PLACED, Claim, Session
from eunion.booking.services.cancel import REASON_MIN, cancel_for
from eunion.booking.services.pay import purpose_of
from eunion.channels.wechat.models import Payment, Reconciliation, Refund
from eunion.kernel import audit, crypto
from eunion.kernel.console import paged, workbook
from eunion.kernel.errors import DomainError
from eunion.kernel.fields import masked_phone
from eunion.registry import codes
from eunion.registry.scope import signed_in

PHONE_DIGITS, TAIL_DIGITS = 11, 4
# Phones are encrypted: the last digits are looked for in this many rows of the sheet.
LOOKED_AT = 5000
AT_ONCE_MOST = 500
HEADS = ("序号", "姓名", "手机号", "状态", "名额", "报名时间", "付款时间", "候补序号", "编号")
# Where a cell begins with one of these, spreadsheets would run it.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def _rows(session: Session, state: str) -> QuerySet[Claim]:
    """Return a session's claims: who is on the sheet (''), or those of one state; the waiting list in its own order."""
    rows = Claim.objects.filter(session=session).select_related("member", "share__union")
    # Who is on the sheet is also what the index of a session's claims holds.
    rows = rows.filter(state=state) if state in Claim.State.values else rows.living()
    return (
        rows.order_by("share_id", "waiting_number")
        if state == Claim.State.WAITING
        else rows.order_by("arrival")
    )


def _searched(rows: QuerySet[Claim], query: str) -> Any:
    """Keep a whole phone, the last four digits of one, an arrival number, a name or a claim's number."""
    word = codes.half_width(query).strip()
    if not word:
        return rows
    if word.isdecimal() and len(word) == PHONE_DIGITS:
        return rows.filter(member__phone_index=crypto.blind_index(word, "phone"))
    if word.isdecimal() and len(word) == TAIL_DIGITS:
        return [one for one in rows[:LOOKED_AT] if one.member.phone.endswith(word)]
    if word.isdecimal() and len(word) < TAIL_DIGITS:
        return rows.filter(arrival=int(word))
    return rows.filter(member__name__contains=word) | rows.filter(public_id__startswith=word.lower())


def _shown(claim: Claim) -> dict[str, Any]:
    return {"claim": claim, "member": claim.member, "phone": masked_phone(claim.member.phone)}


@require_GET
@may_see_claims
def sheet(request: HttpRequest, public_id: str) -> HttpResponse:
    """GET /admin/offerings/sessions/<id>/?state=…&q=…: the sheet, masked."""
    return _sheet(request, session_of(request, public_id))


def _sheet(request: HttpRequest, session: Session, **wrong: str) -> HttpResponse:
    """Show the sheet; after an error with what was ticked and typed, and `cancel_error` or `export_error` beside it."""
    state = request.GET.get("state", "")
    context = paged(request, _searched(_rows(session, state), request.GET.get("q", "")))
    counts = dict(
        Claim.objects.filter(session=session).living().order_by().values_list("state").annotate(Count("id"))
    )
    context |= {
        "session": session,
        "offering": session.offering,
        "rows": [_shown(claim) for claim in context["pager"]],
        "state": state,
        "states": [(value, label, counts.get(value)) for value, label in Claim.State.choices],
        "total": sum(counts.values()),
        "may_cancel": request.user.has_perm("booking.change_claim"),
        "may_unmask": request.user.has_perm("registry.unmask_member"),
        "here": request.GET.urlencode(),
        "ticked": request.POST.getlist("claim"),
        "typed": request.POST.get("reason", ""),
        **wrong,
    }
    return render(request, "booking/admin/sheet.html", context, status=422 if wrong else 200)


@require_GET
@may_see_claims
def sign_in_sheet(request: HttpRequest, public_id: str) -> HttpResponse:
    """GET …/print/: who has a place, with a column to sign in."""
    session = session_of(request, public_id)
    rows = _rows(session, "").filter(state__in=PLACED)
    context = {"session": session, "offering": session.offering, "rows": [_shown(claim) for claim in rows]}
    return render(request, "booking/admin/sign_in_sheet.html", context)


@require_POST
@permission_required("booking.change_claim", raise_exception=True)
def cancel(request: HttpRequest, public_id: str) -> HttpResponse:
    """POST …/cancel/: take the ticked claims back, with a reason; what can't be taken back is named and left."""
    session, sent = session_of(request, public_id), request.POST
    ids = [one for one in sent.getlist("claim") if one][:AT_ONCE_MOST]
    rows = Claim.objects.filter(session=session, public_id__in=ids).select_related("member").order_by("pk")
    done, reason = 0, sent.get("reason", "")
    if not ids:
        return _sheet(request, session, cancel_error="还没有勾选要取消的人。")
    if len(reason.strip()) < REASON_MIN:
        return _sheet(request, session, cancel_error="请写明取消原因，至少 4 个字。还没有取消任何人。")
    for claim in rows:
        try:
            cancel_for(claim=claim, user=signed_in(request), reason=reason)
            done += 1
        except DomainError as problem:
            flash.error(request, f"{claim.member}：{problem.message}")
    if done:
        flash.success(request, f"已取消 {done} 人的报名，空出的名额先给候补的人。")
    here = request.GET.urlencode()
    return redirect(reverse("booking_sheet", args=[public_id]) + (f"?{here}" if here else ""))


@require_POST
@permission_required("booking.export_claim", raise_exception=True)
def export(request: HttpRequest, public_id: str) -> HttpResponse:
    """POST …/export/: the sheet as XLSX or CSV; whole phones only with the right to unmask, and a reason. Logged."""
    session, sent = session_of(request, public_id), request.POST
    full, reason = bool(sent.get("full")), sent.get("reason", "").strip()[:200]
    if full and not (request.user.has_perm("registry.unmask_member") and len(reason) >= REASON_MIN):
        problem = "导出完整手机号要有“查看完整号码”的权限，并写明原因（至少 4 个字）。"
        return _sheet(request, session, export_error=problem)
    rows, kind = _rows(session, sent.get("state", "")), "csv" if sent.get("format") == "csv" else "xlsx"
    data = {"rows": rows.count(), "format": kind, "full": full, "reason": reason}
    audit.record(actor=signed_in(request), action="booking.export", target=session, data=data)
    lines = _lines(rows, full)
    if kind == "xlsx":
        return workbook("booking", "名单", HEADS, lines)
    response = HttpResponse(_csv(lines), content_type="text/csv; charset=utf-8")
    name = f"booking-{timezone.localdate():%Y%m%d}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response


def _lines(rows: QuerySet[Claim], full: bool) -> Iterator[tuple[Any, ...]]:
    for claim in rows.iterator(chunk_size=2000):
        phone = claim.member.phone
        yield (
            claim.arrival,
            claim.member.name,
            phone if full else masked_phone(phone),
            claim.get_state_display(),
            claim.share.union.name if claim.share else "公共",
            _moment(claim.created_at),
            _moment(claim.paid_at),
            claim.waiting_number or "",
            claim.public_id,
        )


def _moment(at: Any) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M:%S}" if at else ""


def _csv(lines: Iterable[tuple[Any, ...]]) -> bytes:
    """Return the lines for Excel, which wants a BOM; nothing that anyone typed runs as a formula."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(HEADS)
    for line in lines:
        writer.writerow([f"'{cell}" if str(cell).startswith(_FORMULA) else cell for cell in line])
    return buffer.getvalue().encode("utf-8-sig")


@require_GET
@may_see_claims
def money(request: HttpRequest, public_id: str) -> HttpResponse:
    """GET …/money/: what was paid for a session, what went back, and what the nightly comparison found."""
    session = session_of(request, public_id)
    ids = Claim.objects.filter(session=session).values_list("pk", flat=True)
    payments = Payment.objects.filter(purpose__in=[purpose_of(pk) for pk in ids])
    found = (
        payments.order_by()
        .values("state")
        .annotate(count=Count("id"), fen=Sum("amount_fen"), back=Sum("refunded_fen"))
    )
    sums = {row["state"]: row for row in found}
    days = {(one.merchant_id, timezone.localdate(one.paid_at)) for one in payments.exclude(paid_at=None)}
    checked = Reconciliation.objects.filter(
        merchant__in={merchant for merchant, _ in days}, day__in={day for _, day in days}
    )
    context = paged(request, payments.order_by("-id"))
    context |= {
        "session": session,
        "offering": session.offering,
        "sums": [(label, sums.get(value)) for value, label in Payment.State.choices],
        "back_fen": sum(row["back"] for row in sums.values()),
        "in_fen": sum(row["fen"] for state, row in sums.items() if state in ("paid", "refunded")),
        "failed": Refund.objects.filter(payment__in=payments, state=Refund.State.FAILED),
        "checked": checked,
        "unchecked": len(days) - checked.count(),
    }
    return render(request, "booking/admin/money.html", context)
