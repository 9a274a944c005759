"""Legal aid from the application to the visit back; conflicts, the law's clock, and who sees what."""

from __future__ import annotations

import datetime
import io
import uuid

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from docx import Document
from openpyxl import load_workbook

from eunion.cases.application import application_of
from eunion.cases.errors import NeedsMending, NotYours, ReasonNeeded
from eunion.cases.factories import applicant, bring, draft, root, staff
from eunion.cases.legal import conflicts, selectors
from eunion.cases.legal.errors import InConflict, LawyerFull
from eunion.cases.legal.factories import ID_NUMBER, accepted, answers, applied, at_work, lawyer
from eunion.cases.legal.services import assigning, clock, work
from eunion.cases.models import Assignment, Case, LegalAid, WorkNote
from eunion.cases.services import member as applicant_services
from eunion.cases.services import review, submit
from eunion.cases.tests.conftest import jobs, told
from eunion.kernel.errors import Invalid, NotAllowed
from eunion.kernel.workdays import workdays_left
from eunion.registry.factories import UserFactory, make_union
from eunion.registry.models import Member, User
from eunion.registry.roles import Role

pytestmark = pytest.mark.django_db


def _lawyer_user() -> User:
    user: User = UserFactory(role=Role.LAWYER)
    return user


def _write(case: Case, user: User, **changed: object) -> WorkNote:
    sent = {
        "token": str(uuid.uuid4()),
        "done_on": timezone.localdate(),
        "minutes": 90,
        "words": "和当事人谈了话",
    }
    return work.note(case=case, user=user, **{**sent, **changed})  # type: ignore[arg-type]


def _report(case: Case, user: User, **changed: object) -> LegalAid:
    sent = {"outcome": "won", "recovered_fen": 1_800_000, "words": "仲裁裁决支持全部请求。"}
    return work.report(case=case, user=user, **{**sent, **changed})  # type: ignore[arg-type]


def test_a_case_goes_from_review_to_the_visit_back(officer: User) -> None:
    case = applied()
    assert workdays_left(timezone.now(), case.due_at) == 7
    case = review.pass_stage(case=case, user=officer, version=case.version)
    assert case.stage_name == "assign" and workdays_left(timezone.now(), case.due_at) == 3
    with pytest.raises(Invalid, match="还没有指派律师"):
        review.pass_stage(case=case, user=officer, version=case.version)
    assigning.assign(case=case, lawyer=lawyer(), user=officer)
    case.refresh_from_db()
    assert case.stage_name == "work" and "陈测试律师，电话 0311-85500009" in told()[-1]
    _write(case, officer)
    with pytest.raises(Invalid, match="还没有结案报告"):
        review.pass_stage(case=case, user=officer, version=case.version)
    _report(case, officer)
    case = review.pass_stage(case=case, user=officer, version=case.version)
    visit = {"way": "phone", "stars": "5", "words": "很满意"}
    case = review.pass_stage(case=case, user=officer, version=case.version, typed=visit)
    assert (case.state, case.stars, case.words) == ("done", 5, "很满意")


def test_what_is_not_solved_goes_back_to_the_lawyer(officer: User) -> None:
    case = at_work(officer, lawyer())
    _report(case, officer)
    for typed in ({}, {"way": "phone"}):
        case = review.pass_stage(case=case, user=officer, version=case.version, typed=typed)
    case = applicant_services.reopen(case=case, user=case.user, reason="单位没有按裁决付钱")
    assert (case.state, case.stage_name) == ("open", "work")
    assert _write(case, officer)


def test_the_code_of_another_firm_is_pointed_out(member: Member) -> None:
    Member.objects.filter(pk=member.pk).update(employer="原来的厂", employer_uscc="91130100MA0000000Y")
    case = draft("legal", member.user, answers(employer_uscc="91130100MA0000000Y"))
    case.member.refresh_from_db()
    words = [one.words for one in application_of(case).findings() if one.field == "employer_uscc"]
    assert any("单位改了" in one for one in words)


