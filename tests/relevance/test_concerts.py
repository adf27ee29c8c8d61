"""The concerts as they are measured here are those that an import makes."""

import gzip
from dataclasses import replace
from itertools import islice
from pathlib import Path

import pytest
from flask import Flask

from archive import clock
from catalogue.importing import run
from catalogue.search import collecting
from catalogue.search.document import Document
from tests.relevance import concerts

pytestmark = pytest.mark.real_data

EVERY = 200  # concerts, one is compared


@pytest.fixture
def some(real_data: Path, tmp_path: Path) -> Path:
    """A file with a concert of every kind of year."""
    path = tmp_path / "some.jsonl.gz"
    with gzip.open(real_data / concerts.FILE) as every, gzip.open(path, "wb") as file:
        file.writelines(islice(every, 0, None, EVERY))
    return path


def test_the_documents_read_are_those_that_an_import_leads_to(app: Flask, some: Path) -> None:
    run.write(some, None, lambda _done, _all: None, clock.now())

    composed = [one for batch in collecting.every_batch() for one in batch if one.kind == "session"]

    assert list(map(_said, concerts.documents(some))) == list(map(_said, composed))


def _said(one: Document) -> Document:
    """What a document says, without identifiers and times, and without the order of what has none."""
    return replace(
        one,
        pid="",
        marks=(),
        occasion="",
        subjects=tuple(sorted(one.subjects)),
        bearers=tuple(sorted(one.bearers, key=repr)),
        persons=(),
        players=(),
        leaders=("somebody",) if one.leaders else (),
        plays=(),
        place_pids=(),
        collections=(),
        added=0,
    )
