"""Addresses of style sheets, scripts and fonts that browsers may keep for a year.

Our own files are served under a revision, one hash over all of them, so that relative imports between scripts
stay inside it. Fetched parts (`archive.frontend`) carry their own hash in the name.
"""

import hashlib
import json
from functools import partial
from pathlib import Path

from flask import Flask, Response, send_from_directory, url_for

VENDOR = "vendor"
YEAR = 365 * 24 * 60 * 60  # seconds


def init_app(app: Flask) -> None:
    """Serve static files under hashed addresses; add the template globals `asset_url` and `vendor_url`."""
    folder = Path(str(app.static_folder))
    current = Revision(folder, follow_changes=app.debug)

    @app.get("/assets/<revision>/<path:name>")
    def asset(revision: str, name: str) -> Response:
        # A page from before an update asks for an old revision: it gets today's file, but may not keep it.
        return _sent(folder, name, YEAR if revision == str(current) else 0)

    @app.get(f"/assets/{VENDOR}/<name>")
    def vendor_asset(name: str) -> Response:
        return _sent(folder / VENDOR, name, YEAR)

    app.jinja_env.globals["asset_url"] = partial(asset_url, current)
    app.jinja_env.globals["vendor_url"] = partial(vendor_url, vendor_names(folder / VENDOR))


class Revision:
    """The hash of a folder of static files; while developing it follows every change."""

    def __init__(self, folder: Path, *, follow_changes: bool) -> None:
        self._folder = folder
        self._kept = None if follow_changes else tree_hash(folder)

    def __str__(self) -> str:
        return self._kept or tree_hash(self._folder)


def tree_hash(folder: Path) -> str:
    """Hash names and contents of all files below, fetched parts left out; twelve hex digits."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder)
        if path.is_file() and name.parts[0] != VENDOR:
            digest.update(f"{name.as_posix()}\0{path.stat().st_size}\0".encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def asset_url(revision: Revision, name: str) -> str:
    """Return the address of one of our own static files, such as `css/site.css`."""
    return url_for("asset", revision=str(revision), name=name)


def vendor_url(names: dict[str, str], name: str) -> str | None:
    """Return the address of a fetched part, such as `fonts.css`; None when it has not been fetched."""
    return url_for("vendor_asset", name=names[name]) if name in names else None


def vendor_names(folder: Path) -> dict[str, str]:
    """Read which file serves each fetched part; empty when none was fetched."""
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    return {name: entry["file"] for name, entry in manifest["files"].items()}


def _sent(folder: Path, name: str, max_age: int) -> Response:
    response = send_from_directory(folder, name, max_age=max_age)
    response.cache_control.immutable = max_age == YEAR
    return response
