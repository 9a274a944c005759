"""What the demo district offers: a course and a one-yuan cinema rush, times counted from the day it is loaded."""

from __future__ import annotations

import datetime

from django.utils import timezone

from eunion.booking.models import Offering, Session
from eunion.registry.models import Union, User


def _on(days: int, hour: int) -> datetime.datetime:
    """Return an hour of a day from today, in the federation's time."""
    day = timezone.localdate() + datetime.timedelta(days=days)
    return datetime.datetime.combine(day, datetime.time(hour), timezone.get_default_timezone())


def load(owner: Union, author: User) -> None:
    """Publish both."""
    now = timezone.now()
    common = {"owner": owner, "created_by": author, "state": Offering.State.PUBLISHED, "published_at": now}
    course = Offering.objects.create(
        kind=Offering.Kind.COURSE,
        mode=Offering.Mode.OPEN,
        title="职工夜校：零基础书法课",
        summary="每周一晚，笔墨纸砚由工会准备",
        description="从执笔、运笔学起，四节课写一副春联。下班直接来，不用带东西。",
        waiting_size=10,
        per_event=4,
        **common,
    )
    for week in range(1, 5):
        Session.objects.create(
            offering=course,
            name=f"第 {week} 课",
            starts_at=_on(week * 7, 19),
            ends_at=_on(week * 7, 21),
            place="河湾区职工之家二楼教室",
            teacher="周老师",
            quota=24,
        )
    cinema = Offering.objects.create(
        kind=Offering.Kind.TICKET,
        mode=Offering.Mode.RUSH,
        title="一元观影·周末专场",
        summary="两百张电影票，一元一张，先到先得",
        description="抢到后三小时内付款，凭票到影城换座位。不能转让，不能来请提前退出，让给别人。",
        price_fen=100,
        per_day=1,
        waiting_size=50,
        opens_at=_on(1, 10),
        closes_at=_on(3, 18),
        **common,
    )
    Session.objects.create(
        offering=cinema,
        name="周末晚场",
        starts_at=_on(5, 19),
        ends_at=_on(5, 21),
        place="河湾影城 3 号厅",
        quota=200,
    )
