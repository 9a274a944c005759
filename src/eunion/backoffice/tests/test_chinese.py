"""The console speaks Chinese where Wagtail does not yet."""

from __future__ import annotations

import gettext
import re
from pathlib import Path

import pytest
from allauth.mfa.totp.internal.auth import TOTP
from django.test import Client

from eunion.registry.factories import GridFactory, UserFactory
from eunion.registry.roles import Role

FOLDER = Path(__file__).parents[1] / "locale" / "zh_Hans" / "LC_MESSAGES"


def test_what_is_compiled_is_what_is_written() -> None:
    compiled = gettext.GNUTranslations((FOLDER / "django.mo").open("rb"))
    written = re.findall(r'^msgid "(.+)"\nmsgstr "(.+)"$', (FOLDER / "django.po").read_text(), re.M)
    assert len(written) > 100
    for english, chinese in written:
        wanted = chinese.replace('\\"', '"')
        assert compiled.gettext(english.replace('\\"', '"')) == wanted


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path", ["wecom-group-tasks/", "sms-accounts/new/", "wecom-robots/", "auto-replies/"]
)
def test_empty_lists_and_new_forms_have_no_english(client: Client, path: str) -> None:
    user = UserFactory(role=Role.ADMINISTRATOR)
    TOTP.activate(user, "GEZDGNBVGY3TQOJQ")
    client.force_login(user)
    html = client.get(f"/admin/{path}").content.decode()
    assert not re.search(r"There are no|Why not|New:", html)


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["", "login/", "account/"])
def test_a_grid_worker_without_the_console_is_told_so_in_chinese(client: Client, path: str) -> None:
    client.force_login(UserFactory(role=Role.GRID_WORKER, grids=[GridFactory()]))
    answer = client.get(f"/admin/{path}")
    html = answer.content.decode()
    assert answer.status_code == 403 and "没有管理后台的权限" in html
    assert "Password" not in html and "JavaScript" not in html


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["login/", "password/reset/", "signup/"])
def test_the_pages_of_signing_in_have_no_english(client: Client, path: str) -> None:
    html = client.get(f"/accounts/{path}", headers={"Accept-Language": "en"}).content.decode()
    seen = re.sub(r"<(script|style|svg)[^>]*>.*?</\1>|<[^>]+>", " ", html, flags=re.S)
    assert not re.findall(r"[A-Za-z]{3,}", seen)
