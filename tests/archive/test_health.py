"""What a monitor is told: alive is alive, ready is the truth, and why not is for the log."""

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from archive import health, storage
from archive.db import db


def test_the_front_door_leads_to_the_language_of_the_browser(visitor: FlaskClient) -> None:
    for accepted, lang in (("en", "en"), ("nl", "nl"), ("fr", "nl"), ("fr, en;q=0.5", "en")):
        answer = visitor.get("/", headers={"Accept-Language": accepted})
        assert (answer.status_code, answer.location) == (302, f"/{lang}/")
        assert "Accept-Language" in answer.headers["Vary"]


def test_a_site_that_can_do_its_work_is_ready(visitor: FlaskClient) -> None:
    answer = visitor.get("/readyz")

    assert (answer.status_code, answer.json) == (200, {"status": "ok", "failing": [], "degraded": []})
    assert answer.headers["Cache-Control"] == "no-store"


def test_what_is_done_less_well_is_named_and_leaves_it_ready(house: Flask, visitor: FlaskClient) -> None:
    house.extensions["degradable"] = [("search", lambda: False)]

    answer = visitor.get("/readyz")

    assert (answer.status_code, answer.json) == (200, {"status": "ok", "failing": [], "degraded": ["search"]})


def test_without_tables_it_is_alive_but_not_ready(visitor: FlaskClient) -> None:
    db.drop_all()

    assert visitor.get("/healthz").status_code == 200
    answer = visitor.get("/readyz")
    assert answer.status_code == 503
    assert answer.json == {
        "status": "unavailable",
        "failing": ["database", "tables"],
        "degraded": ["files"],
    }


def test_with_a_database_that_cannot_be_written_it_is_not_ready(
    house: Flask, visitor: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr(health.rate_limits, "check", full)
    answer = visitor.get("/readyz")

    assert answer.json == {"status": "unavailable", "failing": ["database"], "degraded": []}
    assert "space" not in answer.text


def test_without_its_vault_it_is_not_ready(house: Flask, visitor: FlaskClient, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    house.extensions["storage"] = storage.DiskStorage(tmp_path / "file")

    assert visitor.get("/readyz").json == {"status": "unavailable", "failing": ["storage"], "degraded": []}


@pytest.mark.parametrize(
    ("check", "failing"), [(lambda: False, ["search"]), (lambda: 1 / 0, ["search"]), (bool, ["search"])]
)
def test_upper_floors_have_a_say(
    house: Flask, visitor: FlaskClient, check: health.Check, failing: list[str]
) -> None:
    house.extensions["readiness"] = [("search", check)]

    assert visitor.get("/readyz").get_json()["failing"] == failing


def test_being_asked_leaves_no_file_behind(visitor: FlaskClient, house: Flask) -> None:
    visitor.get("/readyz")

    assert list(storage.vault().keys()) == []


def test_it_heals_without_a_restart(house: Flask, visitor: FlaskClient) -> None:
    db.drop_all()
    assert visitor.get("/readyz").status_code == 503
    db.create_all()

    assert visitor.get("/readyz").status_code == 200
