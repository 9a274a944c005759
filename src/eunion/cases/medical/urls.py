"""Addresses of medical mutual aid: path, who may."""

from __future__ import annotations

from django.urls import path

from eunion.cases.medical import pages

urlpatterns = [path("me/medical/", pages.mine, name="medical_mine")]  # signed in: their own
