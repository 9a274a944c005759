"""Importing a map of grids: all of it, or nothing."""

from __future__ import annotations

from django.db import transaction

from eunion.kernel import audit
from eunion.kernel.errors import NotAllowed
from eunion.registry.errors import GridsRefused
from eunion.registry.grids import check, files
from eunion.registry.grids.check import Report
from eunion.registry.models import Grid, Union, User


def look(*, content: bytes, gcj02: bool) -> Report:
    """Return what a file holds and what is wrong with it; changes nothing. Raises GridsRefused if unreadable."""
    points = Union.objects.exclude(lon=None).exclude(lat=None).values_list("lon", "lat")
    return check.examine(files.read(content, gcj02=gcj02), known_points=list(points))


@transaction.atomic
def import_grids(*, content: bytes, gcj02: bool, user: User) -> Report:
    """Add the grids of a file and redraw those with known codes. Raises NotAllowed, GridsRefused (nothing changes)."""
    if not user.has_perm("registry.add_grid"):
        raise NotAllowed
    report = look(content=content, gcj02=gcj02)
    if report.refused or report.warnings:
        raise GridsRefused
    streets = {union.name: union for union in Union.objects.filter(kind=Union.Kind.SUBDISTRICT)}
    Grid.objects.bulk_create(
        [_grid(row, streets) for row in report.rows],
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["name", "subdistrict", "boundary", "lon", "lat", "area_km2", "updated_at"],
    )
    root = Union.get_first_root_node()
    if root:
        audit.record(
            actor=user, action="registry.import_grids", target=root, data={"grids": len(report.rows)}
        )
    return report


def _grid(row: files.Row, streets: dict[str, Union]) -> Grid:
    assert row.shape is not None
    label = row.shape.representative_point()
    street = next((union for name, union in streets.items() if row.street and row.street in name), None)
    return Grid(
        code=row.code,
        name=row.name or row.code,
        subdistrict=street,
        boundary=row.boundary,
        lon=label.x,
        lat=label.y,
        area_km2=round(check.area_km2(row.shape), 4),
    )
