"""Who comes up from the waiting list is told, once, with the deadline where there is one."""

from __future__ import annotations

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from eunion.booking.factories import SessionFactory
from eunion.booking.models import Claim
from eunion.booking.services.cancel import cancel
from eunion.booking.tests.conftest import Take
from eunion.registry.factories import MemberFactory, UserFactory, make_union
from eunion.sandbox.demo import offerings

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("price", "word"), [(0, "名额是您的了"), (100, "前付款")])
def test_who_is_promoted_is_told(take: Take, price: int, word: str) -> None:
    first, second = (MemberFactory(user=UserFactory()) for _ in range(2))
    session = SessionFactory(quota=1, offering__waiting_size=2, offering__price_fen=price)
    take(session, first.pk, second.pk)
    cancel(claim=Claim.objects.get(member=first), user=first.user)
    job = ProcrastinateJob.objects.get(task_name="wechat.send_kind")
    assert job.args["member_id"] == second.pk and word in job.args["values"]["note"]
    assert len(job.args["values"]["note"]) <= 20


def test_the_demo_district_offers_a_course_and_a_rush() -> None:
    offerings.load(make_union("区总工会"), UserFactory())
    assert "一元观影" in str(list(offerings.Offering.objects.all()))
    assert offerings.Session.objects.count() == 5
