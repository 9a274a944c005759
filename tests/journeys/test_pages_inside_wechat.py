"""Member pages as WeChat's browser shows them: share cards, the nearest union, the camera, telling more at a tap."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import FrameLocator, Page, expect

from eunion.registry.tests.test_certification import id_card
from tests.journeys.conftest import PHONE, Installation
from tests.journeys.test_accounts import SIDE, newcomer, open_chat

Shot = Callable[[Page, str], None]


def tap(page: Page, district: Installation, person: str, menu: str, item: str) -> FrameLocator:
    """Open a page from the service account's menu."""
    open_chat(page, district, person, "河湾工会")
    page.locator(".menu > div > button", has_text=menu).click()
    page.locator(".sub.open button", has_text=item).click()
    return page.frame_locator("#frame")


def test_a_page_is_shared_as_a_card_that_carries_nothing_of_the_sharer(
    district: Installation, open_page: Callable[..., Page], shot: Shot
) -> None:
    page = open_page(SIDE)
    inside = tap(page, district, "p05", "服务", "办事指南")
    inside.locator(".list a.row").first.click()
    title = inside.locator(".article h1")
    expect(title).to_be_visible()
    # As from a notice's link, whose token is one person's own.
    frame = next(one for one in page.frames if "/guides/" in one.url)
    frame.goto(f"{frame.url}?t=secret")
    page.wait_for_timeout(800)
    address = inside.locator("meta[property='og:url']").get_attribute("content") or ""
    assert address.startswith(f"{district.web}/guides/") and "?" not in address
    words = title.inner_text()
    page.get_by_role("button", name="分享和更多").click()
    card = page.locator(".sheet-over .share-card")
    expect(card).to_contain_text(words)
    shot(page, "31-share-card")
    page.get_by_role("button", name=re.compile("发到“")).click()
    page.get_by_role("button", name="好", exact=True).click()
    page.get_by_role("button", name="关闭网页").click()
    page.get_by_role("button", name="返回").click()
    page.locator(".rows button", has_text="居民群").click()
    shared = page.locator(".talk .share-card", has_text=words).last
    expect(shared).to_be_visible()
    shared.click()
    expect(inside.locator("h1")).to_have_text(words)


def test_unions_are_sorted_by_the_place_that_wechat_gives(
    district: Installation, open_page: Callable[..., Page], shot: Shot
) -> None:
    page = open_page(SIDE)
    inside = tap(page, district, "p05", "服务", "找工会")
    inside.get_by_role("button", name="找离我最近的").click()
    page.get_by_role("button", name="允许", exact=True).click()
    expect(inside.locator("#near-note")).to_have_text("按距离由近到远")
    first = inside.locator(".list .row p").first
    expect(first).to_contain_text(re.compile(r"\d+ 米|\d+\.\d 公里"))
    shot(page, "32-nearest")
    inside.locator("#q").fill("街道总工会")
    expect(inside.locator(".list .row h3").first).to_contain_text("街道总工会")
    expect(first).to_contain_text(re.compile(r"\d+ 米|\d+\.\d 公里"))


def test_who_does_not_tell_the_place_can_still_search(
    district: Installation, open_page: Callable[..., Page]
) -> None:
    page = open_page(SIDE)
    inside = tap(page, district, "p05", "服务", "找工会")
    inside.get_by_role("button", name="找离我最近的").click()
    page.get_by_role("button", name="不允许", exact=True).click()
    expect(inside.locator("#near-note")).to_contain_text("没有取得位置")


def test_in_an_ordinary_browser_the_browsers_own_place_is_used(
    district: Installation, open_page: Callable[..., Page]
) -> None:
    page = open_page(PHONE)
    page.context.grant_permissions(["geolocation"])
    page.context.set_geolocation({"longitude": 114.45, "latitude": 38.03})
    page.goto(f"{district.web}/unions/")
    page.get_by_role("button", name="找离我最近的").click()
    expect(page.locator("#near-note")).to_have_text("按距离由近到远")
    assert not page.evaluate("() => Boolean(window.wx)")


def test_a_page_of_another_address_gets_no_signature(district: Installation) -> None:
    signed = district.ask("/_sandbox/jssdk", appId="nobody", url="https://example.com/")
    assert signed["errMsg"] == "config:invalid appid"


def test_the_id_card_is_photographed_by_wechats_camera(
    district: Installation, open_page: Callable[..., Page], shot: Shot, tmp_path: Path
) -> None:
    who = newcomer(district, "p63")
    photo = tmp_path / "id.png"
    photo.write_bytes(id_card(who["name"], who["id_number"]))
    page = open_page(SIDE)
    open_chat(page, district, "p63", "河湾E工会")
    page.get_by_role("button", name="我的").click()
    page.get_by_role("button", name="授权手机号").click()
    expect(page.locator(".mini-body")).to_contain_text("已验证")
    page.get_by_role("button", name="实名认证").click()
    inside = page.frame_locator("#frame")
    inside.get_by_text("拍身份证，自动填写").click()
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="从手机相册选择").click()
    chooser.value.set_files(photo)
    expect(inside.locator("#photo-state")).to_contain_text("已填", timeout=40_000)
    expect(inside.locator("#id_number")).to_have_value(who["id_number"])
    shot(page, "33-id-photo")


def test_at_a_tap_wechat_asks_and_then_tells_who_it_is(
    district: Installation, open_page: Callable[..., Page], shot: Shot
) -> None:
    page = open_page(PHONE)
    page.goto(f"{district.sandbox}/phone?as=p63")
    page.goto(f"{district.web}/signin/?next=/me/")
    page.get_by_role("link", name="用微信登录").click()
    expect(page.locator(".banner h1")).to_have_text("您好")
    page.get_by_role("link", name="用微信确认").click()
    expect(page.get_by_text("申请获取并使用你的微信昵称、头像")).to_be_visible()
    shot(page, "34-consent")
    page.get_by_role("link", name="拒绝").click()
    expect(page.locator(".banner h1")).to_have_text("您好")
    page.get_by_role("link", name="用微信确认").click()
    page.get_by_role("link", name="允许").click()
    expect(page.locator(".banner h1")).not_to_have_text("您好")
    expect(page.get_by_role("link", name="用微信确认")).to_have_count(0)
