"""Conversations: each question with what became of it, and what was handed to a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.postgres.fields import ArrayField
from django.db import models

from eunion.assistant.models.entry import KnowledgeEntry
from eunion.kernel.fields import EncryptedTextField

if TYPE_CHECKING:
    from eunion.registry.scope import Scope


class TurnQuerySet(models.QuerySet["Turn"]):
    """Reads of one table."""

    def visible_to(self, scope: Scope) -> TurnQuerySet:
        """Keep what came from the unions and grids in scope; what has no place is for the federation alone."""
        if scope.everything:
            return self
        root = any(len(path) == 4 for path in scope.union_paths)
        nowhere = models.Q(grid=None, union=None) if root else models.Q(pk__in=[])
        return self.filter(
            scope.grids("grid_") | scope.unions("union__") | scope.unions("grid__subdistrict__") | nowhere
        )

    def talk(self, *, channel: str, sender: str, limit: int) -> list[Turn]:
        """Return a person's newest turns on a channel, oldest first, each with its hand-over."""
        rows = self.filter(channel=channel, sender=sender).select_related("hand_over").order_by("-id")
        found: list[Turn] = list(rows[:limit])
        return found[::-1]


class Turn(models.Model):
    """One question to 雲博士 and what became of it. The question is the asker's own: encrypted, never in a log."""

    class State(models.TextChoices):
        ANSWERED = "answered", "已回答"
        OFFERED = "offered", "给出选项"
        PASSED_ON = "passed_on", "待人工回复"
        CLOSED = "closed", "人工已回复"
        SLOWED = "slowed", "问得太快"

    channel = models.CharField("渠道", max_length=12)
    account_id = models.BigIntegerField(default=0)
    sender = models.CharField(max_length=64)
    group = models.CharField("群", max_length=64, blank=True)
    event_id = models.CharField(max_length=100, unique=True)
    # Where it came from, for the trends and for who may look; set when known.
    member = models.ForeignKey("registry.Member", models.SET_NULL, null=True, blank=True, related_name="+")
    grid = models.ForeignKey(
        "registry.Grid", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="网格"
    )
    union = models.ForeignKey(
        "registry.Union", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="工会"
    )
    question = EncryptedTextField("提问")
    follows = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="+")
    topic = models.CharField("主题", max_length=20, blank=True)
    skill = models.CharField("技能", max_length=30, blank=True)
    found = models.CharField("命中", max_length=80, blank=True, help_text="entry:12、article:5、page:3")
    entry = models.ForeignKey(KnowledgeEntry, models.SET_NULL, null=True, blank=True, related_name="+")
    confidence = models.FloatField("把握", default=0)
    reply = models.TextField("回复", blank=True)
    # What 雲博士 had said when a person replied: the reply stands after it and takes nothing away.
    said_before = models.TextField("人工回复前的回复", blank=True)
    sources = models.JSONField("来源", default=list, blank=True)
    choices = ArrayField(models.CharField(max_length=120), default=list, blank=True, verbose_name="选项")
    generated = models.BooleanField("由人工智能改写", default=False)
    state = models.CharField("状态", max_length=10, choices=State.choices)
    urgent = models.BooleanField("紧急", default=False)
    thumb = models.SmallIntegerField("评价", default=0)
    rephrased = models.BooleanField("之后换了说法再问", default=False)
    gap = models.ForeignKey(
        "assistant.Gap", models.SET_NULL, null=True, blank=True, related_name="turns", verbose_name="缺口"
    )
    asked_at = models.DateTimeField("提问时间", auto_now_add=True)
    replied_at = models.DateTimeField("回复时间", null=True, blank=True)
    replied_by = models.ForeignKey(
        "registry.User", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="回复人"
    )

    objects = TurnQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "问答记录"
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["state", "-id"], name="turn_by_state"),
            models.Index(fields=["channel", "sender", "-id"], name="turn_by_sender"),
            models.Index(fields=["group", "-id"], name="turn_by_group"),
            models.Index(fields=["asked_at", "topic", "grid"], name="turn_by_week"),
            models.Index(fields=["found", "-id"], name="turn_by_found"),
        ]

    def __str__(self) -> str:
        return f"{self.get_state_display()} {self.asked_at:%Y-%m-%d %H:%M}"

    @property
    def said(self) -> str:
        """Return 雲博士's reply as a page shows it that offers the choices as buttons: without their list."""
        said = self.said_before if self.state == self.State.CLOSED else self.reply
        return said.partition(f"1. {self.choices[0]}")[0].strip() if self.choices else said

    @property
    def basis(self) -> list[dict[str, str]]:
        """Return the sources that the answer rests on."""
        return [one for one in self.sources if not _is_place(one)]

    @property
    def places(self) -> list[dict[str, str]]:
        """Return the pages to go on: they are kept with the sources but prove nothing."""
        return [one for one in self.sources if _is_place(one)]

    @property
    def offers(self) -> bool:
        """Say whether one of the choices may still be tapped."""
        return bool(self.choices) and self.state != self.State.CLOSED


def _is_place(source: dict[str, str]) -> bool:
    return bool(source["url"]) and not source["date"] and "《" not in source["label"]


class HandOver(models.Model):
    """A question that waits for a person: with an owner and a clock."""

    turn = models.OneToOneField(Turn, models.CASCADE, related_name="hand_over")
    owner = models.ForeignKey(
        "registry.User", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="负责人"
    )
    due_at = models.DateTimeField("应回复时间")
    escalated_at = models.DateTimeField("升级时间", null=True, blank=True)
    answered_at = models.DateTimeField("回复时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "转人工"
        indexes = [
            models.Index(fields=["due_at"], condition=models.Q(answered_at=None), name="hand_over_by_due"),
        ]

    def __str__(self) -> str:
        return f"{self.turn_id} {self.due_at:%Y-%m-%d %H:%M}"
