"""Staff screens of the reach: all broadcasts, one on its way, reach by grid as table, map and spreadsheet."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import xlsxwriter
from django.conf import settings
from django.contrib.auth.decorators import permission_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from eunion.broadcast import plan, quiet, selectors, services
from eunion.broadcast.models import Broadcast, Delivery, Notice
from eunion.channels.base import LABELS
from eunion.kernel.errors import Invalid
from eunion.registry.models import Grid, Union
from eunion.registry.scope import scope_of, signed_in

PAGE_SIZE = 25
CHANGES: dict[str, Callable[..., None]] = {
    "pause": services.pause,
    "resume": services.resume,
    "cancel": services.cancel,
}
may_view = permission_required("broadcast.view_broadcast", raise_exception=True)


@require_GET
@may_view
def index(request: HttpRequest) -> HttpResponse:
    """GET /admin/broadcasts/?q=…&state=…: newest first."""
    found = Broadcast.objects.select_related("created_by")
    query, state = request.GET.get("q", "").strip(), request.GET.get("state", "")
    if query:
        found = found.filter(title__icontains=query)
    if state in Broadcast.State.values:
        found = found.filter(state=state)
    pager = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"pager": pager, "query": query, "state": state, "states": Broadcast.State.choices}
    return render(request, "broadcast/admin/index.html", context)


def _progress(request: HttpRequest, broadcast: Broadcast) -> dict[str, Any]:
    return {
        "broadcast": broadcast,
        "rows": selectors.progress(broadcast),
        "pace": selectors.pace(broadcast),
        "waits": broadcast.state == Broadcast.State.SENDING
        and quiet.seconds_until_allowed(timezone.now(), urgent=broadcast.urgent) > 0,
        "quiet_until": settings.QUIET_UNTIL_HOUR,
        "may_change": request.user.has_perm("broadcast.change_broadcast"),
    }


@require_GET
@may_view
def detail(request: HttpRequest, broadcast_id: int) -> HttpResponse:
    """GET /admin/broadcasts/<id>/: live progress, and reach by grid; ?part=progress for the live part alone."""
    broadcast = get_object_or_404(Broadcast.objects.select_related("notice", "created_by"), pk=broadcast_id)
    context = _progress(request, broadcast)
    if request.GET.get("part") == "progress":
        return render(request, "broadcast/admin/progress.html", context)
    return render(request, "broadcast/admin/detail.html", {**context, "labels": Delivery.State.choices})


def _grid_rows(request: HttpRequest, broadcast: Broadcast) -> list[dict[str, Any]]:
    grids = Grid.objects.visible_to(scope_of(signed_in(request)))
    return selectors.by_grid(broadcast, grids)


@require_GET
@may_view
def reach(request: HttpRequest, broadcast_id: int) -> HttpResponse:
    """GET …/reach/: the table by grid, weakest first, with what the map colours."""
    broadcast = get_object_or_404(Broadcast, pk=broadcast_id)
    rows = _grid_rows(request, broadcast)
    rows.sort(key=lambda row: (row["reached_percent"] is None, row["reached_percent"], row["grid"].code))
    shares = {row["grid"].pk: row["reached_percent"] for row in rows}
    pager = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(
        request, "broadcast/admin/reach.html", {"broadcast": broadcast, "pager": pager, "shares": shares}
    )


@require_GET
@may_view
def export(request: HttpRequest, broadcast_id: int) -> HttpResponse:
    """GET …/export/: reach by grid as XLSX, within the person's scope."""
    broadcast = get_object_or_404(Broadcast, pk=broadcast_id)
    titles = ["网格编号", "网格", "街道", "应知会员", "未触达", "触达率 %", *Delivery.State.labels]
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        sheet = book.add_worksheet("按网格")
        sheet.write_row(0, 0, titles, book.add_format({"bold": True}))
        for place, row in enumerate(_grid_rows(request, broadcast), 1):
            grid = row["grid"]
            street = grid.subdistrict.name if grid.subdistrict else ""
            counts = [row[state] for state in Delivery.State.values]
            head = [grid.code, grid.name, street, row["audience"], row["missed"], row["reached_percent"]]
            sheet.write_row(place, 0, [*head, *counts])
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, 2, 18)
    response = HttpResponse(
        buffer.getvalue(), content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    )
    name = f"reach-{broadcast.pk}-{timezone.localdate():%Y%m%d}.xlsx"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require_POST
def change(request: HttpRequest, broadcast_id: int, verb: str) -> HttpResponse:
    """POST …/pause|resume|cancel/; the service asks for the permission."""
    broadcast = get_object_or_404(Broadcast, pk=broadcast_id)
    if verb not in CHANGES:
        raise Invalid
    CHANGES[verb](broadcast=broadcast, user=signed_in(request))
    return redirect("broadcast_detail", broadcast_id=broadcast.pk)


@require_GET
@permission_required("wagtailadmin.access_admin", raise_exception=True)
def audience_count(request: HttpRequest) -> JsonResponse:
    """GET …/audience-count/?audience_unions=…: how many each channel would reach, for the editor's preview."""
    read = request.GET.getlist
    ids = [int(one) for one in read("audience_unions") if one.isdecimal()]
    audience = plan.Audience(
        union_paths=list(Union.objects.filter(pk__in=ids).values_list("path", flat=True)),
        grid_ids=[int(one) for one in read("audience_grids") if one.isdecimal()],
        tags=[tag.strip() for tag in request.GET.get("audience_tags", "").split(",") if tag.strip()],
        certified=request.GET.get("audience_certified") or Notice.Certified.ANY,
    )
    channels = [name for name in read("channels") if name in plan.CHANNELS]
    counts = plan.count(audience=audience, channels=channels)
    text = "；".join(
        f"{LABELS[name]} {count:,} {'个群' if name == 'community' else '人'}"
        for name, count in counts.items()
    )
    return JsonResponse({"counts": counts, "text": text or "请先选渠道"})
