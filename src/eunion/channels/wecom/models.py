"""WeCom: a corp's app, its group robots and what they posted, tasks for customer groups, and who asked."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from eunion.kernel.fields import EncryptedTextField


class Corp(models.Model):
    """An app of a WeCom corp. Secrets are encrypted; the access token is kept like an official account's."""

    slug = models.SlugField("代号", unique=True)
    name = models.CharField("名称", max_length=40)
    corpid = models.CharField("企业编号 CorpID", max_length=64)
    agentid = models.PositiveIntegerField("应用编号 AgentId")
    secret = EncryptedTextField("应用密钥 Secret")
    token = EncryptedTextField("智能机器人回调 Token")
    aes_key = EncryptedTextField("智能机器人回调 EncodingAESKey")
    active = models.BooleanField("启用", default=True)
    access_token = EncryptedTextField(editable=False)
    access_token_expires_at = models.DateTimeField(null=True, blank=True, editable=False)
    verified_at = models.DateTimeField("回调验证时间", null=True, blank=True, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "企业微信"
        constraints = [models.UniqueConstraint(fields=["corpid", "agentid"], name="one_corp_per_agent")]

    def __str__(self) -> str:
        return self.name


class Robot(models.Model):
    """A robot in one internal group. `sends` are the times of its last posts: the window of its limit."""

    corp = models.ForeignKey(Corp, models.CASCADE, related_name="robots", verbose_name="企业微信")
    name = models.CharField("名称", max_length=40)
    key = EncryptedTextField("Webhook 密钥 key")
    grid = models.ForeignKey(
        "registry.Grid", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="网格"
    )
    active = models.BooleanField("启用", default=True)
    sends = ArrayField(models.DateTimeField(), default=list, blank=True, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "群机器人"

    def __str__(self) -> str:
        return self.name


class RobotPost(models.Model):
    """One post of a robot, once for its key: WeCom drops no repeats of a webhook."""

    class State(models.TextChoices):
        QUEUED = "queued", "待发"
        SENT = "sent", "已发出"
        FAILED = "failed", "失败"

    key = models.CharField(max_length=32, unique=True)
    robot = models.ForeignKey(Robot, models.CASCADE, related_name="posts")
    kind = models.CharField(max_length=10)  # text | markdown
    content = models.TextField()
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.QUEUED)
    error_code = models.CharField("错误码", max_length=20, blank=True)
    # When WeCom was called; set while queued means that nobody knows whether it was taken.
    called_at = models.DateTimeField(null=True)
    at = models.DateTimeField("时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "群机器人消息"

    def __str__(self) -> str:
        return f"{self.robot_id} {self.key}"


class GroupTask(models.Model):
    """A message to customer groups: WeCom asks the groups' owner to confirm it, then tells what went out."""

    class State(models.TextChoices):
        QUEUED = "queued", "待建立"
        WAITING = "waiting", "待群主确认"
        DONE = "done", "已结束"
        FAILED = "failed", "失败"

    key = models.CharField(max_length=32, unique=True, editable=False)
    corp = models.ForeignKey(Corp, models.CASCADE, related_name="group_tasks", verbose_name="企业微信")
    sender = models.CharField("群主（成员账号）", max_length=64)
    text = models.TextField("内容", max_length=1000)
    title = models.CharField("链接标题", max_length=40, blank=True)
    url = models.URLField("链接", blank=True)
    chat_ids = models.JSONField("客户群（空则该群主的全部群）", default=list, blank=True)
    state = models.CharField(
        "状态", max_length=10, choices=State.choices, default=State.QUEUED, editable=False
    )
    msgid = models.CharField("任务号", max_length=64, blank=True, editable=False)
    error_code = models.CharField("错误码", max_length=20, blank=True, editable=False)
    # {"sent": n, "waiting": n, "other": n, "refused": [chat_id], "rows": [{chat_id, status, send_time}]}
    results = models.JSONField("结果", default=dict, editable=False)
    called_at = models.DateTimeField(null=True, editable=False)
    checked_at = models.DateTimeField("查询时间", null=True, editable=False)
    created_at = models.DateTimeField("建立时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "客户群群发"

    def __str__(self) -> str:
        return self.text[:20]

    @property
    def outcome(self) -> str:
        """Say in words how many groups have it, wait for the owner, or can't get it today."""
        told = self.results
        if "sent" not in told:
            return "还没有查询过" if self.state == self.State.WAITING else ""
        words = f"已发 {told['sent']} 群，待确认 {told['waiting']}"
        return f"{words}，没有发出 {told['other']}" if told.get("other") else words


class InboundMention(models.Model):
    """A message to the smart robot, kept once however often WeCom tells it."""

    corp = models.ForeignKey(Corp, models.CASCADE, related_name="mentions")
    msgid = models.CharField(max_length=64)
    kind = models.CharField(max_length=20)
    userid = models.CharField(max_length=64)
    chatid = models.CharField(max_length=64, blank=True)
    text = EncryptedTextField("内容")
    response_url = EncryptedTextField()
    received_at = models.DateTimeField("收到时间", auto_now_add=True)
    handled_at = models.DateTimeField(null=True)
    # The response_url works once: when it was called, and for which answer.
    called_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    answer_key = models.CharField(max_length=64, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "智能机器人消息"
        constraints = [models.UniqueConstraint(fields=["corp", "msgid"], name="one_mention_per_msgid")]

    def __str__(self) -> str:
        return f"{self.kind} {self.msgid}"
