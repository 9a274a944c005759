"""The console speaks Chinese where Wagtail does not yet."""

from __future__ import annotations

import gettext
import re
from pathlib import Path

import pytest
from allauth.mfa.totp.internal.auth import TOTP
from django.test import Client

from eunion.registry.factories import UserFactory
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
