"""Encryption at rest, and the index that finds what is encrypted."""

from __future__ import annotations

import base64
import os

import pytest
from cryptography.exceptions import InvalidTag
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from eunion.kernel import crypto, fields
from eunion.registry.factories import MemberFactory, id_number
from eunion.registry.models import Member


@given(st.text(max_size=200))
def test_what_is_encrypted_comes_back(text: str) -> None:
    assert crypto.decrypt(crypto.encrypt(text)) == text


def test_the_same_text_is_never_stored_alike() -> None:
    assert crypto.encrypt("130") != crypto.encrypt("130")


def test_altered_bytes_are_refused() -> None:
    stored = bytearray(crypto.encrypt("130"))
    stored[-1] ^= 1
    with pytest.raises(InvalidTag):
        crypto.decrypt(bytes(stored))


def test_an_old_key_still_reads_and_the_first_key_writes(settings: object) -> None:
    before = crypto.encrypt("130")
    new = base64.b64encode(os.urandom(32)).decode()
    settings.FIELD_KEYS = [new, *settings.FIELD_KEYS]  # type: ignore[attr-defined]
    assert crypto.decrypt(before) == "130"
    assert crypto.encrypt("130")[:4] != before[:4]


def test_an_index_is_equal_only_for_the_same_purpose() -> None:
    assert crypto.blind_index("1", "phone") == crypto.blind_index("1", "phone")
    assert crypto.blind_index("1", "phone") != crypto.blind_index("1", "id_number")
    assert crypto.blind_index("", "phone") == ""


@pytest.mark.django_db
def test_the_database_never_sees_a_number() -> None:
    member = MemberFactory(id_number=id_number(7), phone="19900000007")
    with connection.cursor() as cursor:
        cursor.execute("SELECT m::text FROM registry_member m WHERE id = %s", [member.pk])
        row = cursor.fetchone()[0]
    assert id_number(7) not in row and "19900000007" not in row
    assert Member.objects.get(id_number_index=crypto.blind_index(id_number(7), "id_number")) == member


def test_masks_leave_nothing_to_guess() -> None:
    assert fields.masked_id_number("990199197001011234") == "990*************34"
    assert fields.masked_phone("19900000001") == "199****0001"
    assert fields.masked_name("王小明") == "王**"
