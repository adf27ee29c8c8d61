"""Everything of the made-up catalogue that does not depend on the number of a record: words, names, places.

Frequencies follow the law of Zipf and Mandelbrot. One seed, drawn from in a fixed order, so that each run on each
machine makes the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tests.benchmarks import vocabulary

SEED = 19190417
WORDS = 60_000  # of each language
PERSONS = 20_000
FAMOUS = 2_000  # of them, who lead ensembles
ENSEMBLES = 6_000
SURNAMES = 7_000
VENUES = 2_500
CITIES = 240
COLLECTIONS = 40

Shares = NDArray[np.float64]  # cumulative
Numbers = NDArray[np.int64]
Random = np.random.Generator


@dataclass(frozen=True)
class Ranking:
    """Values, frequent ones first, with the cumulative share of each."""

    values: tuple[str, ...]
    shares: Shares

    def choose(self, points: NDArray[np.float64]) -> Numbers:
        """Return the place of the value that each point between 0 and 1 falls on."""
        return np.minimum(np.searchsorted(self.shares, points), len(self.values) - 1)


@dataclass(frozen=True)
class Lexicon:
    """What records are put together from."""

    english: Ranking
    dutch: Ranking
    persons: Ranking
    plays: Numbers  # the instrument of each person
    ensembles: Ranking
    cities: Ranking
    venues: Ranking
    city_of_venue: Numbers
    collections: Ranking
    genres: Ranking


def make() -> Lexicon:
    """Invent all words and names. Takes two seconds."""
    random = np.random.default_rng(SEED)
    english, dutch = _languages(random)
    surnames = [word.capitalize() for word in _invented(random, SURNAMES, vocabulary.SURNAME_ENDINGS)]
    persons = _persons(random, surnames)
    plays = random.integers(0, len(vocabulary.INSTRUMENTS), PERSONS)
    ensembles = [_pair(random, persons[:FAMOUS], vocabulary.ENSEMBLES) for _ in range(ENSEMBLES)]
    invented_cities = _invented(random, CITIES - len(vocabulary.CITIES), vocabulary.CITY_ENDINGS)
    cities = _ranking([*vocabulary.CITIES, *(word.capitalize() for word in invented_cities)], 1.0, 2)
    venues = [_pair(random, surnames, vocabulary.VENUES) for _ in range(VENUES)]
    city_of_venue = np.searchsorted(cities.shares, random.random(VENUES))
    collections = [f"{_one_of(random, surnames)} collection" for _ in range(COLLECTIONS)]
    return Lexicon(
        english=english,
        dutch=dutch,
        persons=_ranking(persons, 0.95, 12),
        plays=plays,
        ensembles=_ranking(ensembles, 0.9, 10),
        cities=cities,
        venues=_ranking(venues, 0.95, 5),
        city_of_venue=city_of_venue,
        collections=_ranking(collections, 0.8, 1),
        genres=_ranking(vocabulary.GENRES, 0.9, 1),
    )


def _languages(random: Random) -> tuple[Ranking, Ranking]:
    english = _invented(random, WORDS, vocabulary.ENGLISH_ENDINGS)
    dutch = _invented(random, WORDS, vocabulary.DUTCH_ENDINGS)
    # Every fourth rare word is the same in both languages, as names and titles of tunes are.
    shared = [
        other if place % 4 else word for place, (word, other) in enumerate(zip(english, dutch, strict=True))
    ]
    return _language(vocabulary.ENGLISH, english), _language(vocabulary.DUTCH, shared)


def _language(frequent: Sequence[str], rare: Sequence[str]) -> Ranking:
    return _ranking(list(dict.fromkeys([*frequent, *rare]))[:WORDS], 1.04, 6.0)


def _persons(random: Random, surnames: Sequence[str]) -> list[str]:
    names: dict[str, None] = {}
    while len(names) < PERSONS:
        first, surname = _one_of(random, vocabulary.FIRST_NAMES), _one_of(random, surnames)
        names[f"{first}{_one_of(random, vocabulary.BETWEEN_NAMES)} {surname}"] = None
    return list(names)


def _pair(random: Random, names: Sequence[str], kinds: Sequence[str]) -> str:
    return f"{_one_of(random, names)} {_one_of(random, kinds)}"


def _one_of(random: Random, values: Sequence[str]) -> str:
    return values[int(random.integers(len(values)))]


def _invented(random: Random, count: int, endings: Sequence[str]) -> list[str]:
    """Make different words that can be pronounced."""
    words: dict[str, None] = {}
    while len(words) < count:
        syllables = int(random.integers(1, 4))
        word = "".join(_syllable(random) for _ in range(syllables)) + _one_of(random, endings)
        if 3 <= len(word) <= 18:
            words[word] = None
    return list(words)


def _syllable(random: Random) -> str:
    onset, vowel = _one_of(random, vocabulary.ONSETS), _one_of(random, vocabulary.VOWELS)
    return onset + vowel + (_one_of(random, vocabulary.CODAS) if random.random() < 0.6 else "")


def _ranking(values: Sequence[str], exponent: float, offset: float) -> Ranking:
    weights = 1.0 / np.power(np.arange(1, len(values) + 1) + offset, exponent)
    return Ranking(tuple(values), np.cumsum(weights / weights.sum()))
