"""Member screens: find one's union, see where it is and whom to ask."""

from __future__ import annotations

import hashlib
import json

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.http import urlencode
from django.views.decorators.http import condition, require_GET

from eunion.registry import geodesy, selectors
from eunion.registry.models import Grid, Union

PAGE_SIZE = 20
DIGITS = 5


def _near(request: HttpRequest) -> tuple[float, float] | None:
    """Return the place that the person's phone gave, or None."""
    try:
        lon, lat = float(request.GET.get("lon", "")), float(request.GET.get("lat", ""))
    except ValueError:
        return None
    return (lon, lat) if -180 <= lon <= 180 and -90 <= lat <= 90 else None


@require_GET
def unions(request: HttpRequest) -> HttpResponse:
    """GET /unions/?q=…&lon=…&lat=…: unions by name or address, nearest first where the phone says where it is."""
    query, near = request.GET.get("q", "").strip()[:40], _near(request)
    pager = Paginator(selectors.find_unions(query, near), PAGE_SIZE).get_page(request.GET.get("page"))
    kept = urlencode([(name, request.GET[name]) for name in ("q", "lon", "lat") if request.GET.get(name)])
    part = "registry/union_items.html" if request.headers.get("HX-Request") else "registry/unions.html"
    return render(request, part, {"tab": "home", "pager": pager, "query": query, "near": near, "kept": kept})


def _route_url(union: Union) -> str:
    """Return a link that opens the phone's map with the way there (AMap's URI API, GCJ-02)."""
    lon, lat = geodesy.to_gcj02(union.lon or 0, union.lat or 0)
    query = {
        "to": f"{lon:.6f},{lat:.6f},{union.name}",
        "mode": "bus",
        "coordinate": "gaode",
        "callnative": "1",
    }
    return f"https://uri.amap.com/navigation?{urlencode(query)}"


@require_GET
def union(request: HttpRequest, public_id: str) -> HttpResponse:
    """GET /unions/<id>/: address, hours, telephone, people, map and way."""
    found = get_object_or_404(Union, public_id=public_id, active=True)
    placed = found.lon is not None and found.lat is not None
    context = {
        "tab": "home",
        "union": found,
        "officers": found.officers.all(),
        "route": _route_url(found) if placed else "",
        "tiles": settings.MAP_TILE_URL,
        "point": [found.lat, found.lon] if placed else None,
    }
    return render(request, "registry/union.html", context)


def _outlines_etag(request: HttpRequest) -> str:
    return hashlib.md5(repr(Grid.objects.version()).encode()).hexdigest()  # noqa: S324  a cache key


@require_GET
@condition(etag_func=_outlines_etag)
def outlines(request: HttpRequest) -> HttpResponse:
    """GET /grids/outlines.json: every grid's code, name and outline (about a metre exact), for maps."""
    rows = Grid.objects.values_list("id", "code", "name", "boundary")
    features = [
        {
            "type": "Feature",
            "id": pk,
            "properties": {"code": code, "name": name},
            "geometry": {"type": boundary["type"], "coordinates": _rounded(boundary["coordinates"])},
        }
        for pk, code, name, boundary in rows
    ]
    body = json.dumps(
        {"type": "FeatureCollection", "features": features}, ensure_ascii=False, separators=(",", ":")
    )
    return HttpResponse(body, content_type="application/geo+json")


def _rounded(coordinates: list[object]) -> list[object]:
    return [_rounded(one) if isinstance(one, list) else round(float(one), DIGITS) for one in coordinates]  # type: ignore[arg-type]
