"""Members: workers known to the unions, their memberships and their certification."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models

from eunion.kernel.fields import BlindIndexField, EncryptedTextField
from eunion.kernel.ids import new_public_id

if TYPE_CHECKING:
    from eunion.registry.scope import Scope


class MemberQuerySet(models.QuerySet["Member"]):
    """Reads of one table."""

    def visible_to(self, scope: Scope) -> MemberQuerySet:
        """Keep members of the unions in scope and residents of the grids given to the person."""
        if scope.everything:
            return self
        current = Membership.objects.filter(scope.unions("union__"), left_on=None)
        return self.filter(scope.grids("grid_") | models.Q(pk__in=current.values("member_id")))


class Member(models.Model):
    """A worker. ID number and phone are encrypted; the indexes find them again."""

    class Certification(models.TextChoices):
        NONE = "none", "未认证"
        PENDING = "pending", "待核实"
        CERTIFIED = "certified", "已认证"
        REJECTED = "rejected", "未通过"

    class Method(models.TextChoices):
        ROSTER = "roster", "名册比对"
        STAFF = "staff", "人工核实"
        SOURCE = "source", "数据核验"

    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    user = models.OneToOneField(
        "registry.User",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="member",
        verbose_name="登录用户",
    )
    name = models.CharField("姓名", max_length=40, db_index=True)
    id_number = EncryptedTextField("身份证号")
    id_number_index = BlindIndexField(source="id_number")
    phone = EncryptedTextField("手机号")
    phone_index = BlindIndexField(source="phone", db_index=True)
    employer = models.CharField("工作单位", max_length=100, blank=True)
    employer_uscc = models.CharField("单位统一社会信用代码", max_length=18, blank=True)
    grid = models.ForeignKey(
        "registry.Grid", models.SET_NULL, null=True, blank=True, related_name="members", verbose_name="网格"
    )
    tags = ArrayField(models.CharField(max_length=20), default=list, blank=True, verbose_name="标签")
    unions = models.ManyToManyField(
        "registry.Union", through="registry.Membership", related_name="members", verbose_name="所属工会"
    )
    certification = models.CharField(
        "认证状态", max_length=10, choices=Certification.choices, default=Certification.NONE
    )
    certified_at = models.DateTimeField("认证时间", null=True, blank=True)
    certified_by = models.ForeignKey(
        "registry.User", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="认证人"
    )
    certified_method = models.CharField("认证方式", max_length=10, choices=Method.choices, blank=True)
    created_at = models.DateTimeField("登记时间", auto_now_add=True)
    updated_at = models.DateTimeField("更新时间", auto_now=True)

    objects = MemberQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "会员"
        permissions = [("unmask_member", "查看会员完整号码"), ("certify_member", "认证会员")]
        constraints = [
            models.UniqueConstraint(
                fields=["id_number_index"],
                condition=~models.Q(id_number_index=""),
                name="one_member_per_id_number",
            ),
        ]
        indexes = [
            GinIndex(fields=["tags"], name="member_tags"),
            models.Index(fields=["grid", "certification"], name="member_grid_certification"),
        ]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """A member belongs to a union from a day on, until they leave."""

    member = models.ForeignKey(Member, models.CASCADE, related_name="memberships", verbose_name="会员")
    union = models.ForeignKey(
        "registry.Union", models.PROTECT, related_name="memberships", verbose_name="工会"
    )
    joined_on = models.DateField("入会日期", null=True, blank=True)
    left_on = models.DateField("离会日期", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "会籍"
        constraints = [
            models.UniqueConstraint(
                fields=["member", "union"],
                condition=models.Q(left_on=None),
                name="one_current_membership_per_union",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member} · {self.union}"
