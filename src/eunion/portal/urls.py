"""Addresses of the member's own screens: path, who may."""

from __future__ import annotations

from django.urls import path

from eunion.portal import pages, signin

urlpatterns = [
    path("", pages.home, name="home"),  # anyone
    path("me/", pages.me, name="me"),  # signed in
    path("search/", pages.search, name="search"),  # anyone
    path("elder/", pages.switch_elder, name="elder"),  # anyone
    path("signin/", signin.choose, name="signin"),  # anyone
]
