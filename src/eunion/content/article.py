"""A page as WeChat takes it: plain elements with their styles inlined, pictures at WeChat's own addresses."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.utils.html import escape
from wagtail.images.models import Image
from wagtail.rich_text import expand_db_html

TITLE_MAX, DIGEST_MAX, AUTHOR_MAX = 64, 120, 8
CONTENT_MAX = 20_000
_STYLES = {
    "p": "margin:0 0 1em;line-height:1.85;font-size:17px;color:#1f2023",
    "h2": "margin:1.4em 0 .6em;padding-left:10px;border-left:4px solid #b3202a;font-size:19px;font-weight:bold",
    "ul": "margin:0 0 1em;padding-left:1.4em",
    "ol": "margin:0 0 1em;padding-left:1.4em",
    "li": "margin:0 0 .4em;line-height:1.85;font-size:17px",
    "table": "width:100%;margin:0 0 1em;border-collapse:collapse;font-size:15px",
    "td": "padding:8px;border:1px solid #e6e3e0",
    "th": "padding:8px;border:1px solid #e6e3e0;background:#fdf1f0",
    "blockquote": "margin:0 0 1em;padding:4px 16px;color:#5c5f66;border-left:4px solid #f3c969",
    "section": "margin:0 0 1em;padding:14px 16px;background:#fdf1f0;border-radius:8px",
    "img": "display:block;max-width:100%;margin:0 auto 1em",
    "b": "font-weight:bold",
}
# WeChat drops links that lead out of WeChat; their words stay, and "阅读原文" leads to the page.
_LINK = re.compile(r"</?a\b[^>]*>")
_TAG = re.compile(r"<(\w+)(?:\s[^>]*)?>")
Upload = Callable[[Image], str]


def _styled(html: str) -> str:
    """Drop every attribute and give each element its style; an image keeps its address."""

    def tag(found: re.Match[str]) -> str:
        name = {"strong": "b", "em": "em"}.get(found[1], found[1])
        style = _STYLES.get(name)
        source = re.search(r'src="([^"]*)"', found[0]) if name == "img" else None
        kept = f' src="{source[1]}"' if source else ""
        return f'<{name}{kept} style="{style}">' if style else f"<{name}{kept}>"

    return _TAG.sub(tag, _LINK.sub("", html)).replace("</strong>", "</b>")


def _table(value: dict[str, Any]) -> str:
    rows = value.get("data") or []
    head = bool(value.get("first_row_is_table_header"))
    lines = []
    for place, row in enumerate(rows):
        cell = "th" if head and place == 0 else "td"
        lines.append("<tr>" + "".join(f"<{cell}>{escape(one or '')}</{cell}>" for one in row) + "</tr>")
    return f"<table>{''.join(lines)}</table>"


def _block(kind: str, value: Any, upload: Upload) -> str:
    if kind == "heading":
        return f"<h2>{escape(value)}</h2>"
    if kind == "paragraph":
        return expand_db_html(value.source)
    if kind == "image":
        return f'<img src="{escape(upload(value))}">' if value else ""
    if kind == "facts":
        points = "".join(f"<li>{escape(point)}</li>" for point in value["points"])
        return f"<section><p><b>{escape(value['title'])}</b></p><ul>{points}</ul></section>"
    if kind == "quote":
        return f"<blockquote><p>{escape(value)}</p></blockquote>"
    return _table(value) if kind == "table" else ""


def _extras(page: Any) -> str:
    """Return what a guide says outside of its body."""
    parts = []
    for name, heading in (
        ("who", "谁可以办"),
        ("materials", "要带什么"),
        ("steps", "怎么办"),
        ("time_limit", "多久办好"),
        ("place", "在哪里办"),
        ("phone", "咨询电话"),
    ):
        lines = [line for line in str(getattr(page, name, "") or "").splitlines() if line.strip()]
        if lines:
            said = (
                f"<p>{escape(lines[0])}</p>"
                if len(lines) == 1
                else "".join(f"<li>{escape(x)}</li>" for x in lines)
            )
            parts.append(f"<h2>{heading}</h2>" + (said if len(lines) == 1 else f"<ol>{said}</ol>"))
    return "".join(parts)


def content_of(page: Any, upload: Upload) -> str:
    """Return the article's HTML; `upload` turns a picture into an address of WeChat's."""
    summary = f"<blockquote><p>{escape(page.summary)}</p></blockquote>" if page.summary else ""
    body = "".join(_block(block.block_type, block.value, upload) for block in page.body)
    source = f"<p>来源：{escape(page.source)}</p>" if page.source else ""
    return _styled(summary + _extras(page) + body + source)


def article_of(page: Any, *, thumb_media_id: str, upload: Upload) -> dict[str, Any]:
    """Return the article as /cgi-bin/draft/add wants it."""
    return {
        "title": page.title[:TITLE_MAX],
        "author": (page.author_name or "")[:AUTHOR_MAX],
        "digest": page.summary[:DIGEST_MAX],
        "content": content_of(page, upload) or "<p></p>",
        "content_source_url": f"{settings.PUBLIC_URL}{page.get_url() or '/'}",
        "thumb_media_id": thumb_media_id,
        "need_open_comment": 0,
        "only_fans_can_comment": 0,
    }
