"""Files, the ledger, re-checks and home visits: nothing is changed behind anybody's back, nothing is done twice."""

from __future__ import annotations

import datetime
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, ProgrammingError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from eunion.cases.errors import NotYours, WrongState
from eunion.cases.factories import picture, root, staff, submitted
from eunion.cases.hardship import selectors
from eunion.cases.hardship.errors import AlreadyCorrected, AlreadyRechecked, WrongFigures
from eunion.cases.hardship.factories import VISIT, applicant, applied, brought_to, opened, paid, standard
from eunion.cases.hardship.formula import Household
from eunion.cases.hardship.services import files, ledger, rechecks, standards, visits
from eunion.cases.models import (
    CaseEvent,
    HardshipEntry,
    HardshipFile,
    HardshipProgramme,
    HardshipRecheck,
    HardshipStandard,
    HardshipVisit,
)
from eunion.kernel.errors import Invalid, NotAllowed
from eunion.registry.factories import make_union
from eunion.registry.models import User
from eunion.registry.roles import Role

pytestmark = pytest.mark.django_db
LINE = {
    "amount": "1,200.50",
    "decided_by": "区总工会主席办公会",
    "proof": "工行回单 7",
    "note": "春节慰问",
}


def sheet(**changed: str) -> dict[str, str]:
    """Return a line of the ledger as the form sends it."""
    programme = HardshipProgramme.objects.get(name="节日慰问")
    known = {
        "programme": str(programme.pk),
        "paid_on": str(timezone.localdate()),
        "client_id": str(uuid.uuid4()),
    }
    return LINE | known | changed


def visit_paper(desk: Client, case: object, material: str, name: str) -> int:
    """Send a picture of a visit as the phone does."""
    address = reverse("hardship_visit_paper", args=[case.public_id, material])  # type: ignore[attr-defined]
    photo = SimpleUploadedFile("p.png", picture(material))
    return desk.post(address, {"photo": photo, "client_id": name}).status_code


def test_help_is_written_down_in_fen_once_a_form(desk: Client, officer: User) -> None:
    file = opened(officer)
    sent = sheet()
    for _ in range(2):
        desk.post(reverse("hardship_pay", args=[file.public_id]), sent)
    entry = HardshipEntry.objects.get()
    assert (entry.amount_fen, entry.programme.name, entry.recorded_by) == (120_050, "节日慰问", officer)
    page = desk.get(reverse("hardship_file", args=[file.public_id])).content.decode()
    assert "1,200.50" in page and "工行回单 7" in page


def test_a_line_that_is_wrong_is_refused_with_what_was_typed(desk: Client, officer: User) -> None:
    file = opened(officer)
    pay = reverse("hardship_pay", args=[file.public_id])
    for wrong in ({"amount": "一千"}, {"amount": "0"}, {"paid_on": "2020-01-01"}, {"proof": ""}):
        answer = desk.post(pay, sheet(**wrong))
        assert answer.status_code == 422 and "春节慰问" in answer.content.decode(), wrong
    assert not HardshipEntry.objects.exists()


def test_a_proof_is_a_picture_that_only_staff_in_scope_open(desk: Client, officer: User) -> None:
    file = opened(officer)
    entry = paid(file, officer, picture=picture("proof"))
    address = reverse("hardship_proof", args=[file.public_id, entry.public_id])
    assert desk.get(address)["Content-Type"] == "image/jpeg"
    stranger = Client()
    stranger.force_login(staff(Role.CASE_OFFICER, make_union("外厂工会", root())))
    assert stranger.get(address).status_code == 404


def test_no_line_of_the_ledger_is_changed_or_removed_by_anyone(officer: User) -> None:
    entry = paid(opened(officer), officer)
    for change in (
        lambda: HardshipEntry.objects.filter(pk=entry.pk).update(amount_fen=1),
        lambda: HardshipEntry.objects.filter(pk=entry.pk).delete(),
    ):
        with pytest.raises(ProgrammingError, match="appended"), transaction.atomic():
            change()


def test_a_counter_entry_takes_back_all_of_one_line_and_only_once(officer: User) -> None:
    file = opened(officer)
    entry = paid(file, officer, 50_000)
    counter = ledger.correct(entry=entry, user=officer, reason="打错了金额")
    assert counter.amount_fen == -50_000
    with pytest.raises(AlreadyCorrected):
        ledger.correct(entry=entry, user=officer, reason="又点了一次")
    with pytest.raises(Invalid, match="不能再冲正"):
        ledger.correct(entry=counter, user=officer, reason="冲正的冲正")
    assert selectors.sums(file.entries.all())[0]["fen"] == 0


