"""The files that prove whose domain this is: only what the operator has put there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


def test_a_file_of_the_operators_is_served_at_the_root(client: Client, settings: Any, tmp_path: Path) -> None:
    settings.VERIFY_ROOT = tmp_path
    (tmp_path / "MP_verify_abcdefgh12345678.txt").write_text("abcdefgh12345678")
    answer = client.get("/MP_verify_abcdefgh12345678.txt")
    assert (answer.status_code, answer.content) == (200, b"abcdefgh12345678")


@pytest.mark.parametrize(
    "path", ["/MP_verify_ofsomeoneelse1.txt", "/..%2fsecrets_of_ours.txt", "/robots.txt"]
)
def test_nobody_can_prove_our_domain_theirs(client: Client, settings: Any, tmp_path: Path, path: str) -> None:
    settings.VERIFY_ROOT = tmp_path / "verify"
    (tmp_path / "secrets_of_ours.txt").write_text("secret")
    assert client.get(path).status_code == 404
