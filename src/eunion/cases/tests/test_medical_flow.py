"""The whole way through the doors that people use: from a union's list to money on a card."""

from __future__ import annotations

import io
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from python_calamine import CalamineWorkbook

from eunion.cases.factories import picture, root, staff
from eunion.cases.medical.enrolling import apply, services
from eunion.cases.medical.factories import PAPERS, claim_form, record, rules, workbook
from eunion.cases.medical.paying import results
from eunion.cases.models import Case, EnrolmentList, MedicalPlan, PayList
from eunion.registry.models import Member

pytestmark = pytest.mark.django_db


def upload(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def test_from_the_list_of_members_to_the_money_on_the_card(
    phone: Client, desk: Client, member: Member
) -> None:
    # The federation makes a plan, the union's list comes in.
    desk.post(reverse("medical_plan_add"), rules())
    plan = MedicalPlan.objects.get()
    desk.post(reverse("medical_plan_publish", args=[plan.public_id]))
    file = upload("名单.xlsx", workbook((member.name, member.id_number, 80)))
    form = {
        "plan": plan.public_id,
        "union": root().public_id,
        "since": str(timezone.localdate()),
        "file": file,
    }
    where = desk.post(reverse("medical_lists"), form)["Location"]
    services.run_check(list_id=EnrolmentList.objects.get().pk)
    desk.post(f"{where}confirm/")
    apply.run(EnrolmentList.objects.get())
    member.enrolments.update(since=plan.begins)  # as if it had been paid when the plan began
    assert "保障中" in phone.get("/me/medical/").content.decode()

    # The worker photographs, fills in, looks it over, hands it in.
    phone.get("/services/medical/apply/")
    case = Case.objects.get()
    for paper in PAPERS:
        sent = {"photo": upload("a.png", picture(paper)), "client_id": str(uuid.uuid4())}
        phone.post(reverse("case_paper_add", args=[case.public_id, paper]), sent)
    check = phone.post("/services/medical/apply/?step=form", claim_form())["Location"]
    assert "预计互助金 800.00 元" in phone.get(check).content.decode()
    assert phone.post(check, {"consent": "1"})["Location"] == reverse("case", args=[case.public_id])

    # A clerk confirms the amounts, makes the list; a second person lets it pass; the bank answers.
    case.refresh_from_db()
    act = reverse("cases_act", args=[case.public_id])
    desk.post(act, record() | {"what": "pass", "version": case.version})
    pay = desk.post(reverse("medical_gather"))["Location"]
    second = Client()
    second.force_login(staff())
    second.post(f"{pay}approve/")
    book = CalamineWorkbook.from_filelike(io.BytesIO(desk.post(f"{pay}export/").content))
    line = book.get_sheet_by_index(0).to_python()[1]
    answer = workbook((line[1], line[5], "成功"), heads=("附言编号", "金额", "结果"))
    desk.post(f"{pay}results/", {"file": upload("回盘.xlsx", answer)})
    results.tell(list_id=PayList.objects.get().pk)
    page = phone.get(reverse("case", args=[case.public_id])).content.decode()
    assert "互助金 800.00 元已打到尾号 0128 的银行卡" in page and "撤回申请" not in page
    assert "800.00 元" in phone.get("/me/medical/").content.decode()
