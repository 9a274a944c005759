"""What the house promises about itself: documented settings, guarded pages, files of a readable size."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.urls import URLPattern, URLResolver, get_resolver
from procrastinate.contrib.django import app

from eunion.registry.factories import UserFactory
from eunion.registry.roles import Role

ROOT = Path(__file__).resolve().parents[2]
SRC = ROOT / "src" / "eunion"
LINES_MAX = 400


def test_every_setting_is_in_the_configuration_table() -> None:
    read = set(re.findall(r'env\.\w+\(\s*"(\w+)"', (SRC / "config" / "settings.py").read_text()))
    documented = set(re.findall(r"^\| `(\w+)`", (ROOT / "docs" / "configuration.md").read_text(), re.M))
    assert read <= documented, read - documented


def test_no_file_is_too_long_to_read() -> None:
    sizes = {
        path: len(path.read_text().splitlines())
        for path in SRC.rglob("*.py")
        if "migrations" not in path.parts
    }
    assert not {str(path): lines for path, lines in sizes.items() if lines > LINES_MAX}


def test_every_room_says_what_it_is() -> None:
    rooms = [path.parent for path in SRC.glob("*/apps.py")]
    missing = [room.name for room in rooms if not (room / "README.md").exists()]
    assert not missing
    assert all(len((room / "README.md").read_text().splitlines()) <= 30 for room in rooms)


def test_every_job_is_tried_again_after_a_passing_failure() -> None:
    assert not [
        name
        for name, task in app.tasks.items()
        if name.split(".")[0] != "builtin" and not task.retry_strategy
    ]


def _addresses(resolver: URLResolver, prefix: str = "") -> list[str]:
    found: list[str] = []
    for pattern in resolver.url_patterns:
        address = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            found += _addresses(pattern, address)
        elif isinstance(pattern, URLPattern):
            found.append(address)
    return found


OURS = (
    "broadcasts",
    "members",
    "rosters",
    "grids-import",
    "questions",
    "knowledge",
    "knowledge-reviews",
    "knowledge-import",
    "knowledge-export/xlsx",
    "laws",
    "try",
    "talks",
    "talks/export",
    "gaps",
    "gaps/export",
    "alerts",
    "hit-rates",
    "hit-rates/export",
    "evaluations",
    "accounts",
    "gateways",
    "scopes",
    "officers",
    "residents-groups",
    "courses",
    "certificates",
    "service-hours",
    "booking-statistics",
    "offerings",
    "appeals",
    "barred",
    "cases",
    "cases/statistics",
    "cases/file",
    "lawyers",
    "lawyers/add",
    "legal-cases",
    "legal-hours",
    "legal-statistics",
    "legal-rules",
    "hardship/files",
    "hardship/ledger",
    "hardship/ledger/export",
    "hardship/rechecks",
    "hardship/notices",
    "hardship/standards",
    "hardship/programmes",
    "hardship/visits",
    "medical/plans",
    "medical/enrolments",
    "medical/lists",
    "medical/payments",
    "medical/statistics",
)


@pytest.mark.django_db
def test_no_staff_screen_opens_without_a_second_factor(client: object) -> None:
    client.force_login(UserFactory(role=Role.ADMINISTRATOR))  # type: ignore[attr-defined]
    for address in ("/admin/", *(f"/admin/{name}/" for name in OURS)):
        answer = client.get(address)  # type: ignore[attr-defined]
        assert answer.status_code == 302 and "2fa" in answer["Location"], address


@pytest.mark.django_db
def test_a_worker_is_refused_by_every_staff_screen(client: object, monkeypatch: pytest.MonkeyPatch) -> None:
    # With the second factor out of the way only the permission stands between a worker and the console.
    monkeypatch.setattr("allauth.mfa.adapter.DefaultMFAAdapter.is_mfa_enabled", lambda *_: True)
    client.force_login(UserFactory())  # type: ignore[attr-defined]
    for name in OURS:
        assert client.get(f"/admin/{name}/").status_code in (302, 403), name  # type: ignore[attr-defined]
    assert any("broadcasts/" in one for one in _addresses(get_resolver()))
