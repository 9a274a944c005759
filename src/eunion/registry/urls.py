"""Addresses of this room's pages: path, who may."""

from __future__ import annotations

from django.urls import path

from eunion.registry import pages

urlpatterns = [
    path("unions/", pages.unions, name="unions"),  # anyone
    path("unions/<slug:public_id>/", pages.union, name="union"),  # anyone
    path("grids/outlines.json", pages.outlines, name="grid_outlines"),  # anyone: outlines are public
]
