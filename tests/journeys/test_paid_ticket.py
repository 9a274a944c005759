"""A place that costs something: claimed on the page, paid on the phone's pay sheet; or not paid, and back in the pool."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import FrameLocator, Page, expect

from tests.journeys.conftest import Installation
from tests.journeys.test_accounts import SIDE, open_chat

Shot = Callable[[Page, str], None]
TITLE = "周末亲子陶艺体验"
# A worker who waits for the deadline to pass does not wait in a test: it is moved, the clock's own job does the rest.
OVERDUE = """
from django.utils import timezone
from eunion.booking.models import Claim
print(Claim.objects.filter(state="held").update(expires_at=timezone.now()))
"""
LEFT = """
from eunion.booking.models import Session
print(Session.objects.get(offering__title="周末亲子陶艺体验").left)
"""


def claim(page: Page, district: Installation, person: str) -> FrameLocator:
    """Open the platform from the menu, find the class and claim a place by the page's own script."""
    open_chat(page, district, person, "河湾工会")
    page.locator(".menu > div > button", has_text="职工之家").click()
    inside = page.frame_locator("#frame")
    inside.get_by_role("link", name="用微信登录").click()
    inside.get_by_role("link", name="活动报名").click()
    inside.locator("a.row", has_text=TITLE).click()
    inside.get_by_role("button", name="立即报名").click()
    expect(inside.locator(".verdict h1")).to_have_text("待付款", timeout=15_000)
    return inside


def left(district: Installation) -> int:
    return int(district.manage("shell", code=LEFT).split()[-1])


def test_a_place_is_claimed_and_paid_for_on_the_phone(
    district: Installation, open_page: Callable[..., Page], shot: Shot
) -> None:
    page = open_page(SIDE)
    inside = claim(page, district, "p01")
    inside.get_by_role("button", name="微信支付 9.90 元").click()
    sheet = page.locator(".sheet-box")
    expect(sheet).to_contain_text("¥9.90")
    expect(sheet).to_contain_text(TITLE)
    shot(page, "40-pay-sheet")
    sheet.get_by_role("button", name="支付", exact=True).click()
    expect(inside.locator(".verdict h1")).to_have_text("已报名", timeout=20_000)
    shot(page, "41-paid-ticket")


def test_who_does_not_pay_loses_the_place_to_the_next(
    district: Installation, open_page: Callable[..., Page], shot: Shot
) -> None:
    before = left(district)
    page = open_page(SIDE)
    inside = claim(page, district, "p02")
    assert left(district) == before - 1
    inside.get_by_role("button", name=re.compile("微信支付")).click()
    page.locator(".sheet-box").get_by_role("button", name="取消支付").click()
    expect(inside.locator("#told")).to_have_text("没有付款，名额还为您留着。")
    district.manage("shell", code=OVERDUE)
    frame = next(one for one in page.frames if "/me/tickets/" in one.url)
    for _ in range(15):
        if left(district) == before:
            break
        page.wait_for_timeout(2000)
    frame.goto(frame.url)
    expect(inside.locator(".verdict h1")).to_have_text("超时未付款")
    assert left(district) == before
    page.get_by_role("button", name="关闭网页").click()
    expect(page.locator(".talk")).to_contain_text("没在时限内付款，名额已让出", timeout=20_000)
    shot(page, "42-expired-told")
