"""Texts of documents folded and cut into words, with what was done once remembered. Pure."""

from collections.abc import Iterator
from functools import lru_cache

from catalogue import folding
from catalogue.search.document import Document

_REMEMBERED = 200_000


def texts(one: Document) -> list[str]:
    """All texts of a document in which words may stand."""
    names = [name for bearer in one.bearers for name in bearer.names]
    return [*one.titles, *names, *one.subjects, *one.places, *one.prose]


@lru_cache(_REMEMBERED)
def folded(text: str) -> str:
    """A text without case and accents."""
    return folding.fold(text)


@lru_cache(_REMEMBERED)
def words(text: str) -> tuple[str, ...]:
    """The words of a text in all ways in which they may be looked for."""
    return tuple(folding.words(text))


@lru_cache(_REMEMBERED)
def plain_words(text: str) -> tuple[str, ...]:
    """The words of a text as they are written, folded."""
    return tuple(" ".join(ways[0]) for ways in folding.readings(text))


@lru_cache(_REMEMBERED)
def runs(text: str) -> tuple[str, ...]:
    """All runs of words side by side in a text."""
    return tuple(dict.fromkeys(_runs(plain_words(text))))


def number(text: str) -> str:
    """A number without case, spaces and signs."""
    return "".join(c for c in folded(text) if c.isalnum())


def _runs(found: tuple[str, ...]) -> Iterator[str]:
    for start in range(len(found)):
        for end in range(start + 1, len(found) + 1):
            yield " ".join(found[start:end])
