"""From a filed application to a member with a membership."""

from __future__ import annotations

from django.utils import timezone

from eunion.cases.application import application_of
from eunion.cases.models import Case
from eunion.kernel.crypto import blind_index
from eunion.registry.models import Member, Membership


def become_member(case: Case) -> Member:
    """Return the member of a filed application, with a current membership in its union. Safe to repeat.

    Who is known by ID number is the same person. An account is bound only to a member made here: whose number somebody
    else typed is not theirs for that, they certify themselves.
    """
    values = application_of(case).values
    index = blind_index(values["id_number"], "id_number")
    member, made = Member.objects.get_or_create(
        id_number_index=index,
        defaults={
            "name": values["name"],
            "id_number": values["id_number"],
            "phone": values["phone"],
            "employer": values["employer"],
        },
    )
    if made and case.user and not Member.objects.filter(user=case.user).exists():
        member.user = case.user
        member.save(update_fields=["user", "updated_at"])
    Membership.objects.get_or_create(
        member=member, union=case.union, left_on=None, defaults={"joined_on": timezone.localdate()}
    )
    case.member = case.member or member
    case.save(update_fields=["member"])
    return member


def another_person(case: Case) -> str:
    """Return what is wrong when the roster knows the ID number under another name, or nothing."""
    values = application_of(case).values
    index = blind_index(values["id_number"], "id_number")
    known = Member.objects.filter(id_number_index=index).exclude(name=values["name"]).exists()
    return "名册里这个身份证号登记的是另一个姓名，请先核对，或退回申请人改正。" if known else ""
