"""A rush from a clerk's empty form to a place that passes on: written, previewed, published, rushed, watched, given back."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from tests.journeys.conftest import DESK, PHONE, Installation, sign_in
from tests.journeys.test_accounts import SIDE, open_chat
from tests.journeys.test_course import enter

Shot = Callable[[Page, str], None]
TITLE = "工人影院：年终包场"
FIRST, SECOND, THIRD = "p11", "p12", "p13"
BEIJING = datetime.timezone(datetime.timedelta(hours=8))
# Nobody waits in a test until the hour that the clerk wrote: the opening is moved by the service that clerks use.
OPENS_SOON = """
import datetime
from django.utils import timezone
from eunion.booking.models import Offering
from eunion.booking.services.edit import edit_offering
from eunion.registry.models import User
opens = timezone.now() + datetime.timedelta(seconds=20)
offering = Offering.objects.get(title="工人影院：年终包场")
edit_offering(offering=offering, user=User.objects.get(username="admin"), opens_at=opens)
"""


def in_form(days: int, hour: int) -> str:
    """Return a moment as a field of the form takes it."""
    day = datetime.datetime.now(BEIJING).date() + datetime.timedelta(days=days)
    return f"{day}T{hour:02d}:00"


def test_a_rush_from_the_clerks_form_to_the_place_that_passes_on(
    district: Installation, open_page: Callable[..., Page], shot: Shot
) -> None:
    desk = open_page(DESK)
    sign_in(desk, district, "admin")
    _write_and_publish(desk, district, shot)
    phones = [open_page(PHONE) for _ in range(3)]
    for phone, person in zip(phones, (FIRST, SECOND, THIRD), strict=True):
        enter(phone, district, person)
    _too_early_and_not_for_everyone(phones[2], district)
    district.manage("shell", code=OPENS_SOON)
    for phone in phones:
        _find(phone, district, TITLE)
    shot(phones[0], "72-countdown")
    _watch(desk)
    _rush(phones, shot)
    expect(desk.locator("#left")).to_have_text("0")
    expect(desk.locator("#waiting")).to_have_text("1")
    for words in ("抢完了", "没到时间"):
        expect(desk.locator("#refused")).to_contain_text(f"{words}1")
    shot(desk, "75-board")
    _pass_on(phones[0], phones[1], open_page(SIDE), district, shot)
    desk.get_by_role("link", name="名单").click()
    expect(desk.locator("table.listing tbody tr")).to_have_count(1)
    expect(desk.locator("table.listing tbody")).to_contain_text("已报名")


def _write_and_publish(desk: Page, district: Installation, shot: Shot) -> None:
    """What is wrong is said at its field; what members will see stands beside the form."""
    desk.goto(f"{district.web}/admin/offerings/add/")
    desk.get_by_label("抢票").check()
    desk.get_by_label("准点开抢").check()
    desk.get_by_label("标题").fill(TITLE)
    desk.get_by_label("一句话介绍").fill("一张票，先到先得")
    desk.get_by_label("开始报名", exact=True).fill(in_form(1, 10))
    session = desk.get_by_role("group", name="第 1 场")
    session.locator("[name$='-starts_at']").fill(in_form(3, 19))
    session.locator("[name$='-ends_at']").fill(in_form(3, 18))
    session.locator("[name$='-quota']").fill("1")
    session.get_by_label("地点").fill("河湾影城 1 号厅")
    desk.get_by_label("候补最多几位").fill("1")
    desk.get_by_role("button", name="存为草稿").click()
    desk.locator("#wrong a", has_text="结束时间要晚于开始时间").click()
    ends = session.locator("[name$='-ends_at']")
    expect(ends).to_be_focused()
    ends.fill(in_form(3, 21))
    inside = desk.frame_locator("iframe[name=preview]")
    expect(inside.locator("h1")).to_have_text(TITLE)
    expect(inside.get_by_text("还没有开始")).to_be_visible()
    expect(inside.get_by_text("满员后还收 1 位候补")).to_be_visible()
    desk.get_by_role("button", name="存为草稿").click()
    desk.get_by_role("link", name="修改").click()
    expect(inside.locator("h1")).to_have_text(TITLE)
    shot(desk, "70-offering-editor")
    desk.get_by_role("link", name="不改了，返回").click()
    desk.get_by_role("link", name="检查并发布").click()
    shot(desk, "71-offering-check")
    desk.get_by_role("button", name="发布，让会员看到").click()
    expect(desk.locator(".messages")).to_contain_text("会员现在能看到")


def _find(phone: Page, district: Installation, title: str, kind: str = "ticket") -> None:
    phone.goto(f"{district.web}/events/?kind={kind}")
    phone.locator("a.row", has_text=title).click()
    expect(phone.locator("h1")).to_have_text(title)


def _too_early_and_not_for_everyone(phone: Page, district: Installation) -> None:
    _find(phone, district, "劳模健康体检", "charity")
    expect(phone.get_by_text("这项活动只面向：劳模。")).to_be_visible()
    _find(phone, district, TITLE)
    # Who sends the form without the page's script is early all the same.
    phone.evaluate("document.getElementById('claim').submit()")
    expect(phone.get_by_role("alert")).to_contain_text("还没有开始")


def _watch(desk: Page) -> None:
    desk.get_by_role("link", name="实时").click()
    expect(desk.locator("#left")).to_have_text("1")
    expect(desk.locator("#rush-state")).to_contain_text("距开始")


def _press(button: Locator) -> None:
    """Press a button by keyboard alone: Tab from the link before it, then Enter."""
    page = button.page
    for _ in range(12):
        page.keyboard.press("Tab")
        if button.evaluate("one => one === document.activeElement"):
            break
    expect(button).to_be_focused()
    page.keyboard.press("Enter")


def _rush(phones: list[Page], shot: Shot) -> None:
    """The page opens by itself: one has asked it to send, two press when the button changes."""
    first, second, third = phones
    _press(first.get_by_role("button", name="到点自动帮我提交"))
    expect(first.get_by_role("button", name="已定好，到点自动提交")).to_be_disabled()
    expect(first.locator(".verdict h1")).to_have_text("已报名", timeout=40_000)
    shot(first, "73-got-it")
    for phone in (second, third):
        expect(phone.locator("#state")).to_have_text("正在报名")
    _press(second.get_by_role("button", name="立即报名"))
    expect(second.locator(".verdict h1")).to_have_text("候补中")
    expect(second.get_by_text("您排在候补第 1 位")).to_be_visible()
    second.locator(".top button").click()
    second.wait_for_selector("html.elder")
    assert (
        second.evaluate("parseFloat(getComputedStyle(document.querySelector('.verdict p')).fontSize)") >= 18
    )
    shot(second, "74-waiting-elder")
    third.get_by_role("button", name="立即报名").click()
    expect(third.locator("#state")).to_have_text("名额已抢完，候补也满了。")
    third.reload()
    expect(third.locator("#state")).to_have_text("名额已抢完")


def _pass_on(first: Page, second: Page, chat: Page, district: Installation, shot: Shot) -> None:
    """The first gives the place back; the second has it, and is told in the chat."""
    first.get_by_text("不能参加了？").click()
    first.get_by_role("button", name="确认退出").click()
    expect(first.locator(".verdict h1")).to_have_text("已取消")
    second.reload()
    expect(second.locator(".verdict h1")).to_have_text("已报名")
    open_chat(chat, district, SECOND, "河湾工会")
    expect(chat.locator(".talk")).to_contain_text("候补转正，名额是您的了", timeout=20_000)
    shot(chat, "76-promoted-told")


def test_a_page_left_open_for_long_still_opens_by_itself(
    district: Installation, open_page: Callable[..., Page]
) -> None:
    page = open_page(PHONE)
    enter(page, district, FIRST)
    page.clock.install()
    _find(page, district, "一元观影·周末专场")
    before = page.locator("[name=pass]").get_attribute("value") or ""
    page.get_by_role("button", name="到点自动帮我提交").click()
    with page.expect_navigation():
        page.clock.fast_forward("26:00")
    expect(page.locator("[name=pass]")).not_to_have_attribute("value", re.compile(re.escape(before)))
    page.clock.run_for(1000)
    expect(page.get_by_role("button", name="已定好，到点自动提交")).to_be_disabled()
