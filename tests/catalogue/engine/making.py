"""Segments made for a test from a few documents, and the documents to make them from."""

import random
import secrets
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from hypothesis import strategies as st

from catalogue import pids
from catalogue.search.document import Bearer, Document, Part
from catalogue.search.engine import snapshot
from catalogue.search.engine.inverting import Collector
from catalogue.search.engine.joining import join
from catalogue.search.engine.packing import Writer
from catalogue.search.engine.segment import Segment
from catalogue.search.engine.shape import CATALOGUE, Shape
from catalogue.search.engine.snapshot import Snapshot
from catalogue.search.engine.sources import Source

WORDS = (
    "blue", "blues", "night", "nights", "treinen", "trein", "tenor", "big", "band", "bigband", "m'boom",
    "boom", "'58", "1958", "of", "een", "œuvre", "blau", "R&B", "ночь",
)  # fmt: skip
NAMES = (
    "Ben Webster",
    "Webster",
    "Wayne Shorter",
    "Shorter Ben",
    "Big Ben",
    "Blue Night Band",
    "J.J. Johnson",
    "Ночь",
)
INSTRUMENTS = ("tenor", "tenor saxophone", "trumpet", "big drum")


def document(number: int, title: str = "", **facts: object) -> Document:
    """A recording of its own, known by a number."""
    made = Document(pid=pids.derive(f"made {number}"), kind="recording", titles=(title or f"take {number}",))
    return replace(made, **facts)  # type: ignore[arg-type]


def person(*names: str, instruments: Sequence[str] = (), part: Part = Part.PERSON) -> Bearer:
    """Somebody with all spellings of the name."""
    return Bearer(part, names[0], names, tuple(instruments))


def documents(least: int = 1, most: int = 8) -> st.SearchStrategy[list[Document]]:
    """Draw documents, each with a pid of its own; by a seed, as drawing each word takes a hundred times as long."""
    return st.builds(drawn, st.integers(least, most), st.integers(0, 1_000_000))


def drawn(count: int, seed: int) -> list[Document]:
    """Draw documents by chance, the same for the same seed."""
    chance = random.Random(seed)
    return [_drawn(chance, number) for number in range(count)]


def _drawn(chance: random.Random, number: int) -> Document:
    return Document(
        pid=pids.derive(f"drawn {number}"),
        kind=chance.choice(("recording", "image")),
        titles=tuple(_text(chance, 4) for _ in range(chance.randint(1, 2))),
        bearers=tuple(_bearer(chance) for _ in range(chance.randint(0, 3))),
        subjects=tuple(_text(chance, 2) for _ in range(chance.randint(0, 2))),
        places=tuple(_text(chance, 1) for _ in range(chance.randint(0, 1))),
        prose=tuple(_text(chance, 8) for _ in range(chance.randint(0, 2))),
        marks=tuple(chance.sample(("NR-0412", "nr 412", "BLUE-58"), chance.randint(0, 2))),
        persons=tuple(chance.sample("abc", chance.randint(0, 3))),
        leaders=tuple(chance.sample("abc", chance.randint(0, 1))),
        reuse=chance.choice(("direct", "none", None)),
        lo=chance.choice((None, 19580314, 19600101)),
        hi=chance.choice((None, 19600101, 19721231)),
        price=chance.choice((None, 0, 2500)),
        added=chance.randint(0, 3),
    )


def _text(chance: random.Random, longest: int) -> str:
    return " ".join(chance.choices(WORDS, k=chance.randint(1, longest)))


def _bearer(chance: random.Random) -> Bearer:
    names = chance.sample(NAMES, chance.randint(1, 2))
    played = chance.sample(INSTRUMENTS, chance.randint(0, 2))
    return person(*names, instruments=played, part=chance.choice(list(Part)))


def collected(documents: Sequence[Document], shape: Shape = CATALOGUE) -> Source:
    """Turn documents round, in memory."""
    collector = Collector(shape)
    for one in documents:
        collector.add(one)
    return Source(collector.arrays())


def written(folder: Path, documents: Sequence[Document], shape: Shape = CATALOGUE) -> Segment:
    """Write documents as one segment and open it."""
    return joined(folder, [collected(documents, shape)], shape)


def joined(folder: Path, sources: Sequence[Source], shape: Shape = CATALOGUE) -> Segment:
    """Join sources to one segment and open it."""
    path = folder / f"{secrets.token_hex(8)}.seg"
    join(sources, shape, Writer(path))
    return Segment(path, path.stem, shape.names)


def state(
    folder: Path,
    parts: Sequence[Sequence[Document]],
    deleted: Sequence[Sequence[int]] = (),
    shape: Shape = CATALOGUE,
) -> Snapshot:
    """Write a segment for each part and open them as one state, some of their documents deleted."""
    gone = [np.array(sorted(numbers), np.int64) for numbers in deleted] or [np.empty(0, np.int64)] * len(
        parts
    )
    opened = [(written(folder, part, shape), numbers) for part, numbers in zip(parts, gone, strict=True)]
    return Snapshot(shape, opened, snapshot.new_memory())
