"""Addresses of this room's pages: path, who may."""

from __future__ import annotations

from django.urls import path

from eunion.broadcast import pages

urlpatterns = [
    path("messages/", pages.messages, name="messages"),  # the signed-in member
    path("lastmile/", pages.last_mile_index, name="lastmile_index"),  # grid workers
    path("lastmile/<int:broadcast_id>/", pages.last_mile, name="lastmile"),  # grid workers, own grids
    path("lastmile/<int:broadcast_id>/<slug:public_id>/", pages.tell, name="lastmile_tell"),  # likewise
]
