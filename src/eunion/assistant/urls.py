"""Addresses of this room's pages: path, who may."""

from __future__ import annotations

from django.urls import path

from eunion.assistant import pages

urlpatterns = [path("", pages.chat, name="assistant")]  # anyone
