"""Materials of a course: files and links, for everyone or for those who have a place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.files.storage import Storage, storages
from django.db import models
from django.db.models import Q

from eunion.kernel.ids import new_public_id

if TYPE_CHECKING:
    from eunion.registry.scope import Scope


def private_storage() -> Storage:
    """Return where files lie that only a view may give out."""
    return storages["private"]


class MaterialQuerySet(models.QuerySet["Material"]):
    """Reads of one table."""

    def visible_to(self, scope: Scope) -> MaterialQuerySet:
        """Keep those of the offerings in a staff member's scope."""
        return self.filter(scope.unions("offering__owner__"))


class Material(models.Model):
    """A file or a link of an offering, or of one class of it alone."""

    class Audience(models.TextChoices):
        EVERYONE = "everyone", "所有人"
        ENROLLED = "enrolled", "报上名的人"

    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    offering = models.ForeignKey("booking.Offering", models.PROTECT, related_name="materials")
    session = models.ForeignKey(
        "booking.Session", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="只给这个班"
    )
    name = models.CharField("名称", max_length=80)
    url = models.URLField("链接", blank=True)
    file = models.FileField("文件", upload_to="materials/", storage=private_storage, blank=True)
    content_type = models.CharField(max_length=100, blank=True)
    size = models.PositiveIntegerField("大小（字节）", default=0)
    audience = models.CharField("谁能看", max_length=8, choices=Audience.choices, default=Audience.ENROLLED)
    visible_from = models.DateTimeField("何时开放", null=True, blank=True)
    created_by = models.ForeignKey("registry.User", models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField("添加时间", auto_now_add=True)

    objects = MaterialQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "资料"
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(url="", file__gt="") | Q(url__gt="", file=""), name="material_is_a_file_or_a_link"
            )
        ]

    def __str__(self) -> str:
        return self.name