def test_a_worker_applies_on_the_phone_and_sees_the_limit(phone: Client, member: Member) -> None:
    near = (timezone.localdate() - datetime.timedelta(days=340)).isoformat()
    case = draft("legal", member.user, answers(left_on=near))
    bring(case, "id_card", member.user)
    check = reverse("case_check", args=[case.public_id])
    page = phone.get(check).content.decode()
    assert 'class="warn"' in page and "最后期限是" in page and "从离开单位那天起算一年" in page
    phone.post(check, {"consent": "1"})
    page = phone.get(reverse("case", args=[case.public_id])).content.decode()
    assert "仲裁时效" in page and "最后期限是" in page


def test_who_is_not_entitled_is_told_before_handing_in(member: Member) -> None:
    case = draft("legal", member.user, answers(who="other"))
    bring(case, "id_card", member.user)
    with pytest.raises(NeedsMending, match="法律咨询"):
        submit.submit(case=case, user=member.user)
    assert applied(member, who="other", what="advice").state == "open"


def test_hardship_is_proved_where_the_law_asks_for_it(member: Member) -> None:
    case = draft("legal", member.user, answers(claims=["contract"]))
    bring(case, "id_card", member.user)
    with pytest.raises(NeedsMending, match="困难证明"):
        submit.submit(case=case, user=member.user)
    bring(case, "hardship_proof", member.user)
    assert submit.submit(case=case, user=member.user).state == "open"


def test_what_is_mended_sets_the_limit_anew(officer: User) -> None:
    case = applied()
    before = case.legal.limit_on
    case = review.ask_mend(case=case, user=officer, version=case.version, words="请核对离开的日期")
    from eunion.cases.services import drafts

    drafts.save(case=case, changes={"left_on": (before - datetime.timedelta(days=375)).isoformat()})
    applicant_services.supplement(case=case, user=case.user)
    assert LegalAid.objects.get(case=case).limit_on < before


def test_lawyers_are_suggested_by_speciality_and_load(officer: User) -> None:
    busy, other, best = lawyer("忙"), lawyer("别", specialities=["women"]), lawyer("好")
    at_work(officer, busy)
    case = accepted(officer)
    assert [one.lawyer for one in conflicts.suggestions(case)] == [best, busy, other]


def test_a_declared_client_stands_in_the_way_until_an_administrator_clears_it(officer: User) -> None:
    one = lawyer(clients=("河湾机械厂",))
    case = accepted(officer)
    with pytest.raises(InConflict, match="河湾机械厂"):
        assigning.assign(case=case, lawyer=one, user=officer)
    with pytest.raises(NotYours):
        assigning.clear_conflict(case=case, lawyer=one, user=officer, statement="两年前的顾问")
    admin = staff(Role.ADMINISTRATOR)
    with pytest.raises(ReasonNeeded):
        assigning.clear_conflict(case=case, lawyer=one, user=admin, statement="好")
    assigning.clear_conflict(case=case, lawyer=one, user=admin, statement="两年前的顾问，双方书面同意")
    assert assigning.assign(case=case, lawyer=one, user=officer).lawyer == one


def test_nobody_acts_for_and_against_the_same_union(officer: User) -> None:
    one, union = lawyer(), make_union("河湾机械厂", root())
    at_work(officer, one, what="advice", who="union_org", union=union.public_id, employer="别的单位")
    against = accepted(officer)
    with pytest.raises(InConflict, match="代理对方"):
        assigning.assign(case=against, lawyer=one, user=officer)


def test_a_lawyer_takes_no_more_cases_than_they_said(officer: User) -> None:
    one = lawyer(cases_most=1)
    at_work(officer, one)
    with pytest.raises(LawyerFull):
        assigning.assign(case=accepted(officer), lawyer=one, user=officer)


def test_a_lawyer_is_replaced_with_a_reason_and_one_acts_at_a_time(officer: User) -> None:
    first, second = lawyer("甲"), lawyer("乙")
    case = at_work(officer, first)
    with pytest.raises(ReasonNeeded):
        assigning.assign(case=case, lawyer=second, user=officer)
    assigning.assign(case=case, lawyer=second, user=officer, why="甲律师请病假")
    again = assigning.assign(case=case, lawyer=second, user=officer)
    assert Assignment.objects.filter(case=case).count() == 2 and again.ended_at is None
    with pytest.raises(IntegrityError), transaction.atomic():
        Assignment.objects.create(case=case, lawyer=first, assigned_by=officer)