def test_a_counter_entry_of_another_sum_is_refused_by_the_database(officer: User) -> None:
    entry = paid(opened(officer), officer, 50_000)
    fields = {
        "client_id": uuid.uuid4(),
        "file": entry.file,
        "programme": entry.programme,
        "paid_on": entry.paid_on,
        "decided_by": "某人",
        "proof": "某证",
        "recorded_by": officer,
    }
    with pytest.raises(ProgrammingError, match="all of it"), transaction.atomic():
        HardshipEntry.objects.create(amount_fen=-1, corrects=entry, **fields)
    with pytest.raises(IntegrityError), transaction.atomic():
        HardshipEntry.objects.create(amount_fen=-1, **fields)


def test_sums_are_by_year_and_programme(officer: User) -> None:
    file = opened(officer)
    HardshipFile.objects.update(opened_on=datetime.date(2024, 1, 1))
    file.refresh_from_db()
    school = HardshipProgramme.objects.get(name="助学救助")
    paid(file, officer, 100, paid_on=datetime.date(2024, 9, 1), programme=school)
    paid(file, officer, 200, paid_on=datetime.date(2025, 9, 1), programme=school)
    paid(file, officer, 300, paid_on=datetime.date(2025, 10, 1))
    paid(file, officer, 400, paid_on=datetime.date(2025, 11, 1))
    found = [(row["year"], row["programme__name"], row["fen"]) for row in selectors.sums(file.entries.all())]
    assert found == [(2025, "助学救助", 200), (2025, "生活救助", 700), (2024, "助学救助", 100)]


def test_the_ledger_is_exported_as_it_is_shown_and_that_is_logged(desk: Client, officer: User) -> None:
    import io

    from openpyxl import load_workbook
    from wagtail.models import ModelLogEntry

    entry = paid(opened(officer), officer, 123_450)
    answer = desk.post("/admin/hardship/ledger/export/?year=")
    rows = list(load_workbook(io.BytesIO(answer.content)).active.values)
    assert rows[1][0] == entry.file.number and rows[1][5] == 1234.5
    assert ModelLogEntry.objects.filter(action="hardship.export").exists()


def test_a_member_sees_their_own_file_and_nobody_elses(client: Client, officer: User) -> None:
    file, other = opened(officer), opened(officer)
    paid(file, officer, 88_800)
    paid(other, officer, 77_700)
    client.force_login(file.member.user)
    page = client.get("/me/hardship/").content.decode()
    assert file.number in page and "888 元" in page
    assert other.number not in page and "777" not in page
    assert Client().get("/me/hardship/").status_code == 302


def test_who_has_no_file_is_shown_the_way(phone: Client) -> None:
    page = phone.get("/me/hardship/").content.decode()
    assert "还没有帮扶档案" in page and "自测" in page


def test_staff_see_and_help_only_households_of_their_unions(second_factor: None, officer: User) -> None:
    mine, other = make_union("甲厂工会", root()), make_union("乙厂工会", root())
    seen = opened(officer, case=None)
    HardshipFile.objects.filter(pk=seen.pk).update(union=mine)
    hidden = opened(officer)
    HardshipFile.objects.filter(pk=hidden.pk).update(union=other)
    desk = Client()
    desk.force_login(staff(Role.GRASSROOTS_OFFICER, mine))
    page = desk.get("/admin/hardship/files/").content.decode()
    assert seen.number in page and hidden.number not in page
    assert desk.get(reverse("hardship_file", args=[hidden.public_id])).status_code == 404
    assert desk.post(reverse("hardship_pay", args=[seen.public_id]), sheet()).status_code in (302, 403)
    assert not HardshipEntry.objects.exists()
    hidden.refresh_from_db()
    with pytest.raises(NotAllowed):
        paid(hidden, staff(Role.CASE_OFFICER, mine))


def test_nobody_writes_down_help_for_themselves(officer: User) -> None:
    file = opened(officer)
    file.member.user = officer
    file.member.save()
    with pytest.raises(Invalid, match="不能给自己"):
        paid(file, officer)


def test_a_household_leaves_for_a_reason_and_may_apply_again(desk: Client, officer: User) -> None:
    file = opened(officer)
    leave = reverse("hardship_leave", args=[file.public_id])
    today = str(timezone.localdate())
    answer = desk.post(leave, {"left_on": today, "leaving": "", "leaving_words": "孩子工作了"})
    assert answer.status_code == 422 and "孩子工作了" in answer.content.decode()
    for _ in range(2):
        desk.post(leave, {"left_on": today, "leaving": "work", "leaving_words": "孩子工作了"})
    file.refresh_from_db()
    assert (file.leaving, file.left_on) == ("work", timezone.localdate())
    assert not selectors.has_standing_file(file.member)


