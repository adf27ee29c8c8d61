"""Pairs of names in the Weimar Jazz Database that are close in spelling: 33 of the 499 names of its line-ups and
performers, by the share of letters that stand in the same order (0.9 or more)."""

import csv
from difflib import SequenceMatcher
from itertools import combinations
from pathlib import Path

from catalogue.search.document import Part
from tests.relevance import spelling
from tests.relevance.corpora import SOLOS, Corpus
from tests.relevance.shelves import Pids

ALIKE = 0.9

Pair = tuple[str, str]


def pairs(real_data: Path) -> list[Pair]:
    """List the pairs, in alphabetical order."""
    return [(a, b) for a, b in combinations(sorted(names(real_data)), 2) if _are_alike(a, b)]


def names(real_data: Path) -> set[str]:
    """Return all names of the line-ups and the performers, as written."""
    with (real_data / SOLOS).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    found = {part.partition("(")[0].strip() for row in rows for part in row["lineup"].split(";")}
    return (found | {row["performer"] for row in rows}) - {""}


def finds_the_other(corpus: Corpus, asked: str, other: str) -> bool:
    """Whether a search for one name finds an entry that bears the other and not the one asked for."""
    wanted = bearers(corpus, other) - bearers(corpus, asked)
    return not wanted or bool(wanted.intersection(corpus.find_all(asked)))


def bearers(corpus: Corpus, name: str, *, is_folded: bool = False) -> Pids:
    """Which entries credit somebody under exactly this name; `is_folded`: whatever its case and accents."""
    written = spelling.folded if is_folded else str
    return frozenset(
        one.pid
        for one in corpus.documents
        for bearer in one.bearers
        if bearer.part is not Part.LABEL and written(name) in map(written, bearer.names)
    )


def _are_alike(a: str, b: str) -> bool:
    matcher = SequenceMatcher(None, a, b)
    return matcher.real_quick_ratio() >= ALIKE and matcher.quick_ratio() >= ALIKE and matcher.ratio() >= ALIKE
