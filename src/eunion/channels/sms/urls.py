"""Addresses of this room: who may is decided by the token in the path."""

from __future__ import annotations

from django.urls import path

from eunion.channels.sms import pages

urlpatterns = [path("<slug:slug>/receipts/<str:token>", pages.take, name="sms_receipts")]
