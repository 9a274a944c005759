"""What WeChat takes as a menu (https://developers.weixin.qq.com, custom menus), checked before it is sent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

TOP_MAX, SUB_MAX = 3, 5
TOP_BYTES, SUB_BYTES = 16, 60
KEY_BYTES, URL_BYTES = 128, 1024
# Type → the fields it needs, with their names for people.
NEEDS: dict[str, dict[str, str]] = {
    "view": {"url": "网页地址"},
    "click": {"key": "菜单键值"},
    "miniprogram": {"appid": "小程序 AppID", "pagepath": "小程序页面", "url": "备用网页"},
    "media_id": {"media_id": "素材编号"},
    "article_id": {"article_id": "已发布文章编号"},
    "scancode_push": {"key": "菜单键值"},
    "pic_photo_or_album": {"key": "菜单键值"},
    "location_select": {"key": "菜单键值"},
}


@dataclass(frozen=True)
class Problem:
    """What is wrong with a button; `place` is "1" or "2.3", counted as people count."""

    place: str
    words: str


def problems(buttons: Any) -> list[Problem]:
    """Return everything that WeChat would refuse, in words for an editor."""
    if not isinstance(buttons, list) or not buttons:
        return [Problem("", "菜单是空的，请至少加一个菜单。")]
    found = [Problem("", f"一级菜单最多 {TOP_MAX} 个。")] if len(buttons) > TOP_MAX else []
    for place, button in enumerate(buttons, 1):
        if not isinstance(button, dict):
            return [Problem(str(place), "格式不对。")]
        found += _of_button(button, str(place), TOP_BYTES)
        below = button.get("sub_button") or []
        if len(below) > SUB_MAX:
            found.append(Problem(str(place), f"子菜单最多 {SUB_MAX} 个。"))
        for under, one in enumerate(below, 1):
            found += _of_button(one, f"{place}.{under}", SUB_BYTES)
            if one.get("sub_button"):
                found.append(Problem(f"{place}.{under}", "子菜单下面不能再有菜单。"))
    return found


def _of_button(button: dict[str, Any], place: str, bytes_max: int) -> list[Problem]:
    name = str(button.get("name", "")).strip()
    found = []
    if not name:
        found.append(Problem(place, "请填菜单名称。"))
    elif len(name.encode()) > bytes_max:
        found.append(Problem(place, f"名称“{name}”太长：最多 {bytes_max // 3} 个汉字。"))
    if button.get("sub_button"):
        return found
    needs = NEEDS.get(str(button.get("type", "")))
    if needs is None:
        return [*found, Problem(place, f"“{name}”还没有选点了以后做什么。")]
    for field, label in needs.items():
        value = str(button.get(field, "")).strip()
        limit = KEY_BYTES if field == "key" else URL_BYTES
        if not value:
            found.append(Problem(place, f"“{name}”还没有填{label}。"))
        elif field == "url" and not value.startswith(("https://", "http://")):
            found.append(Problem(place, f"“{name}”的{label}要以 https:// 开头。"))
        elif len(value.encode()) > limit:
            found.append(Problem(place, f"“{name}”的{label}太长。"))
    return found


def cleaned(buttons: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the buttons with just the fields that WeChat reads, so that equal menus are equal."""
    result = []
    for button in buttons:
        name = str(button.get("name", "")).strip()
        # WeChat's own answers nest the list of sub-menus once more.
        below = button.get("sub_button") or []
        below = below.get("list", []) if isinstance(below, dict) else below
        if below:
            result.append({"name": name, "sub_button": cleaned(below)})
            continue
        kind = str(button.get("type", ""))
        fields = {field: str(button.get(field, "")).strip() for field in NEEDS.get(kind, {})}
        result.append({"name": name, "type": kind, **fields})
    return result


@dataclass(frozen=True)
class Difference:
    """One button that is not the same in two menus."""

    place: str
    before: str
    after: str


def differences(before: list[dict[str, Any]], after: list[dict[str, Any]]) -> list[Difference]:
    """Return what changed from one menu to another, button by button."""
    old, new = _flat(before), _flat(after)
    places = sorted({*old, *new}, key=lambda place: [int(part) for part in place.split(".")])
    return [
        Difference(place, old.get(place, ""), new.get(place, ""))
        for place in places
        if old.get(place) != new.get(place)
    ]


def _flat(buttons: list[dict[str, Any]], prefix: str = "") -> dict[str, str]:
    """Return each button's place and what it is, as a line."""
    lines: dict[str, str] = {}
    for number, button in enumerate(cleaned(buttons), 1):
        place = f"{prefix}{number}"
        if button.get("sub_button"):
            lines[place] = f"{button['name']}（有子菜单）"
            lines |= _flat(button["sub_button"], f"{place}.")
        else:
            target = "，".join(str(button[field]) for field in NEEDS.get(button["type"], {}) if button[field])
            lines[place] = f"{button['name']} → {target}"
    return lines
