"""Unions: a tree from the federation down to the grassroots."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from treebeard.mp_tree import MP_Node, MP_NodeManager, MP_NodeQuerySet

from eunion.kernel.ids import new_public_id

if TYPE_CHECKING:
    from eunion.registry.scope import Scope


class UnionQuerySet(MP_NodeQuerySet):
    """Reads of one table."""

    def visible_to(self, scope: Scope) -> UnionQuerySet:
        """Keep the unions in a staff member's subtrees."""
        return self.filter(scope.unions())

    def within(self, union: Union) -> UnionQuerySet:
        """Keep a union and everything below it."""
        return self.filter(path__startswith=union.path)


class UnionManager(MP_NodeManager.from_queryset(UnionQuerySet)):  # type: ignore[misc]
    """Treebeard's manager makes its own query sets; ours must be UnionQuerySets."""

    def get_queryset(self) -> UnionQuerySet:
        """Return all unions in tree order."""
        return UnionQuerySet(self.model, using=self._db).order_by("path")


class Union(MP_Node):
    """A trade union organisation. Coordinates are WGS-84 degrees."""

    class Kind(models.TextChoices):
        FEDERATION = "federation", "总工会"
        SUBDISTRICT = "subdistrict", "街道工会"
        INDUSTRY = "industry", "行业工会"
        GRASSROOTS = "grassroots", "基层工会"

    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    name = models.CharField("名称", max_length=100, db_index=True)
    kind = models.CharField("类型", max_length=12, choices=Kind.choices)
    uscc = models.CharField("统一社会信用代码", max_length=18, blank=True)
    address = models.CharField("地址", max_length=200, blank=True)
    lon = models.FloatField("经度 (WGS-84)", null=True, blank=True)
    lat = models.FloatField("纬度 (WGS-84)", null=True, blank=True)
    phone = models.CharField("电话", max_length=40, blank=True)
    opening_hours = models.CharField("办公时间", max_length=100, blank=True)
    active = models.BooleanField("正常运转", default=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = UnionManager()

    class Meta:
        verbose_name = verbose_name_plural = "工会"
        constraints = [
            models.UniqueConstraint(fields=["uscc"], condition=~models.Q(uscc=""), name="one_union_per_uscc"),
        ]

    def __str__(self) -> str:
        return self.name


class OfficerQuerySet(models.QuerySet["Officer"]):
    """Reads of one table."""

    def visible_to(self, scope: Scope) -> OfficerQuerySet:
        """Keep the officers of the unions in scope."""
        return self.filter(scope.unions("union__"))


class Officer(models.Model):
    """A person whom workers may turn to in a union; the phone is a work number that may be shown."""

    union = models.ForeignKey(Union, models.CASCADE, related_name="officers", verbose_name="工会")
    name = models.CharField("姓名", max_length=40)
    title = models.CharField("职务", max_length=40)
    phone = models.CharField("办公电话", max_length=40, blank=True)
    user = models.ForeignKey("registry.User", models.SET_NULL, null=True, blank=True, related_name="+")
    sort_order = models.PositiveSmallIntegerField("顺序", default=0)

    objects = OfficerQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "工会干部"
        ordering = ["sort_order", "id"]

    def __str__(self) -> str:
        return f"{self.name}（{self.title}）"
