"""`manage load_knowledge`: the entries that come with the product, or those of a file, as versions to be approved."""

from __future__ import annotations

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
        """Load each file whole or not at all."""
        try:
            done = [
                imports.import_file(name=file.name, content=file.read_bytes(), user=None) for file in files
            ] or [imports.load_shipped()]
        except (DomainError, OSError) as error:
            raise CommandError(str(error)) from None
        for one in done:
            self.stdout.write(
                f"新增 {one.added} 条，改动 {one.changed} 条，没变 {one.same} 条；待两人审核后启用。"
            )
