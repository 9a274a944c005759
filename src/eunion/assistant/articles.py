"""Cutting laws and rules into articles: Markdown, plain text and DOCX, with 第N条 kept as units that can be cited."""

from __future__ import annotations

import datetime
import hashlib
import io
import re
import zipfile
from dataclasses import dataclass

from docx import Document as Docx
from docx.opc.exceptions import PackageNotFoundError

from eunion.assistant.errors import BadFile

BYTES_MAX = 20 * 1024 * 1024
_NUMERAL = "[一二三四五六七八九十百千零〇两0-9]+"
_ARTICLE = re.compile(rf"^\s*(?:[#*>\-]+\s*)*(第{_NUMERAL}条(?:之{_NUMERAL})?)[*\s　:：]*")
_HEADING = re.compile(rf"^\s*(?:[#*]+\s*)*(第{_NUMERAL}[编章节])\s*[*　 ]*(.*?)\**\s*$")
_DATED = re.compile(r"[（(](\d{4})[-.年](\d{1,2})[-.月](\d{1,2})日?[)）]")
_MARKS = re.compile(r"[*_`]{1,3}|^#+\s*", re.M)
# A preamble or a table of contents that is longer than this is a text of its own.
PARAGRAPH_MAX = 1200


@dataclass(frozen=True)
class Cut:
    """One article: its number ('' for a paragraph without), the chapter it stands in, its words."""

    number: str
    heading: str
    text: str


@dataclass(frozen=True)
class CutDocument:
    """A document as it will be kept."""

    title: str
    effective_on: datetime.date | None
    digest: str
    articles: tuple[Cut, ...]


def cut(*, name: str, content: bytes) -> CutDocument:
    """Return a file cut by article; the title and date come from the name, e.g. 工会法(2021-12-24).md.

    Raises BadFile.
    """
    if len(content) > BYTES_MAX:
        raise BadFile("文件太大：最多 20 MB。")
    stem = name.rsplit("/", 1)[-1].rsplit(".", 1)[0]
    dated = _DATED.search(stem)
    title = _DATED.sub("", stem).strip(" 《》_-")
    text = _text_of(name, content)
    articles = tuple(_cut_lines(text.splitlines()))
    if not articles or not title:
        raise BadFile(f"“{name}”里没有读到条文。")
    effective_on = None
    if dated:
        try:
            effective_on = datetime.date(*(int(part) for part in dated.groups()))
        except ValueError:
            raise BadFile(f"“{name}”里的日期不对。") from None
    return CutDocument(title[:120], effective_on, hashlib.sha256(text.encode()).hexdigest(), articles)


def _text_of(name: str, content: bytes) -> str:
    if name.lower().endswith(".docx"):
        try:
            return "\n".join(paragraph.text for paragraph in Docx(io.BytesIO(content)).paragraphs)
        except (PackageNotFoundError, zipfile.BadZipFile, KeyError, ValueError):
            raise BadFile(f"“{name}”打不开，请另存为 .docx 再试。") from None
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BadFile(f"“{name}”不是文本文件。")


def _cut_lines(lines: list[str]) -> list[Cut]:
    """Walk the lines: chapters set the heading, 第N条 begins an article, everything else belongs to the last one."""
    found: list[Cut] = []
    headings: dict[str, str] = {}
    number = ""
    words: list[str] = []

    def close() -> None:
        text = _MARKS.sub("", "\n".join(words)).strip()
        if text and (number or len(text) > 20):
            found.append(Cut(number, " ".join(headings.values())[:120], text))

    for line in lines:
        heading, article = _HEADING.match(line), _ARTICLE.match(line)
        if heading and len(line) < 60 and not article:
            close()
            number, words = "", []
            kind = heading[1][-1]
            headings = {
                key: value for key, value in headings.items() if "编章节".index(key) < "编章节".index(kind)
            }
            headings[kind] = f"{heading[1]} {heading[2]}".strip()
        elif article:
            close()
            number, words = article[1], [line[article.end() :]]
        elif line.strip():
            words.append(line.strip())
    close()
    numbered = [one for one in found if one.number]
    # Where there are articles, what stands before them (title, contents, date of promulgation) is not cited.
    return numbered or [piece for one in found for piece in _paragraphs(one)]


def _paragraphs(whole: Cut) -> list[Cut]:
    """Cut a text without articles into pieces of some paragraphs."""
    pieces: list[str] = []
    for line in whole.text.splitlines():
        if pieces and len(pieces[-1]) + len(line) < PARAGRAPH_MAX // 3:
            pieces[-1] += "\n" + line
        else:
            pieces.append(line)
    return [Cut("", whole.heading, piece[:PARAGRAPH_MAX]) for piece in pieces if piece.strip()]