def test_a_recheck_comes_a_month_ahead_once_and_goes_up_when_it_is_late(officer: User) -> None:
    file = opened(officer)
    clerk = staff(Role.GRASSROOTS_OFFICER, file.union)
    early = file.recheck_on - datetime.timedelta(days=31)
    assert rechecks.make_due(today=early) == 0
    for _ in range(2):
        rechecks.make_due(today=early + datetime.timedelta(days=1))
    recheck = HardshipRecheck.objects.get()
    assert recheck.due_on == file.recheck_on and recheck.owner in (clerk, officer)
    late = file.recheck_on + datetime.timedelta(days=1)
    assert rechecks.make_due(today=late) == 1
    assert rechecks.make_due(today=late) == 0
    recheck.refresh_from_db()
    assert recheck.escalated_at and recheck.owner == officer


def test_a_recheck_works_the_kind_out_anew_and_sets_the_next_one(desk: Client, officer: User) -> None:
    file = opened(officer)
    recheck = HardshipRecheck.objects.create(file=file, due_on=file.recheck_on)
    address = reverse("hardship_recheck", args=[recheck.public_id])
    figures = {"size": "3", "income": "60000", "spending": "10000", "words": ""}
    looked = desk.post(address, figures | {"what": "look"}).content.decode()
    assert "相对困难" in looked
    done = desk.post(address, figures | {"what": "finish", "words": "孩子还在治疗，情况属实。"})
    assert done.status_code == 302
    before = file.recheck_on
    file.refresh_from_db()
    assert (file.kind, file.size) == ("relative", 3)
    assert file.recheck_on == files.months_after(before, 12)
    with pytest.raises(AlreadyRechecked):
        rechecks.finish(recheck=recheck, user=officer, household=Household(1, 0, 0), words="再复核一次")


def test_a_household_that_fits_no_more_leaves_with_a_reason(officer: User) -> None:
    file = opened(officer)
    recheck = HardshipRecheck.objects.create(file=file, due_on=file.recheck_on)
    well = Household(2, 20_000_000, 0)
    with pytest.raises(Invalid, match="不符合"):
        rechecks.finish(recheck=recheck, user=officer, household=well, words="收入提高了")
    rechecks.finish(recheck=recheck, user=officer, household=well, words="收入提高了", leaving="raised")
    file.refresh_from_db()
    assert file.left_on and file.leaving == "raised"
    recheck.refresh_from_db()
    assert recheck.result == "left"


def test_a_year_after_a_leap_day_is_the_last_of_february() -> None:
    assert files.months_after(datetime.date(2028, 2, 29), 12) == datetime.date(2029, 2, 28)
    assert files.months_after(datetime.date(2026, 8, 31), 6) == datetime.date(2027, 2, 28)
    assert files.months_after(datetime.date(2026, 12, 1), 1) == datetime.date(2027, 1, 1)


def test_standards_are_added_with_their_source_and_never_changed(desk: Client, officer: User) -> None:
    typed = {
        "effective_on": "2026-07-01",
        "monthly_fen": "1,050",
        "relative_percent": "150",
        "accident_percent": "80",
        "notice_workdays": "7",
        "recheck_months": "12",
        "source": "",
    }
    answer = desk.post("/admin/hardship/standards/", typed)
    assert answer.status_code == 422 and "1,050" in answer.content.decode()
    desk.post("/admin/hardship/standards/", typed | {"source": "区民政局〔2026〕8 号"})
    found = HardshipStandard.objects.get()
    assert (found.monthly_fen, found.notice_workdays, found.added_by) == (105_000, 7, officer)
    with pytest.raises(WrongFigures, match="已经录过"):
        standards.add_standard(user=officer, effective_on=found.effective_on, source="另一份", monthly_fen=1)
    assert "区民政局〔2026〕8 号" in desk.get("/admin/hardship/standards/").content.decode()


def test_grassroots_officers_do_not_set_standards() -> None:
    clerk = staff(Role.GRASSROOTS_OFFICER)
    with pytest.raises(NotAllowed):
        standards.add_standard(user=clerk, effective_on=timezone.localdate(), source="x", monthly_fen=1)
    with pytest.raises(NotAllowed):
        standards.keep_programme(user=clerk, name="新项目")


