"""The demo's limited places: something in every state that a visitor may want to see."""

from __future__ import annotations

import pytest
from django.utils import timezone

from eunion.booking.models import Claim, Offering, Session
from eunion.registry.factories import UserFactory, make_union
from eunion.registry.models import Member
from eunion.sandbox.demo import offerings, rushes

pytestmark = pytest.mark.django_db


def test_the_list_is_alive() -> None:
    certified = Member.Certification.CERTIFIED
    Member.objects.bulk_create(Member(name=f"会员{n}", certification=certified) for n in range(600))
    offerings.load(make_union("区总工会"), UserFactory())
    assert set(Offering.objects.values_list("kind", flat=True)) == set(Offering.Kind.values)
    assert set(Offering.objects.values_list("mode", flat=True)) == set(Offering.Mode.values)
    assert {"draft", "published", "closed"} == set(Offering.objects.values_list("state", flat=True))
    soon = Offering.objects.get(title__contains="羽毛球")
    assert timezone.now() < soon.opens_at <= timezone.now() + rushes.SOON
    full = Session.objects.get(offering__title__contains="音乐会")
    assert (full.taken, full.left, full.waiting) == (60, 0, full.offering.waiting_size)
    trip = Session.objects.get(offering__mode="lottery")
    assert trip.draw.commitment and Claim.objects.filter(session=trip, state="entered").count() == 163
    with_phones = list(Member.objects.order_by("pk")[: rushes.PHONES])
    assert not Claim.objects.filter(member__in=with_phones).exists()
