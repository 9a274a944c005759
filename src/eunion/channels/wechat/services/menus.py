"""Menus: drafted, published, rolled back, compared with what people see now."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from eunion.channels.base import SendError
from eunion.channels.wechat import api, menu_rules
from eunion.channels.wechat.errors import FarSideRefused, MenuRefused
from eunion.channels.wechat.models import Account, MenuVersion, TagRule
from eunion.channels.wechat.services import tags
from eunion.kernel import audit
from eunion.kernel.errors import Conflict, NotAllowed
from eunion.registry.models import User

NO_MENU = "46003"


def _check_right(user: User) -> None:
    if not user.has_perm("wechat.change_menuversion"):
        raise NotAllowed


def live_at_wechat(account: Account) -> list[dict[str, Any]]:
    """Return the buttons that people see now, as WeChat tells them. Raises SendError."""
    try:
        answer = api.get(account.pk, "/cgi-bin/menu/get")
    except SendError as error:
        if error.code == NO_MENU:
            return []
        raise
    return menu_rules.cleaned(answer.get("menu", {}).get("button", []))


@transaction.atomic
def draft(*, account: Account, buttons: Any, user: User, tag_rule: TagRule | None = None) -> MenuVersion:
    """Return a new draft. A draft may still be wrong; publishing asks. Raises NotAllowed."""
    _check_right(user)
    # The account's row stands for its list of versions: two people who draft at once get two numbers.
    Account.objects.select_for_update().get(pk=account.pk)
    newest = MenuVersion.objects.filter(account=account).aggregate(newest=Max("number"))["newest"] or 0
    kept = buttons if isinstance(buttons, list) else []
    return MenuVersion.objects.create(
        account=account, number=newest + 1, buttons=kept, tag_rule=tag_rule, created_by=user
    )


@transaction.atomic
def save(*, version: MenuVersion, buttons: Any, user: User, seen: str = "") -> MenuVersion:
    """Change a draft; `seen` is its `updated_at` when the editor opened it. Raises NotAllowed, Conflict."""
    _check_right(user)
    kept = MenuVersion.objects.select_for_update().get(pk=version.pk)
    if kept.state != MenuVersion.State.DRAFT:
        raise Conflict("这一版已经发布过，请在新草稿里改。")
    if seen and kept.updated_at.isoformat() != seen:
        raise Conflict("这份草稿刚被别人改过。您的修改还在本页，请另开一页看看再决定。")
    kept.buttons = buttons if isinstance(buttons, list) else []
    kept.save(update_fields=["buttons", "updated_at"])
    return kept


def publish(*, version: MenuVersion, user: User) -> MenuVersion:
    """Send a version to WeChat and make it the live one; the one before stays as history.

    Raises NotAllowed, MenuRefused (with every problem), FarSideRefused, SendError for what may pass.
    """
    _check_right(user)
    found = menu_rules.problems(version.buttons)
    if found:
        raise MenuRefused("；".join(one.words for one in found), places=[one.place for one in found])
    with transaction.atomic():
        Account.objects.select_for_update().get(pk=version.account_id)
        remote_id = _send(version)
        MenuVersion.objects.filter(
            account_id=version.account_id, tag_rule=version.tag_rule, state=MenuVersion.State.LIVE
        ).exclude(pk=version.pk).update(state=MenuVersion.State.PAST)
        version.state, version.remote_id = MenuVersion.State.LIVE, remote_id
        version.published_at, version.published_by = timezone.now(), user
        version.save(update_fields=["state", "remote_id", "published_at", "published_by"])
        audit.record(actor=user, action="wechat.publish_menu", target=version)
    return version


def _send(version: MenuVersion) -> str:
    """Call WeChat; return a conditional menu's number, '' for the menu of everyone."""
    body: dict[str, Any] = {"button": menu_rules.cleaned(version.buttons)}
    try:
        if version.tag_rule is None:
            api.post(version.account_id, "/cgi-bin/menu/create", body)
            return ""
        if version.tag_rule.remote_id is None:
            tags.apply(version.tag_rule)
            version.tag_rule.refresh_from_db()
        for before in MenuVersion.objects.filter(
            account_id=version.account_id, tag_rule=version.tag_rule, state=MenuVersion.State.LIVE
        ).exclude(remote_id=""):
            api.post(version.account_id, "/cgi-bin/menu/delconditional", {"menuid": before.remote_id})
        body["matchrule"] = {"tag_id": str(version.tag_rule.remote_id)}
        return str(api.post(version.account_id, "/cgi-bin/menu/addconditional", body)["menuid"])
    except SendError as error:
        if error.permanent:
            raise FarSideRefused(f"微信没有接受这份菜单（{error}）。") from error
        raise


def roll_back(*, version: MenuVersion, user: User) -> MenuVersion:
    """Publish what an earlier version said, as a version of its own. Raises as `publish` does."""
    copy = draft(account=version.account, buttons=version.buttons, tag_rule=version.tag_rule, user=user)
    return publish(version=copy, user=user)
