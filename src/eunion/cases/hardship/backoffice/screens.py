"""The console's addresses and menu items of hardship assistance."""

from __future__ import annotations

from django.urls import URLPattern, path
from wagtail.admin.menu import MenuItem

from eunion.cases.hardship import policies
from eunion.cases.hardship.backoffice import files, ledger, notices, rechecks, standards, visits
from eunion.kernel.console import ScreenItem

_FILE = "hardship/files/<slug:public_id>/"
_ENTRY = f"{_FILE}entries/<slug:entry_id>/"
_OBJECTION = "hardship/objections/<slug:public_id>/"
_VISIT = "hardship/visits/<slug:public_id>/"
URLS: list[URLPattern] = [
    path("hardship/files/", files.index, name="hardship_files"),
    path(_FILE, files.one, name="hardship_file"),
    path(f"{_FILE}pay/", files.pay, name="hardship_pay"),
    path(f"{_FILE}leave/", files.leave, name="hardship_leave"),
    path(f"{_ENTRY}correct/", files.correct, name="hardship_correct"),
    path(f"{_ENTRY}proof/", files.proof, name="hardship_proof"),
    path("hardship/ledger/", ledger.index, name="hardship_ledger"),
    path("hardship/ledger/export/", ledger.export, name="hardship_export"),
    path("hardship/rechecks/", rechecks.index, name="hardship_rechecks"),
    path("hardship/rechecks/<slug:public_id>/", rechecks.one, name="hardship_recheck"),
    path("hardship/notices/", notices.index, name="hardship_notices_staff"),
    path("hardship/notices/<slug:public_id>/", notices.one, name="hardship_notice_staff"),
    path(f"{_OBJECTION}decide/", notices.decide, name="hardship_decide"),
    path(f"{_OBJECTION}unmask/", notices.unmask, name="hardship_unmask"),
    path("hardship/standards/", standards.index, name="hardship_standards"),
    path("hardship/programmes/", standards.programme, name="hardship_programme"),
    path("hardship/visits/", visits.index, name="hardship_visits"),
    path("hardship/visits/worker.js", visits.worker, name="hardship_visits_worker"),
    path(_VISIT, visits.record, name="hardship_visit"),
    path(f"{_VISIT}papers/<slug:material>/", visits.add_paper, name="hardship_visit_paper"),
]


def menu_items(first: int) -> list[MenuItem]:
    """Return the items, in order from `first` on."""
    screens = (
        ("帮扶档案", "hardship_files", policies.VIEW, "folder-open-inverse"),
        ("救助台账", "hardship_ledger", policies.VIEW, "list-ul"),
        ("帮扶复核", "hardship_rechecks", policies.VIEW, "date"),
        ("入户走访", "hardship_visits", policies.VISIT, "mobile-alt"),
        ("公示与异议", "hardship_notices_staff", policies.NOTICES, "view"),
        ("帮扶标准", "hardship_standards", policies.STANDARDS, "cog"),
    )
    return [
        ScreenItem(label, address, right, icon_name=icon, order=first + place)
        for place, (label, address, right, icon) in enumerate(screens)
    ]
