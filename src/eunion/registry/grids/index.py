"""Point → grid: one STRtree a process, made anew when a grid has changed."""

from __future__ import annotations

import threading

import shapely
from shapely.geometry import shape

from eunion.registry.models import Grid

_lock = threading.Lock()
_kept: tuple[object, shapely.STRtree, list[int]] | None = None


def grid_at(lon: float, lat: float) -> Grid | None:
    """Return the grid that holds a WGS-84 point, or None outside of all grids."""
    tree, ids = _tree()
    found = tree.query(shapely.Point(lon, lat), predicate="intersects")
    return Grid.objects.filter(pk=ids[min(found)]).first() if len(found) else None


def _tree() -> tuple[shapely.STRtree, list[int]]:
    """Return the tree of this process; one small query tells whether it is still right."""
    global _kept  # noqa: PLW0603
    version = Grid.objects.version()
    with _lock:
        if _kept is None or _kept[0] != version:
            rows = list(Grid.objects.order_by("id").values_list("id", "boundary"))
            shapes = [shape(boundary) for _, boundary in rows]
            _kept = (version, shapely.STRtree(shapes), [pk for pk, _ in rows])
        return _kept[1], _kept[2]
