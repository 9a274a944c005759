"""One case on the desk: the form beside the papers with what was read on them, the course, and what may be done."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import permission_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET, require_POST

from eunion.cases import documents, policies, selectors, shown
from eunion.cases.application import application_of
from eunion.cases.backoffice.lists import may_view
from eunion.cases.models import Case
from eunion.cases.reading.checks import NAMES
from eunion.kernel import audit, papers
from eunion.registry.scope import signed_in

REASON_MIN = 4
# What the OCR may have read, in a clerk's words.
LABELS = NAMES | {"bank": "开户行", "diagnosis": "诊断", "issued": "开票日期", "valid_until": "有效期至"}


def case_of(request: HttpRequest, public_id: str) -> Case:
    """Return a case that the person may see, or answer 404."""
    rows = policies.seen_by(signed_in(request)).select_related("member", "union", "desk", "owner", "user")
    return get_object_or_404(rows, public_id=public_id)


@require_GET
@may_view
def one(request: HttpRequest, public_id: str) -> HttpResponse:
    """GET /admin/cases/<id>/: everything of a case, numbers masked. Who looked is written down."""
    case = case_of(request, public_id)
    audit.record(actor=signed_in(request), action="cases.see", target=case)
    return shown_to(request, case)


def shown_to(request: HttpRequest, case: Case, **more: Any) -> HttpResponse:
    """Show the workbench; after a refusal with the words that were typed."""
    user, application = signed_in(request), application_of(case)
    errors = more.get("errors") or {}
    stage = case.stage
    typed = more.get("typed") or (case.service.record_begins(case, stage) if stage else {})
    context: dict[str, Any] = {
        "case": case,
        "service": case.service,
        "stage": stage,
        "lines": shown.lines(list(case.service.fields()), application.typed),
        "papers": _papers(case, application),
        "findings": application.findings() if case.state != Case.State.DRAFT else [],
        "computed": case.service.computed(application),
        "events": [
            (event, _record(case, event)) for event in case.events.select_related("actor").order_by("-number")
        ],
        "steps": selectors.steps(case),
        "may_decide": case.state in ("open", "mending") and policies.may_decide(user, case),
        "may_assign": user.has_perm("cases.assign_case"),
        "may_unmask": user.has_perm("cases.unmask_case"),
        "colleagues": selectors.colleagues(user) if user.has_perm("cases.assign_case") else [],
        "record": shown.record_fields(stage, typed, errors) if stage else [],
        "stage_papers": _stage_papers(case),
        "documents": [one for one in case.service.documents if shown.available(case, one)],
        **case.service.desk_context(case, user),
        **more,
    }
    return render(request, "cases/admin/case.html", context, status=more.get("status", 200))


def _papers(case: Case, application: Any) -> list[dict[str, Any]]:
    """Return every material with its pages and what the OCR read on each, boxes as shares of the page."""
    found = []
    for material in (
        *case.service.materials,
        *(one for stage in case.service.stages for one in stage.materials),
    ):
        pages = [{"page": page, "read": _boxes(page.read)} for page in application.pages_of(material.name)]
        if pages:
            found.append({"material": material, "pages": pages})
    return found


def _boxes(read: dict[str, Any]) -> list[dict[str, Any]]:
    width, height = read.get("size") or (1, 1)
    boxes = []
    for name, found in (read.get("fields") or {}).items():
        left, top, right, bottom = _bounds(found["box"])
        boxes.append(
            {
                "name": name,
                "label": LABELS.get(name, name),
                "text": found["text"],
                "score": round(found["score"] * 100),
                "style": f"left:{left / width:.2%};top:{top / height:.2%};width:{(right - left) / width:.2%};height:{(bottom - top) / height:.2%}",
            }
        )
    return boxes


def _bounds(box: Any) -> tuple[float, float, float, float]:
    """Return left, top, right, bottom of a box that is given as such or as corners."""
    if box and isinstance(box[0], list | tuple):
        across, down = [point[0] for point in box], [point[1] for point in box]
        return min(across), min(down), max(across), max(down)
    left, top, right, bottom = box
    return left, top, right, bottom


def _stage_papers(case: Case) -> list[shown.Slot]:
    stage = case.stage
    if stage is None:
        return []
    pages = list(case.pages.filter(removed_at=None, material__in=[one.name for one in stage.materials]))
    return [
        shown.Slot(one, [page for page in pages if page.material == one.name], one.most)
        for one in stage.materials
    ]


def _record(case: Case, event: Any) -> Any:
    stage = case.service.stage(event.stage_name) if event.stage_name and event.typed else None
    return shown.lines(list(stage.record), event.record) if stage else []


@require_POST
@permission_required("cases.unmask_case", raise_exception=True)
@transaction.atomic
def unmask(request: HttpRequest, public_id: str) -> JsonResponse:
    """POST …/unmask/ (reason): the whole numbers; who looked and why is written down."""
    case, reason = case_of(request, public_id), request.POST.get("reason", "").strip()
    if len(reason) < REASON_MIN:
        return JsonResponse({"title": "请写明查看完整号码的原因，它会记入日志。"}, status=422)
    audit.record(actor=signed_in(request), action="cases.unmask", target=case, data={"reason": reason[:200]})
    whole = shown.lines(list(case.service.fields()), case.answers, mask=False)
    answer = JsonResponse({"lines": [[field.label, text] for field, text, rows in whole if text]})
    answer["Cache-Control"] = "no-store"
    return answer


@require_GET
@may_view
def printed(request: HttpRequest, public_id: str) -> HttpResponse:
    """GET …/print/: the case as PDF, numbers masked."""
    from django.template.loader import render_to_string

    case = case_of(request, public_id)
    audit.record(actor=signed_in(request), action="cases.print", target=case)
    html = render_to_string(
        "cases/papers/case.html",
        {
            "case": case,
            "service": case.service,
            "lines": shown.lines(list(case.service.fields()), case.answers),
            "events": case.events.select_related("actor").order_by("number"),
            "pages": case.pages.filter(removed_at=None),
        },
    )
    response = HttpResponse(papers.pdf(html), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{case.number}.pdf"'
    response["Cache-Control"] = "private, no-store"
    return response


@require_GET
@may_view
def document(request: HttpRequest, public_id: str, name: str) -> HttpResponse:
    """GET …/documents/<name>/: a paper that comes out of a case."""
    case = case_of(request, public_id)
    declared = next((one for one in case.service.documents if one.name == name), None)
    if declared is None:
        raise Http404
    audit.record(actor=signed_in(request), action="cases.print", target=case, data={"document": name})
    return documents.answer(case, declared)
