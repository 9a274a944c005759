"""`./eunion up`: everything on this machine, looked after until Ctrl-C."""

from __future__ import annotations

import argparse
import fcntl
import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from urllib.parse import urlsplit

from eunion.config.launch import frontend, postgres
from eunion.config.launch.place import SECRET_NAMES, VAR, LaunchError, environment, make_var
from eunion.config.launch.processes import Child, Group

READY_WITHIN_S = 60


def main(words: list[str]) -> int:
    """Start PostgreSQL, the sandbox, the web server and the workers; return 0 after a clean stop."""
    options = _options(words)
    make_var()
    lock = (VAR / "up.lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        raise LaunchError(f"another ./eunion up already runs on {VAR}; stop it or set EUNION_VAR") from None
    if options.production:
        _refuse_unfit_for_production()
    for port in [options.port] if not options.sandbox else [options.port, options.port + 1]:
        _check_port(port)
    group = Group()
    group.catch_signals()
    with postgres.running(VAR / "postgres") as url:
        try:
            _start_all(group, url, options)
            group.tend_until_stopped()
        finally:
            print("\neunion: stopping …", file=sys.stderr)
            group.stop()
    return 0


def _options(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./eunion up")
    parser.add_argument("--port", type=int, default=8000, help="web port; the sandbox takes the next one")
    parser.add_argument(
        "--no-demo", dest="demo", action="store_false", help="begin empty, without the demo district"
    )
    parser.add_argument("--production", action="store_true", help="refuse demo keys, DEBUG and the sandbox")
    options = parser.parse_args(words)
    options.demo = options.demo and not options.production
    options.sandbox = not options.production
    return options


def _check_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            raise LaunchError(
                f"port {port} is in use; stop what uses it or choose another with --port"
            ) from None


def _refuse_unfit_for_production() -> None:
    """Raise LaunchError for anything that must not face the public."""
    missing = [name for name in SECRET_NAMES if not os.environ.get(name)]
    if missing:
        raise LaunchError(f"--production wants its own keys in the environment: set {', '.join(missing)}")
    if os.environ.get("EUNION_DEBUG", "0").lower() not in ("", "0", "no", "false", "off"):
        raise LaunchError("--production refuses EUNION_DEBUG; unset it")
    if os.environ.get("EUNION_SANDBOX_URL"):
        raise LaunchError("--production refuses the sandbox; unset EUNION_SANDBOX_URL")
    if urlsplit(os.environ.get("EUNION_PUBLIC_URL", "")).scheme != "https":
        raise LaunchError("--production needs EUNION_PUBLIC_URL, the https address that people open")


def settings_of(options: argparse.Namespace) -> dict[str, str]:
    """Return the environment that follows from the options; what the person has set wins."""
    web, sandbox = f"http://127.0.0.1:{options.port}", f"http://127.0.0.1:{options.port + 1}"
    chosen = {"EUNION_PUBLIC_URL": web}
    public = urlsplit(os.environ.get("EUNION_PUBLIC_URL") or web).hostname
    if options.production:
        chosen["EUNION_PRODUCTION"] = "1"
    if options.sandbox:
        chosen |= {
            "EUNION_SANDBOX_URL": sandbox,
            "EUNION_WECHAT_API_URL": sandbox,
            "EUNION_WECHAT_OPEN_URL": sandbox,
            "EUNION_WECHAT_JSSDK_URL": f"{sandbox}/jweixin.js",
            "EUNION_WECHAT_PAY_URL": sandbox,
            "EUNION_SMS_A_URL": f"{sandbox}/sms/a",
            "EUNION_SMS_B_URL": f"{sandbox}/sms/b",
            "EUNION_WECOM_API_URL": sandbox,
            # Each virtual phone can live under a host name of its own, with cookies of its own.
            "EUNION_FRAME_ANCESTORS": f"{sandbox},http://*.localhost:{options.port + 1}",
            "EUNION_ALLOWED_HOSTS": f"{public},127.0.0.1,localhost,.localhost",
            "EUNION_SANDBOX_STORE": str(VAR / "sandbox"),
            "EUNION_SANDBOX_PLATFORM_URL": web,
        }
    return {name: os.environ.get(name) or value for name, value in chosen.items()}


def _start_all(group: Group, url: str, options: argparse.Namespace) -> None:
    env = environment(url, **settings_of(options))
    changed = frontend.prepare()
    if options.sandbox:
        group.add(_granian("sandbox", options.port + 1, "eunion.sandbox.app:app", env))
        _wait_for(f"http://127.0.0.1:{options.port + 1}/_sandbox/stats", "sandbox")
    command = [sys.executable, "-m", "django", "prepare", *(["--demo"] if options.demo else [])]
    if subprocess.run([*command, *(["--static"] if changed else [])], env=env).returncode:  # noqa: S603
        raise LaunchError("the database could not be prepared; the lines above say why")
    group.add(_granian("web", options.port, "eunion.config.asgi:application", env))
    for name, work in workers().items():
        group.add(Child(name, work, env, VAR / "log" / f"{name}.log"))
    _wait_for(f"http://127.0.0.1:{options.port}/healthz", "web")
    print(_welcome(options, env["EUNION_PUBLIC_URL"]))


def workers() -> dict[str, list[str]]:
    """Return the commands of the worker processes by name.

    One Python process uses one core, so two carry what people wait for even where there are but two: 500 questions at
    once took 8 s with two, 13 s with one.
    """
    work = [sys.executable, "-m", "django", "work", "--queues"]
    count = max((os.cpu_count() or 1) // 2, 2)
    waited_for = {
        f"worker-{number}": [*work, "now,send", "--concurrency", "4"] for number in range(1, count + 1)
    }
    return {**waited_for, "worker-background": [*work, "background", "--concurrency", "2"]}


def _granian(name: str, port: int, target: str, env: dict[str, str]) -> Child:
    # Django's ASGI application has no lifespan; the sandbox needs its own.
    interface = "asgi" if name == "sandbox" else "asginl"
    command = [sys.executable, "-m", "granian", "--interface", interface, "--host", "127.0.0.1"]
    # A connection holds one of granian's places as long as it is open: a rush brings thousands.
    command += ["--port", str(port), "--backlog", "4096", "--backpressure", "8192"]
    command += ["--workers", "1", "--loop", "uvloop", "--no-ws", "--log-level", "warning", target]
    return Child(name, command, env, VAR / "log" / f"{name}.log")


def _wait_for(address: str, name: str) -> None:
    deadline = time.monotonic() + READY_WITHIN_S
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(address, timeout=5):  # noqa: S310
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise LaunchError(f"{name} did not answer within {READY_WITHIN_S} s; see {VAR}/log/{name}.log")


def _welcome(options: argparse.Namespace, public_url: str) -> str:
    lines = ["", f"  E工会 is up     {public_url}/", f"  staff console  {public_url}/admin/"]
    if options.sandbox:
        sandbox = f"http://127.0.0.1:{options.port + 1}"
        lines += [
            f"  virtual phone  {sandbox}/phone",
            f"  one-time codes {sandbox}/authenticator",
        ]
    if options.demo:
        lines += [
            "",
            "  sign in as     " + "  ".join(_demo_staff()),
            "  password       demo-Union-2026, then the code shown under one-time codes",
        ]
    return "\n".join([*lines, "", "  Ctrl-C stops everything.", ""])


def _demo_staff() -> list[str]:
    path = VAR / "demo-staff.json"
    return json.loads(path.read_text()) if path.exists() else []
