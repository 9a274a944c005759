"""Private files are given out by this alone, after a view has asked who it is: never sniffed, never run."""

from __future__ import annotations

from urllib.parse import quote

from django.db.models.fields.files import FieldFile
from django.http import FileResponse, Http404

# What a browser shows safely; anything else is saved.
SHOWN = frozenset(["application/pdf", "image/jpeg", "image/png", "image/webp", "image/gif"])


def served(file: FieldFile, name: str, mime: str) -> FileResponse:
    """Return a private file under a name for people. Raises Http404 when the file is gone."""
    try:
        response = FileResponse(file.open("rb"), content_type=mime)
    except FileNotFoundError:
        raise Http404 from None
    how = "inline" if mime in SHOWN else "attachment"
    response["Content-Disposition"] = f"{how}; filename*=UTF-8''{quote(name, safe='')}"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'; style-src 'unsafe-inline'"
    response["Cache-Control"] = "private, no-store"
    return response
