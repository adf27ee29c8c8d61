"""`make run`: bring the tables up to date, load the demo collection into an empty site, start and mind the
processes.

`python -m archive.run --port 8000 --data var` starts the web server, two job runners and, without a key of
Stripe's, the payment sandbox. What dies is started again; Ctrl-C or SIGTERM ends them all.
"""

import argparse
import os
import signal
import socket
import sys
import threading
import time
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from archive import accounts, app, config, frontend, processes, schema
from archive.config import Settings, SettingsError
from archive.db import db
from archive.processes import Child, StartError

READY_WITHIN = 60.0  # seconds
POLL = 0.1


@dataclass(frozen=True)
class Place:
    """Where this site runs: its settings, the environment its processes get, the ports it listens on."""

    settings: Settings
    environ: Mapping[str, str]
    host: str
    port: int

    @property
    def has_sandbox(self) -> bool:
        """Whether payments go to the sandbox."""
        return self.settings.stripe_secret_key == config.SANDBOX_KEY

    @property
    def demo_mark(self) -> Path:
        """A file that is there while the demo collection is not yet whole."""
        return self.settings.data_dir / "demo-unfinished"

    @property
    def own_url(self) -> str:
        """The address under which its own processes reach the site."""
        return f"http://127.0.0.1:{self.port}"


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the site until told to stop."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    try:
        place = read_place(_parsed(arguments), os.environ)
        _refuse_taken_ports(place)
        prepare(place, stop)
        run(place, stop)
    except (SettingsError, StartError) as error:
        if not stop.is_set():
            sys.exit(f"The site cannot start: {error}")


def read_place(options: argparse.Namespace, environ: Mapping[str, str]) -> Place:
    """Work out the settings: those of the environment, and addresses that follow from the port where none are set."""
    local = dict(environ)
    local["DATA_DIR"] = str(Path(options.data).absolute())
    local.setdefault("BASE_URL", f"http://127.0.0.1:{options.port}")
    if not {"STRIPE_SECRET_KEY", "STRIPE_SECRET_KEY_FILE"} & local.keys():
        local.setdefault("STRIPE_API_BASE", f"http://127.0.0.1:{options.port + 1}")
    local |= {"FLASK_APP": "wsgi", "PYTHONUNBUFFERED": "1"}
    return Place(config.read(local), local, options.host, options.port)


def prepare(place: Place, stop: threading.Event) -> None:
    """Make tables, browser parts and the demo collection; without the last two a site works as well."""
    if not frontend.is_current(frontend.SOURCE, frontend.TARGET):
        click.echo("Fetching fonts and the image viewer (once) ...")
        processes.run_to_end([sys.executable, "-m", "archive.frontend"], place.environ, stop)
    site = app.create_app(place.settings)
    with site.app_context():
        schema.upgrade()
        is_new = accounts.count() == 0
        db.session.remove()
        db.engine.dispose()
    if is_new or place.demo_mark.exists():
        _load_demo(place, stop)


def _load_demo(place: Place, stop: threading.Event) -> None:
    click.echo("Loading the demo collection (once) ...")
    place.demo_mark.touch()  # stays until all is there: what was broken off is done again at the next start
    if processes.run_to_end(_flask("demo", "load"), place.environ, stop):
        place.demo_mark.unlink()
    else:
        click.echo(
            "The demo collection could not be loaded, the lines above say why. The site starts without it."
        )


def run(place: Place, stop: threading.Event) -> None:
    """Start the processes, say where the site is, mind them until `stop`."""
    children = [Child(name, command, place.environ) for name, command in commands(place).items()]
    try:
        children[0].start()
        _wait_for(
            "/healthz", place, children, stop
        )  # the readers first: all at once would keep them waiting longer
        for child in children[1:]:
            child.start()
        _wait_for("/readyz", place, children, stop)
        _say_where(place, stop)
        while not stop.wait(POLL):
            _mind(children)
    finally:
        processes.stop_all(children)


def commands(place: Place) -> dict[str, list[str]]:
    """Return what to run, by name."""
    wanted = {
        "web server": _flask("serve", "--host", place.host, "--port", str(place.port)),
        "job runner": _flask("jobs", "run", "--only", "short"),
        "runner of long jobs": _flask("jobs", "run", "--only", "long"),
    }
    if place.has_sandbox:
        wanted["payment sandbox"] = [
            *(sys.executable, "-m", "licensing.sandbox"),
            *("--port", str(place.port + 1)),
            *("--folder", str(place.settings.sandbox_dir)),
            *("--webhook-url", f"{place.own_url}/webhooks/stripe"),
            *("--webhook-secret", place.settings.stripe_webhook_secret),
        ]
    return wanted


def _parsed(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m archive.run", description="Run the site.")
    parser.add_argument(
        "--port", type=int, default=8000, help="of the site; the payment sandbox takes the next one"
    )
    parser.add_argument("--data", default="var", help="folder for all that the site writes")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    return parser.parse_args(arguments)


def _flask(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "flask", *arguments]


def _refuse_taken_ports(place: Place) -> None:
    wanted = [(place.host, place.port)] + ([("127.0.0.1", place.port + 1)] if place.has_sandbox else [])
    for host, port in wanted:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError as error:
                raise StartError(
                    f"port {port} is in use; stop the other program or choose another: make run PORT=9000"
                ) from error


def _wait_for(path: str, place: Place, children: Sequence[Child], stop: threading.Event) -> None:
    until = time.monotonic() + READY_WITHIN
    while not stop.wait(POLL) and not _answers(f"{place.own_url}{path}"):
        _mind(children)
        if time.monotonic() > until:
            raise StartError(f"it was not ready within {READY_WITHIN:.0f} seconds; the lines above say why")


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310 - our own address
            return bool(answer.status == 200)
    except OSError:
        return False


def _mind(children: Sequence[Child]) -> None:
    for child in children:
        child.mind()


def _say_where(place: Place, stop: threading.Event) -> None:
    if stop.is_set():
        return
    click.echo(f"\n{place.settings.site_name}: {place.settings.base_url}/\n")
    sign_ins = place.settings.data_dir / "demo-accounts.txt"
    if sign_ins.exists():
        click.echo(sign_ins.read_text(encoding="utf-8"))
    click.echo("Ctrl-C ends it.")


if __name__ == "__main__":
    main()
