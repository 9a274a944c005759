"""Joining, moving to another union, leaving, and being certified after all."""

from __future__ import annotations

import pytest
from django.test import Client

from eunion.cases.errors import NotYours
from eunion.cases.factories import applicant, bring, draft, staff, submitted
from eunion.cases.models import Case
from eunion.cases.services import review, submit
from eunion.kernel.errors import Invalid
from eunion.registry.factories import MemberFactory, UserFactory, id_number, make_union
from eunion.registry.models import Member, Membership, Union, User
from eunion.registry.roles import Role

pytestmark = pytest.mark.django_db
RIDER = {
    "name": "张骑手",
    "id_number": id_number(77),
    "phone": "13900000077",
    "employment": "platform",
    "employer": "某外卖平台",
}


def applied(user: User, **changes: str) -> Case:
    case = draft("joining", user, RIDER | changes)
    bring(case, "signature", user)
    return submit.submit(case=case, user=user)


def filed(case: Case, by: User) -> Case:
    case = review.pass_stage(case=case, user=by, version=case.version, typed={"contacted": "yes"})
    return review.pass_stage(case=case, user=by, version=case.version)


def test_a_filed_application_makes_a_member_with_a_membership(officer: User) -> None:
    rider = UserFactory()
    assert filed(applied(rider), officer).state == "done"
    membership = Membership.objects.get()
    assert (membership.member.name, membership.member.user) == ("张骑手", rider)


def test_who_is_in_the_register_keeps_their_login_and_gets_the_membership(officer: User) -> None:
    known = MemberFactory(name="张骑手", id_number=id_number(77), user=None)
    filed(applied(UserFactory()), officer)
    known.refresh_from_db()
    assert known.user is None and known.memberships.count() == 1
    assert Member.objects.count() == 1


def test_an_id_number_known_under_another_name_holds_the_filing(officer: User) -> None:
    MemberFactory(name="李另一", id_number=id_number(77))
    case = applied(UserFactory())
    with pytest.raises(Invalid, match="另一个姓名"):
        review.pass_stage(case=case, user=officer, version=case.version, typed={"contacted": "yes"})


def test_a_union_s_qr_code_opens_the_form_with_it_filled_in(client: Client, officer: User) -> None:
    union = make_union("快递行业工会", Union.objects.get(depth=1))
    client.force_login(UserFactory())
    page = client.get(f"/join/{union.public_id}/", follow=True).content.decode()
    assert "已选：<b>快递行业工会</b>" in page


def test_the_applicant_reads_until_when_the_union_gets_in_touch(client: Client, officer: User) -> None:
    rider = UserFactory()
    client.force_login(rider)
    page = client.get(f"/me/cases/{applied(rider).public_id}/").content.decode()
    assert "工会最晚" in page and "联系您" in page


def test_a_membership_moves_in_one_step_where_the_new_union_agrees() -> None:
    root = Union.objects.filter(depth=1).first() or make_union("区总工会")
    old, new = make_union("旧厂工会", root), make_union("新厂工会", root)
    member, clerk, stranger = (
        applicant(old),
        staff(Role.GRASSROOTS_OFFICER, new),
        staff(Role.GRASSROOTS_OFFICER, old),
    )
    case = submitted("transfer", member, to=new.public_id, employer="新厂")
    with pytest.raises(NotYours):
        review.pass_stage(case=case, user=stranger, version=case.version)
    review.pass_stage(case=case, user=clerk, version=case.version)
    assert [one.union for one in member.memberships.filter(left_on=None)] == [new]
    member.refresh_from_db()
    assert member.employer == "新厂"


def test_one_is_told_before_moving_to_where_one_is() -> None:
    root = Union.objects.filter(depth=1).first() or make_union("区总工会")
    member = applicant(root)
    case = draft("transfer", member.user, {"to": root.public_id, "employer": "新厂"})
    from eunion.cases.application import application_of

    assert "已经在这个工会" in application_of(case).findings()[0].words


def test_leaving_ends_the_membership(officer: User) -> None:
    member = applicant()
    case = submitted("leaving", member, why="retired")
    review.pass_stage(case=case, user=officer, version=case.version)
    assert not member.memberships.filter(left_on=None).exists()


def test_an_appeal_certifies_whom_a_person_recognised(officer: User) -> None:
    root = Union.objects.get(depth=1)
    clerk = staff(Role.GRASSROOTS_OFFICER, root)
    user = UserFactory(phone="13900000078")
    member = MemberFactory(
        name="张骑手", id_number=id_number(77), certification="none", union=root, phone="13700000000"
    )
    answers = {key: RIDER[key] for key in ("name", "id_number", "employer")} | {
        "phone": "13900000078",
        "why": "phone",
    }
    case = draft("certification-appeal", user, answers)
    bring(case, "id_card", user)
    case = submit.submit(case=case, user=user)
    review.pass_stage(case=case, user=clerk, version=case.version, typed={"seen": "yes"})
    member.refresh_from_db()
    assert (member.certification, member.user, member.phone) == ("certified", user, "13900000078")
