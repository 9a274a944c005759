"""A worker talks with 雲博士 on the phone; what nobody knew in the group becomes knowledge."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.journeys import walks
from tests.journeys.conftest import DESK, PHONE, Installation, sign_in

Shot = Callable[[Page, str], None]
UNKNOWN = "羽毛球拍去哪儿领"
OTHERWISE = "想打羽毛球没拍子，拍子上哪儿拿啊"
REPLY = "到区职工之家一楼服务台登记领取，凭电子会员卡，打完球当天还回来。"


def test_what_nobody_knew_becomes_knowledge(
    district: Installation, open_page: Callable[..., Page], shot: Shot
) -> None:
    phone = open_page(PHONE)
    answer = walks.ask_in_the_group(phone, district, "p01", "老板拖欠工资，应该怎么要回来", shot)
    assert "来源：" in answer and "自动回答" in answer
    answer = walks.ask_in_the_group(phone, district, "p01", UNKNOWN, shot)
    assert "已转给工会" in answer

    officer = open_page(DESK)
    sign_in(officer, district, "admin")
    officer.goto(f"{district.web}/admin/questions/?view=all")
    shot(officer, "50-waiting-questions")
    officer.get_by_role("link", name=UNKNOWN).first.click()
    officer.locator("#text").fill(REPLY)
    shot(officer, "51-reply")
    officer.get_by_role("button", name="发送回复").click()
    expect(phone.locator(".said").last).to_contain_text("一楼服务台", timeout=15_000)

    officer.get_by_role("link", name="写成知识").click()
    expect(officer.locator("[name=question]")).to_have_value(UNKNOWN)
    expect(officer.locator("[name=answer]")).to_have_value(REPLY)
    officer.locator("[name=topic]").fill("职工之家")
    officer.locator("[name=alternatives]").fill("打羽毛球的拍子找谁拿\n球拍在哪借")
    officer.get_by_role("button", name="保存草稿").first.click()
    expect(officer.locator(".messages")).to_contain_text("羽毛球拍")
    for reviewer in ("reviewer1", "reviewer2"):
        _approve(open_page(DESK), district, reviewer, shot)

    phone.wait_for_timeout(5000)  # within so long every process knows
    answer = walks.ask_in_the_group(phone, district, "p01", OTHERWISE, shot)
    assert "一楼服务台" in answer
    shot(phone, "53-group-knows-now")


def _approve(page: Page, district: Installation, reviewer: str, shot: Shot) -> None:
    sign_in(page, district, reviewer)
    page.goto(f"{district.web}/admin/knowledge-reviews/?q=羽毛球")
    shot(page, f"52-review-{reviewer}")
    page.get_by_role("button", name="通过", exact=True).first.click()
    expect(page.locator(".messages")).to_be_visible()


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
    expect(last.get_by_role("list", name="来源")).to_contain_text("劳动合同法")
    last.get_by_role("button", name="有用").click()
    expect(page.locator(".talk .a").last).to_contain_text("谢谢")
    shot(page, "55-chat-answer")
    page.locator(".talk .a").last.locator(".sources a").first.click()
    expect(page.locator("h1")).to_have_text("法律依据")
