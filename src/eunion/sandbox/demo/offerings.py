"""What the demo district offers: a course, a paid class, volunteers' work, a one-yuan cinema rush, and `rushes`.

Times are counted from the day it is loaded.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils import timezone

from eunion.booking.models import Homework, Material, Meeting, Offering, Session
from eunion.registry.models import Union, User
from eunion.sandbox.demo import rushes
from eunion.sandbox.demo.rushes import on_day

HOUSE = {"place": "河湾区职工之家二楼教室", "lon": 114.4625, "lat": 38.0405}
TOPICS = ("执笔与运笔", "横竖撇捺", "结构与章法", "写一副春联")


def load(owner: Union, author: User) -> None:
    """Publish all."""
    now = timezone.now()
    common: dict[str, Any] = {
        "owner": owner,
        "created_by": author,
        "state": Offering.State.PUBLISHED,
        "published_at": now,
    }
    rushes.load(common)
    _load_course(common)
    _load_paid(common)
    _load_charity(common)
    cinema = Offering.objects.create(
        kind=Offering.Kind.TICKET,
        mode=Offering.Mode.RUSH,
        title="一元观影·周末专场",
        summary="两百张电影票，一元一张，先到先得",
        description="抢到后三小时内付款，凭票到影城换座位。不能转让，不能来请提前退出，让给别人。",
        price_fen=100,
        per_day=1,
        waiting_size=50,
        opens_at=on_day(1, 10),
        closes_at=on_day(3, 18),
        **common,
    )
    Session.objects.create(
        offering=cinema,
        name="周末晚场",
        starts_at=on_day(5, 19),
        ends_at=on_day(5, 21),
        place="河湾影城 3 号厅",
        quota=200,
    )


def _load_course(common: dict[str, Any]) -> None:
    """Four evenings under one enrolment, with homework, a link and a certificate."""
    course = Offering.objects.create(
        kind=Offering.Kind.COURSE,
        mode=Offering.Mode.OPEN,
        title="职工夜校：零基础书法课",
        summary="每周一晚，四次课，笔墨纸砚由工会准备",
        description="从执笔、运笔学起，四节课写一副春联。下班直接来，不用带东西。",
        waiting_size=10,
        certificate_percent=75,
        **common,
    )
    evening = Session.objects.create(
        offering=course,
        name="晚班",
        starts_at=on_day(7, 19),
        ends_at=on_day(28, 21),
        closes_at=on_day(7, 12),
        teacher="周老师",
        quota=24,
        **HOUSE,
    )
    Meeting.objects.bulk_create(
        Meeting(
            session=evening,
            number=week,
            starts_at=on_day(week * 7, 19),
            ends_at=on_day(week * 7, 21),
            topic=topic,
        )
        for week, topic in enumerate(TOPICS, 1)
    )
    Material.objects.create(
        offering=course,
        name="课前看：怎样选毛笔",
        url="https://www.12351.cn/",
        audience=Material.Audience.EVERYONE,
    )
    Homework.objects.create(
        session=evening,
        title="临帖一张",
        text="照着字帖临一张“永”字，正着拍照交上来。写得不好没关系，看得出哪里吃力就行。",
        due_at=on_day(13, 21),
    )


def _load_paid(common: dict[str, Any]) -> None:
    """A class that costs something and is open at once: to try paying with."""
    pottery = Offering.objects.create(
        kind=Offering.Kind.COURSE,
        mode=Offering.Mode.OPEN,
        title="周末亲子陶艺体验",
        summary="材料费 9.9 元，作品烧好可以带走",
        price_fen=990,
        payment_minutes=30,
        waiting_size=5,
        **common,
    )
    Session.objects.create(
        offering=pottery, name="周六下午", starts_at=on_day(4, 14), ends_at=on_day(4, 16), quota=12, **HOUSE
    )


def _load_charity(common: dict[str, Any]) -> None:
    """Volunteers' work with hours to be credited."""
    charity = Offering.objects.create(
        kind=Offering.Kind.CHARITY,
        mode=Offering.Mode.OPEN,
        title="劳模志愿队：社区便民服务日",
        summary="义务理发、磨刀、家电小修，签到后记 3 小时志愿服务",
        **common,
    )
    Session.objects.create(
        offering=charity,
        starts_at=on_day(6, 9),
        ends_at=on_day(6, 12),
        teacher="劳模志愿服务队",
        quota=30,
        service_hours=Decimal(3),
        **HOUSE,
    )
