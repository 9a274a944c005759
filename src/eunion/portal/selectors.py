"""What the member's home and search put together from the rooms below."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from eunion.broadcast import selectors as broadcasts
from eunion.content import search
from eunion.content import selectors as content
from eunion.registry.selectors import member_of

NOTICES, NEWS = 4, 3


@dataclass(frozen=True)
class Tile:
    """A service on the home page."""

    icon: str
    label: str
    url: str


TILES = (
    Tile("union", "找工会", "/unions/"),
    Tile("guide", "办事大厅", "/services/"),
    Tile("policy", "政策解读", "/policies/"),
    Tile("law", "法律法规", "/laws/"),
    Tile("chat", "问云博士", "/assistant/"),
    Tile("news", "新闻动态", "/news/"),
    Tile("bell", "通知公告", "/notices/"),
    Tile("phone", "12351 热线", "tel:12351"),
    Tile("ticket", "活动报名", "/events/"),
)
# What an elder comes for; the rest is one tap away in the lists.
ELDER_TILES = (TILES[0], TILES[1], TILES[4], TILES[6], TILES[8], TILES[7])


def home(user: Any, *, elder: bool) -> dict[str, Any]:
    """Return what the home page shows."""
    member = member_of(user)
    notices = content.newest("notice", NOTICES)
    return {
        "tab": "home",
        "member": member,
        "tiles": ELDER_TILES if elder else TILES,
        "notices": notices,
        "unread": broadcasts.unread_among(member, notices),
        "news": [] if elder else content.newest("news", NEWS),
    }


def find(query: str, page: int, size: int = 20) -> dict[str, Any]:
    """Return one page of search results, and whether there is another."""
    found = search.find(query, limit=size + 1, offset=(page - 1) * size)
    return {"results": found[:size], "next": page + 1 if len(found) > size else None, "page": page}
