"""Names that a source spells in two ways, each with entries of its own: who asks for one must find the other too."""

from pathlib import Path

import pytest

from tests.relevance import misspelt
from tests.relevance.corpora import Corpus

pytestmark = pytest.mark.real_data

AT_LEAST = 30  # of the 33, in both directions


@pytest.fixture(scope="module")
def pairs(real_data: Path) -> list[misspelt.Pair]:
    return misspelt.pairs(real_data)


def test_the_file_holds_33_pairs_of_names_close_in_spelling(pairs: list[misspelt.Pair]) -> None:
    assert len(pairs) == 33
    assert ("John Coltane", "John Coltrane") in pairs
    assert ("Wane Shorter", "Wayne Shorter") in pairs


def test_a_search_for_either_name_finds_entries_of_the_other(
    solos: Corpus, pairs: list[misspelt.Pair]
) -> None:
    both_ways = [*pairs, *((b, a) for a, b in pairs)]

    lost = {(asked, other) for asked, other in both_ways if not misspelt.finds_the_other(solos, asked, other)}

    joined = [(a, b) for a, b in pairs if not lost & {(a, b), (b, a)}]
    assert len(joined) >= AT_LEAST, f"not found by the other's name: {sorted(lost)}"


def test_the_spelling_asked_for_comes_first(solos: Corpus, pairs: list[misspelt.Pair]) -> None:
    for asked in sorted({name for pair in pairs for name in pair}):
        own = misspelt.bearers(solos, asked, is_folded=True)

        assert not own or solos.find(asked).pids[0] in own, asked
