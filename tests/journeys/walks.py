"""What staff and workers do, step by step; journeys are made of these."""

from __future__ import annotations

import io
import time
from collections.abc import Callable
from typing import Any

import xlsxwriter
from playwright.sync_api import Page, expect

from tests.journeys.conftest import PASSWORD, Installation, sign_in

Shot = Callable[[Page, str], None]


def roster_file(rows: list[list[Any]]) -> bytes:
    """Return a roster as people make them: a title above the heading, numbers as text."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        sheet = book.add_worksheet("名册")
        sheet.merge_range(0, 0, 0, 6, "2026 年职工名册")
        sheet.write_row(1, 0, ["姓名", "身份证号码", "联系电话", "工作单位", "所属工会", "网格编号", "标签"])
        for place, row in enumerate(rows, 2):
            sheet.write_row(place, 0, row)
    return buffer.getvalue()


def import_roster(
    page: Page, installation: Installation, content: bytes, name: str, shot: Shot
) -> dict[str, int]:
    """Upload a roster, wait for the dry run, return its counts; then confirm and wait until it is in."""
    page.goto(f"{installation.web}/admin/rosters/")
    shot(page, "01-roster-upload")
    page.set_input_files("#file", {"name": name, "mimeType": "application/octet-stream", "buffer": content})
    page.get_by_role("button", name="上传并检查").click()
    page.wait_for_selector("#state[data-state=checked]", timeout=60_000)
    page.wait_for_load_state("networkidle")
    counts = {
        one: int(page.locator(f"#count-{one}").inner_text()) for one in ("add", "change", "same", "reject")
    }
    shot(page, "02-roster-checked")
    page.get_by_role("button", name="确认导入").click()
    page.wait_for_selector("#state[data-state=done]", timeout=60_000)
    return counts


def write_notice(page: Page, installation: Installation, title: str, summary: str, shot: Shot) -> str:
    """Write a notice for everyone and hand it in; return the address of its editor."""
    page.goto(f"{installation.web}/admin/pages/add/broadcast/notice/{section_id(installation)}/")
    page.locator("[name=title]").fill(title)
    page.locator("[name=summary]").fill(summary)
    page.locator("[name=source]").fill("区总工会办公室")
    expect(page.locator("#audience-count [role=status]")).to_contain_text("人", timeout=15_000)
    shot(page, "03-notice-editor")
    hand_in(page)
    expect(page.locator(".messages")).to_contain_text(title)
    return editor_of(installation, title)


def hand_in(page: Page) -> None:
    """Hand the open page in for review."""
    page.locator(
        ".footer [data-w-dropdown-target=toggle], .action-footer [data-w-dropdown-target=toggle]"
    ).first.click()
    with page.expect_navigation():
        page.locator("[name=action-submit]").click()


def section_id(installation: Installation) -> str:
    """Return the number of the notices' section."""
    code = "from eunion.content.models import SectionPage; print(SectionPage.objects.get(kind='notice').pk)"
    return installation.manage("shell", "-v", "0", "-c", code).strip().splitlines()[-1]


def editor_of(installation: Installation, title: str) -> str:
    """Return the address of a notice's editor."""
    code = f"from eunion.broadcast.models import Notice; print(Notice.objects.get(title={title!r}).pk)"
    number = installation.manage("shell", "-v", "0", "-c", code).strip().splitlines()[-1]
    return f"{installation.web}/admin/pages/{number}/edit/"


def review(
    page: Page, installation: Installation, username: str, editor: str, password: str = PASSWORD
) -> None:
    """Sign in as a reviewer and approve the stage."""
    sign_in(page, installation, username, password)
    page.goto(editor)
    page.locator(
        ".action-footer [data-w-dropdown-target=toggle], .footer [data-w-dropdown-target=toggle]"
    ).first.click()
    with page.expect_navigation():
        page.locator(
            "[data-workflow-action-name=approve]:not([data-workflow-action-modal-url])"
        ).first.click()


def wait_until_sent(page: Page, installation: Installation, title: str, shot: Shot) -> None:
    """Watch the live progress until the broadcast is done."""
    page.goto(f"{installation.web}/admin/broadcasts/")
    page.get_by_role("link", name=title).click()
    page.wait_for_timeout(1500)
    shot(page, "04-on-its-way")
    page.wait_for_selector("#progress[data-state=done]", timeout=60_000)
    page.wait_for_selector("#reach table")


def read_on_the_phone(page: Page, installation: Installation, person: str, title: str, shot: Shot) -> None:
    """Open a person's virtual phone, find the notice in the service account's chat and read it."""
    page.goto(f"{installation.sandbox}/phone?as={person}")
    page.locator(".face.union").first.click()
    card = page.locator(".card").last
    expect(card).to_contain_text(title[:10])
    shot(page, "05-phone-message")
    card.click()
    inside = page.frame_locator("#frame")
    expect(inside.locator("h1")).to_have_text(title)
    shot(page, "06-phone-notice")


def ask_in_the_group(page: Page, installation: Installation, person: str, question: str, shot: Shot) -> str:
    """Ask 雲博士 in the residents' group; return the answer and hold it to five seconds."""
    page.goto(f"{installation.sandbox}/phone?as={person}")
    page.locator(".face.group").first.click()
    page.wait_for_timeout(1500)  # what was said before has been drawn
    page.locator("#text").fill(f"@云博士 工会 {question}")
    begun = time.monotonic()
    page.get_by_role("button", name="发送").click()
    # The question itself stands last but one once it is answered.
    expect(page.locator(".said").nth(-2)).to_contain_text(question, timeout=15_000)
    waited = time.monotonic() - begun
    shot(page, "07-group-answer")
    assert waited < 5, f"answered after {waited:.1f} s"
    return page.locator(".said").last.inner_text()
