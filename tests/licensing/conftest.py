"""What tests of the sale share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.licensing import official_rules, shop
from tests.licensing.official_rules import Rules
from tests.licensing.shop import Shop


@pytest.fixture
def open_shop(tmp_path: Path) -> Iterator[Shop]:
    """A whole site with one recording for sale, and a payment sandbox of its own."""
    with shop.opened(tmp_path / "shop") as opened:
        yield opened


@pytest.fixture(scope="session")
def broken() -> Iterator[Rules]:
    """The official rules, which say what a document breaks; to compile them takes long."""
    with official_rules.opened() as rules:
        yield rules
