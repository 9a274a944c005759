"""Jobs of the registry: rosters are checked and applied in the background."""

from __future__ import annotations

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
