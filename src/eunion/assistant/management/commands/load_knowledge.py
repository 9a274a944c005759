"""`manage load_knowledge`: the entries that come with the product, or those of a file, as versions to be approved."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from eunion.assistant.services import imports
from eunion.kernel.errors import DomainError


class Command(BaseCommand):
    """What is loaded waits in the console for two people; again is harmless."""

    help = "装入随产品提供的知识，或指定的 JSON、XLSX 文件；在后台经两人审核后启用"

    def add_arguments(self, parser: CommandParser) -> None:
        """Take files; none means the entries that ship."""
        parser.add_argument("files", nargs="*", type=Path)

    def handle(self, *args: Any, files: list[Path], **options: Any) -> None:
        """Load each file whole or not at all, and say what each brought."""
        try:
            if not files:
                self._tell("随产品提供的知识", imports.load_shipped)
            for file in files:
                self._tell(
                    file.name,
                    partial(imports.import_file, name=file.name, content=file.read_bytes(), user=None),
                )
        except (DomainError, OSError) as error:
            raise CommandError(str(error)) from None

    def _tell(self, name: str, load: Callable[[], imports.Imported]) -> None:
        self.stdout.write(f"正在写入 {name} …")
        self.stdout.flush()
        one = load()
        waits = "新增和改动的待两人审核后启用。" if one.added + one.changed else "没有要审核的。"
        self.stdout.write(f"{name}：新增 {one.added} 条，改动 {one.changed} 条，没变 {one.same} 条；{waits}")
