"""`manage import_laws FOLDER`: laws and rules as .md, .txt or .docx, cut by article."""

from __future__ import annotations

import time
from collections import Counter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from eunion.assistant import retrieval
from eunion.assistant.errors import BadFile
from eunion.assistant.services import documents

KINDS = {".md", ".txt", ".docx"}
TELL_EVERY_S = 1.0


class Command(BaseCommand):
    """A name such as 工会法(2021-12-24).md tells title and version; again is harmless, newer versions take over."""

    help = "导入一个文件夹里的法律法规（.md、.txt、.docx），按条切分"

    def add_arguments(self, parser: CommandParser) -> None:
        """Take files and folders."""
        parser.add_argument("paths", nargs="+", type=Path)

    def handle(self, *args: Any, paths: list[Path], **options: Any) -> None:
        """Import each file by itself, found by its words at once; then compute what all of them mean.

        A file that can't be read is named and holds up no other; stopped half-way, the next run goes on from there.
        """
        files = self._files(paths)
        done = Counter(self._take(file, f"[{number}/{len(files)}]") for number, file in enumerate(files, 1))
        self.stdout.write(
            f"法规已可按词语查到：导入 {done['taken']} 部，没有变化 {done['same']} 部，没有导入 {done['bad']} 部。"
        )
        self._told_at = 0.0
        count = retrieval.embed_missing(self._tell)
        self.stdout.write(f"完成，新算语义 {count} 段。")
        if done["bad"]:
            raise CommandError(f"{done['bad']} 个文件没有导入")

    def _take(self, file: Path, place: str) -> str:
        """Import one file and say so; return what became of it."""
        try:
            document, changed = documents.import_document(
                name=file.name, content=file.read_bytes(), user=None
            )
        except BadFile as error:
            self.stderr.write(f"{place} {file.name}: {error.message}")
            return "bad"
        word, count = "导入" if changed else "没有变化", document.articles.count()
        self.stdout.write(f"{place} {word} {document} {document.effective_on or ''} {count} 条")
        self.stdout.flush()
        return "taken" if changed else "same"

    def _tell(self, done: int, whole: int) -> None:
        """Say how far the meaning is, at most once a second and at the end."""
        if done < whole and time.monotonic() - self._told_at < TELL_EVERY_S:
            return
        self._told_at = time.monotonic()
        self.stdout.write(f"正在计算语义 {done}/{whole} 段")
        self.stdout.flush()

    def _files(self, paths: list[Path]) -> list[Path]:
        found: list[Path] = []
        for path in paths:
            if not path.exists():
                raise CommandError(f"没有这个文件或文件夹：{path}")
            found += sorted(path.rglob("*")) if path.is_dir() else [path]
        return [file for file in found if file.is_file() and file.suffix.lower() in KINDS]
