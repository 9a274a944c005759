"""A rider joins and a worker's request is answered: typed on the phone, mended, decided by staff, rated."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable

from PIL import Image
from playwright.sync_api import Error, Page, expect

from tests.journeys.conftest import DESK, PHONE, Installation, sign_in
from tests.journeys.test_course import enter

Shot = Callable[[Page, str], None]
WORDS = "店里三个月没发工资，问了说再等等。"


def picture() -> bytes:
    """Return a photo as a phone takes it."""
    buffer = io.BytesIO()
    Image.new("RGB", (1200, 900), "#f0ead6").save(buffer, "JPEG")
    return buffer.getvalue()


def test_a_request_from_the_phone_to_its_answer(
    district: Installation, open_page: Callable[..., Page], shot: Shot
) -> None:
    phone = open_page(PHONE)
    enter(phone, district, "p21")
    number = _hand_in(phone, district, shot)
    desk = open_page(DESK)
    sign_in(desk, district, "admin")
    _ask_for_more(desk, district, number, shot)
    _bring_more(phone, shot)
    _answer(desk, district, number, shot)
    phone.reload()
    expect(phone.locator("section.now .where")).to_have_text("已办结")
    phone.locator("label[for=star5]").click()
    phone.get_by_role("button", name="评价").click()
    expect(phone.get_by_role("heading", name="您的评价")).to_be_visible()
    shot(phone, "94-case-rated")


def _hand_in(phone: Page, district: Installation, shot: Shot) -> str:
    phone.goto(f"{district.web}/services/requests/")
    phone.get_by_role("link", name="现在就办").first.click()
    phone.locator("[name=category]").select_option("wages")
    phone.locator("[name=words]").fill(WORDS)
    expect(phone.locator(".saved")).to_contain_text("已自动保存")
    # A closed page loses nothing.
    phone.reload()
    expect(phone.locator("[name=words]")).to_have_value(WORDS)
    # Nor does a connection that breaks before the form is sent.
    phone.context.set_offline(True)
    phone.locator("[name=employer]").fill("河边小店")
    with contextlib.suppress(Error):
        phone.get_by_role("button", name="下一步").click()
        phone.wait_for_timeout(500)
    phone.context.set_offline(False)
    phone.goto(f"{district.web}/services/requests/apply/")
    expect(phone.locator("[name=employer]")).to_have_value("河边小店")
    phone.get_by_label("只告诉我").check()
    shot(phone, "90-request-form")
    phone.get_by_role("button", name="下一步").click()
    phone.set_input_files("#pick-evidence", {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": picture()})
    expect(phone.get_by_alt_text("已上传的照片")).to_be_visible()
    phone.get_by_role("link", name="下一步").click()
    phone.locator("[name=consent]").check()
    phone.get_by_role("button", name="提交").click()
    expect(phone.locator("section.now .where")).to_have_text("受理")
    return phone.locator("section.now .muted").inner_text()


def _open(desk: Page, district: Installation, number: str) -> None:
    desk.goto(f"{district.web}/admin/cases/?view=all&q={number}")
    desk.get_by_role("link", name=number).click()


def _ask_for_more(desk: Page, district: Installation, number: str, shot: Shot) -> None:
    _open(desk, district, number)
    expect(desk.locator("#typed")).to_contain_text(WORDS)
    desk.get_by_role("button", name="请补充欠薪的时间和金额").click()
    shot(desk, "91-workbench")
    desk.get_by_role("button", name="要求补正").click()
    expect(desk.locator(".messages")).to_contain_text("要求补正")


def _bring_more(phone: Page, shot: Shot) -> None:
    phone.reload()
    expect(phone.locator("section.now")).to_contain_text("请补充欠薪的时间和金额")
    shot(phone, "92-case-mending")
    phone.get_by_role("link", name="去补材料").click()
    phone.locator("[name=words]").fill(f"{WORDS}八月到十月，一共一万二。")
    phone.get_by_role("button", name="下一步").click()
    phone.get_by_role("link", name="下一步").click()
    phone.get_by_role("button", name="补好了，交回去").click()
    expect(phone.locator("section.now .where")).to_have_text("受理")


def _answer(desk: Page, district: Installation, number: str, shot: Shot) -> None:
    _open(desk, district, number)
    desk.get_by_role("button", name="受理", exact=True).click()
    _open(desk, district, number)
    desk.locator("[name=answer]").fill("已联系单位，三天内答复您。")
    desk.get_by_role("button", name="答复", exact=True).click()
    _open(desk, district, number)
    desk.locator("[name=result]").fill("单位已补发三个月工资。")
    desk.get_by_label("已解决", exact=True).check()
    desk.get_by_role("button", name="办结", exact=True).click()
    expect(desk.locator(".messages")).to_contain_text("办结")
    shot(desk, "93-queue")
