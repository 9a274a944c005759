"""`manage import_laws FOLDER`: laws and rules as .md, .txt or .docx, cut by article."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from eunion.assistant import retrieval
from eunion.assistant.errors import BadFile
from eunion.assistant.services import documents

KINDS = {".md", ".txt", ".docx"}


class Command(BaseCommand):
    """A name such as 工会法(2021-12-24).md tells title and version; again is harmless, newer versions take over."""

    help = "导入一个文件夹里的法律法规（.md、.txt、.docx），按条切分"

    def add_arguments(self, parser: CommandParser) -> None:
        """Take files and folders."""
        parser.add_argument("paths", nargs="+", type=Path)

    def handle(self, *args: Any, paths: list[Path], **options: Any) -> None:
        """Import each file by itself: one that can't be read is named and holds up no other."""
        failed = 0
        for file in self._files(paths):
            try:
                document, changed = documents.import_document(
                    name=file.name, content=file.read_bytes(), user=None
                )
            except BadFile as error:
                failed += 1
                self.stderr.write(f"{file.name}: {error.message}")
                continue
            count = document.articles.count()
            word = "导入" if changed else "没有变化"
            self.stdout.write(f"{word} {document} {document.effective_on or ''} {count} 条")
        self.stdout.write("正在计算语义向量 …")
        self.stdout.write(f"完成，新算 {retrieval.embed_missing()} 段。")
        if failed:
            raise CommandError(f"{failed} 个文件没有导入")

    def _files(self, paths: list[Path]) -> list[Path]:
        found: list[Path] = []
        for path in paths:
            if not path.exists():
                raise CommandError(f"没有这个文件或文件夹：{path}")
            found += sorted(path.rglob("*")) if path.is_dir() else [path]
        return [file for file in found if file.is_file() and file.suffix.lower() in KINDS]
