"""Addresses of this room: who may is decided by WeCom's signature and encryption."""

from __future__ import annotations

from django.urls import path

from eunion.channels.wecom import pages

urlpatterns = [path("<slug:slug>/robot", pages.robot, name="wecom_robot")]
