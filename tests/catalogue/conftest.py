"""A site for all the tests of one module that only look: making one for each would take most of the time."""

from collections.abc import Iterator

import pytest
from flask import Flask

import wsgi
from tests import databases
from tests.browsers import Visitor


@pytest.fixture(scope="module")
def shared_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """A site with empty tables, inside its application context, for one module."""
    folder = tmp_path_factory.mktemp("site")
    site = wsgi.create_app(
        databases.settings({"DATA_DIR": str(folder / "data"), "BASE_URL": "http://localhost"})
    )
    site.testing = True
    site.test_client_class = Visitor
    with site.app_context():
        databases.make_tables(site)
        yield site
        databases.close(site)
