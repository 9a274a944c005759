"""Every member page: accessible, light, legible at 320 px, without JavaScript errors, in old WebViews, in elder mode."""

from __future__ import annotations

import gzip
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
import requests
from playwright.sync_api import Page

from tests.journeys.conftest import PHONE, ROOT, Installation

PAGES = (
    "/",
    "/unions/",
    "/unions/?q=街道",
    "/news/",
    "/policies/",
    "/laws/",
    "/guides/",
    "/guides/card/",
    "/notices/",
    "/assistant/",
    "/search/?q=工伤",
    "/search/?q=没有这样的词语",
    "/signin/",
    "/me/",
    "/messages/",
    "/nothing-here/",
)
AXE = ROOT / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
ACORN = ROOT / "frontend" / "node_modules" / ".bin" / "acorn"
FIRST_LOAD_MAX = 150_000


def as_member(page: Page, district: Installation) -> Page:
    """Sign in as the first person of the virtual phones."""
    page.goto(f"{district.sandbox}/phone?as=p01")
    page.goto(f"{district.web}/signin/?next=/me/")
    page.get_by_role("link", name="用微信登录").click()
    page.wait_for_url("**/me/")
    return page


def violations(page: Page) -> list[str]:
    """Return axe's serious and critical findings."""
    page.add_script_tag(path=AXE)
    found = page.evaluate("() => axe.run(document).then(r => r.violations)")
    return [
        f"{one['id']}: {one['nodes'][0]['html'][:120]}"
        for one in found
        if one["impact"] in ("serious", "critical")
    ]


@pytest.mark.parametrize("elder", [False, True], ids=["standard", "elder"])
def test_no_member_page_has_a_serious_barrier(
    district: Installation, open_page: Callable[..., Page], elder: bool, shot: Callable[[Page, str], None]
) -> None:
    page = as_member(open_page(PHONE), district)
    if elder:
        page.locator(".top button").click()
        page.wait_for_selector("html.elder")
    found = {}
    for address in PAGES:
        page.goto(district.web + address)
        bad = violations(page)
        if bad:
            found[address] = bad
    assert not found
    page.goto(district.web)
    shot(page, "09-home-elder" if elder else "09-home")


def test_elders_get_large_type_and_large_targets(
    district: Installation, open_page: Callable[..., Page]
) -> None:
    page = open_page(PHONE)
    page.goto(district.web)
    page.locator(".top button").click()
    page.wait_for_selector("html.elder")
    assert page.evaluate("() => parseFloat(getComputedStyle(document.body).fontSize)") >= 18
    small = page.evaluate(
        "() => [...document.querySelectorAll('main a, main button, .tabs a, .top button')].filter(e => e.offsetParent)"
        ".map(e => [e.textContent.trim().slice(0, 12), e.getBoundingClientRect()])"
        ".filter(([, r]) => r.height < 60).map(([t, r]) => t + ' ' + Math.round(r.height))"
    )
    assert not small


def test_nothing_scrolls_sideways_at_320_pixels(
    district: Installation, open_page: Callable[..., Page]
) -> None:
    page = as_member(open_page({"width": 320, "height": 640}), district)
    wide = []
    for address in PAGES:
        page.goto(district.web + address)
        if page.evaluate("() => document.documentElement.scrollWidth > innerWidth"):
            wide.append(address)
    assert not wide


def test_the_first_load_is_light(district: Installation, open_page: Callable[..., Page]) -> None:
    page, files = open_page(PHONE), []
    page.on("response", lambda response: files.append(response.url))
    page.goto(district.web)
    page.wait_for_load_state("networkidle")
    total = 0
    for address in files:
        answer = requests.get(address, headers={"Accept-Encoding": "gzip"}, stream=True, timeout=10)
        if not answer.headers.get("Content-Type", "").startswith("image/"):
            total += len(answer.raw.read())
    assert 0 < total < FIRST_LOAD_MAX


def test_shipped_scripts_are_no_newer_than_es2018(
    district: Installation, open_page: Callable[..., Page], tmp_path: Path
) -> None:
    if not shutil.which("node"):
        pytest.skip("no node on this machine to parse scripts with")
    page, scripts = open_page(PHONE), {}
    union = (
        requests.get(f"{district.web}/unions/", timeout=10).text.split('class="row" href="')[1].split('"')[0]
    )
    for address in (*PAGES, union):
        page.goto(district.web + address)
        for number, text in enumerate(page.locator("script:not([type='application/json'])").all()):
            source = text.get_attribute("src")
            body = requests.get(district.web + source, timeout=10).text if source else text.inner_text()
            scripts[source or f"{address}#{number}"] = body
    assert len(scripts) >= 3
    for name, body in scripts.items():
        path = tmp_path / "script.js"
        path.write_text(body)
        done = subprocess.run([ACORN, "--ecma2018", "--silent", path], capture_output=True, text=True)
        assert done.returncode == 0, f"{name}: {done.stderr}"


def test_a_page_works_without_javascript(district: Installation, browser: object) -> None:
    context = browser.new_context(java_script_enabled=False, viewport=PHONE)  # type: ignore[attr-defined]
    page = context.new_page()
    page.goto(f"{district.web}/assistant/")
    page.fill("#question", "老板拖欠工资怎么办")
    page.locator(".ask button").click()
    assert "来源" in page.locator(".talk .a").last.inner_text()
    page.goto(f"{district.web}/unions/?q=街道")
    assert page.locator(".list .row").count() >= 10
    context.close()


def test_maps_and_outlines_travel_light(district: Installation) -> None:
    outlines = requests.get(f"{district.web}/grids/outlines.json", timeout=10)
    assert len(outlines.json()["features"]) == 805
    assert len(gzip.compress(outlines.content)) < FIRST_LOAD_MAX
    again = requests.get(
        f"{district.web}/grids/outlines.json", headers={"If-None-Match": outlines.headers["ETag"]}, timeout=10
    )
    assert again.status_code == 304
