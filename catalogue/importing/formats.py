"""Formats of releases, by the words of a source; and the codes of words that a vocabulary takes as they are. Pure."""

import re
import tomllib
from functools import lru_cache
from pathlib import Path

from catalogue import folding
from catalogue.importing.publications import PlannedTerm
from catalogue.terms import TermScheme

LIST = Path(__file__).with_name("formats.toml")


def find(text: str) -> PlannedTerm | None:
    """Find the format that a description of a carrier means: "2 × Vinyl, LP, Album" is an LP; None for other words."""
    said = set(re.split(r"[^\w-]+", folding.fold(text)))
    return next((term for wanted, term in _list() if wanted <= said), None)


def taken_as_it_is(scheme: TermScheme, word: str) -> PlannedTerm:
    """Make a term of a source's own word, the same in both languages until somebody translates it."""
    return PlannedTerm(scheme, code(word), word, word)


def code(word: str) -> str:
    """Make a code of a word: lower case without accents, joined by underscores."""
    return "_".join(re.findall(r"[^\W_]+", folding.fold(word))) or "_"


@lru_cache(maxsize=1)
def _list() -> tuple[tuple[frozenset[str], PlannedTerm], ...]:
    data = tomllib.loads(LIST.read_text(encoding="utf-8"))
    return tuple(
        (frozenset(wanted), PlannedTerm(TermScheme.FORMAT, row["code"], row["nl"], row["en"]))
        for row in data["format"]
        for wanted in row["words"]
    )
