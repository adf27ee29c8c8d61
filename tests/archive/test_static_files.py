"""Static files: an address changes with the content, so that a browser may keep what it got for a year."""

import json
from pathlib import Path

import pytest
from flask import Flask

from archive import static_files


@pytest.fixture
def site(tmp_path: Path) -> Flask:
    """A site with one style sheet and one fetched part."""
    (tmp_path / "css").mkdir()
    (tmp_path / "css" / "site.css").write_text("a{}")
    (tmp_path / "vendor").mkdir()
    (tmp_path / "vendor" / "fonts.1234567890.css").write_text("f{}")
    manifest = {"files": {"fonts.css": {"file": "fonts.1234567890.css"}}}
    (tmp_path / "vendor" / "manifest.json").write_text(json.dumps(manifest))
    return start(tmp_path)


def start(folder: Path) -> Flask:
    app = Flask("site", static_folder=str(folder))
    static_files.init_app(app)
    return app


def address(app: Flask, function: str, name: str) -> str | None:
    with app.test_request_context():
        found: str | None = app.jinja_env.globals[function](name)  # type: ignore[operator]
        return found


def test_a_browser_may_keep_what_it_got_for_a_year(site: Flask) -> None:
    for url in (address(site, "asset_url", "css/site.css"), address(site, "vendor_url", "fonts.css")):
        response = site.test_client().get(str(url))

        assert response.status_code == 200
        assert response.cache_control.max_age == 365 * 24 * 60 * 60
        assert response.cache_control.immutable
        response.close()


def test_a_change_in_any_file_changes_every_address(site: Flask, tmp_path: Path) -> None:
    before = address(site, "asset_url", "css/site.css")

    (tmp_path / "js").mkdir()
    (tmp_path / "js" / "site.js").write_text("1")

    assert address(start(tmp_path), "asset_url", "css/site.css") != before


def test_newly_fetched_parts_leave_our_own_addresses_alone(site: Flask, tmp_path: Path) -> None:
    before = address(site, "asset_url", "css/site.css")

    (tmp_path / "vendor" / "more.js").write_text("1")

    assert address(start(tmp_path), "asset_url", "css/site.css") == before


def test_an_address_of_before_an_update_still_works_but_is_not_kept(site: Flask) -> None:
    response = site.test_client().get("/assets/0123456789ab/css/site.css")

    assert response.status_code == 200
    assert response.cache_control.max_age == 0
    assert not response.cache_control.immutable
    response.close()


def test_a_part_that_was_not_fetched_has_no_address(tmp_path: Path) -> None:
    assert address(start(tmp_path), "vendor_url", "fonts.css") is None


@pytest.mark.parametrize("name", ["../secret", "%2e%2e/secret", "css/../../secret"])
def test_nothing_outside_the_folder_is_served(site: Flask, tmp_path: Path, name: str) -> None:
    (tmp_path.parent / "secret").write_text("secret")

    assert site.test_client().get(f"/assets/0123456789ab/{name}").status_code == 404
