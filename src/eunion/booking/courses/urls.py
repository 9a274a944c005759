"""Addresses of courses: path, who may."""

from __future__ import annotations

from django.urls import path

from eunion.booking.courses import doors, files, pages, records

_MINE = "me/tickets/<slug:public_id>"
_TASK = f"{_MINE}/homework/<slug:homework_id>"

urlpatterns = [
    path("door/<str:token>/", doors.screen, name="door"),  # who holds the link, until staff revoke it
    path("attend/", doors.attend_page, name="attend"),  # signed in, on the phone that just scanned a door
    path("attend/<slug:code>/", doors.scan, name="attend_scan"),  # anyone at the door, for half a minute
    path(f"{_TASK}/", pages.homework, name="homework"),  # the member: their own
    path(f"{_TASK}/photos/", pages.add_photo, name="homework_photos"),  # the member: their own
    path(
        f"{_TASK}/photos/<slug:photo_id>/remove/", pages.remove_photo, name="homework_photo_remove"
    ),  # the member: their own
    path(
        "homework-photos/<slug:public_id>/", files.photo, name="homework_photo"
    ),  # who handed it in; staff in scope
    path("materials/<slug:public_id>/", files.material, name="material"),  # those it is for; staff in scope
    path(f"{_MINE}/rate/", pages.rate_it, name="rate"),  # the member: their own
    path(f"{_MINE}/certificate/", records.take_certificate, name="take_certificate"),  # the member: their own
    path("me/records/", records.records, name="records"),  # the member: their own
    path("me/records/hours/", records.take_hours, name="take_hours"),  # the member: their own
    path("certificates/<slug:code>/", records.verify, name="certificate"),  # anyone; the name is masked
    path(
        "certificate-papers/<str:token>/", records.paper, name="certificate_paper"
    ),  # who holds a link of the last ten minutes
]
