"""Planning: who gets a delivery, and that publication and plan are one."""

from __future__ import annotations

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from eunion.broadcast import plan, services
from eunion.broadcast.factories import broadcast_of, make_account, make_follower, make_gateway, published
from eunion.broadcast.models import Broadcast, Delivery, Notice
from eunion.content import services as content
from eunion.content.factories import reviewers
from eunion.registry.factories import GroupFactory, MemberFactory, UserFactory, make_union
from eunion.registry.models import Member, User
from eunion.registry.roles import Role

pytestmark = pytest.mark.django_db


def addresses(notice: Notice, channel: str) -> set[str]:
    return set(
        Delivery.objects.filter(broadcast__notice=notice, channel=channel).values_list("address", flat=True)
    )


def test_a_notice_to_all_reaches_every_subscribed_follower_and_group() -> None:
    account, member = make_account(), MemberFactory()
    known, unknown = make_follower(account, member), make_follower(account)
    make_follower(account, subscribed=False)
    make_gateway()
    group = GroupFactory()
    notice = published()
    assert addresses(notice, "wechat") == {known.openid, unknown.openid}
    assert addresses(notice, "community") == {group.external_id}
    assert addresses(notice, "inbox") == {str(member.pk)}


def test_a_union_covers_its_subtree_and_nobody_else() -> None:
    root = make_union("总工会")
    street = make_union("街道", root, kind="subdistrict")
    mill, other = make_union("纺织厂", street), make_union("别处", root)
    inside, outside = MemberFactory(union=mill), MemberFactory(union=other)
    notice = published(unions=[street])
    assert addresses(notice, "inbox") == {str(inside.pk)}
    assert str(outside.pk) not in addresses(notice, "inbox")


def test_grids_and_tags_narrow_the_audience() -> None:
    groups = [GroupFactory(), GroupFactory()]
    make_gateway()
    wanted = MemberFactory(grid=groups[0].grid, tags=["农民工"])
    MemberFactory(grid=groups[0].grid)
    MemberFactory(grid=groups[1].grid, tags=["农民工"])
    notice = published(grids=[groups[0].grid], audience_tags=["农民工"])
    assert addresses(notice, "inbox") == {str(wanted.pk)}
    assert addresses(notice, "community") == {groups[0].external_id}


def test_the_not_certified_include_followers_whom_nobody_knows() -> None:
    account = make_account()
    make_follower(account, MemberFactory())
    unknown = make_follower(account)
    pending = make_follower(account, MemberFactory(certification=Member.Certification.PENDING))
    notice = published(audience_certified="no")
    assert addresses(notice, "wechat") == {unknown.openid, pending.openid}


def test_a_member_who_follows_twice_gets_one_message() -> None:
    account, member = make_account(), MemberFactory()
    make_follower(account, member)
    newest = make_follower(account, member)
    assert addresses(published(), "wechat") == {newest.openid}


def test_the_preview_counts_what_the_plan_then_holds() -> None:
    account = make_account()
    for _ in range(3):
        make_follower(account, MemberFactory())
    counts = plan.count(audience=plan.Audience(), channels=["wechat", "inbox"])
    notice = published(channels=["wechat", "inbox"])
    assert counts == {"wechat": 3, "inbox": 3}
    assert broadcast_of(notice).planned_count == 6


def test_if_planning_fails_the_notice_is_not_published(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(**_: object) -> int:
        raise RuntimeError

    monkeypatch.setattr(plan, "insert", fails)
    with pytest.raises(RuntimeError):
        published()
    assert not Notice.objects.filter(live=True).exists()
    assert not Broadcast.objects.exists()


def test_publishing_defers_one_dispatch_an_account() -> None:
    account = make_account()
    make_follower(account)
    published(channels=["wechat"])
    jobs = ProcrastinateJob.objects.filter(task_name="broadcast.dispatch")
    assert [job.lock for job in jobs] == [f"account:wechat:{account.pk}"]


def edited(notice: Notice, **changes: object) -> None:
    for name, value in changes.items():
        setattr(notice, name, value)
    editor = UserFactory(role=Role.EDITOR)
    content.reviewed_publish(page=notice, author=editor, reviewers=reviewers())


def test_an_edited_notice_is_sent_again_only_when_asked() -> None:
    make_follower(make_account())
    notice = published()
    edited(notice, summary="改了一个字")
    assert notice.broadcasts.count() == 1
    edited(Notice.objects.get(pk=notice.pk), again=True)
    assert notice.broadcasts.count() == 2


def test_withdrawing_a_notice_stops_what_is_not_sent() -> None:
    make_follower(make_account())
    notice = published(channels=["wechat"])
    notice.unpublish(user=UserFactory(is_superuser=True))
    assert broadcast_of(notice).state == Broadcast.State.CANCELLED
    assert set(Delivery.objects.values_list("state", flat=True)) == {"cancelled"}


def test_only_those_who_may_pause_can_pause() -> None:
    make_follower(make_account())
    broadcast = broadcast_of(published(channels=["wechat"]))
    outsider: User = UserFactory(role=Role.ORGANISER)
    with pytest.raises(services.NotAllowed):
        services.pause(broadcast=broadcast, user=outsider)
    services.pause(broadcast=broadcast, user=UserFactory(role=Role.EDITOR))
    broadcast.refresh_from_db()
    assert broadcast.state == Broadcast.State.PAUSED
