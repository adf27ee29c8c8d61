"""Fixity: whatever happens to a file of the vault is found, named and told, and forgotten when it is mended."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from archive import accounts, assets, audit, clock, fixity, storage
from archive.accounts import Role
from archive.assets import Asset, AssetRole, VerifyState
from archive.cli_files import group
from archive.db import db
from archive.jobs import Job

MOMENT = clock.now()


@pytest.fixture
def files(app: Flask) -> list[Asset]:
    """Five files in the vault, and an administrator."""
    accounts.add("ada@example.org", "Ada", Role.ADMIN, "paard batterij nietje", MOMENT)
    made = [
        assets.keep(
            f"file {number}".encode() * 500,
            role=AssetRole.MASTER,
            filename=f"{number}.wav",
            media_type="audio/wav",
            suffix=".wav",
            moment=MOMENT,
        )
        for number in range(5)
    ]
    db.session.commit()
    return made


def path_of(asset: Asset) -> Path:
    with storage.vault().open(asset.storage_key) as file:
        return Path(str(file.name))


def mails() -> list[Any]:
    return list(db.session.scalars(select(Job).where(Job.name == "mail.deliver")))


@pytest.fixture
def runner(app: Flask) -> Any:
    return app.test_cli_runner()


def test_whole_files_are_found_whole(files: list[Asset]) -> None:
    fixity.verify_some({})

    assert {asset.verify_state for asset in db.session.scalars(select(Asset))} == {VerifyState.OK}
    assert fixity.is_whole()
    assert fixity.figures().never == 0
    assert mails() == []


@pytest.mark.parametrize("damage", ["flip", "cut", "delete", "swap", "grow"])
def test_every_damage_is_found_by_name_and_told_once(files: list[Asset], damage: str) -> None:
    path, other = path_of(files[2]), path_of(files[3])
    content = path.read_bytes()
    match damage:
        case "flip":
            path.write_bytes(content[:1000] + bytes([content[1000] ^ 1]) + content[1001:])
        case "cut":
            path.write_bytes(content[:-1])
        case "delete":
            path.unlink()
        case "swap":
            path.write_bytes(other.read_bytes())
        case "grow":
            path.write_bytes(content + b"\0")
    bad_id, key = files[2].id, files[2].storage_key
    db.session.rollback()

    found = fixity.verify(fixity.everything())

    wanted = VerifyState.MISSING if damage == "delete" else VerifyState.ALTERED
    assert [(each.asset_id, each.key, each.state) for each in found] == [(bad_id, key, wanted)]
    assert not fixity.is_whole()
    assert [asset.id for asset in fixity.damaged()] == [bad_id]
    assert [job.payload["to"] for job in mails()] == ["ada@example.org"]
    assert "2.wav" in mails()[0].payload["text"]
    db.session.rollback()
    fixity.verify(fixity.everything())
    assert len(mails()) == 1
    assert audit.first_broken() is None


def test_a_file_that_is_put_back_is_whole_again(files: list[Asset], client: FlaskClient) -> None:
    path = path_of(files[0])
    content = path.read_bytes()
    path.unlink()
    db.session.rollback()
    fixity.verify(fixity.everything())
    assert "files" in client.get("/readyz").json["degraded"]  # type: ignore[index]

    path.write_bytes(content)
    db.session.rollback()
    fixity.verify_now({"asset_ids": [files[0].id], "job_id": 0})

    db.session.rollback()
    assert fixity.is_whole()
    assert "files" not in client.get("/readyz").json["degraded"]  # type: ignore[index]


def test_a_run_is_bounded_and_begins_with_what_was_not_read_for_longest(
    files: list[Asset], monkeypatch: pytest.MonkeyPatch
) -> None:
    for age, asset in enumerate(files):
        asset.verified_at = MOMENT - timedelta(days=40 + age)
    files[1].verified_at = None
    files[2].verified_at = MOMENT - timedelta(days=3)
    db.session.commit()
    ids = [asset.id for asset in files]

    assert fixity.due(MOMENT) == [ids[1], ids[4], ids[3], ids[0]]
    monkeypatch.setattr(fixity, "MAX_FILES", 2)
    assert fixity.due(MOMENT) == [ids[1], ids[4]]
    monkeypatch.setattr(fixity, "MAX_BYTES", 10)
    assert fixity.due(MOMENT) == [ids[1]]


def test_the_command_names_what_is_wrong(files: list[Asset], runner: Any) -> None:
    path_of(files[1]).unlink()
    with path_of(files[0]).open("rb") as file:
        stray = storage.vault().put(file, ".stray").key
    db.session.rollback()

    said = runner.invoke(group, ["verify"])

    assert said.exit_code == 1
    assert "missing:" in said.output
    assert "(1.wav)" in said.output
    assert f"stray: {stray}" in said.output


def test_the_command_is_content_with_whole_files(files: list[Asset], runner: Any) -> None:
    db.session.rollback()

    assert "5 files are as they came in" in runner.invoke(group, ["verify"]).output
    assert "0 files are as they came in" in runner.invoke(group, ["verify", "--due"]).output


def test_the_command_judges_a_folder(app: Flask, runner: Any, tmp_path: Path) -> None:
    folder = tmp_path / "sent"
    folder.mkdir()
    (folder / "a.svg").write_bytes(b"<svg/>")

    said = runner.invoke(group, ["judge", str(folder), "--table", str(tmp_path / "table.md")])

    assert said.exit_code == 0, said.output
    assert (
        "| `a.svg` | refused | This is a file of another kind (SVG)." in (tmp_path / "table.md").read_text()
    )
