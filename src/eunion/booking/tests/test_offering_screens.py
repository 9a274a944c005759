"""The list, the editor and the changes of offerings: in scope, in the clerk's words, nothing lost, nothing twice."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from eunion.booking.factories import OfferingFactory, SessionFactory, in_hours, make_claim, make_share
from eunion.booking.models import Claim, Draw, Offering, Season, Session
from eunion.booking.services import edit
from eunion.registry.factories import GridFactory, MemberFactory, UserFactory, make_union
from eunion.registry.models import Union, User
from eunion.registry.roles import Role

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("second_factor")]
TYPED = {
    "kind": "ticket",
    "mode": "rush",
    "title": "一元观影",
    "summary": "",
    "description": "",
    "price": "1.50",
    "certified_only": "on",
    "tags": "环卫工、快递员",
    "payment_minutes": "180",
    "redemption_days": "60",
    "uses": "1",
    "waiting_size": "20",
    "cancel_until_hours": "24",
    "no_show_days": "90",
    "opens_at": "2030-01-05T10:00",
    "closes_at": "2030-01-06T10:00",
    "sessions-TOTAL_FORMS": "2",
    "sessions-INITIAL_FORMS": "0",
    "sessions-0-starts_at": "2030-01-08T19:00",
    "sessions-0-ends_at": "2030-01-08T21:00",
    "sessions-0-quota": "100",
    "sessions-0-place": "一号厅",
    "sessions-1-starts_at": "2030-01-09T19:00",
    "sessions-1-ends_at": "2030-01-09T21:00",
    "sessions-1-quota": "50",
}


@pytest.fixture
def desk(organiser: User) -> Client:
    return signed_in(organiser)


def signed_in(user: User) -> Client:
    made = Client()
    made.force_login(user)
    return made


def typed(owner: Union, **fields: Any) -> dict[str, Any]:
    return {**TYPED, "owner": str(owner.pk), "owner_typed": owner.name, **fields}


def page(client: Client, address: str, status: int = 200, **query: Any) -> str:
    answer = client.get(address, query)
    assert answer.status_code == status, (address, answer.status_code)
    return str(answer.content.decode())


def written(desk: Client, owner: Union, **fields: Any) -> Offering:
    """Write an offering through the editor."""
    answer = desk.post("/admin/offerings/add/", typed(owner, key="k" * 16, **fields))
    assert answer.status_code == 302, answer.content.decode()[:0] or answer.context["form"].errors
    return Offering.objects.latest("pk")


def form_of(desk: Client, offering: Offering) -> dict[str, Any]:
    """Return what the editor would send back untouched."""
    context = desk.get(f"/admin/offerings/{offering.public_id}/edit/").context
    sent: dict[str, Any] = {"version": context["version"]}
    for prefix, form in [("", context["form"]), *((f"{one.prefix}-", one) for one in context["sessions"])]:
        for name in form.fields:
            value = form[name].value()
            if name in ("unions", "grids", "owner"):
                sent[name] = [str(one) for one in value or ()]
            elif name == "shares":
                sent[f"{prefix}shares_union"] = [str(union.pk) for union in value or ()]
                sent[f"{prefix}shares_name"] = [union.name for union in value or ()]
                sent[f"{prefix}shares_quota"] = [str(quota) for quota in (value or {}).values()]
            elif value not in (None, False, ""):
                sent[f"{prefix}{name}"] = (
                    value.strftime("%Y-%m-%dT%H:%M") if isinstance(value, datetime.datetime) else str(value)
                )
    sent["sessions-TOTAL_FORMS"] = str(len(context["sessions"].forms))
    sent["sessions-INITIAL_FORMS"] = str(context["sessions"].initial_form_count())
    return sent


def save(desk: Client, offering: Offering, sent: dict[str, Any]) -> Any:
    return desk.post(f"/admin/offerings/{offering.public_id}/edit/", sent)


def test_the_list_shows_ones_own_finds_and_filters(desk: Client, owner: Union) -> None:
    assert "还没有活动" in page(desk, "/admin/offerings/")
    street = make_union("街道工会", parent=owner)
    session = SessionFactory(offering__title="看电影", offering__owner=owner, quota=7)
    make_claim(session, MemberFactory())
    SessionFactory(offering__title="书法课", offering__kind="course", offering__owner=street)
    everything = page(desk, "/admin/offerings/")
    assert "看电影" in everything and "书法课" in everything and "1 / 7" in everything
    assert "书法课" not in page(desk, "/admin/offerings/", q="电影")
    assert "看电影" not in page(desk, "/admin/offerings/", kind="course")
    assert "看电影" not in page(desk, "/admin/offerings/", union="街道")
    assert "没有符合条件的活动" in page(desk, "/admin/offerings/", state="cancelled")
    below = page(signed_in(UserFactory(role=Role.GRASSROOTS_OFFICER, scope=street)), "/admin/offerings/")
    assert "书法课" in below and "看电影" not in below


def test_the_list_asks_no_more_for_more_rows(
    desk: Client, owner: Union, django_assert_max_num_queries: Any
) -> None:
    for _ in range(12):
        SessionFactory(offering__owner=owner)
    page(desk, "/admin/offerings/")
    with django_assert_max_num_queries(20):
        page(desk, "/admin/offerings/")


def test_an_offering_is_written_with_its_sessions_shares_and_price_in_yuan(
    desk: Client, owner: Union
) -> None:
    street, grid = make_union("街道工会", parent=owner), GridFactory()
    shares = {
        "sessions-0-shares_union": [str(street.pk), ""],
        "sessions-0-shares_name": ["街道工会", ""],
        "sessions-0-shares_quota": ["30", ""],
    }
    # The grid has no subdistrict: nobody below a superuser may choose it.
    refused = desk.post("/admin/offerings/add/", typed(owner, grids=[grid.pk], key="q" * 16))
    assert refused.status_code == 422 and "不在您的管理范围内" in refused.content.decode()
    offering = written(desk, owner, unions=[street.pk], **shares)
    assert (offering.price_fen, offering.tags, offering.state) == (150, ["环卫工", "快递员"], "draft")
    assert timezone.localtime(offering.opens_at).hour == 10
    first = offering.sessions.order_by("pk")[0]
    assert (first.quota, first.reserved, first.place) == (100, 30, "一号厅")
    assert offering.sessions.count() == 2 and list(offering.unions.all()) == [street]


def test_the_same_page_sent_twice_makes_one(desk: Client, owner: Union) -> None:
    for _ in range(2):
        answer = desk.post("/admin/offerings/add/", typed(owner, key="k" * 16))
        assert answer.status_code == 302
    assert Offering.objects.count() == 1 and Session.objects.count() == 2


def test_what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost(desk: Client, owner: Union) -> None:
    wrong = typed(
        owner,
        title="写了半天的标题",
        closes_at="2030-01-05T09:00",
        per_day="0",
        unions_typed="没有的工会",
        **{"sessions-1-ends_at": "2030-01-09T18:00"},
    )
    answer = desk.post("/admin/offerings/add/", wrong)
    text = answer.content.decode()
    assert answer.status_code == 422 and not Offering.objects.exists()
    for words in ("截止报名要晚于开始报名", "至少 1 次", "没有找到“没有的工会”", "结束时间要晚于开始时间"):
        assert words in text, words
    for kept in ("写了半天的标题", 'value="没有的工会"', "2030-01-09T18:00", "一号厅"):
        assert kept in text, kept


def test_a_union_can_be_typed_in_full_where_no_script_runs(desk: Client, owner: Union) -> None:
    street = make_union("街道工会", parent=owner)
    assert list(written(desk, owner, unions_typed="街道工会").unions.all()) == [street]


def test_an_untouched_editor_changes_nothing(desk: Client, owner: Union) -> None:
    offering = written(desk, owner)
    before = Offering.objects.get(pk=offering.pk).updated_at
    assert save(desk, offering, form_of(desk, offering)).status_code == 302
    assert Offering.objects.get(pk=offering.pk).updated_at == before


def test_the_second_of_two_officers_is_told_and_overwrites_nothing(
    desk: Client, owner: Union, organiser: User
) -> None:
    offering = written(desk, owner)
    mine = {**form_of(desk, offering), "title": "我的标题"}
    edit.edit_offering(offering=offering, user=organiser, title="别人的标题")
    answer = save(desk, offering, mine)
    offering.refresh_from_db()
    assert answer.status_code == 409 and offering.title == "别人的标题"
    text = answer.content.decode()
    assert "有人改过这个活动" in text and "别人的标题" in text and "我的标题" in text
    # Having looked, the officer may insist.
    newest = answer.context["newest"]
    assert save(desk, offering, {**mine, "version": [mine["version"], newest]}).status_code == 302
    offering.refresh_from_db()
    assert offering.title == "我的标题"


def test_a_change_of_a_session_counts_as_a_change_of_the_page(
    desk: Client, owner: Union, organiser: User
) -> None:
    offering = written(desk, owner)
    mine = {**form_of(desk, offering), "title": "我的标题"}
    edit.edit_session(session=offering.sessions.first(), user=organiser, quota=500)
    assert save(desk, offering, mine).status_code == 409
    assert offering.sessions.first().quota == 500


def test_a_change_sent_twice_is_made_once(desk: Client, owner: Union) -> None:
    offering = written(desk, owner)
    more = {
        **form_of(desk, offering),
        "sessions-TOTAL_FORMS": "3",
        "sessions-2-starts_at": "2030-01-10T19:00",
        "sessions-2-ends_at": "2030-01-10T21:00",
        "sessions-2-quota": "10",
    }
    for _ in range(2):
        assert save(desk, offering, more).status_code == 302
    assert offering.sessions.count() == 3


def test_after_the_opening_a_change_takes_a_place_from_nobody(desk: Client, owner: Union) -> None:
    offering = written(desk, owner)
    session = offering.sessions.first()
    for _ in range(3):
        make_claim(session, MemberFactory())
    fewer = save(desk, offering, {**form_of(desk, offering), "sessions-0-quota": "2"})
    assert fewer.status_code == 409 and "名额不能少于已占的" in fewer.content.decode()
    dearer = save(desk, offering, {**form_of(desk, offering), "price": "9"})
    assert dearer.status_code == 409 and "价格不能再改" in dearer.content.decode()
    session.refresh_from_db()
    assert (session.quota, session.taken) == (100, 3)


def test_a_session_can_be_taken_out_of_a_draft_alone(desk: Client, owner: Union, organiser: User) -> None:
    offering = written(desk, owner)
    assert save(desk, offering, {**form_of(desk, offering), "sessions-1-gone": "on"}).status_code == 302
    assert offering.sessions.count() == 1
    edit.publish(offering=offering, user=organiser)
    gone = save(desk, offering, {**form_of(desk, offering), "sessions-0-gone": "on"})
    assert "场次不能删除" in gone.content.decode() and offering.sessions.count() == 1


def test_the_preview_is_the_members_page_of_what_is_typed_and_saves_nothing(
    desk: Client, owner: Union
) -> None:
    one = typed(owner, description="<b>介绍</b>", **{"sessions-TOTAL_FORMS": "1"})
    text = desk.post("/admin/offerings/preview/", one).content.decode()
    assert "一元观影" in text and "共 100 个" in text and "1.50 元" in text and "一号厅" in text
    assert "环卫工、快递员" in text and "&lt;b&gt;介绍" in text
    several = desk.post("/admin/offerings/preview/", typed(owner)).content.decode()
    assert "选一场" in several
    blank = desk.post("/admin/offerings/preview/", {"kind": "course"}).content.decode()
    assert "还没有标题" in blank
    assert not Offering.objects.exists()


def test_publishing_asks_for_what_is_missing_and_names_what_looks_odd(desk: Client, owner: Union) -> None:
    offering = written(desk, owner, opens_at="2020-01-01T10:00", **{"sessions-0-quota": "0"})
    address = f"/admin/offerings/{offering.public_id}/publish/"
    text = page(desk, address)
    assert "还没有接通微信支付商户" in text and "开始报名的时间已经过了" in text and "名额是 0" in text
    assert desk.post(address).status_code == 409
    offering.refresh_from_db()
    assert offering.state == "draft"
    Offering.objects.filter(pk=offering.pk).update(price_fen=0)
    assert desk.post(address).status_code == 302
    offering.refresh_from_db()
    assert offering.state == "published"
    assert desk.post(address).status_code == 302


def test_a_lottery_is_published_with_its_promise(desk: Client, owner: Union) -> None:
    offering = written(desk, owner, mode="lottery", price="0")
    desk.post(f"/admin/offerings/{offering.public_id}/publish/", {"beacon_name": "上证指数收盘价"})
    assert {made.beacon_name for made in Draw.objects.all()} == {"上证指数收盘价"}


def test_it_is_held_once_more_with_dates_moved_and_nobody_in_it(desk: Client, owner: Union) -> None:
    session = SessionFactory(offering__owner=owner)
    make_claim(session, MemberFactory())
    on = timezone.localdate(session.starts_at) + datetime.timedelta(days=14)
    address = f"/admin/offerings/{session.offering.public_id}/copy/"
    assert desk.post(address, {"on": ""}).status_code == 302 and Offering.objects.count() == 1
    desk.post(address, {"on": on.isoformat()})
    made = Offering.objects.latest("pk")
    assert made.state == "draft" and timezone.localdate(made.sessions.get().starts_at) == on
    assert Claim.objects.filter(session__offering=made).count() == 0


def test_more_places_are_announced_before_they_are_given(desk: Client, owner: Union) -> None:
    session = SessionFactory(offering__owner=owner, offering__waiting_size=5, quota=1)
    make_claim(session, MemberFactory())
    waiting = [make_claim(session, MemberFactory(), "waiting") for _ in range(2)]
    address = f"/admin/offerings/sessions/{session.public_id}/quota/"
    look = desk.post(address, {"quota": "4", "was": "1", "do": "look"}).content.decode()
    assert "候补的前 2 位马上转正" in look and "还有 1 个名额放出来" in look
    session.refresh_from_db()
    assert session.quota == 1
    stale = desk.post(address, {"quota": "4", "was": "3", "do": "save"})
    assert stale.status_code == 422 and "刚有人把名额改成了 1 个" in stale.content.decode()
    for _ in range(2):
        assert desk.post(address, {"quota": "4", "was": "1", "do": "save"}).status_code == 302
    session.refresh_from_db()
    assert (session.quota, session.taken, session.waiting) == (4, 3, 0)
    assert {Claim.objects.get(pk=one.pk).state for one in waiting} == {"confirmed"}
    assert "要比现在的 4 个多" in desk.post(address, {"quota": "2", "was": "4"}).content.decode()


def test_calling_off_says_who_is_told_and_wants_a_reason(desk: Client, owner: Union) -> None:
    session = SessionFactory(offering__owner=owner, offering__price_fen=100, quota=5)
    claim = make_claim(session, MemberFactory(), paid_at=timezone.now())
    make_claim(session, MemberFactory(), "waiting")
    address = f"/admin/offerings/sessions/{session.public_id}/call-off/"
    text = page(desk, address)
    assert "有名额的 1 人、候补的 1 人" in text and "已付款的 1 人，共 1 元" in text
    refused = desk.post(address, {"reason": "停"})
    assert refused.status_code == 422 and "请写明取消原因" in refused.content.decode()
    assert desk.post(address, {"reason": "场馆停电"}).status_code == 302
    claim.refresh_from_db()
    session.refresh_from_db()
    assert claim.state == "cancelled" and session.cancelled_at


def test_calling_off_the_offering_ends_every_coming_session(desk: Client, owner: Union) -> None:
    offering = OfferingFactory(owner=owner)
    sessions = [SessionFactory(offering=offering) for _ in range(2)]
    past = SessionFactory(offering=offering, starts_at=in_hours(-4), ends_at=in_hours(-2))
    for session in [*sessions, past]:
        make_claim(session, MemberFactory())
    address = f"/admin/offerings/{offering.public_id}/call-off/"
    assert desk.post(address, {"reason": "疫情防控"}).status_code == 302
    assert desk.post(address, {"reason": "疫情防控"}).status_code == 422
    states = sorted(Claim.objects.values_list("state", flat=True))
    offering.refresh_from_db()
    assert states == ["cancelled", "cancelled", "confirmed"] and offering.state == "cancelled"


def test_ending_keeps_the_places(desk: Client, owner: Union) -> None:
    session = SessionFactory(offering__owner=owner)
    claim = make_claim(session, MemberFactory())
    desk.post(f"/admin/offerings/{session.offering.public_id}/close/")
    claim.refresh_from_db()
    session.offering.refresh_from_db()
    assert (session.offering.state, claim.state) == ("closed", "confirmed")


def test_unions_and_grids_are_found_by_typing_within_ones_scope(desk: Client, owner: Union) -> None:
    street = make_union("中山路街道工会", parent=owner)
    make_union("外区工会")
    GridFactory(name="第一网格", subdistrict=street)
    GridFactory(name="第二网格")
    found = desk.get("/admin/offerings/choose/unions/", {"q": "街道"}).json()["rows"]
    assert [row["name"] for row in found] == ["中山路街道工会"]
    assert desk.get("/admin/offerings/choose/unions/", {"q": "外区"}).json()["rows"] == []
    grids = desk.get("/admin/offerings/choose/grids/", {"q": "网格"}).json()["rows"]
    assert len(grids) == 1 and "第一网格" in grids[0]["name"]


def test_shares_that_do_not_fit_are_said_at_the_shares(desk: Client, owner: Union) -> None:
    session = SessionFactory(offering__owner=owner)
    make_share(session, make_union("街道工会", parent=owner), 3)
    sent = form_of(desk, session.offering)
    answer = save(desk, session.offering, {**sent, "sessions-0-shares_quota": ["99"]})
    assert answer.status_code == 422 and "超过了总名额" in answer.content.decode()


def test_seasons_are_ones_own(desk: Client, owner: Union) -> None:
    other = make_union("外区工会")
    Season.objects.create(name="别人的季", owner=other)
    assert "别人的季" not in page(desk, "/admin/seasons/")
    sent = {"name": "2030 春季", "owner": str(owner.pk), "owner_typed": owner.name}
    assert desk.post("/admin/seasons/new/", sent).status_code == 302
    assert Season.objects.get(name="2030 春季").owner == owner
    assert "2030 春季" in page(desk, "/admin/seasons/")
    stolen = desk.post(
        "/admin/seasons/new/", {"name": "偷", "owner": str(other.pk), "owner_typed": other.name}
    )
    assert stolen.status_code == 200 and not Season.objects.filter(name="偷").exists()
    edit_page = f"/admin/seasons/edit/{Season.objects.get(name='别人的季').pk}/"
    assert desk.get(edit_page).status_code == 404
