"""Who did not come: marked once, told, barred, heard; and what a bar means for a waiting list and a draw."""

from __future__ import annotations

import datetime
import uuid
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from eunion.booking import lottery
from eunion.booking.errors import WrongState
from eunion.booking.factories import SessionFactory, in_hours, make_claim
from eunion.booking.models import Appeal, Barred, Claim, Draw, Offering, Redemption, Session
from eunion.booking.services import appeal as appeals
from eunion.booking.services import no_show, places
from eunion.booking.services.bar import lift_bar
from eunion.booking.services.redeem import redeem
from eunion.kernel.errors import Invalid, NotAllowed
from eunion.registry.factories import MemberFactory, UserFactory
from eunion.registry.models import Member, User
from eunion.registry.roles import Role

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


@pytest.fixture
def over() -> Session:
    """A film two days ago whose tickets were good for that evening; one of three came."""
    return ended(hours=50)


def ended(hours: float, came: bool = True, **offering: Any) -> Session:
    offering = {"redemption_days": 0, **offering}
    fields = {f"offering__{name}": value for name, value in offering.items()}
    session = SessionFactory(starts_at=in_hours(-hours - 2), ends_at=in_hours(-hours), quota=9, **fields)
    for _ in range(2):
        make_claim(session, MemberFactory(user=UserFactory()))
    if came:
        claim = make_claim(session, MemberFactory(), "redeemed")
        Redemption.objects.create(claim=claim, at=session.starts_at, how="list", client_id=uuid.uuid4())
    return session


def absent(session: Session) -> list[Claim]:
    return list(Claim.objects.filter(session=session, state="no_show").order_by("pk"))


def told(kind: str = "wechat.send_kind") -> list[dict[str, Any]]:
    return [job.args for job in ProcrastinateJob.objects.filter(task_name=kind)]


def test_a_day_after_the_end_who_did_not_come_is_marked_told_and_barred_once(over: Session) -> None:
    assert [no_show.mark_due() for _ in range(2)] == [2, 0]
    assert len(absent(over)) == 2 and Barred.objects.count() == 2
    assert Claim.objects.get(state="redeemed")
    assert len(told()) == 2 and "申诉" in told()[0]["values"]["note"]


@pytest.mark.parametrize(
    "fields",
    [
        {"hours": 20},
        {"hours": 50, "came": False},
        {"hours": 50, "redemption_days": 60},
        {"hours": 24 * 10},
        {"hours": 50, "state": Offering.State.CANCELLED},
    ],
    ids=["not a day yet", "nobody was checked", "tickets still good", "long ago", "called off"],
)
def test_nobody_is_marked_too_early_or_where_nobody_looked(fields: dict[str, Any]) -> None:
    session = ended(**fields)
    assert no_show.mark_due() == 0 and not absent(session)