def test_a_lawyer_sees_their_own_cases_alone_and_writes_there(second_factor: None, officer: User) -> None:
    user = _lawyer_user()
    one = lawyer(user=user)
    own, other = at_work(officer, one), at_work(officer, lawyer("乙"))
    desk = Client()
    desk.force_login(user)
    page = desk.get(reverse("legal_mine")).content.decode()
    assert own.number in page and other.number not in page
    page = desk.get(reverse("cases_one", args=[own.public_id])).content.decode()
    assert "写工作记录" in page and 'id="decide"' not in page
    assert desk.get(reverse("cases_one", args=[other.public_id])).status_code == 404
    evidence = own.pages.first(), other.pages.first()
    answers = [desk.get(reverse("case_page", args=[one.public_id])).status_code for one in evidence]
    assert answers == [200, 404]
    sent = {
        "what": "note",
        "token": str(uuid.uuid4()),
        "done_on": "2026-01-05",
        "minutes": "60",
        "note_words": "查了工资流水",
    }
    address = reverse("legal_work", args=[own.public_id])
    for _ in range(2):
        assert desk.post(address, sent).status_code == 302
    assert WorkNote.objects.get().words == "查了工资流水"
    with pytest.raises(NotAllowed):
        _write(other, user)
    assert desk.get(reverse("legal_choose", args=[own.public_id])).status_code in (302, 403)


def test_what_was_typed_wrongly_is_still_there(desk: Client, officer: User) -> None:
    case = at_work(officer, lawyer())
    sent = {
        "what": "note",
        "token": str(uuid.uuid4()),
        "done_on": "2026-01-05",
        "minutes": "很久",
        "note_words": "谈话两次",
    }
    answer = desk.post(reverse("legal_work", args=[case.public_id]), sent)
    page = answer.content.decode()
    assert answer.status_code == 422 and "谈话两次" in page and "1 到 1440" in page


def test_a_work_note_is_neither_changed_nor_removed(officer: User) -> None:
    note = _write(at_work(officer, lawyer()), officer)
    for change in (
        lambda: WorkNote.objects.filter(pk=note.pk).update(minutes=1),
        lambda: WorkNote.objects.filter(pk=note.pk).delete(),
    ):
        with pytest.raises(ProgrammingError, match="appended"), transaction.atomic():
            change()


def test_the_worker_sees_the_lawyer_but_not_the_notes(phone: Client, member: Member, officer: User) -> None:
    case = accepted(officer, member)
    assigning.assign(case=case, lawyer=lawyer(), user=officer)
    case.refresh_from_db()
    _write(case, officer, words="对方态度强硬，证据偏弱")
    page = phone.get(reverse("case", args=[case.public_id])).content.decode()
    assert "陈测试律师" in page and "共 90 分钟" in page and "证据偏弱" not in page


def test_the_people_of_a_case_are_told_once_as_the_limit_comes_near(officer: User) -> None:
    user = _lawyer_user()
    case = at_work(officer, lawyer(user=user))
    end = case.legal.limit_on
    assert clock.tick(today=end - datetime.timedelta(days=100)) == 0
    for days, count in ((59, 1), (40, 0), (30, 1), (29, 0), (2, 1), (2, 0)):
        assert clock.tick(today=end - datetime.timedelta(days=days)) == count, days
    assert {job["user_id"] for job in jobs("cases.tell_staff")} == {case.owner_id, user.pk}
    assert [one for one in told() if one.startswith("时效提醒")][-1].endswith("还剩 2 天。")
    assert "还剩 2 天" in case.events.filter(kind="note").last().note


def test_who_sought_arbitration_is_not_warned_any_more(officer: User) -> None:
    case = at_work(officer, lawyer())
    work.filed(case=case, user=officer, day=timezone.localdate())
    assert clock.tick(today=case.legal.limit_on) == 0


