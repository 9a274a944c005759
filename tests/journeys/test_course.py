"""A course as a worker goes through it: sign up once, scan the door, hand in photos over a bad line, take the certificate."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

from PIL import Image
from playwright.sync_api import Page, expect

from tests.journeys.conftest import DESK, PHONE, Installation, sign_in

Shot = Callable[[Page, str], None]
TITLE = "职工夜校：零基础书法课"
# The first evening of the course is now; what the door shows is said instead of scanned.
BEGIN = """
import datetime
from django.utils import timezone
from eunion.booking import door
from eunion.booking.models import Meeting
first = Meeting.objects.filter(session__offering__title="职工夜校：零基础书法课").first()
now = timezone.now()
Meeting.objects.filter(pk=first.pk).update(starts_at=now, ends_at=now + datetime.timedelta(hours=2))
print("CODE", door.code(first))
print("DOOR", "/door/" + door.link(first).partition("/door/")[2])
"""
# Four weeks later: the last evening is over, three of four were attended.
FINISH = """
import datetime
from django.utils import timezone
from eunion.booking.models import Attendance, Claim, Session
session = Session.objects.get(offering__title="职工夜校：零基础书法课")
now, claim = timezone.now(), Claim.objects.get(session=session, state="redeemed")
for meeting in session.meetings.all()[1:3]:
    Attendance.objects.create(claim=claim, meeting=meeting, at=now, how="door")
Session.objects.filter(pk=session.pk).update(
    starts_at=now - datetime.timedelta(days=22), ends_at=now - datetime.timedelta(hours=1)
)
"""


def enter(page: Page, district: Installation, person: str) -> None:
    """Sign a virtual phone's person in, in a browser of its own."""
    page.goto(f"{district.sandbox}/phone?as={person}")
    page.goto(f"{district.web}/signin/?next=/events/")
    page.get_by_role("link", name="用微信登录").click()
    expect(page.locator("h1").first).to_be_visible()


def said(text: str, word: str) -> str:
    """Return what a command printed after a word."""
    found = re.search(rf"{word} (\S+)", text)
    assert found
    return found[1]


def photo(colour: str) -> dict[str, object]:
    buffer = io.BytesIO()
    Image.new("RGB", (1200, 1600), colour).save(buffer, "JPEG")
    return {"name": "写字.jpg", "mimeType": "image/jpeg", "buffer": buffer.getvalue()}


def test_a_worker_goes_through_a_course(
    district: Installation, open_page: Callable[..., Page], shot: Shot
) -> None:
    page = open_page(PHONE)
    enter(page, district, "p07")
    page.locator("a.row", has_text=TITLE).click()
    expect(page.get_by_text("报名一次，4 次课都能上")).to_be_visible()
    shot(page, "50-course")
    page.get_by_role("button", name="立即报名").click()
    expect(page.locator(".verdict h1")).to_have_text("已报名", timeout=15_000)
    ticket = page.url
    shot(page, "51-course-ticket")

    told = district.manage("shell", code=BEGIN)
    desk = open_page(DESK)
    desk.goto(district.web + said(told, "DOOR"))
    expect(desk.locator("#code svg")).to_be_visible()
    shot(desk, "52-door")
    page.goto(f"{district.web}/attend/{said(told, 'CODE')}/")
    expect(page.locator(".verdict h1")).to_have_text("已签到")
    shot(page, "53-signed-in")
    stranger = open_page(PHONE)
    enter(stranger, district, "p08")
    stranger.goto(f"{district.web}/attend/{said(told, 'CODE')}/")
    expect(stranger.locator(".verdict h1")).to_have_text(re.compile("没有签上|二维码已过期"))

    page.goto(ticket)
    page.get_by_role("link", name=re.compile("临帖一张")).click()
    _hand_in_over_a_bad_line(page, shot)
    _review(district, open_page(DESK), shot)
    page.goto(ticket)
    expect(page.get_by_text("已点评：优")).to_be_visible()
    shot(page, "56-course-ticket-later")

    district.manage("shell", code=FINISH)
    page.goto(ticket)
    page.get_by_role("button", name="领取证书").click()
    expect(page.locator("h1")).to_have_text("证书与志愿时长")
    shot(page, "57-records")
    address = page.get_by_role("link", name="打开 PDF").get_attribute("href") or ""
    assert page.request.get(f"{district.web}{address}").body().startswith(b"%PDF")
    page.get_by_role("link", name="验证页").click()
    expect(page.locator(".verdict h1")).to_have_text("证书有效")
    shot(page, "58-verify")
    page.goto(ticket)
    page.locator("label[for=star5]").click()
    page.get_by_label("想说的话").fill("老师讲得很细")
    page.get_by_role("button", name="提交评价").click()
    expect(page.locator("#star5")).to_be_checked()


def _hand_in_over_a_bad_line(page: Page, shot: Shot) -> None:
    """The line breaks, the page is closed, and nothing has to be chosen or typed again."""
    page.route("**/photos/", lambda route: route.abort())
    page.locator("#pick").set_input_files([photo("white"), photo("gray")])  # type: ignore[arg-type]
    expect(page.locator(".photo", has_text="网断了")).to_have_count(2)
    expect(page.get_by_role("button", name="提交作业")).to_be_disabled()
    page.get_by_label("文字").fill("横画还是写不平")
    shot(page, "54-homework-offline")
    page.unroute("**/photos/")
    page.reload()
    expect(page.locator(".photo", has_text="删除")).to_have_count(2, timeout=30_000)
    expect(page.get_by_label("文字")).to_have_value("横画还是写不平")
    page.get_by_role("button", name="提交作业").click()
    expect(page.get_by_role("heading", name=re.compile("^已交"))).to_be_visible()
    expect(page.locator(".photo img")).to_have_count(2)
    shot(page, "55-homework")


def _review(district: Installation, desk: Page, shot: Shot) -> None:
    sign_in(desk, district, "admin")
    desk.goto(f"{district.web}/admin/courses/")
    shot(desk, "60-desk-courses")
    desk.get_by_role("link", name=re.compile(TITLE)).click()
    shot(desk, "61-desk-course")
    desk.get_by_role("link", name="名单和补签").first.click()
    expect(desk.get_by_text("已签到")).to_be_visible()
    shot(desk, "62-desk-roster")
    desk.go_back()
    desk.get_by_role("link", name="临帖一张").click()
    desk.locator("[name=mark]").fill("优")
    desk.locator("[name=comment]").fill("横画起笔再稳一点")
    shot(desk, "63-desk-review")
    desk.get_by_role("button", name="发给学员").click()
    expect(desk.get_by_text("点评已发给学员")).to_be_visible()
    for name in ("booking-statistics/?until=2030-01-01&since=2026-01-01", "certificates/", "service-hours/"):
        desk.goto(f"{district.web}/admin/{name}")
        expect(desk.locator(".bc")).to_be_visible()
        shot(desk, f"64-desk-{name.split('/', maxsplit=1)[0]}")
