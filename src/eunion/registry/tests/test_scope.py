"""Staff see their own subtree, masked; looking behind the mask leaves a trace."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from wagtail.models import ModelLogEntry

from eunion.kernel.errors import NotAllowed
from eunion.registry import services
from eunion.registry.errors import ReasonNeeded
from eunion.registry.factories import GridFactory, MemberFactory, UserFactory, make_union
from eunion.registry.models import Grid, Member, Officer, Union, User
from eunion.registry.roles import Role
from eunion.registry.scope import scope_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def second_factor(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("allauth.mfa.adapter.DefaultMFAAdapter.is_mfa_enabled", lambda *_: True)


@pytest.fixture
def unions() -> tuple[Union, Union, Union]:
    root = make_union("总工会")
    return root, make_union("甲厂", root), make_union("乙厂", root)


def test_a_scope_covers_the_subtree_and_nothing_beside_it(unions: tuple[Union, Union, Union]) -> None:
    root, mine, other = unions
    here, there = MemberFactory(union=mine), MemberFactory(union=other)
    clerk, head = UserFactory(scope=mine), UserFactory(scope=root)
    assert list(Member.objects.visible_to(scope_of(clerk))) == [here]
    assert set(Member.objects.visible_to(scope_of(head))) == {here, there}
    assert set(Union.objects.visible_to(scope_of(clerk))) == {mine}


def test_a_person_without_a_scope_sees_nobody(unions: tuple[Union, Union, Union]) -> None:
    MemberFactory(union=unions[1])
    assert not Member.objects.visible_to(scope_of(UserFactory(role=Role.ADMINISTRATOR))).exists()


def test_a_grid_worker_sees_their_grids_and_the_people_there() -> None:
    mine, other = GridFactory(), GridFactory()
    here = MemberFactory(grid=mine)
    MemberFactory(grid=other)
    scope = scope_of(UserFactory(grids=[mine]))
    assert list(Grid.objects.visible_to(scope)) == [mine]
    assert list(Member.objects.visible_to(scope)) == [here]


def test_the_member_list_is_masked_and_scoped(client: Client, unions: tuple[Union, Union, Union]) -> None:
    here = MemberFactory(name="甲厂的人", union=unions[1])
    MemberFactory(name="乙厂的人", union=unions[2])
    client.force_login(UserFactory(role=Role.GRASSROOTS_OFFICER, scope=unions[1]))
    page = client.get("/admin/members/").content.decode()
    assert "甲厂的人" in page and "乙厂的人" not in page
    assert here.id_number not in page and here.phone not in page


def test_a_member_of_another_union_is_not_found(client: Client, unions: tuple[Union, Union, Union]) -> None:
    other = MemberFactory(union=unions[2])
    client.force_login(UserFactory(role=Role.GRASSROOTS_OFFICER, scope=unions[1]))
    assert client.get(f"/admin/members/{other.public_id}/").status_code == 404


def test_a_whole_number_finds_its_member(client: Client, unions: tuple[Union, Union, Union]) -> None:
    wanted = MemberFactory(name="要找的人", union=unions[1])
    MemberFactory(name="别的人", union=unions[1])
    client.force_login(UserFactory(role=Role.DATA_OFFICER, scope=unions[0]))
    for number in (wanted.id_number, wanted.phone):
        page = client.get("/admin/members/", {"q": number}).content.decode()
        assert "要找的人" in page and "别的人" not in page


def test_unmasking_wants_a_reason_and_is_logged(unions: tuple[Union, Union, Union]) -> None:
    member, officer = MemberFactory(union=unions[1]), UserFactory(role=Role.DATA_OFFICER, scope=unions[0])
    with pytest.raises(ReasonNeeded):
        services.unmask(member=member, reason=" ", user=officer)
    shown = services.unmask(member=member, reason="电话核实", user=officer)
    assert shown["id_number"] == member.id_number
    entry = ModelLogEntry.objects.get(action="registry.unmask")
    assert (entry.user, entry.data) == (officer, {"reason": "电话核实"})


def test_someone_without_the_right_sees_no_number(unions: tuple[Union, Union, Union]) -> None:
    member = MemberFactory(union=unions[1])
    outsider: User = UserFactory(role=Role.DATA_OFFICER, scope=unions[2])
    for user in (outsider, UserFactory(role=Role.AUDITOR, scope=unions[0])):
        with pytest.raises(NotAllowed):
            services.unmask(member=member, reason="电话核实", user=user)


def test_the_member_list_costs_the_same_for_many_as_for_few(
    client: Client, unions: tuple[Union, Union, Union], django_assert_max_num_queries: Any
) -> None:
    for _ in range(20):
        MemberFactory(union=unions[1], grid=GridFactory())
    client.force_login(UserFactory(role=Role.DATA_OFFICER, scope=unions[0]))
    client.get("/admin/members/")
    with django_assert_max_num_queries(30):
        client.get("/admin/members/")


def test_certifying_by_hand_says_who_and_how(unions: tuple[Union, Union, Union]) -> None:
    member = MemberFactory(union=unions[1], certification=Member.Certification.NONE)
    officer = UserFactory(role=Role.GRASSROOTS_OFFICER, scope=unions[1])
    services.certify(member=member, accepted=True, user=officer)
    member.refresh_from_db()
    assert (member.certification, member.certified_by, member.certified_method) == (
        "certified",
        officer,
        "staff",
    )


def test_unions_are_found_by_name_address_and_nearness(client: Client) -> None:
    root = make_union("总工会", lon=114.50, lat=38.00, address="中山路1号")
    make_union("远处工会", root, lon=114.60, lat=38.00, address="远方路")
    make_union("近处工会", root, lon=114.51, lat=38.00, address="建设路")
    assert "远处工会" in client.get("/unions/", {"q": "远方"}).content.decode()
    page = client.get("/unions/", {"lon": "114.512", "lat": "38.0"}).content.decode()
    assert page.index("近处工会") < page.index("总工会") < page.index("远处工会")


def test_a_unions_page_links_the_way_in_gcj02(client: Client) -> None:
    union = make_union("总工会", lon=114.50, lat=38.00, phone="0311-00000000")
    page = client.get(f"/unions/{union.public_id}/").content.decode()
    assert "tel:0311-00000000" in page
    assert "uri.amap.com/navigation?to=114.506" in page


def test_a_member_of_staff_sees_officers_and_groups_of_their_own_unions_alone(
    client: Client, unions: tuple[Union, Union, Union]
) -> None:
    for union, name in ((unions[1], "甲主席"), (unions[2], "乙主席")):
        Officer.objects.create(union=union, name=name, title="主席")
    client.force_login(UserFactory(role=Role.GRASSROOTS_OFFICER, scope=unions[1]))
    page = client.get("/admin/officers/").content.decode()
    assert "甲主席" in page and "乙主席" not in page
    assert client.get("/admin/residents-groups/").status_code == 200


def test_a_members_page_tells_who_looked(client: Client, unions: tuple[Union, Union, Union]) -> None:
    member, officer = MemberFactory(union=unions[1]), UserFactory(role=Role.DATA_OFFICER, scope=unions[0])
    client.force_login(officer)
    address = f"/admin/members/{member.public_id}/"
    assert member.id_number in client.post(address, {"do": "unmask", "reason": "电话核实"}).content.decode()
    page = client.get(address).content.decode()
    assert member.id_number not in page
    assert "查看完整号码" in page and "电话核实" in page


def test_no_address_of_the_console_opens_a_union_outside_the_scope(
    client: Client, unions: tuple[Union, Union, Union]
) -> None:
    client.force_login(UserFactory(role=Role.GRASSROOTS_OFFICER, scope=unions[1]))
    page = client.get("/admin/unions/").content.decode()
    assert "甲厂" in page and "乙厂" not in page
    assert "乙厂" not in client.get("/admin/unions/", {"export": "csv"}).getvalue().decode()
    for verb in ("edit", "history", "usage", "inspect", "delete"):
        assert client.get(f"/admin/unions/{verb}/{unions[2].pk}/").status_code == 404, verb
    assert client.get(f"/admin/unions/edit/{unions[1].pk}/").status_code == 200
