"""Addresses of this room's pages: path, who may."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
