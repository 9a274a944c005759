"""Every address of cases, visited by everyone: who gets in is written here, and an address that is not fails the test."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, reverse

from eunion.cases.backoffice import screens
from eunion.cases.factories import REQUEST, applicant, bring, root, staff
from eunion.cases.medical import factories as medical
from eunion.cases.models import Case, EnrolmentList, Page, PayList
from eunion.cases.services import drafts, review, submit
from eunion.cases.urls import urlpatterns
from eunion.registry.factories import UserFactory, make_union
from eunion.registry.models import User
from eunion.registry.roles import Role

pytestmark = pytest.mark.django_db
ANYONE = {"outsider", "worker", "applicant", *Role.values, "elsewhere"}
SIGNED_IN = ANYONE - {"outsider"}
OWN = {"applicant"}
FEDERATION = {Role.ADMINISTRATOR, Role.CASE_OFFICER}
CLERKS = {Role.ADMINISTRATOR, Role.CASE_OFFICER, Role.GRASSROOTS_OFFICER}
SEEING = {*CLERKS, Role.AUDITOR}
# Their own union's lists open for an officer of elsewhere; another union's case does not.
LISTS = {*SEEING, "elsewhere"}
# A lawyer's lists hold the cases given to them.
QUEUES = {*LISTS, Role.LAWYER}
UNIONS = {*CLERKS, "elsewhere"}

# Address → (method, who gets in).
MAY: dict[str, tuple[str, set[str]]] = {
    "services": ("get", ANYONE),
    "service_unions": ("get", ANYONE),
    "public_answers": ("get", ANYONE),
    "join": ("get", ANYONE),
    "service": ("get", ANYONE),
    "service_apply": ("get", SIGNED_IN),
    "request_for_resident": ("get", {Role.GRID_WORKER}),
    "cases": ("get", SIGNED_IN),
    "case": ("get", OWN),
    "case_form": ("get", OWN),
    "case_save": ("post", OWN),
    "case_papers": ("get", OWN),
    "case_paper_add": ("post", OWN),
    "case_check": ("get", OWN),
    "case_reading": ("get", OWN),
    "case_document": ("get", OWN),
    "case_withdraw": ("post", OWN),
    "case_rate": ("post", OWN),
    "case_reopen": ("post", OWN),
    "case_discard": ("post", OWN),
    "case_page": ("get", {*OWN, *SEEING}),
    "case_page_remove": ("post", OWN),
    "cases_queue": ("get", QUEUES),
    "cases_assign": ("post", {Role.ADMINISTRATOR, Role.CASE_OFFICER}),
    "cases_export": ("post", {Role.ADMINISTRATOR, Role.CASE_OFFICER}),
    "cases_statistics": ("get", QUEUES),
    "cases_file": ("get", {*CLERKS, "elsewhere"}),
    "cases_file_one": ("get", {*CLERKS, "elsewhere"}),
    "cases_one": ("get", SEEING),
    "cases_act": ("post", CLERKS),
    "cases_unmask": ("post", CLERKS),
    "cases_print": ("get", SEEING),
    "cases_document_staff": ("get", SEEING),
    "cases_paper_staff": ("post", CLERKS),
    "medical_mine": ("get", SIGNED_IN),
    "medical_plans": ("get", LISTS),
    "medical_plan": ("get", LISTS),
    "medical_plan_add": ("get", FEDERATION),
    "medical_plan_example": ("post", FEDERATION),
    **{f"medical_plan_{verb}": ("post", FEDERATION) for verb in ("publish", "close", "next", "copy")},
    "medical_template": ("get", {*CLERKS, "elsewhere"}),
    "medical_enrolments": ("get", LISTS),
    "medical_lists": ("get", {*CLERKS, "elsewhere"}),
    "medical_list": ("get", CLERKS),
    "medical_list_rejects": ("get", CLERKS),
    "medical_list_confirm": ("post", CLERKS),
    "medical_list_cancel": ("post", CLERKS),
    "medical_payments": ("get", {*FEDERATION, Role.AUDITOR}),
    "medical_payment": ("get", {*FEDERATION, Role.AUDITOR}),
    "medical_results_template": ("get", {*FEDERATION, Role.AUDITOR}),
    "medical_gather": ("post", FEDERATION),
    "medical_results": ("post", FEDERATION),
    **{
        f"medical_payment_{verb}": ("post", FEDERATION)
        for verb in ("approve", "cancel", "export", "give_back", "leave_out")
    },
    "medical_statistics": ("get", LISTS),
    "medical_statistics_export": ("post", {*CLERKS, "elsewhere"}),
}


# The services' own pages are asked for something that does not exist: who may look for it learns that there is none.
MAY_LOOK: dict[str, tuple[str, set[str]]] = {
    "hardship_selftest": ("get", ANYONE),
    "hardship_notices": ("get", ANYONE),
    "hardship_object": ("get", ANYONE),
    "hardship_own": ("get", SIGNED_IN),
    "hardship_files": ("get", LISTS),
    "hardship_file": ("get", LISTS),
    "hardship_pay": ("post", FEDERATION),
    "hardship_leave": ("post", UNIONS),
    "hardship_correct": ("post", FEDERATION),
    "hardship_proof": ("get", LISTS),
    "hardship_ledger": ("get", LISTS),
    "hardship_export": ("post", FEDERATION),
    "hardship_rechecks": ("get", LISTS),
    "hardship_recheck": ("post", UNIONS),
    "hardship_notices_staff": ("get", LISTS),
    "hardship_notice_staff": ("get", LISTS),
    "hardship_decide": ("post", FEDERATION),
    "hardship_unmask": ("post", FEDERATION),
    "hardship_standards": ("get", LISTS),
    "hardship_programme": ("post", FEDERATION),
    "hardship_visits": ("get", UNIONS),
    "hardship_visits_worker": ("get", UNIONS),
    "hardship_visit": ("post", UNIONS),
    "hardship_visit_paper": ("post", UNIONS),
    "legal_contract": ("get", ANYONE),
    # Whoever may not apply yet is led to where they can.
    "legal_contract_keep": ("get", ANYONE),
    "legal_hours": ("get", ANYONE),
    "legal_book": ("get", SIGNED_IN),
    "legal_appointments": ("get", SIGNED_IN),
    "legal_cancel": ("post", SIGNED_IN),
    "legal_lawyers": ("get", {*FEDERATION, Role.AUDITOR}),
    "legal_lawyer_add": ("get", FEDERATION),
    "legal_lawyer": ("get", FEDERATION),
    "legal_calendar": ("get", {*FEDERATION, Role.LAWYER}),
    "legal_calendar_change": ("post", {*FEDERATION, Role.LAWYER}),
    # Nobody of the crowd is on the roster.
    "legal_own_hours": ("get", set()),
    "legal_mine": ("get", {Role.LAWYER}),
    "legal_statistics": ("get", {*FEDERATION, Role.AUDITOR}),
    "legal_export": ("post", FEDERATION),
    "legal_rules": ("get", {Role.ADMINISTRATOR}),
    "legal_choose": ("get", FEDERATION),
    "legal_assign": ("post", FEDERATION),
    "legal_work": ("post", {*FEDERATION, Role.LAWYER}),
}


def flat(patterns: Iterable[URLPattern | URLResolver]) -> Iterator[URLPattern]:
    for one in patterns:
        if isinstance(one, URLResolver):
            yield from flat(one.url_patterns)
        else:
            yield one


PATTERNS = {str(one.name): one for one in flat([*urlpatterns, *screens.URLS])}


@pytest.fixture
def crowd(second_factor: None) -> dict[str, User | None]:
    """Somebody of every kind; `elsewhere` is an officer of another union."""
    federation = root()
    people: dict[str, User | None] = {role: staff(role, federation) for role in Role.values}
    other = make_union("别处工会", federation)
    return people | {
        "outsider": None,
        "worker": UserFactory(),
        "elsewhere": staff(Role.GRASSROOTS_OFFICER, other),
    }


@pytest.fixture
def case(crowd: dict[str, User | None]) -> Case:
    """A request of the applicant that waits for mending, with a paper."""
    member = applicant()
    crowd["applicant"] = member.user
    made = drafts.open_draft(service=Case(service_name="requests").service, user=member.user)
    made = drafts.save(case=made, changes=REQUEST)
    bring(made, "evidence", member.user)
    made = submit.submit(case=made, user=member.user)
    officer = crowd[Role.CASE_OFFICER]
    assert officer is not None
    return review.ask_mend(case=made, user=officer, version=made.version, words="请补工资条")


def address(name: str, case: Case) -> str:
    """Return an address with what stands in it filled in."""
    known: dict[str, Any] = {
        "public_id": case.public_id,
        "name": "requests",
        "material": "evidence",
    }
    if name.startswith("case_page"):
        known["public_id"] = Page.objects.get().public_id
    if name == "join":
        known["public_id"] = root().public_id
    if name.startswith("medical_"):
        known |= _mutual_aid(name)
    return reverse(name, kwargs={key: known[key] for key in PATTERNS[name].pattern.converters})


def _mutual_aid(name: str) -> dict[str, str]:
    """Return what stands in the addresses of medical mutual aid: a plan, a list of members, a payment list."""
    plan = medical.plan()
    if name.startswith("medical_payment") or name.startswith("medical_results"):
        made = PayList.objects.create(number="FF01", union=root(), created_by=plan.created_by)
        return {"number": made.number}
    if name.startswith("medical_list_") or name == "medical_list":
        held = EnrolmentList.objects.create(
            plan=plan, union=root(), since=plan.begins, file_name="a.xlsx", created_by=plan.created_by
        )
        return {"public_id": held.public_id}
    return {"public_id": plan.public_id}


def asked(method: str, there: str, user: User | None) -> Any:
    """Return what somebody is answered; whatever it changed is taken back."""
    client = Client()
    if user is not None:
        client.force_login(user)
    with transaction.atomic():
        answer = getattr(client, method)(there)
        transaction.set_rollback(True)
    return answer


def sent_away(answer: Any) -> bool:
    """Say whether somebody was refused, or led to where one signs in."""
    if answer.status_code != 302:
        return bool(answer.status_code == 403)
    there = answer["Location"]
    return there == "/admin/" or "signin" in there or "login" in there


@pytest.mark.parametrize("name", sorted(set(PATTERNS) - set(MAY_LOOK)))
def test_who_gets_in(name: str, case: Case, crowd: dict[str, User | None]) -> None:
    method, may = MAY[name]
    there, inside = address(name, case), set()
    for who, user in crowd.items():
        answer = asked(method, there, user)
        hidden = answer.status_code == 404 and not _no_document(name, who)
        if not (sent_away(answer) or hidden):
            inside.add(str(who))
    assert inside == {str(one) for one in may}


def _no_document(name: str, who: str) -> bool:
    """A request has no documents: that is said to those who may ask, as to anyone."""
    return name in ("case_document", "cases_document_staff") and who in {str(one) for one in MAY[name][1]}


@pytest.mark.parametrize("name", sorted(MAY_LOOK))
def test_who_may_look(name: str, case: Case, crowd: dict[str, User | None]) -> None:
    method, may = MAY_LOOK[name]
    there = reverse(name, kwargs=dict.fromkeys(PATTERNS[name].pattern.converters, "nothing"))
    inside = {str(who) for who, user in crowd.items() if not sent_away(asked(method, there, user))}
    assert inside == {str(one) for one in may}
