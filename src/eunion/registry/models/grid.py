"""Grids: the smallest areas of the district, each with its grid workers and residents' groups."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models

if TYPE_CHECKING:
    from eunion.registry.scope import Scope


class GridQuerySet(models.QuerySet["Grid"]):
    """Reads of one table."""

    def visible_to(self, scope: Scope) -> GridQuerySet:
        """Keep grids given to the person, and those of the subdistricts in their subtrees."""
        return self.filter(scope.grids("") | scope.unions("subdistrict__"))

    def version(self) -> tuple[object, object]:
        """Return what differs after any change to any grid: the newest update and the count."""
        found = self.aggregate(updated=models.Max("updated_at"), count=models.Count("id"))
        return found["updated"], found["count"]


class Grid(models.Model):
    """One grid. `boundary` is a GeoJSON Polygon or MultiPolygon in WGS-84."""

    code = models.CharField("网格编号", max_length=32, unique=True)
    name = models.CharField("名称", max_length=80)
    subdistrict = models.ForeignKey(
        "registry.Union", models.PROTECT, null=True, blank=True, related_name="grids", verbose_name="街道工会"
    )
    boundary = models.JSONField("边界")
    lon = models.FloatField("标注点经度")
    lat = models.FloatField("标注点纬度")
    area_km2 = models.FloatField("面积 (km²)", default=0)
    updated_at = models.DateTimeField(auto_now=True)

    objects = GridQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "网格"
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class GridAssignment(models.Model):
    """A grid worker looks after a grid."""

    grid = models.ForeignKey(Grid, models.CASCADE, related_name="assignments", verbose_name="网格")
    user = models.ForeignKey(
        "registry.User", models.CASCADE, related_name="grid_assignments", verbose_name="网格员"
    )

    class Meta:
        verbose_name = verbose_name_plural = "网格员"
        constraints = [models.UniqueConstraint(fields=["grid", "user"], name="one_assignment_per_grid")]

    def __str__(self) -> str:
        return f"{self.user} · {self.grid}"


class ResidentsGroupQuerySet(models.QuerySet["ResidentsGroup"]):
    """Reads of one table."""

    def visible_to(self, scope: Scope) -> ResidentsGroupQuerySet:
        """Keep the groups of the grids in scope."""
        return self.filter(grid__in=Grid.objects.visible_to(scope))


class ResidentsGroup(models.Model):
    """A residents' chat group of a grid, run by the district's cloud-community platform."""

    grid = models.ForeignKey(Grid, models.CASCADE, related_name="groups", verbose_name="网格")
    external_id = models.CharField("群编号", max_length=64, unique=True)
    name = models.CharField("群名称", max_length=80)
    member_count = models.PositiveIntegerField("群成员数", default=0)
    active = models.BooleanField("在用", default=True)

    objects = ResidentsGroupQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "居民群"

    def __str__(self) -> str:
        return self.name
