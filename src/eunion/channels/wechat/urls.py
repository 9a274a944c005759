"""Addresses of this room."""

from __future__ import annotations

from django.urls import path

from eunion.channels.wechat import pages

urlpatterns = [
    path("jssdk", pages.jssdk_config, name="wechat_jssdk"),  # anyone: signs this site's own pages alone
    path("pay/<slug:mchid>/notice", pages.pay_notice, name="wechat_pay_notice"),  # WeChat Pay, signed
    path("<slug:slug>/callback", pages.callback, name="wechat_callback"),  # WeChat, signed
]
