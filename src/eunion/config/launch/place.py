"""Where things lie, the installation's secrets, and the environment of every process."""

from __future__ import annotations

import base64
import json
import os
import secrets
import shutil
from pathlib import Path

ROOT = Path(__file__).resolve().parents[4]
VAR = Path(os.environ.get("EUNION_VAR") or ROOT / "var")
SECRET_NAMES = ("EUNION_SECRET_KEY", "EUNION_FIELD_KEY", "EUNION_INDEX_KEY")
FREE_MB = 500


class LaunchError(Exception):
    """A problem that a person can mend; its text says how, in one line."""


def make_var() -> None:
    """Make the folder of all state; raises LaunchError when the disk is full or not writable."""
    try:
        VAR.mkdir(parents=True, exist_ok=True)
        (VAR / "log").mkdir(exist_ok=True)
    except OSError as error:
        raise LaunchError(
            f"cannot write to {VAR} ({error.strerror}); give this user the right or set EUNION_VAR"
        ) from None
    free_mb = shutil.disk_usage(VAR).free // 1_000_000
    if free_mb < FREE_MB:
        raise LaunchError(
            f"the disk of {VAR} has only {free_mb} MB free; make {FREE_MB} MB free and start again"
        )


def secrets_of_installation() -> dict[str, str]:
    """Return the three keys, made at the first start and kept in var/secrets.json (readable by this user alone)."""
    path = VAR / "secrets.json"
    if not path.exists():
        keys = {
            "EUNION_SECRET_KEY": secrets.token_urlsafe(50),
            "EUNION_FIELD_KEY": base64.b64encode(secrets.token_bytes(32)).decode(),
            "EUNION_INDEX_KEY": secrets.token_urlsafe(32),
        }
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            json.dump(keys, file)
    kept: dict[str, str] = json.loads(path.read_text())
    return {name: os.environ.get(name) or kept[name] for name in SECRET_NAMES}


def environment(database_url: str, **more: str) -> dict[str, str]:
    """Return the environment of a Django process on this installation."""
    return {
        # Processes share the cores; threads of numpy's that wait for each other double what a search costs.
        "OPENBLAS_NUM_THREADS": "1",
        **os.environ,
        **secrets_of_installation(),
        "DATABASE_URL": database_url,
        "DJANGO_SETTINGS_MODULE": "eunion.config.settings",
        "EUNION_VAR": str(VAR),
        "PYTHONPATH": str(ROOT / "src"),
        **more,
    }
