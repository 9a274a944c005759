"""Addresses of this room: who may is decided by WeChat's signature."""

from __future__ import annotations

from django.urls import path

from eunion.channels.wechat import pages

urlpatterns = [path("<slug:slug>/callback", pages.callback, name="wechat_callback")]