def test_a_programme_out_of_use_takes_no_more_lines(officer: User) -> None:
    file = opened(officer)
    gone = standards.keep_programme(user=officer, name="生活救助", active=False)
    with pytest.raises(Invalid, match="停用"):
        paid(file, officer, programme=gone)


def test_a_visit_sent_again_by_the_phone_is_the_same_visit(desk: Client, officer: User) -> None:
    case = brought_to("visit", officer)
    name, photo, signature = (str(uuid.uuid4()) for _ in range(3))
    for _ in range(2):
        assert visit_paper(desk, case, "visit_photo", photo) in (201, 409)
    assert visit_paper(desk, case, "visit_signature", signature) == 201
    address = reverse("hardship_visit", args=[case.public_id])
    sent = VISIT | {"client_id": name, "position": "114.46250,38.04050，误差 20 米"}
    for _ in range(3):
        assert desk.post(address, sent).status_code == 201
    case.refresh_from_db()
    assert case.stage_name == "federation" and HardshipVisit.objects.count() == 1
    event = case.events.get(kind=CaseEvent.Kind.PASS, stage_name="visit")
    assert event.record["position"].startswith("114.46250") and event.record["person"] == "王测试"
    assert case.pages.filter(material="visit_photo").count() == 1


def test_a_visit_without_its_photo_or_signature_is_not_done(desk: Client, officer: User) -> None:
    case = brought_to("visit", officer)
    sent = VISIT | {"client_id": str(uuid.uuid4())}
    answer = desk.post(reverse("hardship_visit", args=[case.public_id]), sent)
    assert answer.status_code == 422 and "走访照片" in answer.json()["title"]
    assert not HardshipVisit.objects.exists()


def test_a_visit_that_comes_late_overwrites_nobodys_decision(officer: User) -> None:
    case = brought_to("federation", officer)
    with pytest.raises(WrongState):
        visits.record(case=case, user=officer, client_id=str(uuid.uuid4()), typed=VISIT)
    with pytest.raises(WrongState):
        visits.keep_paper(
            case=case, user=officer, material="visit_photo", client_id=str(uuid.uuid4()), content=picture()
        )


def test_only_who_decides_there_records_a_visit(officer: User) -> None:
    case = brought_to("visit", officer)
    stranger = staff(Role.GRASSROOTS_OFFICER, make_union("外厂工会", root()))
    with pytest.raises(NotYours):
        visits.record(case=case, user=stranger, client_id=str(uuid.uuid4()), typed=VISIT)


def test_the_visit_page_lists_whom_to_visit_and_no_numbers_of_ids_or_cards(
    desk: Client, officer: User
) -> None:
    case, waiting = brought_to("visit", officer), applied()
    request = submitted()
    page = desk.get("/admin/hardship/visits/").content.decode()
    assert case.applicant in page and case.answers["address"] in page
    assert waiting.public_id not in page and request.public_id not in page
    assert case.member.id_number not in page and case.answers["bank_card"] not in page
    worker = desk.get("/admin/hardship/visits/worker.js")
    assert worker["Content-Type"].startswith("text/javascript")


def test_each_list_takes_the_same_few_queries_however_long(
    desk: Client, officer: User, django_assert_max_num_queries: object
) -> None:
    for _ in range(2):
        file = opened(officer)
        paid(file, officer)
        HardshipRecheck.objects.create(file=file, due_on=file.recheck_on)
        brought_to("visit", officer)
    lists = ("files", "ledger", "rechecks", "notices", "visits", "standards")
    before = {}
    for name in lists:
        desk.get(f"/admin/hardship/{name}/")
        with django_assert_max_num_queries(40) as counted:  # type: ignore[operator]
            assert desk.get(f"/admin/hardship/{name}/").status_code == 200
        before[name] = len(counted)
    for _ in range(3):
        file = opened(officer)
        paid(file, officer)
        HardshipRecheck.objects.create(file=file, due_on=file.recheck_on)
        brought_to("visit", officer)
    for name in lists:
        with django_assert_max_num_queries(before[name]):  # type: ignore[operator]
            desk.get(f"/admin/hardship/{name}/")


def test_the_auditor_looks_and_changes_nothing(second_factor: None, officer: User) -> None:
    file = opened(officer)
    desk = Client()
    desk.force_login(staff(Role.AUDITOR))
    assert desk.get(reverse("hardship_file", args=[file.public_id])).status_code == 200
    desk.post(reverse("hardship_pay", args=[file.public_id]), sheet())
    desk.post("/admin/hardship/standards/", {"source": "x"})
    assert not HardshipEntry.objects.exists()
    assert standard() and applicant()
