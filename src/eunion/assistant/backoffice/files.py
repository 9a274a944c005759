"""Knowledge in and out of the console as files: looked at first, then taken in whole or not at all."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages as flash
from django.contrib.auth.decorators import permission_required
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from eunion.assistant.backoffice.listing import XLSX, download
from eunion.assistant.errors import BadFile
from eunion.assistant.services import imports
from eunion.kernel.errors import DomainError
from eunion.registry.scope import signed_in

SALT = "assistant.import"
# What was read travels in the form between looking and taking in, so that any process may answer the second step.
HELD_MAX = 2_000_000
HELD_FOR_S = 3600
SHOWN = 200


@require_http_methods(["GET", "POST"])
@permission_required("assistant.add_knowledgeentry", raise_exception=True)
def import_file(request: HttpRequest) -> HttpResponse:
    """GET or POST /admin/knowledge-import/: choose a file, see what it would change, take it in."""
    context: dict[str, Any] = {}
    if request.method == "POST":
        try:
            if request.POST.get("do") == "import":
                return _take_in(request)
            context = _look(request)
        except DomainError as error:
            context = {"error": error.message, "wrong": error.detail.get("rows", [])}
    return render(request, "assistant/admin/import.html", context)


def _look(request: HttpRequest) -> dict[str, Any]:
    file = request.FILES.get("file")
    if file is None:
        raise BadFile("请先选文件。")
    looked = imports.look(name=file.name or "", content=file.read(), user=signed_in(request))
    text = json.dumps(looked.rows, ensure_ascii=False, default=str)
    held = signing.dumps([file.name, signed_in(request).pk, text], salt=SALT, compress=True)
    if len(held) > HELD_MAX:
        raise BadFile("文件太大，请分成几份导入。")
    return {"looked": looked, "shown": looked.verdicts[:SHOWN], "held": held, "file_name": file.name}


def _take_in(request: HttpRequest) -> HttpResponse:
    try:
        name, user, text = signing.loads(request.POST.get("held", ""), salt=SALT, max_age=HELD_FOR_S)
    except signing.BadSignature:
        raise BadFile("这次导入已经过期，请重新选文件。") from None
    if user != signed_in(request).pk:
        raise BadFile("请重新选文件。")
    done = imports.import_file(name="held.json", content=text.encode(), user=signed_in(request))
    flash.success(
        request,
        f"《{name}》已导入：新增 {done.added} 条，变更 {done.changed} 条，无变化 {done.same} 条。新的内容待两人审核后启用。",
    )
    return redirect("knowledge:list")


@require_GET
@permission_required("assistant.view_knowledgeentry", raise_exception=True)
def export(request: HttpRequest, kind: str) -> HttpResponse:
    """GET /admin/knowledge-export/xlsx|json/: what speaks and lies in the person's scope."""
    content = imports.export_entries(user=signed_in(request), kind=kind)
    name = f"knowledge-{timezone.localdate():%Y%m%d}.{kind}"
    return download(content, name, "application/json" if kind == "json" else XLSX)
