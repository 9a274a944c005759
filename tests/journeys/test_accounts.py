"""The accounts, as people use them: a worker follows and is certified, an editor publishes and withdraws, a menu changes."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, expect

from tests.journeys import walks
from tests.journeys.conftest import DESK, PHONE, Installation, sign_in

Shot = Callable[[Page, str], None]
NEWCOMER, SECOND = "p61", "p62"
SIDE = {"width": 1000, "height": 900}


def newcomer(district: Installation, person: str) -> dict[str, str]:
    """Return name, ID number and phone of a worker who follows nothing yet."""
    found = district.ask("/_sandbox/phone", **{"as": person})["person"]
    numbers = re.search(r"身份证 (\w+)", found["facts"])
    assert numbers
    return {"name": found["name"], "phone": found["phone"], "id_number": numbers[1]}


def open_chat(page: Page, district: Installation, person: str, name: str) -> None:
    page.goto(f"{district.sandbox}/phone?as={person}")
    page.locator(".rows button", has_text=name).first.click()


def follow(page: Page, district: Installation, person: str) -> None:
    open_chat(page, district, person, "河湾工会")
    page.get_by_role("button", name="关注公众号").click()
    expect(page.locator(".talk")).to_contain_text("欢迎关注河湾工会", timeout=15_000)


def test_a_worker_follows_is_welcomed_certified_and_shows_a_card(
    district: Installation, open_page: Callable[..., Page], shot: Shot
) -> None:
    who = newcomer(district, NEWCOMER)
    page = open_page(SIDE)
    follow(page, district, NEWCOMER)
    shot(page, "20-welcome")
    page.get_by_role("button", name="我的", exact=True).click()
    page.get_by_role("button", name="实名认证").click()
    inside = page.frame_locator("#frame")
    inside.get_by_role("link", name="用微信登录").click()
    inside.locator("#phone").fill(who["phone"])
    inside.get_by_role("button", name="获取验证码").click()
    expect(inside.locator("#code")).to_be_visible()
    inside.locator("#code").fill(_code(page, district, who["phone"]))
    inside.get_by_role("button", name="下一步").click()
    inside.locator("#name").fill(who["name"])
    inside.locator("#id_number").fill(who["id_number"])
    shot(page, "21-certify")
    inside.get_by_role("button", name="提交认证").click()
    expect(inside.get_by_text("认证已通过")).to_be_visible()
    inside.get_by_role("link", name="打开会员卡").click()
    expect(inside.locator(".member-card h1")).to_have_text(who["name"])
    expect(inside.locator(".code svg")).to_be_visible()
    shot(page, "22-member-card")
    page.get_by_role("button", name="关闭网页").click()
    expect(page.locator(".card", has_text="审核结果")).to_contain_text("已通过", timeout=15_000)


def _code(page: Page, district: Installation, phone: str) -> str:
    """Read the newest text message on the phone."""
    for _ in range(50):
        found = district.ask("/_sandbox/sms", phone=phone)
        if found:
            digits = re.search(r"\d{6}", found[-1]["text"])
            assert digits
            return digits[0]
        page.wait_for_timeout(200)
    raise AssertionError("no text message came")


def test_a_difference_is_decided_by_a_person_and_the_worker_hears_of_it(
    district: Installation, open_page: Callable[..., Page], shot: Shot
) -> None:
    who = newcomer(district, SECOND)
    page = open_page(SIDE)
    open_chat(page, district, SECOND, "河湾E工会")
    page.get_by_role("button", name="会员卡").click()
    expect(page.locator(".mini-body")).to_contain_text("完成实名认证后才有会员卡")
    page.get_by_role("button", name="我的").click()
    page.get_by_role("button", name="授权手机号").click()
    expect(page.locator(".mini-body")).to_contain_text("已验证")
    page.get_by_role("button", name="实名认证").click()
    inside = page.frame_locator("#frame")
    inside.locator("#name").fill(who["name"][0] + "错字")
    inside.locator("#id_number").fill(who["id_number"])
    inside.get_by_role("button", name="提交认证").click()
    expect(inside.get_by_text("姓名与名册里登记的不一致")).to_be_visible()
    staff = open_page(DESK)
    sign_in(staff, district, "dataofficer")
    staff.goto(f"{district.web}/admin/certifications/")
    staff.get_by_role("link", name=who["name"][0] + "错字").click()
    shot(staff, "23-certification-desk")
    staff.locator("#note").fill("电话核实，名字写错一个字")
    staff.get_by_role("button", name="通过", exact=True).click()
    expect(staff.locator(".messages")).to_contain_text("已通过")
    page.get_by_role("button", name="关闭网页").click()
    page.get_by_role("button", name="会员卡").click()
    expect(page.locator(".mini-body canvas")).to_be_visible()
    shot(page, "24-mini-program-card")


def test_an_article_is_reviewed_goes_out_in_both_accounts_and_is_withdrawn(
    district: Installation, open_page: Callable[..., Page], shot: Shot
) -> None:
    title = "高温津贴今年怎么发"
    editor = open_page(DESK)
    sign_in(editor, district, "editor")
    _write_article(editor, district, title)
    address = _editor_of(district, title)
    for reviewer in ("reviewer1", "reviewer2", "reviewer3"):
        walks.review(open_page(DESK), district, reviewer, address)
    editor.goto(re.sub(r"/pages/(\d+)/edit/", r"/publications/page/\1/", address))
    editor.locator("[name=way][value=mass]").check()
    shot(editor, "25-publish")
    editor.get_by_role("button", name="发到公众号").click()
    expect(editor.locator("[data-state=published]")).to_have_count(2, timeout=30_000)
    shot(editor, "26-published")
    phone = open_page(SIDE)
    for account in ("河湾工会", "河湾工会早知道"):
        open_chat(phone, district, "p01", account if account != "河湾工会" else "河湾工会")
    card = phone.locator(".card", has_text=title).last
    expect(card).to_be_visible()
    card.click()
    inside = phone.frame_locator("#frame")
    expect(inside.locator("h1")).to_have_text(title)
    shot(phone, "27-article")
    editor.goto(address.replace("/edit/", "/unpublish/"))
    editor.get_by_role("button", name=re.compile("取消发布|撤销发布|下线")).click()
    editor.goto(re.sub(r"/pages/(\d+)/edit/", r"/publications/page/\1/", address))
    for _ in range(40):
        if editor.locator("[data-state=withdrawn]").count() == 2:
            break
        editor.wait_for_timeout(500)
        editor.reload()
    expect(editor.locator("[data-state=withdrawn]")).to_have_count(2)
    phone.get_by_role("button", name="关闭网页").click()
    phone.locator(".card", has_text=title).last.click()
    expect(inside.get_by_text("该内容已被发布者删除")).to_be_visible()


def _write_article(page: Page, district: Installation, title: str) -> None:
    code = "from eunion.content.models import SectionPage; print(SectionPage.objects.get(kind='news').pk)"
    section = district.manage("shell", "-v", "0", "-c", code).strip().splitlines()[-1]
    page.goto(f"{district.web}/admin/pages/add/content/articlepage/{section}/")
    page.locator("[name=title]").fill(title)
    page.locator("[name=summary]").fill("六月至八月，室外作业的职工每月都有。")
    walks.hand_in(page)
    expect(page.locator(".messages")).to_contain_text(title)


def _editor_of(district: Installation, title: str) -> str:
    code = f"from wagtail.models import Page; print(Page.objects.get(title={title!r}).pk)"
    number = district.manage("shell", "-v", "0", "-c", code).strip().splitlines()[-1]
    return f"{district.web}/admin/pages/{number}/edit/"


def menu_on_the_phone(page: Page, district: Installation) -> list[str]:
    open_chat(page, district, "p02", "河湾工会")
    return [text.strip() for text in page.locator(".menu > div > button").all_inner_texts()]


def test_a_menu_is_edited_published_and_rolled_back(
    district: Installation, open_page: Callable[..., Page], shot: Shot
) -> None:
    page, phone = open_page(DESK), open_page(SIDE)
    before = menu_on_the_phone(phone, district)
    sign_in(page, district, "editor")
    page.goto(f"{district.web}/admin/wechat/")
    shot(page, "28-accounts")
    page.get_by_role("link", name="菜单", exact=True).first.click()
    expect(page.locator(".same")).to_contain_text("就是第 1 版")
    page.get_by_role("button", name="新建草稿").click()
    page.locator("#bar button", has_text="职工之家").click()
    page.locator("#panel input").first.fill("我的职工之家呀")
    page.get_by_role("button", name="保存并发布").click()
    expect(page.locator(".help-critical")).to_contain_text("太长")
    page.locator("#bar button", has_text="我的职工之家呀").click()
    page.locator("#panel input").first.fill("工会之家")
    shot(page, "29-menu-editor")
    page.get_by_role("button", name="保存并发布").click()
    expect(page.locator(".messages")).to_contain_text("已发布")
    assert "工会之家" in menu_on_the_phone(phone, district)
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="退回这一版").first.click()
    expect(page.locator(".messages")).to_contain_text("已退回第 1 版")
    assert menu_on_the_phone(phone, district) == before


def test_an_account_says_what_is_wrong_with_it(
    district: Installation, open_page: Callable[..., Page], shot: Shot
) -> None:
    page = open_page(DESK)
    sign_in(page, district, "admin")
    page.goto(f"{district.web}/admin/wechat/")
    page.get_by_role("button", name="自检").first.click()
    expect(page.locator(".checks li")).to_have_count(4)
    expect(page.locator(".checks li.bad")).to_have_count(0)
    shot(page, "30-self-check")


def test_two_phones_side_by_side_are_two_people(
    district: Installation, open_page: Callable[..., Page]
) -> None:
    port = district.sandbox.rsplit(":", 1)[1]
    one = open_page(PHONE)
    two = one.context.new_page()
    names: list[Any] = []
    for page, person in ((one, "p03"), (two, "p04")):
        page.goto(f"http://{person}.localhost:{port}/phone?as={person}")
        page.locator(".rows button", has_text="河湾工会").first.click()
        page.get_by_role("button", name="我的", exact=True).click()
        page.get_by_role("button", name="我的资料").click()
        inside = page.frame_locator("#frame")
        inside.get_by_role("link", name="用微信登录").click()
        heading = inside.locator(".banner h1")
        expect(heading).not_to_have_text("您好")
        names.append(heading.inner_text())
    one.reload()
    assert names == [district.ask("/_sandbox/phone", **{"as": p})["person"]["name"] for p in ("p03", "p04")]
