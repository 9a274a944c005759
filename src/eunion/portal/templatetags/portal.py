"""Template tags of the member screens: icons, elder mode, the unread count."""

from __future__ import annotations

from typing import Any
from urllib.parse import urljoin

from django import template
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from eunion.broadcast import selectors
from eunion.portal import elder

register = template.Library()

# Own drawings on a 24 × 24 grid, stroked in the text's colour.
_PATHS = {
    "home": "M4 11l8-7 8 7v9h-5v-6H9v6H4z",
    "bell": "M6 17V11a6 6 0 0 1 12 0v6l2 2H4zM10 21h4",
    "chat": "M4 5h16v11H11l-5 4v-4H4z",
    "person": "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4 21c1-5 4-7 8-7s7 2 8 7",
    "union": "M12 3l9 5H3zM5 10v8M10 10v8M14 10v8M19 10v8M3 21h18",
    "guide": "M6 3h9l4 4v14H6zM14 3v5h5M9 12h7M9 16h7",
    "policy": "M5 4h11v16H7a2 2 0 0 1-2-2zM16 8h3v10a2 2 0 0 1-2 2M8 8h5M8 12h5M8 16h5",
    "news": "M4 5h16v14H4zM8 9h8M8 13h5M8 16h5",
    "law": "M12 3v18M7 21h10M12 6l-7 2 7-2 7 2M5 8l-3 6h6zM19 8l-3 6h6z",
    "phone": "M6 3h4l2 5-3 2a12 12 0 0 0 5 5l2-3 5 2v4a2 2 0 0 1-2 2A17 17 0 0 1 4 5a2 2 0 0 1 2-2z",
    "grid": "M4 4h7v7H4zM13 4h7v7h-7zM4 13h7v7H4zM13 13h7v7h-7z",
    "ticket": "M3 7h18v3a2 2 0 0 0 0 4v3H3v-3a2 2 0 0 0 0-4zM14 7v10",
    "empty": "M4 8l8-4 8 4v9l-8 4-8-4zM4 8l8 4 8-4M12 12v9",
    "mark": "M5 5h14v3h-5.5v8H20v3H4v-3h6.5V8H5z",
}
_FILLED = {"mark"}


@register.simple_tag
def icon(name: str) -> SafeString:
    """Draw an icon; it says nothing to screen readers, the words beside it do."""
    style = (
        'fill="currentColor"' if name in _FILLED else 'fill="none" stroke="currentColor" stroke-width="1.7"'
    )
    drawn = f'<svg viewBox="0 0 24 24" {style} stroke-linejoin="round" aria-hidden="true"><path d="{_PATHS[name]}"/></svg>'
    return mark_safe(drawn)  # noqa: S308  our own constant drawings


@register.filter
def is_elder(request: HttpRequest | None) -> bool:
    """Say whether the page is to be shown in elder mode."""
    return bool(request) and elder.is_on(request)


@register.simple_tag(takes_context=True)
def unread_count(context: dict[str, Any]) -> int:
    """Return how many messages the signed-in member has not read."""
    request = context.get("request")
    return selectors.unread_count(request.user) if request and hasattr(request, "user") else 0


@register.simple_tag(takes_context=True)
def url_of(context: dict[str, Any], page: Any) -> str:
    """Return a page's address; the request keeps Wagtail from looking its site up again for each."""
    return page.get_url(context.get("request")) or "/"


@register.simple_tag
def public(path: str) -> str:
    """Return an address that may be shared: under the public name, without what belongs to one person."""
    return urljoin(f"{settings.PUBLIC_URL}/", path.partition("?")[0])


@register.simple_tag
def weixin_sdk() -> SafeString:
    """Tell `weixin.js` where the JS-SDK and its signature are, and whether a virtual phone may stand in."""
    box = "1" if settings.SANDBOX_URL else ""
    words = 'data-sdk="{}" data-sign="{}" data-box="{}"'
    return format_html(words, settings.WECHAT_JSSDK_URL, reverse("wechat_jssdk"), box)
