"""Reads what tells recordings and releases from others of their kind, all of them in a few queries."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from archive.db import db
from catalogue import folding
from catalogue.agents import Agent
from catalogue.duplicates.entry_pairs import Described
from catalogue.entries import Entry, EntryKind, Status
from catalogue.identifiers import Identifier
from catalogue.recordings import Recording
from catalogue.releases import Release

# Schemes that give each thing a number of its own; a matrix number is looked at with its take.
OF_ONE = ("isrc", "mbid", "dahr", "ean", "discogs", "wikidata", "accession")
MATRIX = "matrix"
BATCH = 2_000  # rows taken from the database at once

Numbers = Mapping[int, set[tuple[str, str]]]


def recordings() -> list[Described]:
    """Describe all recordings that were not withdrawn; where one has no date, by that of its session."""
    session = aliased(Entry)
    query = (
        select(
            Entry.id,
            Entry.title,
            func.coalesce(Entry.date_lo, session.date_lo),
            func.coalesce(Entry.date_hi, session.date_hi),
            Recording.session_id,
            Recording.take,
            Recording.matrix_no,
            Recording.duration_ms,
        )
        .join(Recording, Recording.entry_id == Entry.id)
        .outerjoin(session, session.id == Recording.session_id)
    )
    numbers = _numbers(EntryKind.RECORDING)
    return [
        Described(
            **_common(entry_id, title, lo, hi, numbers),
            session_id=session_id,
            take=take or "",
            matrix=matrix or _matrix(numbers, entry_id),
            duration_ms=duration,
        )
        for entry_id, title, lo, hi, session_id, take, matrix, duration in _rows(query)
    ]


def releases() -> list[Described]:
    """Describe all releases that were not withdrawn."""
    query = (
        select(
            Entry.id,
            Entry.title,
            Entry.date_lo,
            Entry.date_hi,
            Agent.name,
            Release.catalogue_no,
            Release.country,
            Release.format_text,
        )
        .join(Release, Release.entry_id == Entry.id)
        .outerjoin(Agent, Agent.id == Release.label_id)
    )
    numbers = _numbers(EntryKind.RELEASE)
    return [
        Described(
            **_common(entry_id, title, lo, hi, numbers),
            label=folding.name_key(label or ""),
            catalogue_no=number or "",
            country=country or "",
            format=carrier or "",
        )
        for entry_id, title, lo, hi, label, number, country, carrier in _rows(query)
    ]


def _rows(query: Any) -> Iterator[Any]:
    shown = query.where(Entry.status != Status.WITHDRAWN).execution_options(yield_per=BATCH)
    yield from db.session.execute(shown)


def _common(entry_id: int, title: str, lo: int | None, hi: int | None, numbers: Numbers) -> dict[str, Any]:
    year = lo // 10_000 if lo is not None and hi is not None and lo // 10_000 == hi // 10_000 else None
    return {
        "id": entry_id,
        "title": title,
        "title_key": folding.fold(title),
        "day": lo if lo == hi else None,
        "year": year,
        "numbers": frozenset(one for one in numbers.get(entry_id, ()) if one[0] != MATRIX),
    }


def _numbers(kind: EntryKind) -> dict[int, set[tuple[str, str]]]:
    found: dict[int, set[tuple[str, str]]] = defaultdict(set)
    query = (
        select(Identifier.entry_id, Identifier.scheme, Identifier.value)
        .join(Entry, Entry.id == Identifier.entry_id)
        .where(Entry.kind == kind, Identifier.scheme.in_((*OF_ONE, MATRIX)))
    )
    for entry_id, scheme, value in _rows(query):
        found[entry_id].add((scheme, value))
    return found


def _matrix(numbers: Numbers, entry_id: int) -> str:
    """Return the matrix number among the identifiers, if there is but one."""
    known = [value for scheme, value in numbers.get(entry_id, ()) if scheme == MATRIX]
    return known[0] if len(known) == 1 else ""
