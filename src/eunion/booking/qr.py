"""QR codes as SVG, to be put into a page."""

from __future__ import annotations

import io

import segno


def svg(text: str) -> str:
    """Return a QR code as an SVG element that takes the size of what it stands in."""
    buffer = io.BytesIO()
    segno.make(text, error="m").save(
        buffer, kind="svg", border=2, omitsize=True, xmldecl=False, svgns=True, svgclass=None, lineclass=None
    )
    return buffer.getvalue().decode()
