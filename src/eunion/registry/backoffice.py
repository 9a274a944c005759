"""Staff screens of the registry: unions, grids, members, rosters."""

from __future__ import annotations

import contextlib
from typing import Any

from django.contrib.auth.decorators import permission_required
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.models import ModelLogEntry

from eunion.kernel import audit, crypto, fields
from eunion.kernel.errors import DomainError
from eunion.registry import codes, selectors, services
from eunion.registry.errors import GridsRefused
from eunion.registry.grids import apply
from eunion.registry.models import (
    Grid,
    GridAssignment,
    Member,
    Membership,
    Officer,
    ResidentsGroup,
    RosterImport,
    RosterRow,
    StaffScope,
    Union,
)
from eunion.registry.roster import files
from eunion.registry.scope import scope_of, signed_in
from eunion.registry.viewsets import ScopedViewSet

PAGE_SIZE = 50
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _download(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response


class UnionViewSet(ScopedViewSet):
    """工会: searched by name, address or code; limited to the person's subtree by the scope policy."""

    model = Union
    icon = "group"
    menu_label = "工会"
    menu_order = 310
    name = "unions"
    add_to_admin_menu = True
    copy_view_enabled = False
    list_display = ["name", "kind", "address", "phone"]
    list_filter = ["kind", "active"]
    list_export = ["name", "kind", "uscc", "address", "lon", "lat", "phone", "opening_hours"]
    search_fields = ["name", "address", "uscc"]
    search_backend_name = None
    list_per_page = PAGE_SIZE
    inspect_view_enabled = True
    panels = [
        FieldPanel("name"),
        FieldPanel("kind"),
        FieldPanel("uscc"),
        MultiFieldPanel([FieldPanel("address"), FieldPanel("lon"), FieldPanel("lat")], heading="位置"),
        FieldPanel("phone"),
        FieldPanel("opening_hours"),
        FieldPanel("active"),
    ]


class GridViewSet(ScopedViewSet):
    """网格, limited to those given to the person and those of their subdistricts."""

    model = Grid
    icon = "table"
    menu_label = "网格"
    menu_order = 320
    name = "grids"
    add_to_admin_menu = True
    copy_view_enabled = False
    list_display = ["code", "name", "subdistrict", "area_km2"]
    list_filter = ["subdistrict"]
    list_export = ["code", "name", "subdistrict", "area_km2"]
    search_fields = ["code", "name"]
    search_backend_name = None
    list_per_page = PAGE_SIZE
    panels = [FieldPanel("name"), FieldPanel("subdistrict")]


def _found_members(request: HttpRequest) -> QuerySet[Member]:
    """Return the members in scope that the filters keep; numbers are matched whole, by their blind index."""
    found = Member.objects.visible_to(scope_of(signed_in(request))).order_by("-id")
    query = codes.half_width(request.GET.get("q", ""))
    if len(query) == 18 and query[:17].isdecimal():
        found = found.filter(id_number_index=crypto.blind_index(query.upper(), "id_number"))
    elif len(query) == 11 and query.isdecimal():
        found = found.filter(phone_index=crypto.blind_index(query, "phone"))
    elif query:
        found = found.filter(name__startswith=query)
    if request.GET.get("certification") in Member.Certification.values:
        found = found.filter(certification=request.GET["certification"])
    if request.GET.get("tag"):
        found = found.filter(tags__contains=[request.GET["tag"]])
    if request.GET.get("union", "").isdecimal():
        union = get_object_or_404(Union, pk=request.GET["union"])
        inside = Membership.objects.filter(union__path__startswith=union.path, left_on=None)
        found = found.filter(pk__in=inside.values("member_id"))
    return found


@require_GET
@permission_required("registry.view_member", raise_exception=True)
def members(request: HttpRequest) -> HttpResponse:
    """GET /admin/members/: members in scope, masked."""
    found = _found_members(request).select_related("grid").prefetch_related("memberships__union")
    pager = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    rows = [_shown(member) for member in pager]
    kept = request.GET.copy()
    kept.pop("page", None)
    context = {
        "pager": pager,
        "rows": rows,
        "kept": kept.urlencode(),
        "states": Member.Certification.choices,
        "tags": selectors.tags_in_use(),
        "unions": Union.objects.visible_to(scope_of(signed_in(request))).exclude(kind=Union.Kind.GRASSROOTS),
        "asked": request.GET,
    }
    return render(request, "registry/admin/members.html", context)


def _shown(member: Member) -> dict[str, Any]:
    return {
        "member": member,
        "id_number": fields.masked_id_number(member.id_number),
        "phone": fields.masked_phone(member.phone),
        "unions": [one.union for one in member.memberships.all() if not one.left_on],
    }


@require_http_methods(["GET", "POST"])
@permission_required("registry.view_member", raise_exception=True)
def member(request: HttpRequest, public_id: str) -> HttpResponse:
    """GET or POST /admin/members/<id>/: one member; a POST unmasks (once, with a reason) or certifies."""
    found = get_object_or_404(Member.objects.visible_to(scope_of(signed_in(request))), public_id=public_id)
    context: dict[str, Any] = {
        **_shown(found),
        "memberships": found.memberships.select_related("union"),
        "history": ModelLogEntry.objects.for_instance(found)
        .select_related("user")
        .order_by("-timestamp")[:50],
    }
    if request.method == "POST":
        try:
            if request.POST.get("do") == "unmask":
                context["full"] = services.unmask(
                    member=found, reason=request.POST.get("reason", ""), user=signed_in(request)
                )
            else:
                accepted = request.POST.get("do") == "certify"
                services.certify(member=found, accepted=accepted, user=signed_in(request))
                return redirect("registry_member", public_id=public_id)
        except DomainError as error:
            context["error"] = error.message
    return render(request, "registry/admin/member.html", context)


@require_POST
@permission_required("registry.export_roster", raise_exception=True)
def export_roster(request: HttpRequest) -> HttpResponse:
    """POST /admin/members/export/: the members found, as a roster with full numbers; logged."""
    chosen = _found_members(request)
    inside = Membership.objects.filter(member__in=chosen, left_on=None).select_related(
        "member__grid", "union"
    )
    union = Union.objects.visible_to(scope_of(signed_in(request))).order_by("depth").first()
    if union:
        audit.record(
            actor=signed_in(request),
            action="registry.export_roster",
            target=union,
            data={"rows": inside.count(), "filters": sorted(set(request.GET) - {"q"})},
        )
    name = f"roster-{timezone.localdate():%Y%m%d}.xlsx"
    return _download(files.export(inside.order_by("member_id").iterator(chunk_size=2000)), name)


@require_http_methods(["GET", "POST"])
@permission_required("registry.import_roster", raise_exception=True)
def rosters(request: HttpRequest) -> HttpResponse:
    """GET /admin/rosters/: earlier imports and the upload form; POST uploads one."""
    scope, error = scope_of(signed_in(request)), ""
    unions = Union.objects.visible_to(scope).order_by("path")
    if request.method == "POST":
        file = request.FILES.get("file")
        try:
            roster = services.upload_roster(
                union=get_object_or_404(unions, pk=request.POST.get("union") or 0),
                file_name=file.name or "" if file else "",
                content=file.read() if file else b"",
                user=signed_in(request),
            )
            return redirect("registry_roster", roster_id=roster.pk)
        except DomainError as problem:
            error = problem.message
    found = RosterImport.objects.visible_to(scope).select_related("created_by", "union")
    pager = Paginator(found, 20).get_page(request.GET.get("page"))
    top = [one for one in unions if one.kind != Union.Kind.GRASSROOTS] or list(unions)
    return render(request, "registry/admin/rosters.html", {"pager": pager, "unions": top, "error": error})


@require_GET
@permission_required("registry.import_roster", raise_exception=True)
def roster_template(request: HttpRequest) -> HttpResponse:
    """GET /admin/rosters/template/."""
    return _download(files.template(), "roster-template.xlsx")


def _roster(request: HttpRequest, roster_id: int) -> RosterImport:
    visible = RosterImport.objects.visible_to(scope_of(signed_in(request)))
    return get_object_or_404(visible.select_related("union", "created_by"), pk=roster_id)


@require_GET
@permission_required("registry.import_roster", raise_exception=True)
def roster(request: HttpRequest, roster_id: int) -> HttpResponse:
    """GET /admin/rosters/<id>/: progress, counts, what would change, what can't be taken; ?part=live for polling."""
    found = _roster(request, roster_id)
    context = {"roster": found, "counts": selectors.roster_counts(found)}
    if request.GET.get("part") == "live":
        return render(request, "registry/admin/roster_live.html", context)
    for action in ("reject", "change"):
        rows = RosterRow.objects.filter(roster=found, action=action).order_by("number")
        context[action] = Paginator(rows, PAGE_SIZE).get_page(request.GET.get(action))
    return render(request, "registry/admin/roster.html", context)


@require_GET
@permission_required("registry.import_roster", raise_exception=True)
def roster_rejects(request: HttpRequest, roster_id: int) -> HttpResponse:
    """GET /admin/rosters/<id>/rejects/: the rejected rows and why, as XLSX."""
    found = _roster(request, roster_id)
    rows = RosterRow.objects.filter(roster=found, action="reject").order_by("number")
    return _download(files.rejects(rows.iterator(chunk_size=2000)), f"rejects-{found.pk}.xlsx")


@require_POST
def roster_change(request: HttpRequest, roster_id: int, verb: str) -> HttpResponse:
    """POST /admin/rosters/<id>/confirm|cancel/; the service asks for the permission."""
    change = {"confirm": services.confirm_roster, "cancel": services.cancel_roster}[verb]
    change(roster=_roster(request, roster_id), user=signed_in(request))
    return redirect("registry_roster", roster_id=roster_id)


@require_http_methods(["GET", "POST"])
@permission_required("registry.add_grid", raise_exception=True)
def grid_import(request: HttpRequest) -> HttpResponse:
    """GET or POST /admin/grids-import/: look at a file of grids, then import it whole or not at all."""
    context: dict[str, Any] = {"gcj02": request.POST.get("system") == "gcj02"}
    file = request.FILES.get("file")
    if request.method == "POST":
        content = file.read() if file else b""
        try:
            if request.POST.get("do") == "import":
                context["report"] = apply.import_grids(
                    content=content, gcj02=context["gcj02"], user=signed_in(request)
                )
                context["imported"] = True
            else:
                context["report"] = apply.look(content=content, gcj02=context["gcj02"])
        except GridsRefused as error:
            context["error"] = error.message
            with contextlib.suppress(GridsRefused):
                context["report"] = apply.look(content=content, gcj02=context["gcj02"])
    return render(request, "registry/admin/grid_import.html", context)


class StaffScopeViewSet(ModelViewSet):
    """管理范围: which unions a staff member may see; what they may do comes from their roles."""

    model = StaffScope
    icon = "lock"
    menu_label = "管理范围"
    menu_order = 600
    name = "scopes"
    add_to_settings_menu = True
    copy_view_enabled = False
    list_display = ["user", "union"]
    panels = [FieldPanel("user"), FieldPanel("union")]


class OfficerViewSet(ScopedViewSet):
    """工会干部: whom workers may turn to; shown on the union's member page."""

    model = Officer
    icon = "user"
    menu_label = "工会干部"
    menu_order = 315
    name = "officers"
    add_to_admin_menu = True
    copy_view_enabled = False
    list_display = ["name", "title", "union", "phone"]
    list_export = ["name", "title", "union", "phone"]
    search_fields = ["name", "union__name"]
    search_backend_name = None
    list_per_page = PAGE_SIZE
    panels = [FieldPanel(name) for name in ("union", "name", "title", "phone", "sort_order")]


class ResidentsGroupViewSet(ScopedViewSet):
    """居民群: the groups of the grids at the community platform."""

    model = ResidentsGroup
    icon = "comment"
    menu_label = "居民群"
    menu_order = 322
    name = "residents-groups"
    add_to_admin_menu = True
    copy_view_enabled = False
    list_display = ["name", "grid", "member_count", "active"]
    list_filter = ["active"]
    list_export = ["external_id", "name", "grid", "member_count", "active"]
    search_fields = ["name", "external_id", "grid__code"]
    search_backend_name = None
    list_per_page = PAGE_SIZE
    panels = [FieldPanel(name) for name in ("grid", "external_id", "name", "member_count", "active")]


class GridAssignmentViewSet(ModelViewSet):
    """网格员分工: which grids a grid worker looks after."""

    model = GridAssignment
    icon = "user"
    menu_label = "网格员分工"
    menu_order = 610
    name = "grid-workers"
    add_to_settings_menu = True
    copy_view_enabled = False
    list_display = ["user", "grid"]
    panels = [FieldPanel("user"), FieldPanel("grid")]
