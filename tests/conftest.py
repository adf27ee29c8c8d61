"""What all tests share: a site of its own for each test, on a real database, index and files in a temporary folder."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, settings
from playwright.sync_api import Browser, sync_playwright

import wsgi
from archive import config
from tests import databases, quickening
from tests.browsers import Visitor

CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


quickening.quicken()

settings.register_profile(
    "default", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
settings.register_profile(
    "nightly", parent=settings.get_profile("default"), derandomize=False, max_examples=10_000
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip on PostgreSQL, visibly, what is about SQLite itself."""
    for item in items if databases.SERVER else ():
        if item.get_closest_marker("sqlite"):
            item.add_marker(pytest.mark.skip("is about SQLite itself"))


@pytest.fixture
def site_settings(tmp_path: Path) -> config.Settings:
    return databases.settings(
        {"DATA_DIR": str(tmp_path / "data"), "BASE_URL": "http://localhost", "VIES_URL": ""}
    )


@pytest.fixture
def app(site_settings: config.Settings) -> Iterator[Flask]:
    """A site with empty tables; the test runs inside its application context.

    A request of the test client has a session of its own: commit before asking, roll back before reading again.
    """
    site = wsgi.create_app(site_settings)
    site.testing = True
    site.test_client_class = Visitor
    with site.app_context():
        databases.make_tables(site)
        yield site
        databases.close(site)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real input, found by the setting REAL_DATA."""
    folder = os.environ.get("REAL_DATA")
    if not folder or not Path(folder).is_dir():
        pytest.skip("REAL_DATA does not name the folder with real input")
    return Path(folder)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for all tests: a second Playwright may not be started beside the first."""
    names = ("chromium", "chromium-browser", "google-chrome")
    path = next((found for name in names if (found := shutil.which(name))), None)
    if path is None:
        pytest.skip("there is no Chromium on this machine")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=CHROMIUM_FLAGS)
        yield browser
        browser.close()
