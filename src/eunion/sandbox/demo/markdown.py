"""The little Markdown that the demo's texts use, as the blocks of a page's body."""

from __future__ import annotations

import html
import re

_BOLD = re.compile(r"\*\*(.+?)\*\*")
_ITEM = re.compile(r"^(?:- |\d+[.、] ?)(.+)$")


def to_blocks(text: str) -> list[tuple[str, str]]:
    """Return StreamField (type, value) pairs: headings, and paragraphs of rich text with lists."""
    blocks: list[tuple[str, str]] = []
    for chunk in re.split(r"\n\s*\n", text.strip()):
        lines = [line.strip() for line in chunk.splitlines() if line.strip()]
        while lines and lines[0].startswith("#"):
            blocks.append(("heading", lines.pop(0).lstrip("# ")))
        if lines:
            blocks.append(("paragraph", _rich(lines)))
    return blocks


def _rich(lines: list[str]) -> str:
    parts: list[str] = []
    for line in lines:
        item = _ITEM.match(line)
        tag = "" if not item else "ol" if line[0].isdecimal() else "ul"
        inner = _BOLD.sub(r"<b>\1</b>", html.escape(item.group(1) if item else line, quote=False))
        if tag and parts and parts[-1].endswith(f"</{tag}>"):
            parts[-1] = parts[-1].removesuffix(f"</{tag}>") + f"<li>{inner}</li></{tag}>"
        else:
            parts.append(f"<{tag}><li>{inner}</li></{tag}>" if tag else f"<p>{inner}</p>")
    return "".join(parts)