def test_the_arbitration_application_comes_as_pdf_and_as_word(phone: Client, member: Member) -> None:
    case = applied(member)
    page = phone.get(reverse("case", args=[case.public_id])).content.decode()
    assert "仲裁申请书（Word，可修改）" in page
    answer = phone.get(reverse("case_document", args=[case.public_id, "arbitration-docx"]))
    paper = Document(io.BytesIO(answer.content))
    words = "\n".join(one.text for one in paper.paragraphs)
    cells = [cell.text for table in paper.tables for row in table.rows for cell in row.cells]
    assert "支付 8 月至 10 月工资，计人民币 18,000.00 元" in words and ID_NUMBER in cells
    assert {"男", "1990年3月7日", "河湾机械厂有限公司"} <= set(cells)
    pdf = phone.get(reverse("case_document", args=[case.public_id, "arbitration"]))
    assert pdf.content.startswith(b"%PDF-")
    advice = applied(member, what="advice")
    assert "仲裁申请书" not in phone.get(reverse("case", args=[advice.public_id])).content.decode()


def test_the_figures_count_what_was_done_and_can_be_exported(desk: Client, officer: User) -> None:
    case = at_work(officer, lawyer())
    _write(case, officer)
    _report(case, officer)
    refused = applied()
    review.refuse(case=refused, user=officer, version=refused.version, words="不属于劳动争议，请咨询 12348")
    today = timezone.localdate()
    found = selectors.figures(officer, today, today)
    assert (found["whole"]["accepted"], found["whole"]["recovered"], found["whole"]["minutes"]) == (
        1,
        1_800_000,
        90,
    )
    assert found["whole"]["days_to_lawyer"] == 0.0
    assert found["refused"] == [("不属于劳动争议，请咨询 12348", 1)]
    page = desk.get(reverse("legal_statistics")).content.decode()
    assert "18,000.00" in page and "请咨询 12348" in page
    sheet = load_workbook(io.BytesIO(desk.post(reverse("legal_export")).content)).active
    assert ("金额", "挽回金额（元）", 18000) in list(sheet.values)


def test_the_days_are_the_federations_own(second_factor: None) -> None:
    admin, client = staff(Role.ADMINISTRATOR), Client()
    client.force_login(admin)
    page = client.get(reverse("legal_rules"))
    sent = {name: page.context["form"][name].value() for name in page.context["form"].fields}
    assert client.post(reverse("legal_rules"), sent | {"review_days": "5"}).status_code == 302
    assert workdays_left(timezone.now(), applied().due_at) == 5
    assert "审查受理：5 个工作日" in Client().get("/services/legal/").content.decode()


def test_the_roster_is_kept_by_the_federation_alone(desk: Client, second_factor: None) -> None:
    sent = {
        "name": "陈测试",
        "firm": "测试律师事务所",
        "licence": "13001202610099999",
        "phone": "0311-85500009",
        "specialities": ["wages", "injury"],
        "cases_most": "5",
        "active": "on",
        "clients": "河湾机械厂有限公司\n甲 公司 91130100700000000X",
    }
    wrong = desk.post(reverse("legal_lawyer_add"), sent)
    assert wrong.status_code == 422 and "甲 公司 91130100700000000X" in wrong.content.decode()
    assert desk.post(reverse("legal_lawyer_add"), sent | {"clients": "河湾机械厂有限公司"}).status_code == 302
    page = desk.get(reverse("legal_lawyers")).content.decode()
    assert "陈测试" in page and "工资报酬、工伤待遇" in page
    below = Client()
    below.force_login(staff(Role.CASE_OFFICER, make_union("某街道工会", root())))
    assert below.post(reverse("legal_lawyer_add"), sent).status_code == 403


def test_the_lists_ask_the_database_as_often_for_many_as_for_few(
    desk: Client, second_factor: None, officer: User
) -> None:
    member, user, own = applicant(), _lawyer_user(), Client()
    own.force_login(user)
    case = accepted(officer)
    first = lawyer(user=user, clients=("甲厂",))
    at_work(officer, first, member=member)

    def queries() -> list[int]:
        addresses = (
            reverse("legal_lawyers"),
            reverse("legal_choose", args=[case.public_id]),
            reverse("legal_statistics"),
        )
        asked = [(desk, address) for address in addresses] + [(own, reverse("legal_mine"))]
        counted = []
        for client, address in asked:
            client.get(address)  # what is looked up once and kept
            with CaptureQueriesContext(connection) as seen:
                assert client.get(address).status_code == 200
            counted.append(len(seen))
        return counted

    few = queries()
    for place in range(4):
        at_work(officer, lawyer(f"律师{place}", clients=("乙厂",)), member=member)
        at_work(officer, first, member=member)
    assert queries() == few
