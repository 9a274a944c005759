"""The console's addresses and menu items of cases; `wagtail_hooks` registers them."""

from __future__ import annotations

from django.urls import URLPattern, path
from wagtail.admin.menu import MenuItem

from eunion.cases.backoffice import acts, filing, lists, workbench
from eunion.cases.hardship.backoffice import screens as hardship
from eunion.cases.legal.backoffice import screens as legal
from eunion.cases.medical.backoffice import screens as medical
from eunion.kernel.console import ScreenItem

_ONE = "cases/<slug:public_id>/"
URLS: list[URLPattern] = [
    path("cases/", lists.index, name="cases_queue"),
    path("cases/assign/", lists.assign, name="cases_assign"),
    path("cases/export/", lists.export, name="cases_export"),
    path("cases/statistics/", lists.statistics, name="cases_statistics"),
    path("cases/file/", filing.choose, name="cases_file"),
    path("cases/file/<slug:name>/", filing.add, name="cases_file_one"),
    path(_ONE, workbench.one, name="cases_one"),
    path(f"{_ONE}act/", acts.act, name="cases_act"),
    path(f"{_ONE}unmask/", workbench.unmask, name="cases_unmask"),
    path(f"{_ONE}print/", workbench.printed, name="cases_print"),
    path(f"{_ONE}documents/<slug:name>/", workbench.document, name="cases_document_staff"),
    path(f"{_ONE}papers/<slug:material>/", acts.add_paper, name="cases_paper_staff"),
    *legal.URLS,
    *hardship.URLS,
    *medical.URLS,
]


def menu_items(first: int) -> list[MenuItem]:
    """Return the items, in order from `first` on."""
    screens = (
        ("待办", "cases_queue", "cases.view_case", "tasks"),
        ("代为录入", "cases_file", "cases.handle_case", "plus"),
        ("办件统计", "cases_statistics", "cases.view_case", "table"),
        *legal.ITEMS,
        *medical.MENU,
    )
    own: list[MenuItem] = [
        ScreenItem(label, address, right, icon_name=icon, order=first + place)
        for place, (label, address, right, icon) in enumerate(screens)
    ]
    return [*own, *hardship.menu_items(first + 10)]
