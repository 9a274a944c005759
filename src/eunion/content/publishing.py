"""Every change about a page in the official accounts: planned, published step by step, reported, withdrawn."""

from __future__ import annotations

import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from wagtail.models import Page

from eunion.channels.base import SendError
from eunion.channels.wechat import api
from eunion.channels.wechat.models import Account, InboundMessage
from eunion.content import article, cover, tasks
from eunion.content.errors import AlreadyInAccount, NoQuota, NotPublished
from eunion.content.models import Publication
from eunion.kernel import audit
from eunion.kernel.errors import Invalid, NotAllowed
from eunion.registry.models import User

SERVICE_A_MONTH, SUBSCRIPTION_A_DAY = 4, 1
States = Publication.State
DUPLICATE, QUOTA_GONE, GONE = "45065", "45028", "40007"
# What is asked to go and is not there any more: someone took it away in WeChat's own console.
GONE_ALREADY = {GONE, "40059", "53600"}
_STATUS = {
    "1": "微信还在处理",
    "2": "原创审核未通过",
    "3": "微信处理失败，请在公众号后台查看原因",
    "4": "微信审核未通过",
    "5": "发布后被删除",
    "6": "被微信封禁",
}


def quota_left(account: Account, *, at: datetime.datetime | None = None) -> int:
    """Return how many mass sendings an account has left in the month (service) or day (subscription) of a time."""
    now = timezone.localtime(at or timezone.now())
    begin = now.replace(hour=0, minute=0, second=0, microsecond=0)
    if account.kind == Account.Kind.SERVICE:
        begin = begin.replace(day=1)
        end, most = (begin + datetime.timedelta(days=32)).replace(day=1), SERVICE_A_MONTH
    else:
        end, most = begin + datetime.timedelta(days=1), SUBSCRIPTION_A_DAY
    used = Publication.objects.filter(account=account, way=Publication.Way.MASS).exclude(state=States.FAILED)
    # What was withdrawn before it was sent has cost nothing.
    used = used.exclude(state=States.WITHDRAWN, submitted_at=None)
    return max(most - used.filter(scheduled_for__gte=begin, scheduled_for__lt=end).count(), 0)


def plan(*, page: Page, account: Account, way: str, at: datetime.datetime | None, user: User) -> Publication:
    """Plan a page for an account, now or later. Raises NotAllowed, NotPublished, NoQuota, AlreadyInAccount, Invalid."""
    if not user.has_perm("content.publish_article"):
        raise NotAllowed
    if way not in Publication.Way.values or account.kind == Account.Kind.MINIPROGRAM or not account.active:
        raise Invalid
    with transaction.atomic():
        if not Page.objects.select_for_update().get(pk=page.pk).live:
            raise NotPublished
        # The account's row stands for its quota: two people can't both take the last one.
        Account.objects.select_for_update().get(pk=account.pk)
        when = at or timezone.now()
        if way == Publication.Way.MASS and not quota_left(account, at=when):
            raise NoQuota
        try:
            with transaction.atomic():
                made = Publication.objects.create(
                    page=page, account=account, way=way, scheduled_for=when, created_by=user
                )
        except IntegrityError:
            raise AlreadyInAccount from None
        audit.record(actor=user, action="content.publish_article", target=made)
        job = tasks.publish.configure(schedule_at=when) if at else tasks.publish
        job.defer(publication_id=made.pk)
    return made


def run(*, publication_id: int) -> None:
    """Take a publication as far as WeChat lets it. Safe to repeat: each step keeps what it got. Raises SendError."""
    kept = Publication.objects.select_related("account", "page").get(pk=publication_id)
    if kept.state not in (States.SCHEDULED, States.UPLOADING):
        return
    if not kept.page.live:
        _end(kept, States.WITHDRAWN, "页面已撤下，没有发布")
        return
    try:
        if not kept.media_id:
            kept.state = States.UPLOADING
            kept.media_id = _make_draft(kept)
            kept.save(update_fields=["state", "media_id"])
        _submit(kept)
    except SendError as error:
        if not error.permanent:
            raise
        words = "本期群发次数已用完" if error.code == QUOTA_GONE else f"微信没有接受（{error}）"
        _end(kept, States.FAILED, words)


