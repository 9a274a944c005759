"""Addresses of this room: who may is decided by the signature."""

from __future__ import annotations

from django.urls import path

from eunion.channels.community import pages

urlpatterns = [path("callback", pages.callback, name="community_callback")]
