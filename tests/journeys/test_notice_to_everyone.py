"""From a roster to a notice that reaches every worker, and a question answered in the group."""

from __future__ import annotations

import datetime
import random
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page

from eunion.registry.codes import id_check_digit
from tests.journeys import walks
from tests.journeys.conftest import DESK, PHONE, Installation, sign_in

GROUPS = 805


def people(count: int, union: str, grid: str, seed: int) -> list[list[Any]]:
    """Return made-up workers whose ID numbers carry a division code that does not exist."""
    rng = random.Random(seed)
    rows = []
    for number in range(count):
        born = datetime.date(1970, 1, 1) + datetime.timedelta(days=rng.randrange(12_000))
        first = f"990199{born:%Y%m%d}{number % 1000:03d}"
        name = (
            rng.choice("赵钱孙李周吴郑王") + rng.choice("安邦成达恩风光海") + rng.choice("嘉康乐明宁平强勤")
        )
        rows.append(
            [
                name,
                first + id_check_digit(first),
                f"198{seed % 10}{number:07d}",
                "新工厂",
                union,
                grid,
                "新职工",
            ]
        )
    return rows


def spoil(rows: list[list[Any]]) -> None:
    """Make thirty rows wrong, in six ways that rosters really are wrong."""
    for place in range(30):
        row = rows[place * 30]
        kind = place % 6
        if kind == 0:
            row[1] = row[1][:17] + ("1" if row[1][17] != "1" else "2")
        elif kind == 1:
            row[1] = float(int(row[1][:17] + "0"))
        elif kind == 2:
            row[2] = "12345"
        elif kind == 3:
            row[4] = "没有这个工会"
        elif kind == 4:
            row[0] = ""
        else:
            row[5] = "不存在的网格"


def test_a_notice_reaches_everyone_and_is_read_on_the_phone(
    district: Installation, open_page: Callable[..., Page], shot: Callable[[Page, str], None]
) -> None:
    desk = open_page(DESK)
    sign_in(desk, district, "admin")
    union, grid = first_union_and_grid(district)
    rows = people(1000, union, grid, seed=3)
    spoil(rows)
    counts = walks.import_roster(desk, district, walks.roster_file(rows), "新职工名册.xlsx", shot)
    assert counts == {"add": 970, "change": 0, "same": 0, "reject": 30}

    # Other walks through the district have had messages of their own.
    before = district.ask("/_sandbox/stats")
    title = "关于开展冬季送温暖走访的通知"
    editor = open_page(DESK)
    sign_in(editor, district, "editor")
    address = walks.write_notice(
        editor, district, title, "本周起走访困难职工家庭，需要帮助的职工请联系所在工会。", shot
    )
    for username in ("reviewer1", "reviewer2", "reviewer3"):
        walks.review(open_page(DESK), district, username, address)
    walks.wait_until_sent(desk, district, title, shot)
    stats, followers = district.ask("/_sandbox/stats"), follower_count(district)
    assert followers >= 10_100
    assert stats["template"]["accepted"] - before["template"]["accepted"] == followers
    assert stats["community"]["accepted"] - before["community"]["accepted"] == GROUPS
    assert stats["template"]["doubled"] == stats["community"]["doubled"] == 0

    phone = open_page(PHONE)
    walks.read_on_the_phone(phone, district, "p01", title, shot)
    answer = walks.ask_in_the_group(phone, district, "p01", "老板拖欠工资怎么办", shot)
    assert "来源" in answer
    desk.reload()
    desk.wait_for_selector("#reach table")
    shot(desk, "08-reach")
    assert int(desk.locator("tr[data-channel='微信服务通知'] td").nth(5).inner_text()) >= 1


def follower_count(installation: Installation) -> int:
    """Return how many follow the service account now; other walks through the district may have brought some."""
    code = (
        "from eunion.channels.wechat.models import Follower;"
        "print(Follower.objects.filter(account__kind='service', subscribed=True).count())"
    )
    return int(installation.manage("shell", "-v", "0", "-c", code).strip().splitlines()[-1])


def first_union_and_grid(installation: Installation) -> tuple[str, str]:
    """Return the name of a grassroots union and the code of a grid."""
    code = (
        "from eunion.registry.models import Union, Grid;"
        "print(Union.objects.filter(kind='grassroots').first().name); print(Grid.objects.first().code)"
    )
    union, grid = installation.manage("shell", "-v", "0", "-c", code).strip().splitlines()[-2:]
    return union, grid
