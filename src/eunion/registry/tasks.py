"""Jobs of the registry: rosters are checked and applied in the background."""

from __future__ import annotations

import datetime

from procrastinate.contrib.django import app


@app.task(name="registry.check_roster", queue="background")
def check_roster(roster_id: int) -> None:
    """Dry-run a roster; run again, it goes on after the last committed block."""
    from eunion.registry import services

    services.check_roster(roster_id=roster_id)


@app.task(name="registry.apply_roster", queue="background")
def apply_roster(roster_id: int) -> None:
    """Apply a confirmed roster; run again, it goes on after the last committed block."""
    from eunion.registry.models import RosterImport
    from eunion.registry.roster import apply

    apply.run(RosterImport.objects.get(pk=roster_id))


@app.task(name="registry.read_id", queue="now")
def read_id(reading_id: int) -> None:
    """Read an ID card's photo."""
    from eunion.registry.certification import reading

    reading.read(reading_id=reading_id)


@app.periodic(cron="25 * * * *")
@app.task(name="registry.forget_readings", queue="background", queueing_lock="registry.forget_readings")
def forget_readings(timestamp: int) -> None:
    """Forget what was read from ID cards an hour ago, and codes of last week."""
    from django.utils import timezone

    from eunion.registry.models import EntryTicket, IdReading, PhoneCode

    IdReading.objects.filter(created_at__lt=timezone.now() - datetime.timedelta(hours=1)).delete()
    EntryTicket.objects.filter(made_at__lt=timezone.now() - datetime.timedelta(hours=1)).delete()
    PhoneCode.objects.filter(sent_at__lt=timezone.now() - datetime.timedelta(days=7)).delete()
