"""Addresses of this room's pages: path, who may."""

from __future__ import annotations

from django.urls import path

from eunion.assistant import pages

urlpatterns = [
    path("", pages.chat, name="assistant"),  # anyone
    path("talk/", pages.talk, name="assistant_newest"),  # anyone: their own talk
    path("law/", pages.law, name="assistant_basis"),  # anyone: laws are public
    path("<int:turn_id>/rate/", pages.rate, name="assistant_rate"),  # who asked it
    path("<int:turn_id>/person/", pages.ask_person, name="assistant_person"),  # who asked it
]
