"""Addresses of limited places: path, who may. The gate's own are in endpoint.py."""

from __future__ import annotations

from django.urls import path

from eunion.booking import checking, pages, tickets
from eunion.booking.courses.urls import urlpatterns as courses

urlpatterns = [
    path("events/", pages.events, name="events"),  # anyone
    path(
        "events/s/<slug:public_id>/", pages.session, name="event_session"
    ),  # anyone; a pass for who may claim
    path(
        "events/s/<slug:public_id>/claim/", pages.claim, name="event_claim"
    ),  # who holds a pass, on its device
    path("events/s/<slug:public_id>/draw/", pages.draw, name="event_draw"),  # anyone
    path(
        "events/s/<slug:public_id>/draw.json", pages.draw_file, name="event_draw_file"
    ),  # anyone, once drawn
    path("events/s/<slug:public_id>/calendar.ics", pages.calendar, name="event_calendar"),  # anyone
    path("events/<slug:public_id>/", pages.event, name="event"),  # anyone
    path("me/tickets/", tickets.tickets, name="tickets"),  # the member: their own
    path("me/tickets/<slug:public_id>/", tickets.ticket, name="ticket"),  # the member: their own
    path(
        "me/tickets/<slug:public_id>/cancel/", tickets.give_back, name="ticket_cancel"
    ),  # the member: their own
    path("me/tickets/<slug:public_id>/code/", tickets.code, name="ticket_code"),  # the member: their own
    path(
        "me/tickets/<slug:public_id>/appeal/", tickets.appeal, name="ticket_appeal"
    ),  # the member: their own
    path("me/tickets/<slug:public_id>/pay/", tickets.pay_for, name="ticket_pay"),  # the member: their own
    path("check/", checking.page, name="check"),  # anyone; it shows nothing without a link's secret
    path("check/list/", checking.holders, name="check_list"),  # who has a link, while it is good
    path("check/act/", checking.act, name="check_act"),  # who has a link, while it is good
    path("check/undo/", checking.take_back, name="check_undo"),  # who has a link: their own acts
    *courses,
]