def test_more_than_a_block_are_all_marked(over: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(no_show, "BLOCK", 1)
    assert no_show.mark_due() == 2


def test_an_offering_without_a_penalty_bars_nobody() -> None:
    session = ended(hours=50, no_show_days=0)
    no_show.mark_due()
    assert len(absent(session)) == 2 and not Barred.objects.exists()


@pytest.fixture
def claim(over: Session) -> Claim:
    no_show.mark_due()
    return absent(over)[0]


def test_a_member_appeals_once_on_the_ticket_and_loses_no_word(client: Client, claim: Claim) -> None:
    client.force_login(claim.member.user)
    page = client.get(f"/me/tickets/{claim.public_id}/").content.decode()
    assert "记为未到场" in page and "提交申诉" in page
    short = client.post(f"/me/tickets/{claim.public_id}/appeal/", {"words": "到了"})
    assert short.status_code == 422 and ">到了</textarea>" in short.content.decode()
    for words in ("我到了，坐在第三排", "再说一次我到了"):
        client.post(f"/me/tickets/{claim.public_id}/appeal/", {"words": words})
    assert Appeal.objects.get().words == "我到了，坐在第三排"
    assert "正在核实" in client.get(f"/me/tickets/{claim.public_id}/").content.decode()


def test_nobody_appeals_for_another_or_without_a_mark(client: Client, claim: Claim, over: Session) -> None:
    client.force_login(UserFactory())
    assert client.post(f"/me/tickets/{claim.public_id}/appeal/", {"words": "我到了的"}).status_code == 404
    with pytest.raises(WrongState):
        appeals.appeal(claim=Claim.objects.get(session=over, state="redeemed"), words="我到了的")


def test_an_accepted_appeal_marks_as_come_ends_the_bar_and_tells(claim: Claim, organiser: User) -> None:
    made = appeals.appeal(claim=claim, words="我到了，忘了扫码")
    with pytest.raises(Invalid):
        appeals.decide(appeal=made, user=organiser, accepted=True, answer="")
    for _ in range(2):
        appeals.decide(appeal=made, user=organiser, accepted=True, answer="老师证实到场")
    claim.refresh_from_db()
    assert claim.state == "redeemed" and Barred.objects.get(claim=claim).lifted_at
    assert [job for job in told() if job["key"].startswith("booking.appeal")]
    with pytest.raises(WrongState):
        appeals.decide(appeal=made, user=organiser, accepted=False, answer="还是没有到")


def test_who_turns_out_to_have_come_is_barred_no_more(claim: Claim, organiser: User) -> None:
    redeem(claim=claim, how="list", client_id=uuid.uuid4(), user=organiser, at=claim.session.starts_at)
    assert Barred.objects.get(claim=claim).lifted_because == "已更正为到场"


def test_a_refused_appeal_leaves_everything(claim: Claim, organiser: User) -> None:
    made = appeals.appeal(claim=claim, words="我到了，忘了扫码")
    appeals.decide(appeal=made, user=organiser, accepted=False, answer="老师说没有看到")
    claim.refresh_from_db()
    assert claim.state == "no_show" and not Barred.objects.get(claim=claim).lifted_at


def test_staff_of_another_union_decide_nothing(claim: Claim) -> None:
    made = appeals.appeal(claim=claim, words="我到了，忘了扫码")
    for user in (UserFactory(), UserFactory(role=Role.AUDITOR)):
        with pytest.raises(NotAllowed):
            appeals.decide(appeal=made, user=user, accepted=True, answer="老师证实到场")


def test_the_queue_shows_what_waits_and_decides(
    client: Client, second_factor: None, claim: Claim, organiser: User, django_assert_max_num_queries: Any
) -> None:
    appeals.appeal(claim=claim, words="我到了，忘了扫码")
    client.force_login(organiser)
    client.get("/admin/appeals/")
    with django_assert_max_num_queries(30):
        page = client.get("/admin/appeals/").content.decode()
    assert "忘了扫码" in page
    answer = {"decision": "accept", "answer": "老师证实到场"}
    client.post(f"/admin/appeals/{Appeal.objects.get().pk}/", answer)
    assert "没有待处理的申诉" in client.get("/admin/appeals/").content.decode()
    assert "老师证实到场" in client.get("/admin/appeals/?state=accepted").content.decode()


# What a bar means later.


def bar(member: Member) -> Barred:
    now = timezone.now()
    return Barred.objects.create(member=member, reason="未到场", since=now - DAY, until=now + DAY)


def test_who_is_barred_keeps_their_turn_but_is_passed_over(organiser: User) -> None:
    session = SessionFactory(quota=1, offering__waiting_size=5)
    first, second = (make_claim(session, MemberFactory(), "waiting") for _ in range(2))
    out = bar(first.member)
    assert places.promote(session=session) == [second.pk]
    first.refresh_from_db()
    assert first.state == "waiting"
    lift_bar(bar=out, user=UserFactory(is_superuser=True), reason="申诉属实")
    Session.objects.update(quota=2)
    assert places.promote(session=session) == [first.pk]


def test_an_open_offering_knows_no_bars() -> None:
    session = SessionFactory(quota=1, offering__waiting_size=5, offering__mode="open")
    claim = make_claim(session, MemberFactory(), "waiting")
    bar(claim.member)
    assert places.promote(session=session) == [claim.pk]


def test_who_was_barred_since_they_entered_is_not_in_the_draw() -> None:
    session = SessionFactory(quota=5, offering__mode="lottery", offering__closes_at=in_hours(-0.1))
    out, others = make_claim(session, MemberFactory(), "entered"), [MemberFactory() for _ in range(2)]
    for member in others:
        make_claim(session, member, "entered")
    bar(out.member)
    Draw.objects.create(session=session, seed="a" * 64, commitment="b" * 64)
    made = lottery.run_draw(session_id=session.pk)
    out.refresh_from_db()
    assert out.state == "cancelled" and made.entry_count == 2
    assert [job for job in told() if job["key"] == f"booking.taken:{out.pk}"]
