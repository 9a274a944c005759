"""Papers that come out of a case: PDF by WeasyPrint, or DOCX of the same template (`word`)."""

from __future__ import annotations

from urllib.parse import quote

from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone

from eunion.cases import word
from eunion.cases.application import application_of
from eunion.cases.declaration import Document
from eunion.cases.errors import NoDocument
from eunion.cases.models import Case
from eunion.cases.shown import available, lines
from eunion.kernel import papers

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def made(case: Case, document: Document) -> bytes:
    """Return a document of a case. Raises NoDocument, PapersUnavailable."""
    if not available(case, document):
        raise NoDocument
    application = application_of(case)
    html = render_to_string(
        document.template,
        {
            "case": case,
            "service": case.service,
            "values": application.values,
            "lines": lines(list(case.service.fields()), case.answers, mask=False),
            "events": case.events.order_by("number"),
            "today": timezone.localdate(),
            **case.service.document_context(application),
        },
    )
    return word.docx(html) if document.name.endswith("docx") else papers.pdf(html)


def answer(case: Case, document: Document) -> HttpResponse:
    """Return a document to save. Raises NoDocument, PapersUnavailable."""
    is_docx = document.name.endswith("docx")
    response = HttpResponse(made(case, document), content_type=DOCX if is_docx else "application/pdf")
    name = quote(f"{document.label}-{case.number}.{'docx' if is_docx else 'pdf'}")
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    response["Cache-Control"] = "private, no-store"
    return response
