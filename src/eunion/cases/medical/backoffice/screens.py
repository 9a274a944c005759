"""The console's addresses and menu items of medical mutual aid."""

from __future__ import annotations

from django.urls import URLPattern, path

from eunion.cases.medical.backoffice import enrolling, paying, plans, statistics

_PLAN, _LIST, _PAY = (
    "medical/plans/<slug:public_id>/",
    "medical/lists/<slug:public_id>/",
    "medical/payments/<slug:number>/",
)
URLS: list[URLPattern] = [
    path("medical/plans/", plans.index, name="medical_plans"),
    path("medical/plans/add/", plans.add, name="medical_plan_add"),
    path("medical/plans/example/", plans.example, name="medical_plan_example"),
    path(_PLAN, plans.one, name="medical_plan"),
    path(f"{_PLAN}template/", enrolling.template, name="medical_template"),
    *(
        path(f"{_PLAN}{verb}/", plans.change, {"verb": verb}, name=f"medical_plan_{verb}")
        for verb in ("publish", "close", "next", "copy")
    ),
    path("medical/enrolments/", enrolling.index, name="medical_enrolments"),
    path("medical/lists/", enrolling.lists, name="medical_lists"),
    path(_LIST, enrolling.one, name="medical_list"),
    path(f"{_LIST}rejects/", enrolling.rejects, name="medical_list_rejects"),
    *(
        path(f"{_LIST}{verb}/", enrolling.change, {"verb": verb}, name=f"medical_list_{verb}")
        for verb in ("confirm", "cancel")
    ),
    path("medical/payments/", paying.index, name="medical_payments"),
    path("medical/payments/gather/", paying.gather, name="medical_gather"),
    path(_PAY, paying.one, name="medical_payment"),
    path(f"{_PAY}export/", paying.export, name="medical_payment_export"),
    path(f"{_PAY}results/", paying.take_results, name="medical_results"),
    path(f"{_PAY}results-template/", paying.results_template, name="medical_results_template"),
    *(
        path(
            f"{_PAY}{verb}/", paying.change, {"verb": verb}, name=f"medical_payment_{verb.replace('-', '_')}"
        )
        for verb in ("approve", "give-back", "cancel", "leave-out")
    ),
    path("medical/statistics/", statistics.index, name="medical_statistics"),
    path("medical/statistics/export/", statistics.export, name="medical_statistics_export"),
]
MENU = (
    ("互助计划", "medical_plans", "cases.view_medicalplan", "list-ul"),
    ("互助参保", "medical_enrolments", "cases.view_enrolment", "group"),
    ("互助金发放", "medical_payments", "cases.view_paylist", "download"),
    ("互助统计", "medical_statistics", "cases.view_enrolment", "table"),
)
