"""Addresses of legal aid: path, who may."""

from __future__ import annotations

from django.urls import path

from eunion.cases.legal import pages

_CONTRACT, _MINE = "services/legal/contract/", "me/legal/appointments/"
urlpatterns = [
    path(_CONTRACT, pages.check_contract, name="legal_contract"),  # anyone: stores nothing
    path(f"{_CONTRACT}keep/", pages.keep_contract, name="legal_contract_keep"),  # signed in: into their draft
    path("services/legal/hours/", pages.hours, name="legal_hours"),  # anyone
    path("services/legal/hours/<slug:public_id>/", pages.book, name="legal_book"),  # signed in
    path(_MINE, pages.mine, name="legal_appointments"),  # signed in: their own
    path(f"{_MINE}<slug:public_id>/cancel/", pages.cancel, name="legal_cancel"),  # who booked it
]
