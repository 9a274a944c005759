"""The console's addresses and menu items of legal aid."""

from __future__ import annotations

from django.urls import URLPattern, path

from eunion.cases.legal.backoffice import acting, calendar, figures, lawyers

_LAWYER, _CASE = "lawyers/<slug:public_id>/", "cases/<slug:public_id>/"
URLS: list[URLPattern] = [
    path("lawyers/", lawyers.index, name="legal_lawyers"),
    path("lawyers/add/", lawyers.edit, name="legal_lawyer_add"),
    path(_LAWYER, lawyers.edit, name="legal_lawyer"),
    path(f"{_LAWYER}calendar/", calendar.one, name="legal_calendar"),
    path(f"{_LAWYER}calendar/change/", calendar.change, name="legal_calendar_change"),
    path("legal-hours/", calendar.own, name="legal_own_hours"),
    path("legal-cases/", acting.mine, name="legal_mine"),
    path("legal-statistics/", figures.statistics, name="legal_statistics"),
    path("legal-statistics/export/", figures.export, name="legal_export"),
    path("legal-rules/", figures.change_rules, name="legal_rules"),
    path(f"{_CASE}lawyer/", acting.choose, name="legal_choose"),
    path(f"{_CASE}lawyer/assign/", acting.assign, name="legal_assign"),
    path(f"{_CASE}work/", acting.write, name="legal_work"),
]
ITEMS = (
    ("律师名册", "legal_lawyers", "cases.view_lawyer", "group"),
    ("我代理的案件", "legal_mine", "cases.act_lawyer", "form"),
    ("咨询时间", "legal_own_hours", "cases.act_lawyer", "calendar"),
    ("法律援助统计", "legal_statistics", "cases.view_lawyer", "table"),
    ("法律援助规则", "legal_rules", "cases.change_legalrules", "cog"),
)
