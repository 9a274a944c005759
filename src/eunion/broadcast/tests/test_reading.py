"""Reading: tokens, inboxes and the grid worker's last mile."""

from __future__ import annotations

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from eunion.broadcast import receipts, selectors, services, tokens
from eunion.broadcast.errors import NotYourGrid
from eunion.broadcast.factories import broadcast_of, make_account, make_follower, published
from eunion.broadcast.models import Delivery
from eunion.channels.wechat.models import Account, InboundMessage
from eunion.registry.factories import GridFactory, MemberFactory, UserFactory
from eunion.registry.roles import Role


@pytest.mark.django_db
def test_opening_the_link_marks_message_and_inbox_read(client: Client) -> None:
    member = MemberFactory()
    make_follower(make_account(), member)
    notice = published()
    sent = Delivery.objects.get(channel="wechat")
    assert client.get(f"{notice.get_url()}?d={tokens.make(sent.pk)}").status_code == 200
    assert set(Delivery.objects.filter(member=member).values_list("state", flat=True)) == {"read"}


@pytest.mark.django_db
def test_a_forged_token_marks_nothing(client: Client) -> None:
    make_follower(make_account(), MemberFactory())
    notice = published()
    sent = Delivery.objects.get(channel="wechat")
    assert client.get(f"{notice.get_url()}?d={sent.pk:x}-0000000000000000").status_code == 200
    assert not Delivery.objects.filter(state="read").exists()


@given(st.text(max_size=40))
def test_no_text_is_taken_for_a_token_unless_we_made_it(text: str) -> None:
    assert tokens.read(text) is None


@pytest.mark.django_db
def test_a_signed_in_member_sees_and_reads_their_messages(
    client: Client, django_assert_max_num_queries: object
) -> None:
    user = UserFactory()
    MemberFactory(user=user)
    for number in range(3):
        published(title=f"通知{number}", channels=["inbox"])
    client.force_login(user)
    client.get("/messages/")
    with django_assert_max_num_queries(14):  # type: ignore[operator]
        page = client.get("/messages/").content.decode()
    assert page.count("未读</span>") >= 3
    assert selectors.unread_count(user) == 3


@pytest.mark.django_db
def test_the_last_mile_lists_only_the_unreached_of_my_grids() -> None:
    mine, other = GridFactory(), GridFactory()
    account = make_account()
    reached, missed, elsewhere = (MemberFactory(grid=grid) for grid in (mine, mine, other))
    make_follower(account, reached)
    notice = published()
    Delivery.objects.filter(channel="wechat").update(state="delivered")
    worker = UserFactory(role=Role.GRID_WORKER, grids=[mine])
    assert selectors.last_mile(broadcast_of(notice), worker) == [missed]
    with pytest.raises(NotYourGrid):
        services.tell_in_person(broadcast=broadcast_of(notice), member=elsewhere, user=worker)


@pytest.mark.django_db
def test_a_tick_takes_a_member_off_the_list_and_can_be_undone(client: Client) -> None:
    grid = GridFactory()
    missed = MemberFactory(grid=grid)
    broadcast = broadcast_of(published(channels=["inbox"]))
    worker = UserFactory(role=Role.GRID_WORKER, grids=[grid])
    client.force_login(worker)
    address = f"/lastmile/{broadcast.pk}/{missed.public_id}/"
    client.post(address)
    client.post(address)
    assert selectors.last_mile(broadcast, worker) == []
    client.post(address, {"undo": "1"})
    assert selectors.last_mile(broadcast, worker) == [missed]


@pytest.mark.django_db
def test_someone_without_a_grid_is_told_so(client: Client) -> None:
    client.force_login(UserFactory())
    answer = client.get("/lastmile/")
    assert answer.status_code == 403
    assert "网格员" in answer.content.decode()


def _report(account: Account, number: str, status: str) -> None:
    InboundMessage.objects.create(
        account=account,
        dedupe_key=number,
        openid="o",
        kind="event.TEMPLATESENDJOBFINISH",
        payload={"MsgID": number, "Status": status},
    )


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("status", "state"),
    [("success", "delivered"), ("failed:user block", "refused"), ("failed: system failed", "unreachable")],
)
def test_a_delivery_report_finds_its_delivery(status: str, state: str) -> None:
    account = make_account()
    make_follower(account)
    published(channels=["wechat"])
    Delivery.objects.update(state="sent", remote_id="1001")
    _report(account, "1001", status)
    receipts.absorb()
    assert Delivery.objects.get().state == state
    assert InboundMessage.objects.get().handled_at is not None


@pytest.mark.django_db
def test_a_report_that_overtakes_its_delivery_waits() -> None:
    _report(make_account(), "2002", "success")
    receipts.absorb()
    assert InboundMessage.objects.get().handled_at is None
