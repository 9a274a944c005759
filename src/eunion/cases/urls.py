"""Addresses of cases: path, who may."""

from __future__ import annotations

from django.urls import include, path

from eunion.cases import files, on_behalf, pages, requests
from eunion.cases.medical import urls as medical

_CASE = "me/cases/<slug:public_id>/"
urlpatterns = [
    path("", include("eunion.cases.legal.urls")),  # before the services' own pages: longer addresses
    path("", include("eunion.cases.hardship.urls")),  # services/hardship/…: anyone; me/hardship/: the member
    *medical.urlpatterns,
    path("services/", pages.services, name="services"),  # anyone
    path("services/unions/", pages.unions, name="service_unions"),  # anyone: names of unions alone
    path("services/requests/answers/", requests.answers, name="public_answers"),  # anyone
    path("services/requests/for-resident/", on_behalf.file, name="request_for_resident"),  # grid workers
    path("join/<slug:public_id>/", pages.join, name="join"),  # anyone: what a union's QR code opens
    path("services/<slug:name>/", pages.about, name="service"),  # anyone
    path(
        "services/<slug:name>/apply/", pages.apply, name="service_apply"
    ),  # signed in; what the service asks
    path("me/cases/", pages.mine, name="cases"),  # signed in: their own
    path(_CASE, pages.one, name="case"),  # the applicant
    path(f"{_CASE}form/", pages.mend, name="case_form"),  # the applicant
    path(f"{_CASE}save/", pages.save, name="case_save"),  # the applicant
    path(f"{_CASE}papers/", pages.papers, name="case_papers"),  # the applicant
    path(f"{_CASE}papers/<slug:material>/", files.add, name="case_paper_add"),  # the applicant
    path(f"{_CASE}check/", pages.check, name="case_check"),  # the applicant
    path(f"{_CASE}reading/", files.reading, name="case_reading"),  # the applicant
    path(f"{_CASE}documents/<slug:name>/", files.document, name="case_document"),  # the applicant
    path(f"{_CASE}withdraw/", pages.act, {"what": "withdraw"}, name="case_withdraw"),  # the applicant
    path(f"{_CASE}rate/", pages.act, {"what": "rate"}, name="case_rate"),  # the applicant
    path(f"{_CASE}reopen/", pages.act, {"what": "reopen"}, name="case_reopen"),  # the applicant
    path(f"{_CASE}discard/", pages.act, {"what": "discard"}, name="case_discard"),  # the applicant
    path("case-pages/<slug:public_id>/", files.page, name="case_page"),  # the applicant; staff of the case
    path(
        "case-pages/<slug:public_id>/remove/", files.remove, name="case_page_remove"
    ),  # the applicant, while it may be changed
]
