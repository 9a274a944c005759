"""The console's addresses and menu items of offerings; `wagtail_hooks` registers them."""

from __future__ import annotations

from django.urls import URLPattern, path, re_path
from wagtail.admin.menu import MenuItem

from eunion.booking.backoffice import (
    appeals,
    changes,
    checking,
    chooser,
    draws,
    editor,
    live,
    offerings,
    seasons,
    sheet,
)
from eunion.kernel.console import ScreenItem

_SESSION = "offerings/sessions/<slug:public_id>/"
_ONE = "offerings/<slug:public_id>/"
URLS: list[URLPattern] = [
    path("offerings/", offerings.index, name="booking_offerings"),
    path("offerings/add/", editor.add, name="booking_add"),
    path("offerings/preview/", editor.preview, name="booking_preview"),
    re_path("^offerings/choose/(?P<noun>unions|grids)/$", chooser.choose, name="booking_choose"),
    path(_SESSION, sheet.sheet, name="booking_sheet"),
    path(f"{_SESSION}print/", sheet.sign_in_sheet, name="booking_sign_in_sheet"),
    path(f"{_SESSION}cancel/", sheet.cancel, name="booking_claims_cancel"),
    path(f"{_SESSION}export/", sheet.export, name="booking_export"),
    path(f"{_SESSION}money/", sheet.money, name="booking_money"),
    path(f"{_SESSION}quota/", changes.quota, name="booking_quota"),
    path(f"{_SESSION}call-off/", changes.call_off, name="booking_call_off"),
    path(f"{_SESSION}board/", live.board, name="booking_board"),
    path(f"{_SESSION}board/stream/", live.stream, name="booking_board_stream"),
    path(f"{_SESSION}draw/", draws.draw, name="booking_draw"),
    path(_ONE, offerings.detail, name="booking_offering"),
    path(f"{_ONE}edit/", editor.edit, name="booking_edit"),
    path(f"{_ONE}copy/", offerings.copy, name="booking_copy"),
    path(f"{_ONE}publish/", changes.publish, name="booking_publish"),
    path(f"{_ONE}close/", offerings.close, name="booking_close"),
    path(f"{_ONE}call-off/", changes.call_off_all, name="booking_call_off_all"),
    path(f"{_SESSION}checkers/", checking.links, name="booking_checkers"),
    path(f"{_SESSION}checkers/<slug:checker_id>/revoke/", checking.revoke, name="booking_checker_revoke"),
    path("appeals/", appeals.index, name="booking_appeals"),
    path("appeals/<int:appeal_id>/", appeals.decide, name="booking_appeal_decide"),
    path("barred/", seasons.barred, name="booking_barred"),
    path("barred/<int:bar_id>/lift/", seasons.lift, name="booking_lift"),
]


def menu_items(first: int) -> list[MenuItem]:
    """Return the items, in order from `first` on."""
    screens = (
        ("全部活动", "booking_offerings", "view_offering", "calendar-alt"),
        ("季", "seasons:index", "view_season", "date"),
        ("爽约申诉", "booking_appeals", "view_appeal", "warning"),
        ("暂停报名", "booking_barred", "view_barred", "lock"),
    )
    return [
        ScreenItem(label, address, f"booking.{right}", icon_name=icon, order=first + place)
        for place, (label, address, right, icon) in enumerate(screens)
    ]
