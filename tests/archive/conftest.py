"""The ground floor alone, with two bare pages where the upper floors would be, so that its tests need nothing
above it.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from flask import Flask, render_template_string
from flask.testing import FlaskClient
from jinja2 import ChoiceLoader, DictLoader

from archive import accounts, app, clock, config, sign_in
from archive.accounts import Account, Role
from archive.db import db
from tests import databases
from tests.browsers import Visitor

PASSWORD = "paard batterij nietje"
BARE_LAYOUT = """<!doctype html><title>{% block title %}{% endblock %}</title>
{% block head %}{% endblock %}{% block main %}{% endblock %}"""


def upper_floors(site: Flask) -> None:
    """Add the pages that the ground floor and the layout link to."""
    lang = "/<any(nl, en):lang>"
    for name, path in {
        "catalogue.home": "/",
        "catalogue.search": "/search",
        "catalogue.desk": "/desk",
        "catalogue.account": "/account",
    }.items():
        view = sign_in.staff_only()(_page) if name == "catalogue.desk" else _page
        site.add_url_rule(f"{lang}{path}", name, view)


def _page() -> str:
    return render_template_string("{{ csrf_token() }}")


def build(settings: config.Settings) -> Flask:
    """Build the ground floor with bare pages above it."""
    site = app.create_app(settings, [upper_floors])
    site.testing = True
    site.test_client_class = Visitor
    own = site.jinja_env.loader
    assert own is not None
    site.jinja_env.loader = ChoiceLoader([DictLoader({"layout/base.html": BARE_LAYOUT}), own])
    return site


@pytest.fixture(autouse=True)
def _quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hash passwords with little effort: the effort itself has a test of its own."""
    quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(accounts, "_hasher", quick)
    monkeypatch.setattr(accounts, "_dummy_hash", quick.hash("nobody"))


@pytest.fixture
def house(site_settings: config.Settings) -> Iterator[Flask]:
    """A ground floor with empty tables; the test runs inside its application context."""
    site = build(site_settings)
    with site.app_context():
        databases.make_tables(site)
        yield site
        databases.close(site)


@pytest.fixture
def visitor(house: Flask) -> FlaskClient:
    return house.test_client()


@pytest.fixture
def cataloguer(house: Flask) -> Account:
    account = accounts.add("anna@example.org", "Anna", Role.CATALOGUER, PASSWORD, clock.now())
    db.session.commit()
    return account


@pytest.fixture
def data_dir(site_settings: config.Settings) -> Path:
    return site_settings.data_dir
