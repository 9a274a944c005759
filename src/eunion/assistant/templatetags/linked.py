"""Addresses in a reply made links: Chinese text stands beside them without a blank, where `urlize` sees none."""

from __future__ import annotations

import re

from django import template
from django.conf import settings
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

register = template.Library()
_ADDRESS = re.compile(r"(https?://[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]*[A-Za-z0-9/=_-])")


@register.filter
def linked(text: str) -> SafeString:
    """Return the text, escaped, with its addresses as links; those of this site stay on the host that is open."""
    parts = (_link(part) if _ADDRESS.fullmatch(part) else part for part in _ADDRESS.split(text))
    return format_html_join("", "{}", ((part,) for part in parts))


def _link(address: str) -> SafeString:
    site = settings.PUBLIC_URL
    if address == site or address.startswith(f"{site}/"):
        return format_html('<a href="{}">{}</a>', address.removeprefix(site) or "/", address)
    return format_html('<a href="{}" rel="noopener nofollow">{}</a>', address, address)