def _make_draft(kept: Publication) -> str:
    page = kept.page.specific
    account_id = kept.account_id
    picture = cover.jpeg(page.cover) if page.cover else cover.plain_cover()
    thumb = api.upload(
        account_id, "/cgi-bin/material/add_material", "cover.jpg", picture, "image/jpeg", type="image"
    )

    def upload(image: Any) -> str:
        answer = api.upload(
            account_id, "/cgi-bin/media/uploadimg", "picture.jpg", cover.jpeg(image), "image/jpeg"
        )
        return str(answer["url"])

    made = article.article_of(page, thumb_media_id=thumb["media_id"], upload=upload)
    return str(api.post(account_id, "/cgi-bin/draft/add", {"articles": [made]})["media_id"])


def _submit(kept: Publication) -> None:
    """Hand the draft over. `clientmsgid` makes a mass sending happen once; a draft can be published only once."""
    account_id = kept.account_id
    if kept.way == Publication.Way.MASS:
        body = {
            "filter": {"is_to_all": True},
            "mpnews": {"media_id": kept.media_id},
            "msgtype": "mpnews",
            "send_ignore_reprint": 0,
            "clientmsgid": f"publication-{kept.pk}",
        }
        remote_id = _mass(account_id, body)
    else:
        remote_id = _free(kept)
    Publication.objects.filter(pk=kept.pk, state=States.UPLOADING).update(
        state=States.SUBMITTED, remote_id=remote_id, submitted_at=timezone.now()
    )


def _mass(account_id: int, body: dict[str, Any]) -> str:
    answer = api.post(account_id, "/cgi-bin/message/mass/sendall", body, passing=(int(DUPLICATE),))
    return str(answer["msg_id"])


def _free(kept: Publication) -> str:
    try:
        answer = api.post(kept.account_id, "/cgi-bin/freepublish/submit", {"media_id": kept.media_id})
        return str(answer["publish_id"])
    except SendError as error:
        # The draft is gone: an earlier try was taken and we were killed before we could write it down.
        found = _published(kept) if error.code == GONE else None
        if found is None:
            raise
        Publication.objects.filter(pk=kept.pk).update(
            article_id=found["article_id"], article_url=found["content"]["news_item"][0].get("url", "")
        )
        Publication.objects.filter(pk=kept.pk).update(state=States.PUBLISHED, finished_at=timezone.now())
        return ""


def _published(kept: Publication) -> dict[str, Any] | None:
    """Return the published article that links to our page, from the newest twenty."""
    answer = api.post(
        kept.account_id, "/cgi-bin/freepublish/batchget", {"offset": 0, "count": 20, "no_content": 0}
    )
    address = kept.page.get_url() or "/"
    for item in answer.get("item", []):
        if any(
            str(one.get("content_source_url", "")).endswith(address) for one in item["content"]["news_item"]
        ):
            return dict(item)
    return None


def _end(kept: Publication, state: str, problem: str = "") -> None:
    Publication.objects.filter(pk=kept.pk).update(
        state=state, problem=problem[:200], finished_at=timezone.now()
    )


def take_mass_result(told: InboundMessage) -> None:
    """MASSSENDJOBFINISH: counts and the article's address. The event can overtake our own note; then it is repeated."""
    payload = told.payload
    kept = _told_of(told, str(payload.get("MsgID", "")))
    if kept is None:
        return
    results = (payload.get("ArticleUrlResult") or {}).get("ResultList") or {}
    item: Any = results.get("item") if isinstance(results, dict) else None
    first: dict[str, Any] = item[0] if isinstance(item, list) and item else item or {}
    sent = str(payload.get("Status", "")).lower() in ("send success", "sendsuccess")
    Publication.objects.filter(pk=kept.pk).exclude(state=States.WITHDRAWN).update(
        state=States.PUBLISHED if sent else States.FAILED,
        problem="" if sent else f"微信：{payload.get('Status', '')}"[:200],
        total_count=_number(payload.get("TotalCount")),
        sent_count=_number(payload.get("SentCount")),
        error_count=_number(payload.get("ErrorCount")),
        article_url=str(first.get("ArticleUrl", ""))[:500],
        finished_at=timezone.now(),
    )


