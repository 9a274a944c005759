"""Requests to be known as a member, and the one-time codes that prove a phone number."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models

from eunion.kernel.fields import BlindIndexField, EncryptedTextField
from eunion.kernel.ids import new_public_id

if TYPE_CHECKING:
    from eunion.registry.scope import Scope


class CertificationRequestQuerySet(models.QuerySet["CertificationRequest"]):
    """Reads of one table."""

    def visible_to(self, scope: Scope) -> CertificationRequestQuerySet:
        """Keep those whose roster entry lies in scope; those without one are the federation's."""
        from eunion.registry.models.member import Member
        from eunion.registry.models.union import Union

        if scope.everything:
            return self
        visible = models.Q(member__in=Member.objects.visible_to(scope))
        if Union.objects.visible_to(scope).filter(kind=Union.Kind.FEDERATION).exists():
            visible |= models.Q(member=None)
        return self.filter(visible)


class CertificationRequest(models.Model):
    """What a person said about themselves (encrypted), compared with the roster, decided by a person where unsure."""

    class Kind(models.TextChoices):
        CERTIFY = "certify", "实名认证"
        MERGE = "merge", "合并账号"

    class State(models.TextChoices):
        PENDING = "pending", "待核实"
        ACCEPTED = "accepted", "已通过"
        REFUSED = "refused", "未通过"

    user = models.ForeignKey(
        "registry.User", models.CASCADE, related_name="certifications", verbose_name="登录用户"
    )
    kind = models.CharField("类型", max_length=8, choices=Kind.choices, default=Kind.CERTIFY)
    name = models.CharField("姓名", max_length=40)
    id_number = EncryptedTextField("身份证号")
    id_number_index = BlindIndexField(source="id_number", db_index=True)
    phone = EncryptedTextField("手机号")
    member = models.ForeignKey(
        "registry.Member",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="certifications",
        verbose_name="名册里的人",
    )
    state = models.CharField("状态", max_length=8, choices=State.choices, default=State.PENDING)
    reasons = models.JSONField("不一致之处", default=list)
    note = models.CharField("处理意见", max_length=200, blank=True)
    created_at = models.DateTimeField("提交时间", auto_now_add=True)
    decided_at = models.DateTimeField("处理时间", null=True, blank=True)
    decided_by = models.ForeignKey(
        "registry.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="处理人"
    )

    objects = CertificationRequestQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "认证核实"
        ordering = ["-id"]
        indexes = [models.Index(fields=["state", "-id"], name="certification_by_state")]
        constraints = [
            models.UniqueConstraint(
                fields=["user"],
                condition=models.Q(state="pending"),
                name="one_pending_certification_per_user",
            )
        ]

    def __str__(self) -> str:
        return self.name


class PhoneCode(models.Model):
    """A one-time code sent to a phone; only its digest is kept."""

    user = models.ForeignKey("registry.User", models.CASCADE, related_name="+")
    phone = EncryptedTextField()
    phone_index = BlindIndexField(source="phone", db_index=True)
    digest = models.CharField(max_length=64)
    tries = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(auto_now_add=True)
    used_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["user", "-id"], name="phone_code_by_user")]

    def __str__(self) -> str:
        return f"{self.sent_at:%Y-%m-%d %H:%M}"


class IdReading(models.Model):
    """A photo of an ID card on its way through OCR; the photo is erased as soon as it has been read."""

    class State(models.TextChoices):
        WAITING = "waiting", "识别中"
        READ = "read", "已识别"
        UNREADABLE = "unreadable", "没有识别出来"

    public_id = models.CharField(max_length=16, unique=True, default=new_public_id, editable=False)
    user = models.ForeignKey("registry.User", models.CASCADE, related_name="+")
    photo = EncryptedTextField()  # base64 of a JPEG made here, never of what was uploaded
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    name = models.CharField(max_length=40, blank=True)
    id_number = EncryptedTextField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["user", "-id"], name="id_reading_by_user")]

    def __str__(self) -> str:
        return self.public_id


class EntryTicket(models.Model):
    """Lets a mini-program's person into the web pages once, within a minute; only its digest is kept."""

    user = models.ForeignKey("registry.User", models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64, unique=True)
    path = models.CharField(max_length=300)
    made_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.path
