"""The collections, each made once for all tests; those of real input are skipped visibly without it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.catalogue.demo import cut
from tests.relevance import corpora
from tests.relevance.corpora import Corpus


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("relevance")


@pytest.fixture(scope="session")
def demo(folder: Path) -> Iterator[Corpus]:
    """The demo collection."""
    with corpora.of_demo(folder, cut.whole()) as corpus:
        yield corpus


@pytest.fixture(scope="session")
def solos(folder: Path, real_data: Path) -> Iterator[Corpus]:
    """The Weimar Jazz Database."""
    with corpora.of_solos(folder, real_data) as corpus:
        yield corpus


@pytest.fixture(scope="session")
def concerts(folder: Path, real_data: Path) -> Iterator[Corpus]:
    """The concerts of Carnegie Hall."""
    with corpora.of_concerts(folder, real_data) as corpus:
        yield corpus
