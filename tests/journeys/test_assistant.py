"""A worker talks with 雲博士 on the phone."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.journeys.conftest import PHONE, Installation

Shot = Callable[[Page, str], None]


def test_a_worker_talks_with_the_doctor_on_the_phone(
    district: Installation, open_page: Callable[..., Page], shot: Shot
) -> None:
    page = open_page(PHONE)
    page.goto(f"{district.web}/assistant/")
    shot(page, "54-chat-empty")
    page.locator("#question").fill("我工作了12年，一年有几天年休假")
    page.get_by_role("button", name="问", exact=True).click()
    expect(page.locator(".talk .a").last).to_contain_text("10 天")
    page.locator("#question").fill("不想活了")
    page.get_by_role("button", name="问", exact=True).click()
    expect(page.locator(".talk .a").last).to_contain_text("12356")
    page.locator("#question").fill("单位一直不签书面劳动合同，我能要双倍工资吗")
    page.get_by_role("button", name="问", exact=True).click()
    last = page.locator(".talk .a").last
    expect(last.locator(".sources")).to_contain_text("劳动合同法")
    last.get_by_role("button", name="有用").click()
    expect(page.locator(".talk .a").last).to_contain_text("谢谢")
    shot(page, "55-chat-answer")
    page.locator(".talk .a").last.locator(".sources a").first.click()
    expect(page.locator("h1")).to_have_text("法律依据")
