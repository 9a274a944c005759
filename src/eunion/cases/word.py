"""HTML of our own templates into DOCX that can be edited: headings, paragraphs, list items and tables."""

from __future__ import annotations

import io
from html.parser import HTMLParser
from typing import Any

FONT, POINTS = "宋体", 12
_TEXT = ("h1", "h2", "p", "li", "td", "th")


class _Blocks(HTMLParser):
    """Reads (tag, text) and ("table", rows of cells) out of a page; `class="end"` puts a paragraph to the right."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, Any]] = []
        self._text: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _TEXT:
            self._text = []
            self._class = dict(attrs).get("class")
        elif tag == "table":
            self.found.append((tag, []))
        elif tag == "tr":
            self.found[-1][1].append([])
        elif tag == "br" and self._text is not None:
            self._text.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag not in _TEXT or self._text is None:
            return
        text = "".join(self._text).strip()
        self._text = None
        if tag in ("td", "th"):
            self.found[-1][1][-1].append(text)
        elif text:
            self.found.append(("end" if self._class == "end" else tag, text))

    def handle_data(self, data: str) -> None:
        if self._text is not None:
            self._text.append(" ".join(data.split()))


def docx(html: str) -> bytes:
    """Return a page as DOCX."""
    from docx import Document

    reader = _Blocks()
    reader.feed(html)
    paper = Document()
    _set_font(paper)
    for tag, content in reader.found:
        if tag == "table":
            _table(paper, content)
        else:
            _paragraph(paper, tag, content)
    buffer = io.BytesIO()
    paper.save(buffer)
    return buffer.getvalue()


def _set_font(paper: Any) -> None:
    """Give every style the font that courts and offices expect, for Chinese characters too, in black."""
    from docx.oxml.ns import qn
    from docx.shared import Pt, RGBColor

    for name in ("Normal", "Title", "Heading 1", "List Number"):
        style = paper.styles[name]
        style.font.name = FONT
        style.font.color.rgb = RGBColor(0, 0, 0)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{theme}"), None)
        fonts.set(qn("w:eastAsia"), FONT)
    paper.styles["Normal"].font.size = Pt(POINTS)
    paper.styles["Title"].font.size = Pt(20)


def _paragraph(paper: Any, tag: str, text: str) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    if tag in ("h1", "h2"):
        made = paper.add_heading(text, 0 if tag == "h1" else 1)
    else:
        made = paper.add_paragraph(text, style="List Number" if tag == "li" else None)
    if tag == "h1":
        made.alignment = WD_ALIGN_PARAGRAPH.CENTER
    elif tag == "end":
        made.alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _table(paper: Any, rows: list[list[str]]) -> None:
    """Add a table; a row with fewer cells leaves the last ones empty."""
    if not rows:
        return
    made = paper.add_table(rows=0, cols=max(len(row) for row in rows), style="Table Grid")
    for row in rows:
        cells = made.add_row().cells
        for place, text in enumerate(row):
            cells[place].text = text
