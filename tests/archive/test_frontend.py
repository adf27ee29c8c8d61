"""Browser parts: only what is named is taken, under a hash of its content, and nothing is done twice."""

import json
import re
from pathlib import Path

import pytest

from archive import frontend
from archive.frontend import Part

ASSETS = """
[[part]]
from = "viewer/viewer.min.js"
to = "viewer.js"
licence = "viewer/LICENSE"

[[part]]
from = "face/face.woff2"
to = "face.woff2"
licence = "face/OFL"
family = "Face"
"""


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A frontend folder as it is in version control: no modules installed."""
    folder = tmp_path / "frontend"
    folder.mkdir()
    (folder / "assets.toml").write_text(ASSETS)
    (folder / "package-lock.json").write_text("{}")
    return folder


def install(source: Path) -> None:
    """Do what npm would: put the modules there."""
    for name, content in {
        "viewer/viewer.min.js": b"view()\n//# sourceMappingURL=viewer.min.js.map",
        "viewer/secret.js": b"not named",
        "viewer/LICENSE": b"BSD",
        "face/face.woff2": b"font",
        "face/OFL": b"OFL",
    }.items():
        path = source / "node_modules" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def test_only_named_parts_are_taken_each_with_its_licence(source: Path, tmp_path: Path) -> None:
    target = tmp_path / "vendor"

    names = frontend.fetch(source, target, install)

    assert names == ["face.woff2", "fonts.css", "viewer.js"]
    stems = {re.sub(r"\.[0-9a-f]{10}\.", ".", path.name) for path in target.iterdir()}
    assert stems == {
        "face.woff2",
        "face.LICENCE.txt",
        "fonts.css",
        "manifest.json",
        "viewer.js",
        "viewer.LICENCE.txt",
    }


def test_the_manifest_says_which_file_serves_a_part(source: Path, tmp_path: Path) -> None:
    frontend.fetch(source, tmp_path / "vendor", install)

    files = json.loads((tmp_path / "vendor" / "manifest.json").read_text())["files"]

    assert (tmp_path / "vendor" / files["viewer.js"]["file"]).read_bytes() == b"view()"
    assert files["viewer.js"]["bytes"] == 6
    assert files["face.woff2"]["file"] in (tmp_path / "vendor" / files["fonts.css"]["file"]).read_text()


def test_a_second_run_has_nothing_to_do(source: Path, tmp_path: Path) -> None:
    assert not frontend.is_current(source, tmp_path / "vendor")

    frontend.fetch(source, tmp_path / "vendor", install)

    assert frontend.is_current(source, tmp_path / "vendor")


@pytest.mark.parametrize("name", ["package-lock.json", "assets.toml"])
def test_a_changed_lock_or_list_means_fetching_again(source: Path, tmp_path: Path, name: str) -> None:
    frontend.fetch(source, tmp_path / "vendor", install)

    (source / name).write_text((source / name).read_text() + "\n")

    assert not frontend.is_current(source, tmp_path / "vendor")


def test_a_missing_file_means_fetching_again(source: Path, tmp_path: Path) -> None:
    frontend.fetch(source, tmp_path / "vendor", install)

    next((tmp_path / "vendor").glob("viewer.*.js")).unlink()

    assert not frontend.is_current(source, tmp_path / "vendor")


def test_a_failed_run_leaves_the_old_parts_in_place(source: Path, tmp_path: Path) -> None:
    frontend.fetch(source, tmp_path / "vendor", install)
    (source / "assets.toml").write_text(ASSETS.replace("viewer.min.js", "gone.js"))

    with pytest.raises(FileNotFoundError):
        frontend.fetch(source, tmp_path / "vendor", install)

    assert next((tmp_path / "vendor").glob("viewer.*.js")).read_bytes() == b"view()"


def test_the_name_changes_with_the_content() -> None:
    assert frontend.hashed_name("a.b.js", b"one") == "a.b.7692c3ad35.js"
    assert frontend.hashed_name("a.b.js", b"one") != frontend.hashed_name("a.b.js", b"two")


def test_a_narrowed_font_says_which_weights_and_widths_are_left() -> None:
    part = Part("x", "archivo.woff2", "y", "Archivo", {"wght": (400, 800), "wdth": (62, 100)})

    face = frontend.font_face(part, "archivo.123.woff2")

    assert face == (
        '@font-face{font-family:"Archivo";src:url("archivo.123.woff2") format("woff2");'
        "font-weight:400 800;font-stretch:62% 100%;font-display:swap}\n"
    )


def test_the_real_list_names_parts_that_the_lock_file_pins() -> None:
    parts = frontend.read_parts((frontend.SOURCE / "assets.toml").read_text())
    lock = json.loads((frontend.SOURCE / "package-lock.json").read_text())["packages"]

    for part in parts:
        module = "/".join(part.source.split("/")[: 2 if part.source.startswith("@") else 1])
        assert "integrity" in lock[f"node_modules/{module}"]
    assert {part.family for part in parts if part.axes} == {"Besley", "Archivo"}


def test_the_lock_file_names_no_registry() -> None:
    lock = json.loads((frontend.SOURCE / "package-lock.json").read_text())["packages"]

    assert not [name for name, package in lock.items() if "resolved" in package]
