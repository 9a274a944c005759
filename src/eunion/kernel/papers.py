"""Documents to print: HTML into PDF by WeasyPrint, which needs Pango and a Chinese font from the system."""

from __future__ import annotations

import functools
import shutil
import subprocess
from typing import Any

from eunion.kernel.errors import DomainError

# What `apt install` is told on Debian and Ubuntu.
PACKAGES = "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fontconfig fonts-noto-cjk"


class PapersUnavailable(DomainError):
    """现在生成不了 PDF，请稍后再试；一直不行请告诉工会。"""

    code = "papers_unavailable"
    status = 503


@functools.cache
def _weasyprint() -> Any:
    """Load the library at first use: it takes half a second, and fails where Pango is missing."""
    try:
        import weasyprint
    except OSError as error:
        raise PapersUnavailable(detail=f"install {PACKAGES}") from error
    return weasyprint


@functools.cache
def _has_chinese_font() -> bool:
    command = shutil.which("fc-list")
    if command is None:
        return False
    done = subprocess.run([command, ":lang=zh", "file"], capture_output=True, timeout=20, check=False)  # noqa: S603
    return bool(done.stdout.strip())


def pdf(html: str) -> bytes:
    """Return a PDF of a whole HTML page; only `data:` addresses are loaded. Raises PapersUnavailable."""
    printer = _weasyprint()
    if not _has_chinese_font():
        # A paper of empty boxes is worse than none.
        raise PapersUnavailable
    fetcher = printer.urls.URLFetcher(allowed_protocols=["data"])
    made: bytes = printer.HTML(string=html, url_fetcher=fetcher).write_pdf()
    return made


def say() -> str:
    """Say for the health page whether papers can be printed, and if not what to install."""
    try:
        _weasyprint()
    except PapersUnavailable:
        return f"no PDF: apt install {PACKAGES}"
    return "ok" if _has_chinese_font() else f"no Chinese font: apt install {PACKAGES}"
