"""Made-up jazz catalogues of any size, one JSON object to a line: the same on each machine, the small ones being
the beginning of the large ones.

Records come in chunks, each from random numbers of its own, drawn for the whole chunk at once.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tests.benchmarks import lexicon, vocabulary
from tests.benchmarks.lexicon import SEED, Lexicon, Numbers, Ranking

CHUNK = 5_000
FIRST_DAY, LAST_DAY = np.datetime64("1919-01-01"), np.datetime64("2020-12-31")
MAX_PERSONS = 12
KIND_SHARES = (0.46, 0.33, 0.06, 0.11, 0.04)
RIGHTS_SHARES = (0.48, 0.10, 0.22, 0.08, 0.07, 0.05)
LANGUAGE_SHARES = (0.44, 0.38, 0.05, 0.04, 0.09)
DUTCH_TEXTS = {0: 0.95, 1: 0.05}  # share of Dutch descriptions by language; half for the others
WITH_SOUND = ("recording", "broadcast", "interview")

Points = NDArray[np.float64]  # random, between 0 and 1


@dataclass(frozen=True)
class _Chunk:
    """All that was drawn for the records of a chunk, as columns."""

    columns: dict[str, NDArray[Any]]
    starts_of_persons: Numbers
    starts_of_words: Numbers
    lexicon: Lexicon


def name(size: int) -> str:
    """Return a short name of a size: 10k, 100k, 1m."""
    for unit, letter in ((1_000_000, "m"), (1_000, "k")):
        if size % unit == 0:
            return f"{size // unit}{letter}"
    return str(size)


def size_named(text: str) -> int:
    """Read a size; raise ValueError."""
    factor = {"k": 1_000, "m": 1_000_000}.get(text[-1:].lower(), 1)
    return int(text if factor == 1 else text[:-1]) * factor


def ensure(size: int, folder: Path) -> Path:
    """Return the file of a catalogue, written now if it is not there."""
    path = folder / f"catalogue-{name(size)}.jsonl"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(".unfinished")
        with unfinished.open("w", encoding="utf-8") as file:
            file.writelines(json.dumps(record, ensure_ascii=False) + "\n" for record in records(size))
        unfinished.replace(path)
    return path


def records(size: int) -> Iterator[dict[str, Any]]:
    """Make the first records of the catalogue."""
    words = lexicon.make()
    for start in range(0, size, CHUNK):
        yield from chunk(words, start // CHUNK, min(CHUNK, size - start))


def chunk(words: Lexicon, number: int, count: int) -> Iterator[dict[str, Any]]:
    """Make the records of one chunk."""
    drawn = _draw(words, number, count)
    for row in range(count):
        yield _record(drawn, row, number * CHUNK + row + 1)


def _draw(words: Lexicon, number: int, count: int) -> _Chunk:
    # The order of the draws is part of the format: another one gives another catalogue.
    random = np.random.default_rng([SEED, number])
    columns: dict[str, NDArray[Any]] = {"kind": random.choice(len(KIND_SHARES), count, p=KIND_SHARES)}
    columns["genre"] = words.genres.choose(random.random(count))
    columns["language"] = random.choice(len(LANGUAGE_SHARES), count, p=LANGUAGE_SHARES)
    columns["rights"] = random.choice(len(RIGHTS_SHARES), count, p=RIGHTS_SHARES)
    for column, ranking in (
        ("collection", words.collections),
        ("venue", words.venues),
        ("ensemble", words.ensembles),
    ):
        columns[column] = ranking.choose(random.random(count))
    columns["date"] = FIRST_DAY + _days(random.beta(2.6, 2.4, count))
    persons = 1 + np.minimum(random.geometric(0.28, count) - 1, MAX_PERSONS - 1)
    columns["person"] = words.persons.choose(random.random(persons.sum()))
    lengths = random.integers(40, 121, count)
    columns["title_length"] = random.integers(2, 7, count)
    columns["is_dutch"] = random.random(count) < _dutch_shares(columns["language"])
    _draw_words(columns, words, random, int((lengths + columns["title_length"]).sum()))
    columns["naming"] = random.random(count)
    columns["odd_instrument"] = random.random(len(columns["person"]))
    columns["sound"] = random.random(count)
    return _Chunk(columns, _starts(persons), _starts(lengths + columns["title_length"]), words)


def _days(points: Points) -> Numbers:
    # Most holdings are from the fifties to the eighties.
    return (points * int((LAST_DAY - FIRST_DAY).astype(int))).astype(np.int64)


def _dutch_shares(languages: Numbers) -> Points:
    return np.array([DUTCH_TEXTS.get(code, 0.5) for code in range(len(LANGUAGE_SHARES))])[languages]


def _draw_words(
    columns: dict[str, NDArray[Any]], words: Lexicon, random: np.random.Generator, count: int
) -> None:
    points = random.random(count)
    columns["english"], columns["dutch"] = words.english.choose(points), words.dutch.choose(points)
    columns["is_loan"] = random.random(count) < 0.04  # a word of the other language


def _starts(lengths: Numbers) -> Numbers:
    return np.concatenate([[0], np.cumsum(lengths)])


def _record(drawn: _Chunk, row: int, number: int) -> dict[str, Any]:
    columns, words = drawn.columns, drawn.lexicon
    texts, length = _texts(drawn, row), int(columns["title_length"][row])
    persons = _persons(drawn, row)
    title = " ".join(texts[:length]).capitalize()
    kind = vocabulary.KINDS[columns["kind"][row]]
    venue = int(columns["venue"][row])
    return {
        "id": f"jz{number:07d}",
        "title": f"{persons[0]['name']}: {title}" if columns["naming"][row] < 0.5 else title,
        "description": _sentences(texts[length:], row),
        "persons": persons,
        "ensemble": "" if kind == "interview" else _value(words.ensembles, columns["ensemble"][row]),
        "venue": _value(words.venues, venue),
        "city": _value(words.cities, words.city_of_venue[venue]),
        "date": str(columns["date"][row]),
        "kind": kind,
        "genre": _value(words.genres, columns["genre"][row]),
        "collection": _value(words.collections, columns["collection"][row]),
        "rights": vocabulary.RIGHTS[columns["rights"][row]],
        "language": vocabulary.LANGUAGES[columns["language"][row]],
        "has_audio": bool(kind in WITH_SOUND and columns["sound"][row] < 0.7),
    }


def _value(ranking: Ranking, place: int) -> str:
    return ranking.values[int(place)]


def _texts(drawn: _Chunk, row: int) -> list[str]:
    """Return the words of a title and its description."""
    part = slice(drawn.starts_of_words[row], drawn.starts_of_words[row + 1])
    english, dutch, loans = (drawn.columns[name][part].tolist() for name in ("english", "dutch", "is_loan"))
    is_dutch, values = bool(drawn.columns["is_dutch"][row]), drawn.lexicon
    return [
        values.dutch.values[second] if is_dutch != is_loan else values.english.values[first]
        for first, second, is_loan in zip(english, dutch, loans, strict=True)
    ]


def _persons(drawn: _Chunk, row: int) -> list[dict[str, str]]:
    start, end = drawn.starts_of_persons[row], drawn.starts_of_persons[row + 1]
    found: dict[int, dict[str, str]] = {}
    for place, person in enumerate(drawn.columns["person"][start:end].tolist(), start):
        # Some play another instrument than their own now and then.
        shift = 5 if drawn.columns["odd_instrument"][place] < 0.15 else 0
        instrument = (int(drawn.lexicon.plays[person]) + shift) % len(vocabulary.INSTRUMENTS)
        name_of_person = drawn.lexicon.persons.values[person]
        found.setdefault(person, {"name": name_of_person, "instrument": vocabulary.INSTRUMENTS[instrument]})
    return list(found.values())


def _sentences(words: list[str], row: int) -> str:
    written = list(words)
    start = 0
    while start < len(written):
        end = min(start + 7 + (start * 7 + row) % 9, len(written) - 1)
        written[start] = written[start].capitalize()
        written[end] += "."
        start = end + 1
    return " ".join(written)
