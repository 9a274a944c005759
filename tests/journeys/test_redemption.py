"""An evening at the cinema: claimed, shown at the entrance, checked with and without a network; a no-show is heard."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.journeys.conftest import DESK, PHONE, Installation, sign_in
from tests.journeys.test_course import enter, said

Shot = Callable[[Page, str], None]
TITLE = "职工观影夜"
PEOPLE = ("p11", "p12", "p13")
# A film that begins in an hour, free for whoever comes first.
ANNOUNCE = """
import datetime
from django.utils import timezone
from eunion.booking.models import Offering, Session
from eunion.registry.models import Union
now = timezone.now()
made = Offering.objects.create(kind="ticket", mode="open", state="published", title="职工观影夜",
    summary="凭票面二维码入场", owner=Union.objects.get(depth=1), redemption_days=0, certified_only=False,
    cancel_until_hours=0, opens_at=now - datetime.timedelta(hours=1))
session = Session.objects.create(offering=made, starts_at=now + datetime.timedelta(hours=1),
    ends_at=now + datetime.timedelta(hours=3), place="星光影院 2 号厅", quota=50)
print("SESSION", session.public_id)
print("OFFERING", made.public_id)
"""
# Two days later; the hourly job comes round.
LATER = """
import datetime
from django.utils import timezone
from eunion.booking.models import Redemption, Session
from eunion.booking.services.no_show import mark_due
end = timezone.now() - datetime.timedelta(hours=26)
Session.objects.filter(offering__title="职工观影夜").update(starts_at=end - datetime.timedelta(hours=2), ends_at=end)
print("MARKED", mark_due())
"""


def test_tickets_are_checked_with_and_without_a_network_and_a_no_show_is_heard(
    district: Installation, open_page: Callable[..., Page], shot: Shot
) -> None:
    told = district.manage("shell", code=ANNOUNCE)
    phones = [claim(open_page(PHONE), district, person, said(told, "OFFERING")) for person in PEOPLE]
    for phone in phones:
        expect(phone.locator("#code svg")).to_be_visible()
    shot(phones[0], "80-ticket")

    desk = open_page(DESK)
    link = hand_out_a_link(desk, district, said(told, "SESSION"), shot)
    usher = open_page(PHONE)
    usher.goto(link)
    expect(usher.locator("#places")).to_have_text("3")
    shot(usher, "82-usher")

    check(usher, digits(phones[0]), "可以入场")
    shot(usher, "83-usher-let-in")
    phones[0].reload()
    expect(phones[0].locator(".verdict h1")).to_have_text("已使用")
    check(usher, digits(phones[1]), "可以入场")
    usher.get_by_role("button", name="验错了，撤销").click()
    expect(usher.locator("#said")).to_have_text("已撤销")

    usher.context.set_offline(True)
    check(usher, digits(phones[1]), "可以入场")
    expect(usher.locator("#waiting-count")).to_have_text("1")
    check(usher, digits(phones[1]), "已经验过了")
    shot(usher, "84-usher-offline")
    usher.context.set_offline(False)
    expect(usher.locator("#waiting")).to_be_hidden(timeout=20_000)
    expect(usher.locator("#came")).to_have_text("2")

    assert said(district.manage("shell", code=LATER), "MARKED") == "1"
    appeal(phones[2], shot)
    decide(desk, district, shot)
    phones[2].reload()
    expect(phones[2].get_by_text("已更正为到场")).to_be_visible()
    shot(phones[2], "88-appeal-accepted")


def claim(page: Page, district: Installation, person: str, offering: str) -> Page:
    """Claim a place and stay on the ticket."""
    enter(page, district, person)
    page.goto(f"{district.web}/events/{offering}/")
    if page.get_by_role("button", name="立即报名").count() == 0:
        page.locator("a.row").first.click()
    page.get_by_role("button", name="立即报名").click()
    expect(page.locator(".verdict h1")).to_have_text("已报名", timeout=15_000)
    return page


def hand_out_a_link(desk: Page, district: Installation, session: str, shot: Shot) -> str:
    sign_in(desk, district, "admin")
    desk.goto(f"{district.web}/admin/offerings/sessions/{session}/")
    desk.get_by_role("link", name="验票链接").click()
    desk.get_by_label("给谁用").fill("东门 张师傅")
    desk.get_by_role("button", name="生成链接").click()
    field = desk.get_by_label("验票链接", exact=True).and_(desk.locator("input"))
    link = field.input_value()
    # The secret stays out of the picture.
    desk.evaluate(
        "document.querySelectorAll('.bk-link-code, input[readonly]').forEach((one) => { one.style.filter = 'blur(8px)'; })"
    )
    shot(desk, "81-checker-links")
    return link


def digits(phone: Page) -> str:
    """Read out what the ticket shows now."""
    phone.reload()
    return phone.locator(".digits").inner_text()


def check(usher: Page, text: str, expected: str) -> None:
    usher.get_by_label("票号（8 位数字）").fill(text)
    usher.get_by_role("button", name="验票", exact=True).click()
    expect(usher.locator("#said")).to_have_text(expected, timeout=15_000)
    expect(usher.get_by_label("票号（8 位数字）")).to_have_value("")


def appeal(phone: Page, shot: Shot) -> None:
    phone.reload()
    expect(phone.locator(".verdict h1")).to_have_text("未到场")
    phone.get_by_label("当时的情况").fill("我到了，坐在第三排，门口网络不好没有扫上。")
    shot(phone, "85-appeal")
    phone.get_by_role("button", name="提交申诉").click()
    expect(phone.get_by_text("正在核实")).to_be_visible()


def decide(desk: Page, district: Installation, shot: Shot) -> None:
    desk.goto(f"{district.web}/admin/appeals/")
    shot(desk, "86-appeals")
    desk.get_by_label(re.compile("的处理意见")).fill("影院证实当晚到场")
    desk.get_by_role("button", name="属实，更正为到场").click()
    expect(desk.get_by_text("没有待处理的申诉")).to_be_visible()
