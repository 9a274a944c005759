"""The demo's households: something at every stage that a visitor may want to see."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group

from eunion.cases.hardship.selectors import shown_notices
from eunion.cases.models import Case, HardshipFile, HardshipObjection, HardshipStandard
from eunion.registry.factories import MemberFactory, UserFactory, make_union
from eunion.registry.models import Member, StaffScope
from eunion.registry.roles import Role
from eunion.sandbox.demo import hardship

pytestmark = pytest.mark.django_db


def test_there_is_a_household_at_every_stage() -> None:
    root = make_union("区总工会")
    officer = UserFactory(username="caseofficer")
    officer.groups.add(Group.objects.get(name=Role.CASE_OFFICER))
    StaffScope.objects.create(user=officer, union=root)
    for _ in range(10):
        MemberFactory(user=None, union=root, certification=Member.Certification.NONE)
    hardship.load()
    open_ones = Case.objects.running().values_list("stage_name", flat=True)
    assert set(open_ones) == {"first", "visit", "federation", "income", "notice"}
    assert HardshipFile.objects.count() == 3 and HardshipStandard.objects.count() == 1
    assert shown_notices().count() == 2 and HardshipObjection.objects.count() == 1
