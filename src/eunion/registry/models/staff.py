"""People who sign in, and how far a staff member may look."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.db import models

from eunion.kernel.fields import EncryptedTextField


class User(AbstractUser):
    """An account that signs in: staff (password + second factor) or a worker (through WeChat)."""

    display_name = models.CharField("姓名", max_length=40, blank=True)
    phone = EncryptedTextField("已验证的手机号", editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "用户"

    def __str__(self) -> str:
        return self.display_name or self.username


class StaffScope(models.Model):
    """One union whose whole subtree a staff member may see; what they may do there comes from their roles."""

    user = models.ForeignKey(User, models.CASCADE, related_name="scopes", verbose_name="人员")
    union = models.ForeignKey("registry.Union", models.CASCADE, related_name="+", verbose_name="工会")

    class Meta:
        verbose_name = verbose_name_plural = "管理范围"
        constraints = [models.UniqueConstraint(fields=["user", "union"], name="one_scope_per_union")]

    def __str__(self) -> str:
        return f"{self.user} · {self.union}"
