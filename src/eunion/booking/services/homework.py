"""Homework: staff ask, members hand in text and photos, staff comment.

Photos come one by one and are kept at once, each under the phone's own name for it: a connection that breaks loses
nothing, and the same photo sent again is the same row.
"""

from __future__ import annotations

import datetime
import uuid

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from eunion.booking.errors import NotEnrolled, Overdue
from eunion.booking.models import Claim, HandIn, Homework, Photo, Session
from eunion.booking.services import tell
from eunion.booking.services.attend import ENROLLED
from eunion.booking.services.edit import may
from eunion.kernel import audit, uploads
from eunion.kernel.errors import Invalid
from eunion.registry.models import User

PHOTOS_MAX = 9
TEXT_MAX = 5000


@transaction.atomic
def ask(*, session: Session, user: User, title: str, text: str, due_at: datetime.datetime) -> Homework:
    """Set a task for a class. Raises NotAllowed, Invalid."""
    may(user, "booking.change_session", session.offering.owner)
    if not title.strip() or due_at <= timezone.now():
        raise Invalid("请填题目；截止时间要在以后。")
    made = Homework.objects.create(
        session=session, title=title.strip()[:80], text=text.strip()[:2000], due_at=due_at, created_by=user
    )
    audit.record(actor=user, action="booking.homework", target=session, data={"title": made.title})
    return made


def _begun(claim: Claim, homework: Homework) -> HandIn:
    """Return a member's hand-in with its row locked, made if there is none. Raises NotEnrolled, Overdue."""
    if claim.session_id != homework.session_id or claim.state not in ENROLLED:
        raise NotEnrolled("您没有报上这个班，不能交作业。")
    if timezone.now() > homework.due_at:
        raise Overdue
    made, _ = HandIn.objects.get_or_create(homework=homework, claim=claim)
    return HandIn.objects.select_for_update(no_key=True).get(pk=made.pk)


def keep_photo(*, claim: Claim, homework: Homework, client_id: str, content: bytes) -> Photo:
    """Keep a photo of a member's work, once a client id. Raises NotEnrolled, Overdue, Invalid, PhotoRefused."""
    try:
        name = str(uuid.UUID(client_id))
    except ValueError:
        raise Invalid("照片没有编号，请刷新页面再传。") from None
    # Before the row is locked: making a photo anew takes a second.
    photo = uploads.clean_photo(content)
    with transaction.atomic():
        hand_in = _begun(claim, homework)
        known = hand_in.photos.filter(client_id=name).first()
        if known:
            return known
        if hand_in.photos.count() >= PHOTOS_MAX:
            raise Invalid(f"最多 {PHOTOS_MAX} 张照片，先删一张再传。")
        made = Photo(hand_in=hand_in, client_id=name)
        made.file.save(f"{made.public_id}.jpg", ContentFile(photo), save=False)
        made.save()
    return made


@transaction.atomic
def remove_photo(*, claim: Claim, homework: Homework, public_id: str) -> None:
    """Take a photo out of one's own work. Raises NotEnrolled, Overdue. Again is the same."""
    photo = _begun(claim, homework).photos.filter(public_id=public_id).first()
    if photo:
        storage, name = photo.file.storage, str(photo.file.name)
        photo.delete()
        transaction.on_commit(lambda: storage.delete(name))


@transaction.atomic
def hand_in(*, claim: Claim, homework: Homework, text: str) -> HandIn:
    """Hand one's work in; until it is due, again replaces it. Raises NotEnrolled, Overdue, Invalid."""
    made = _begun(claim, homework)
    if len(text) > TEXT_MAX:
        raise Invalid(f"文字最多 {TEXT_MAX} 个字，现在有 {len(text)} 个。")
    if not text.strip() and not made.photos.exists():
        raise Invalid("请写几句话，或者至少传一张照片。")
    made.text, made.handed_at = text.strip(), timezone.now()
    made.save(update_fields=["text", "handed_at"])
    return made


@transaction.atomic
def review(*, hand_in: HandIn, user: User, mark: str, comment: str) -> HandIn:
    """Comment on a member's work, and have them told. Raises NotAllowed, Invalid."""
    homework = hand_in.homework
    may(user, "booking.mark_claim", homework.session.offering.owner)
    mark, comment = mark.strip()[:10], comment.strip()[:500]
    if not comment and not mark:
        raise Invalid("请写点评或评分。")
    made = HandIn.objects.select_for_update(no_key=True).get(pk=hand_in.pk)
    if (made.mark, made.comment) == (mark, comment):
        return made
    made.mark, made.comment, made.reviewed_by, made.reviewed_at = mark, comment, user, timezone.now()
    made.save(update_fields=["mark", "comment", "reviewed_by", "reviewed_at"])
    audit.record(actor=user, action="booking.review", target=homework, data={"hand_in": made.pk})
    _tell(made, homework)
    return made


def _tell(made: HandIn, homework: Homework) -> None:
    claim = Claim.objects.select_related("session__offering").get(pk=made.claim_id)
    at = made.reviewed_at or timezone.now()
    words = {"title": homework.title, "at": tell.moment(at), "state": "已点评"}
    note = made.comment or f"评分：{made.mark}"
    event = f"review.{made.pk}-{at:%Y%m%d%H%M%S}"
    told = tell.message(claim, "homework_reviewed", event, note=note, **words)
    tell.send([told | {"url": f"{told['url']}homework/{homework.public_id}/"}])
