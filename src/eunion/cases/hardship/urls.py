"""Addresses of hardship assistance: path, who may."""

from __future__ import annotations

from django.urls import path

from eunion.cases.hardship import pages

urlpatterns = [
    path("services/hardship/selftest/", pages.selftest, name="hardship_selftest"),  # anyone: stores nothing
    path("services/hardship/notices/", pages.notices, name="hardship_notices"),  # anyone: masked names alone
    path(
        "services/hardship/notices/<slug:public_id>/", pages.object_to, name="hardship_object"
    ),  # anyone, at a limited pace
    path("me/hardship/", pages.own, name="hardship_own"),  # signed in: their own file
]
