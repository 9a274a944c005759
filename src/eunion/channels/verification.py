"""The small files by which WeChat and WeCom see that a domain is ours: put into var/verify/, served at the root."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

BYTES_MAX = 1000


@require_GET
def verify_file(request: HttpRequest, name: str) -> HttpResponse:
    """GET /<name>.txt: a file that the operator has put there, never one that a caller names at will."""
    path = settings.VERIFY_ROOT / f"{name}.txt"
    try:
        content = path.read_bytes()[:BYTES_MAX]
    except OSError:
        raise Http404 from None
    return HttpResponse(content, content_type="text/plain; charset=utf-8")
