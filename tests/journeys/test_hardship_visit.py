"""A home visit where there is no connection: the page opens, the record waits on the phone, and arrives once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PIL import Image
from playwright.sync_api import Locator, Page, expect

from tests.journeys.conftest import PHONE, Installation, sign_in


def _sign(page: Page, canvas: Locator) -> None:
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box
    page.mouse.move(box["x"] + 40, box["y"] + 60)
    page.mouse.down()
    for step in range(12):
        page.mouse.move(box["x"] + 40 + step * 18, box["y"] + 60 + (30 if step % 2 else -20))
    page.mouse.up()


def test_a_visit_written_down_offline_arrives_when_the_connection_is_back(
    district: Installation, open_page: Callable[..., Page], tmp_path: Path
) -> None:
    page = open_page(PHONE)
    sign_in(page, district, "caseofficer")
    page.goto(f"{district.web}/admin/hardship/visits/")
    expect(page.locator("#kept")).to_be_visible()
    # The page is kept first, what it is made of right after.
    page.wait_for_function("caches.match('/admin/hardship/visits/').then(kept => Boolean(kept))")
    page.wait_for_timeout(1500)
    households = page.locator("[data-case]").count()

    page.context.set_offline(True)
    page.reload()
    card = page.locator("[data-case]").first
    name = card.get_attribute("data-name")
    card.locator("summary").click()
    card.locator("[name=person]").fill("王阿姨")
    card.locator("[name=agrees]").select_option("yes")
    card.locator("[name=seen]").fill("两口人租住一间房，药费单据齐全。")
    photo = tmp_path / "photo.jpg"
    Image.new("RGB", (900, 700), "#c8b090").save(photo)
    card.locator("input[type=file]").set_input_files(photo)
    _sign(page, card.locator("canvas"))
    expect(card.locator("[data-signed]")).to_be_visible()

    # The phone is switched off and on again: nothing is lost.
    page.wait_for_timeout(500)
    page.reload()
    expect(card.locator("[name=person]")).to_have_value("王阿姨")
    card.get_by_role("button", name="走访完成").click()
    expect(page.locator("#waiting")).to_contain_text("都存在手机里")

    page.context.set_offline(False)
    page.locator("#send").click()
    expect(page.locator("#said")).to_have_text(f"{name}的走访已经交上去了。")
    expect(page.locator("[data-case]")).to_have_count(households - 1)
    count = "from eunion.cases.models import HardshipVisit; print(HardshipVisit.objects.count())"
    assert district.manage("shell", code=count).strip().endswith("1")
