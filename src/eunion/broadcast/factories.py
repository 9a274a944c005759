"""Test data of the reach."""

from __future__ import annotations

import itertools
from typing import Any

from eunion.broadcast.models import Broadcast, Notice
from eunion.channels.community.models import Gateway
from eunion.channels.wechat.models import Account, Follower
from eunion.content import services as content
from eunion.content.factories import draft, reviewers
from eunion.registry.factories import UserFactory
from eunion.registry.models import Member
from eunion.registry.roles import Role

_numbers = itertools.count(1)
AES_KEY = "a" * 42 + "A"


def make_account(**fields: Any) -> Account:
    """Return an active service account in safe mode."""
    number = next(_numbers)
    return Account.objects.create(
        **{
            "slug": f"account{number}",
            "name": "测试服务号",
            "kind": Account.Kind.SERVICE,
            "appid": f"wxtest{number}",
            "secret": "secret",
            "token": "token",
            "aes_key": AES_KEY,
            "notice_template_id": "T1",
            **fields,
        }
    )


def make_follower(account: Account, member: Member | None = None, **fields: Any) -> Follower:
    """Return a follower, bound to a member if one is given."""
    return Follower.objects.create(account=account, openid=f"o{next(_numbers):06d}", member=member, **fields)


def make_gateway(base_url: str = "http://127.0.0.1:9") -> Gateway:
    """Return an active community gateway."""
    return Gateway.objects.create(
        name="云社区", base_url=base_url, app_key=f"key{next(_numbers)}", secret="gateway-secret"
    )


def published(unions: Any = (), grids: Any = (), **fields: Any) -> Notice:
    """Return a notice that has passed its three reviews."""
    notice = draft(Notice, "notice", **{"title": "测试通知", "urgent": True, **fields})
    notice.audience_unions.set(unions)
    notice.audience_grids.set(grids)
    notice.save()
    editor = UserFactory(role=Role.EDITOR)
    content.reviewed_publish(page=notice, author=editor, reviewers=reviewers())
    return Notice.objects.get(pk=notice.pk)


def broadcast_of(notice: Notice) -> Broadcast:
    """Return a notice's newest broadcast."""
    return notice.broadcasts.latest("id")
