"""The demo district's limited places with a crowd before them: a rush that opens soon, a lottery, one sold out, one over.

Those who claimed are members without a virtual phone, put in by the gate's own statement; nobody is told.
"""

from __future__ import annotations

import datetime
from typing import Any

from django.db import connection
from django.utils import timezone

from eunion.booking import lottery, statement
from eunion.booking.models import Claim, Offering, Season, Session
from eunion.booking.models.session import Tally
from eunion.kernel.ids import new_public_id
from eunion.registry.models import Member

SOON = datetime.timedelta(minutes=15)
# The first certified members have the virtual phones.
PHONES = 100


def load(common: dict[str, Any]) -> None:
    """Publish all, and leave one as a draft. `common` is what the offerings share."""
    members = Member.objects.filter(certification=Member.Certification.CERTIFIED).order_by("pk")
    crowd = list(members[PHONES : PHONES + 400].values_list("pk", flat=True))
    _load_walk(common, crowd)
    _load_models(common)
    _load_concert(common, crowd)
    _load_trip(common, crowd)
    _load_badminton(common)
    _load_draft(common)


def on_day(days: int, hour: int) -> datetime.datetime:
    """Return an hour of a day from today, in the federation's time."""
    day = timezone.localdate() + datetime.timedelta(days=days)
    return datetime.datetime.combine(day, datetime.time(hour), timezone.get_default_timezone())


def _claim(session: Session, members: list[int]) -> None:
    """Let members claim, as the gate would."""
    words = [new_public_id() for _ in members]
    numbers = statement.array(members), statement.array([0] * len(members))
    with connection.cursor() as cursor:
        cursor.execute(statement.call(), [session.pk, *numbers, *[statement.array(words)] * 3])


def _load_badminton(common: dict[str, Any]) -> None:
    """To see the countdown and the rush within a quarter of an hour."""
    opens = (timezone.now() + SOON).replace(second=0, microsecond=0)
    offering = Offering.objects.create(
        kind=Offering.Kind.TICKET,
        mode=Offering.Mode.RUSH,
        title="职工羽毛球馆：周末免费场",
        summary="两个时段，每人一场，准点开抢",
        description="带运动鞋，球拍可以借。来不了请提前退，场地让给后面的人。",
        per_event=1,
        waiting_size=4,
        opens_at=opens,
        closes_at=on_day(4, 18),
        **common,
    )
    for name, hour in (("上午场", 9), ("下午场", 14)):
        Session.objects.create(
            offering=offering,
            name=name,
            starts_at=on_day(5, hour),
            ends_at=on_day(5, hour + 2),
            place="河湾区职工体育馆",
            quota=8,
        )


def _load_trip(common: dict[str, Any], crowd: list[int]) -> None:
    """A lottery with its promise made and many entries; the clock draws it tomorrow evening."""
    offering = Offering.objects.create(
        kind=Offering.Kind.TICKET,
        mode=Offering.Mode.LOTTERY,
        title="先进班组疗休养：山里两日",
        summary="四十个名额，先登记，截止后摇号",
        description="住一晚，含食宿和车。摇号的种子已提前封存，结果谁都能重算。",
        per_event=1,
        waiting_size=20,
        closes_at=on_day(1, 18),
        **common,
    )
    session = Session.objects.create(
        offering=offering, starts_at=on_day(10, 8), ends_at=on_day(11, 17), place="职工疗养院", quota=40
    )
    lottery.promise(session=session, user=common["created_by"])
    _claim(session, crowd[:163])


def _load_concert(common: dict[str, Any], crowd: list[int]) -> None:
    """Sold out, with a waiting list that is full as well, and what the others were told."""
    offering = Offering.objects.create(
        kind=Offering.Kind.TICKET,
        mode=Offering.Mode.RUSH,
        title="工人文化宫迎新音乐会",
        summary="六十张赠票，开抢两分钟就没了",
        description="凭票入场，对号入座。",
        waiting_size=12,
        opens_at=on_day(-1, 10),
        closes_at=on_day(8, 12),
        **common,
    )
    session = Session.objects.create(
        offering=offering, starts_at=on_day(9, 19), ends_at=on_day(9, 21), place="工人文化宫剧场", quota=60
    )
    _claim(session, crowd[-72:])
    Claim.objects.filter(session=session).update(created_at=on_day(-1, 10))
    told = {"confirmed": 60, "waiting": 12, "sold_out": 218, "early": 41, "again": 3}
    Tally.objects.bulk_create(
        Tally(session=session, answer=answer, count=count) for answer, count in told.items()
    )


def _load_models(common: dict[str, Any]) -> None:
    """For a few alone: most members see why they can't."""
    offering = Offering.objects.create(
        kind=Offering.Kind.CHARITY,
        mode=Offering.Mode.OPEN,
        title="劳模健康体检",
        summary="只面向各级劳动模范，随时报名",
        tags=["劳模"],
        closes_at=on_day(12, 18),
        **common,
    )
    Session.objects.create(
        offering=offering,
        starts_at=on_day(13, 8),
        ends_at=on_day(13, 11),
        place="区职工医院体检中心",
        quota=50,
    )


def _load_walk(common: dict[str, Any], crowd: list[int]) -> None:
    """Over since last week; whoever had a place came."""
    offering = Offering.objects.create(
        kind=Offering.Kind.CHARITY,
        mode=Offering.Mode.OPEN,
        title="职工环湖健步走",
        summary="五公里，走完有纪念章",
        **common,
    )
    session = Session.objects.create(
        offering=offering, starts_at=on_day(1, 8), ends_at=on_day(1, 11), place="河湾公园南门", quota=50
    )
    _claim(session, crowd[200:238])
    Claim.objects.filter(session=session).update(state=Claim.State.REDEEMED, created_at=on_day(-9, 10))
    Session.objects.filter(pk=session.pk).update(starts_at=on_day(-6, 8), ends_at=on_day(-6, 11))
    Offering.objects.filter(pk=offering.pk).update(state=Offering.State.CLOSED)


def _load_draft(common: dict[str, Any]) -> None:
    """Not published yet: to try the check list with."""
    season = Season.objects.create(name="冬季观影季", owner=common["owner"])
    draft = {**common, "state": Offering.State.DRAFT, "published_at": None}
    offering = Offering.objects.create(
        kind=Offering.Kind.TICKET,
        mode=Offering.Mode.RUSH,
        title="一元观影·贺岁专场",
        summary="贺岁片两场，一元一张",
        season=season,
        per_season=2,
        price_fen=100,
        opens_at=on_day(8, 10),
        **draft,
    )
    Session.objects.create(
        offering=offering,
        starts_at=on_day(15, 19),
        ends_at=on_day(15, 21),
        place="河湾影城 1 号厅",
        quota=120,
    )
