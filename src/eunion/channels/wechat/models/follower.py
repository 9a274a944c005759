"""Who follows an account, the tags WeChat keeps of them, and the QR codes that brought them."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models


class Follower(models.Model):
    """A person known to an account by openid; bound to a member once we know who they are.

    Users of a mini-program have a row too; they are never `subscribed`.
    """

    account = models.ForeignKey(
        "wechat.Account", models.CASCADE, related_name="followers", verbose_name="公众号"
    )
    openid = models.CharField("OpenID", max_length=64)
    unionid = models.CharField("UnionID", max_length=64, blank=True, db_index=True)
    subscribed = models.BooleanField("关注中", default=True)
    subscribed_at = models.DateTimeField("关注时间", null=True, blank=True)
    last_active_at = models.DateTimeField("最近互动", null=True, blank=True)
    tag_ids = ArrayField(models.PositiveIntegerField(), default=list, blank=True, verbose_name="微信标签")
    scene = models.ForeignKey(
        "wechat.SceneCode",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="followers",
        verbose_name="来源二维码",
    )
    member = models.ForeignKey(
        "registry.Member",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="followers",
        verbose_name="会员",
    )

    class Meta:
        verbose_name = verbose_name_plural = "粉丝"
        constraints = [models.UniqueConstraint(fields=["account", "openid"], name="one_follower_per_openid")]
        indexes = [models.Index(fields=["account", "-subscribed_at"], name="follower_by_time")]

    def __str__(self) -> str:
        return self.openid


class TagRule(models.Model):
    """A WeChat tag that mirrors an attribute of the registry; the nightly job adds and removes people."""

    class Attribute(models.TextChoices):
        CERTIFIED = "certified", "已认证会员"
        TAG = "tag", "会员标签"
        UNION = "union", "某个工会及下级"
        GRID = "grid", "某个网格"

    account = models.ForeignKey(
        "wechat.Account", models.CASCADE, related_name="tag_rules", verbose_name="公众号"
    )
    name = models.CharField("微信标签名", max_length=30)
    attribute = models.CharField("对应", max_length=10, choices=Attribute.choices)
    tag = models.CharField("会员标签", max_length=20, blank=True)
    union = models.ForeignKey(
        "registry.Union", models.CASCADE, null=True, blank=True, related_name="+", verbose_name="工会"
    )
    grid = models.ForeignKey(
        "registry.Grid", models.CASCADE, null=True, blank=True, related_name="+", verbose_name="网格"
    )
    remote_id = models.PositiveIntegerField("微信标签编号", null=True, blank=True, editable=False)
    applied_count = models.PositiveIntegerField("人数", default=0, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "粉丝标签规则"
        constraints = [models.UniqueConstraint(fields=["account", "name"], name="one_rule_per_tag_name")]

    def __str__(self) -> str:
        return self.name


class SceneCode(models.Model):
    """A QR code with a scene of its own (≤ 64 characters), so that we know who came from which poster."""

    class Kind(models.TextChoices):
        UNION = "union", "工会"
        GRID = "grid", "网格"
        COURSE = "course", "课程"
        POSTER = "poster", "海报"

    account = models.ForeignKey(
        "wechat.Account", models.CASCADE, related_name="scenes", verbose_name="公众号"
    )
    scene = models.SlugField("场景值", max_length=60, allow_unicode=False, help_text="字母、数字、连字符")
    label = models.CharField("用途", max_length=60)
    kind = models.CharField("类型", max_length=10, choices=Kind.choices, default=Kind.POSTER)
    union = models.ForeignKey(
        "registry.Union", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="工会"
    )
    grid = models.ForeignKey(
        "registry.Grid", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="网格"
    )
    reply = models.TextField("扫码后回复", blank=True, max_length=600)
    ticket = models.CharField(max_length=200, blank=True, editable=False)
    url = models.CharField(max_length=200, blank=True, editable=False)
    created_at = models.DateTimeField("创建时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "二维码"
        constraints = [models.UniqueConstraint(fields=["account", "scene"], name="one_code_per_scene")]

    def __str__(self) -> str:
        return self.label


class SceneVisit(models.Model):
    """A scan of a scene code: by whom, and whether it made them follow. One row a message of WeChat's."""

    scene = models.ForeignKey(SceneCode, models.CASCADE, related_name="visits")
    inbound = models.OneToOneField("wechat.InboundMessage", models.CASCADE, related_name="+")
    openid = models.CharField(max_length=64)
    followed = models.BooleanField()
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["scene", "openid"], name="visit_by_person")]

    def __str__(self) -> str:
        return f"{self.scene_id} {self.openid}"
