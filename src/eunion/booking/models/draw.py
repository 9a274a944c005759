"""Draws: the seed that was promised, and the list it was applied to."""

from __future__ import annotations

from django.db import models

from eunion.kernel.fields import EncryptedTextField


class Draw(models.Model):
    """The lottery of one session. `commitment` is public from the start, seed and digest once drawn; docs/draw.md."""

    session = models.OneToOneField(
        "booking.Session", models.PROTECT, related_name="draw", verbose_name="场次"
    )
    commitment = models.CharField("种子的 SHA-256", max_length=64)
    seed = EncryptedTextField(editable=False)
    beacon_name = models.CharField("公开随机数来源", max_length=120, blank=True)
    beacon = models.CharField("公开随机数", max_length=120, blank=True)
    digest = models.CharField("名单摘要", max_length=64, blank=True)
    # The places as they were when the draw was made: they may grow afterwards.
    quotas = models.JSONField(default=dict)
    reserve = models.PositiveIntegerField(default=0)
    entry_count = models.PositiveIntegerField("登记人数", default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    drawn_at = models.DateTimeField("摇号时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "摇号"
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.commitment[:12]


class DrawEntry(models.Model):
    """One line of the published list, as it was when the draw was made."""

    class Outcome(models.TextChoices):
        WON = "won", "中签"
        RESERVE = "reserve", "候补"
        NONE = "none", "未中签"

    draw = models.ForeignKey(
        Draw, models.PROTECT, related_name="entries", db_constraint=False, db_index=False
    )
    claim = models.ForeignKey(
        "booking.Claim", models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    entry = models.CharField("登记号", max_length=16)
    pool = models.CharField("名额池", max_length=20, blank=True)
    rank = models.PositiveIntegerField("名次")
    outcome = models.CharField("结果", max_length=8, choices=Outcome.choices)

    class Meta:
        verbose_name = verbose_name_plural = "摇号名单"
        ordering = ["entry"]
        constraints = [models.UniqueConstraint(fields=["draw", "entry"], name="one_line_per_entry")]

    def __str__(self) -> str:
        return self.entry
