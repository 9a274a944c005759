"""Addresses of the member's own screens: path, who may."""

from __future__ import annotations

from django.urls import path

from eunion.portal import certify, mini, pages, signin

urlpatterns = [
    path("", pages.home, name="home"),  # anyone
    path("me/", pages.me, name="me"),  # signed in
    path("me/certify/", certify.certify, name="certify"),  # signed in
    path("me/certify/photo/", certify.read_id, name="read_id"),  # signed in
    path("me/certify/photo/<slug:public_id>/", certify.id_reading, name="id_reading"),  # who took the photo
    path("me/card/", certify.member_card, name="member_card"),  # a certified member
    path(
        "card/<slug:token>/", certify.card_check, name="card_check"
    ),  # anyone: yes or no; names for staff in scope
    path("search/", pages.search, name="search"),  # anyone
    path("elder/", pages.switch_elder, name="elder"),  # anyone
    path("mini/enter", mini.enter, name="mini_enter"),  # who holds a fresh ticket
    path("api/mini/", mini.api.urls),  # the mini-program: a bearer token, /session for anyone
    path("signin/", signin.choose, name="signin"),  # anyone
    path("signin/more/", signin.tell_more, name="signin_more"),  # anyone: WeChat asks the person
]
