"""What the gate says: HTTP status, machine-readable answer and the words for people, in one table."""

from __future__ import annotations

from typing import NamedTuple


class Answer(NamedTuple):
    """An HTTP status and a JSON body; `name` is what the staff's live board counts."""

    name: str
    status: int
    body: bytes


# answer → (status, title). `held` has a deadline, `waiting` a line, `early` the server's time and the opening.
TABLE: dict[str, tuple[int, str]] = {
    "held": (200, "抢到了，请在时限内付款。"),
    "confirmed": (200, "报名成功。"),
    "waiting": (200, "名额已满，您已进入候补，有人退出会按顺序递补并通知您。"),
    "entered": (200, "已登记，请等候摇号。"),
    "redeemed": (200, "您的名额已经使用。"),
    "no_show": (200, "这一场您报名后未到场。"),
    "sold_out": (409, "名额已抢完，候补也满了。"),
    "early": (425, "还没有开始。"),
    "closed": (409, "报名已截止。"),
    "limit_event": (403, "您在本活动的报名次数已到上限。"),
    "limit_day": (403, "您今天的次数已用完，请明天再来。"),
    "limit_season": (403, "您本季的名额已用完。"),
    "again": (503, "没有处理完，请再试一次，不会重复占名额。"),
    "busy": (503, "系统繁忙，请再试一次，不会重复占名额。"),
    "slower": (429, "点得太快了，请等几秒再试。"),
    "challenge": (428, "正在确认是本人操作，请稍候。"),
    "expired": (410, "页面打开太久了，请刷新后再试。"),
    "invalid": (400, "这个页面已经失效，请返回活动页面重新进入。"),
    "other_device": (403, "请在打开页面的那台手机上报名。"),
}


def _made(answer: str, more: str = "") -> Answer:
    status, title = TABLE[answer]
    return Answer(answer, status, f'{{"answer":"{answer}","title":"{title}"{more}}}'.encode())


CONSTANT = {answer: _made(answer) for answer in TABLE}


def placed(answer: str, claim: str, line: int | None, deadline: int | None) -> Answer:
    """Return the answer to a member who has something: the claim's public id, their place in line, when to pay by."""
    more = f',"claim":"{claim}"'
    if line is not None:
        more += f',"line":{line}'
    if deadline is not None:
        more += f',"deadline":{deadline}'
    return _made(answer, more)


def early(now: float, opens_at: float) -> Answer:
    """Return `not open yet` with the server's clock and the opening, in epoch milliseconds."""
    return _made("early", f',"now":{int(now * 1000)},"opens_at":{int(opens_at * 1000)}')


def challenged(text: str, wait_s: int) -> Answer:
    """Return the challenge: `text` for the work, `wait_s` for those who wait instead."""
    return _made("challenge", f',"challenge":"{text}","bits":{text.split(".")[1]},"wait_s":{wait_s}')
