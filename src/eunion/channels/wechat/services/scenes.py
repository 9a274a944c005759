"""QR codes with a scene: made at WeChat, counted scan by scan."""

from __future__ import annotations

import io
from typing import Any
from urllib.parse import quote

import segno
from django.db import transaction
from django.db.models import Count, Q, QuerySet

from eunion.channels.wechat import api
from eunion.channels.wechat.errors import SceneTaken
from eunion.channels.wechat.models import Follower, InboundMessage, SceneCode, SceneVisit
from eunion.kernel import audit
from eunion.kernel.errors import NotAllowed
from eunion.registry.models import User

PREFIX = "qrscene_"


def scene_of(told: InboundMessage) -> SceneCode | None:
    """Return the code that a follow or scan came by."""
    key = str(told.payload.get("EventKey", "")).removeprefix(PREFIX)
    if not key or told.kind not in ("event.subscribe", "event.SCAN"):
        return None
    return SceneCode.objects.filter(account_id=told.account_id, scene=key).first()


def note_visit(*, told: InboundMessage, follower: Follower) -> None:
    """Count a scan once; the first code that brought a person stays theirs."""
    scene = scene_of(told)
    if scene is None:
        return
    followed = told.kind == "event.subscribe"
    SceneVisit.objects.get_or_create(
        inbound=told,
        defaults={"scene": scene, "openid": told.openid, "followed": followed, "at": told.received_at},
    )
    if followed:
        Follower.objects.filter(pk=follower.pk, scene=None).update(scene=scene)


def create(*, user: User, **fields: Any) -> SceneCode:
    """Make a code that never ends (QR_LIMIT_STR_SCENE) at WeChat. Raises NotAllowed, SceneTaken, SendError."""
    if not user.has_perm("wechat.add_scenecode"):
        raise NotAllowed
    with transaction.atomic():
        scene, created = SceneCode.objects.get_or_create(
            account=fields.pop("account"), scene=fields.pop("scene"), defaults=fields
        )
        if not created and scene.ticket:
            raise SceneTaken
        body = {"action_name": "QR_LIMIT_STR_SCENE", "action_info": {"scene": {"scene_str": scene.scene}}}
        answer = api.post(scene.account_id, "/cgi-bin/qrcode/create", body)
        scene.ticket, scene.url = answer["ticket"], answer["url"]
        scene.save(update_fields=["ticket", "url"])
        audit.record(actor=user, action="wechat.create_scene", target=scene)
    return scene


def picture(scene: SceneCode) -> bytes:
    """Return the code as SVG, drawn here from WeChat's address, sharp at any poster size."""
    buffer = io.BytesIO()
    segno.make(scene.url or quote(scene.ticket), error="m").save(buffer, kind="svg", scale=8, border=4)
    return buffer.getvalue()


def with_counts(rows: QuerySet[SceneCode]) -> QuerySet[SceneCode]:
    """Add how often each was scanned, by how many people, and how many it made follow and are still here."""
    return rows.annotate(
        scan_count=Count("visits", distinct=True),
        person_count=Count("visits__openid", distinct=True),
        follow_count=Count("followers", distinct=True),
        kept_count=Count("followers", filter=Q(followers__subscribed=True), distinct=True),
    )
