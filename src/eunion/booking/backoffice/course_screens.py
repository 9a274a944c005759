"""The console's addresses and menu items of courses; `wagtail_hooks` registers them."""

from __future__ import annotations

from django.urls import URLPattern, path
from wagtail.admin.menu import MenuItem

from eunion.booking.backoffice import courses, earned, statistics
from eunion.kernel.console import ScreenItem

URLS: list[URLPattern] = [
    path("courses/", courses.index, name="booking_courses"),
    path("courses/meetings/<slug:public_id>/", courses.roster, name="booking_roster"),
    path("courses/meetings/<slug:public_id>/door/", courses.open_door, name="booking_door"),
    path("courses/<slug:public_id>/", courses.course, name="booking_course"),
    path("homework/<slug:public_id>/", courses.reviews, name="booking_reviews"),
    path("certificates/", earned.certificate_list, name="booking_certificates"),
    path("certificates/<slug:code>/", earned.certificate_paper, name="booking_certificate_paper"),
    path("service-hours/", earned.hour_list, name="booking_hours"),
    path("booking-statistics/", statistics.statistics, name="booking_statistics"),
    path("booking-statistics/export/", statistics.export, name="booking_statistics_export"),
]


def menu_items(first: int) -> list[MenuItem]:
    """Return the items, in order from `first` on."""
    screens = (
        ("课程与签到", "booking_courses", "view_meeting", "date"),
        ("证书", "booking_certificates", "view_certificate", "doc-full"),
        ("志愿时长", "booking_hours", "view_hourentry", "history"),
        ("活动统计", "booking_statistics", "view_attendance", "order"),
    )
    return [
        ScreenItem(label, address, f"booking.{right}", icon_name=icon, order=first + place)
        for place, (label, address, right, icon) in enumerate(screens)
    ]
