"""`manage load_demo`: the demo district, once; and the sandbox's side of it at every start."""

from __future__ import annotations

import json
import time
from typing import Any

import requests
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from eunion.kernel import installation
from eunion.sandbox.demo import far_side, load, merchant
from eunion.sandbox.demo.people import build_population

SHOWN_ROLES = (
    "administrator",
    "editor",
    "reviewer_1",
    "reviewer_2",
    "reviewer_3",
    "data_officer",
    "grid_worker",
)


class Command(BaseCommand):
    """Safe to repeat: a loaded district is left alone."""

    help = "载入演示城区"

    def handle(self, *args: Any, **options: Any) -> None:
        """Load the platform's side unless it is there, then the sandbox's unless it is there."""
        if not installation.is_demo():
            begun = time.monotonic()
            self.stderr.write("eunion: loading the demo district …")
            load.load()
            self.stderr.write(f"eunion: demo district loaded in {time.monotonic() - begun:.0f} s")
        if settings.SANDBOX_URL:
            self._fill_sandbox()
        self._write_names()

    def _fill_sandbox(self) -> None:
        try:
            known = requests.get(f"{settings.SANDBOX_URL}/_sandbox/people", timeout=10).json()
            if not known:
                far_side.fill(build_population())
            merchant.fill()
        except requests.RequestException as error:
            raise CommandError(f"the sandbox at {settings.SANDBOX_URL} does not answer ({error})") from None

    def _write_names(self) -> None:
        """Leave the names to sign in with where `./eunion up` prints them from."""
        staff = build_population().staff
        names = [next(one.username for one in staff if one.role == role) for role in SHOWN_ROLES]
        (settings.VAR / "demo-staff.json").write_text(json.dumps(names))