def take_publish_result(told: InboundMessage) -> None:
    """PUBLISHJOBFINISH: the article's number and address, or why not."""
    info = told.payload.get("PublishEventInfo") or {}
    kept = _told_of(told, str(info.get("publish_id", "")))
    if kept is None:
        return
    status = str(info.get("publish_status", ""))
    item: Any = (info.get("article_detail") or {}).get("item") or {}
    first: dict[str, Any] = item[0] if isinstance(item, list) and item else item
    done = status == "0"
    Publication.objects.filter(pk=kept.pk).exclude(state=States.WITHDRAWN).update(
        state=States.PUBLISHED if done else States.FAILED,
        problem="" if done else _STATUS.get(status, status),
        article_id=str(info.get("article_id", ""))[:128],
        article_url=str(first.get("article_url", ""))[:500],
        finished_at=timezone.now(),
    )


def _told_of(told: InboundMessage, remote_id: str) -> Publication | None:
    """Return the publication of a result; raises ResultTooEarly while ours is still being handed over."""
    kept = (
        Publication.objects.filter(account_id=told.account_id, remote_id=remote_id)
        .exclude(remote_id="")
        .first()
    )
    if (
        kept is None
        and Publication.objects.filter(account_id=told.account_id, state=States.UPLOADING).exists()
    ):
        raise SendError("early", "the result came before our own note", permanent=False)
    return kept


def _number(value: Any) -> int:
    return int(value) if str(value).isdecimal() else 0


@transaction.atomic
def withdraw_all(*, page_id: int) -> None:
    """Have a page leave every account; what WeChat has is taken back by jobs."""
    rows = Publication.objects.select_for_update().filter(page_id=page_id)
    for kept in rows.exclude(state__in=[States.FAILED, States.WITHDRAWN]):
        if kept.state in (States.SCHEDULED, States.UPLOADING) and not kept.media_id:
            _end(kept, States.WITHDRAWN)
        else:
            tasks.withdraw.defer(publication_id=kept.pk)


def withdraw(*, publication_id: int) -> None:
    """Take one article back at WeChat. Safe to repeat. Raises SendError for what may pass."""
    kept = Publication.objects.get(pk=publication_id)
    if kept.state == States.WITHDRAWN:
        return
    try:
        if kept.article_id:
            api.post(
                kept.account_id, "/cgi-bin/freepublish/delete", {"article_id": kept.article_id, "index": 0}
            )
        elif kept.remote_id and kept.way == Publication.Way.MASS:
            api.post(
                kept.account_id,
                "/cgi-bin/message/mass/delete",
                {"msg_id": int(kept.remote_id), "article_idx": 0},
            )
        elif kept.state == States.SUBMITTED:
            raise SendError("early", "WeChat has not said yet what became of it", permanent=False)
        elif kept.media_id:
            api.post(kept.account_id, "/cgi-bin/draft/delete", {"media_id": kept.media_id})
    except SendError as error:
        if not error.permanent:
            raise
        if error.code not in GONE_ALREADY:
            words = f"微信没有删除（{error}），请到公众号后台删除"
            Publication.objects.filter(pk=kept.pk).update(problem=words[:200])
            return
    _end(kept, States.WITHDRAWN)


@transaction.atomic
def withdraw_one(*, publication: Publication, user: User) -> None:
    """Take a page out of one account. Raises NotAllowed."""
    if not user.has_perm("content.publish_article"):
        raise NotAllowed
    audit.record(actor=user, action="content.withdraw_article", target=publication)
    if publication.state in (States.SCHEDULED, States.UPLOADING) and not publication.media_id:
        _end(publication, States.WITHDRAWN)
    else:
        tasks.withdraw.defer(publication_id=publication.pk)
