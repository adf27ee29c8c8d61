"""A small collection that both engines are asked about, a larger one drawn by chance, and counts made by hand."""

import random
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any

from catalogue import pids
from catalogue.search.document import Bearer, Document, Part, year_span
from catalogue.search.query import SearchQuery

TODAY = date(2026, 11, 22)

WEBSTER, BAKER, HOGENDOORN, TERWINDT, WIJNGAARDE = (
    pids.derive(name) for name in ("Webster", "Baker", "Hogendoorn", "Terwindt", "Wijngaarde")
)
_TENOR = ("Tenorsaxofoon", "Tenor saxophone", "ts")
_TRUMPET = ("Trompet", "Trumpet", "tp")


def document(title: str, *bearers: Bearer, **facts: Any) -> Document:
    """A recording; a test changes what matters."""
    made = Document(pid=pids.derive(title), kind="recording", titles=(title,), bearers=bearers)
    return replace(made, **facts)


def person(name: str, *instruments: str, names: Sequence[str] = (), part: Part = Part.PERSON) -> Bearer:
    """Somebody in an entry."""
    return Bearer(part, name, (name, *names), instruments)


BLUE_HOUR = document(
    "Blauw uur",
    person("Kwintet Joop Terwindt", part=Part.LEADER),
    person("Lies Hogendoorn", *_TRUMPET),
    person("Ben Webster", "piano"),
    person("Omroep Rijnmond", part=Part.LABEL),
    subjects=("opname", "recording", "Trompet", "Trumpet", "tp", "1958"),
    places=("Zaal Katendrecht", "Rotterdam"),
    prose=("Het kwintet speelt na middernacht, als de havenploeg van de late dienst binnenkomt.",),
    marks=("NR-0412", "8 714 012"),
    persons=(TERWINDT, HOGENDOORN, WEBSTER),
    players=(HOGENDOORN, WEBSTER),
    leaders=(TERWINDT,),
    plays=(f"{HOGENDOORN}/trumpet",),
    instruments=("trumpet",),
    occasion="night-1",
    reuse="direct",
    lo=19580314,
    hi=19580314,
    price=2500,
    added=4,
)
BLUE_TRAIN = document(
    "De blauwe trein",
    person("Edgar Wijngaarde"),
    person("Ben Webster", *_TENOR),
    person("Chet Baker", *_TRUMPET),
    subjects=("opname", "recording", "Tenorsaxofoon", "Trompet", "1955", "1956", "1957", "1958"),
    prose=("Een uur later.",),
    persons=(WIJNGAARDE, WEBSTER, BAKER),
    players=(WIJNGAARDE, WEBSTER, BAKER),
    plays=(f"{WEBSTER}/tenor", f"{BAKER}/trumpet"),
    instruments=("tenor", "trumpet"),
    occasion="night-2",
    reuse="on_request",
    lo=19550101,
    hi=19581231,
    price=1500,
    added=3,
)
STATION = document(
    "Achter het station",
    person("Edgar Wijngaarde", *_TENOR, names=("Eddy Wijngaard",)),
    titles=("Achter het station", "Behind the Station"),
    subjects=("opname", "recording", "Tenorsaxofoon", "Tenor saxophone", "1956"),
    persons=(WIJNGAARDE,),
    players=(WIJNGAARDE,),
    plays=(f"{WIJNGAARDE}/tenor",),
    instruments=("tenor",),
    occasion="night-2",
    lo=19560101,
    hi=19561231,
    added=2,
)
OPEN = document("M'Boom, live in de Big Band", subjects=("recording",), lo=19740101, added=1)
PHOTO = document(
    "Trompet van Terwindt, kleedkamer",
    person("Theo van Aalst"),
    kind="image",
    subjects=("beeld", "foto", "photo"),
    prose=("Een foto in de gang.",),
    embargo=20270101,
)
COLLECTION = (BLUE_HOUR, BLUE_TRAIN, STATION, OPEN, PHOTO)

WORDS = (
    "blauw", "nacht", "trein", "haven", "brug", "regen", "maan", "stad", "water", "lamp", "trompet", "kwintet", "uur",
)  # fmt: skip
FIRST = ("Ben", "Chet", "Lies", "Joop", "Rita", "Ann")
LAST = ("Webster", "Baker", "Hogendoorn", "Terwindt", "Reys", "Burton")
INSTRUMENTS = ("trumpet", "tenor", "piano", "bass", "drums")


def drawn(count: int, seed: int = 7) -> list[Document]:
    """Draw documents by chance, the same for the same seed."""
    chance = random.Random(seed)
    return [_drawn(chance, number) for number in range(count)]


def _drawn(chance: random.Random, number: int) -> Document:
    who = [f"{chance.choice(FIRST)} {chance.choice(LAST)}" for _ in range(chance.randint(0, 4))]
    plays = [(name, chance.choice(INSTRUMENTS)) for name in dict.fromkeys(who)]
    lo, hi = _dates(chance)
    title = " ".join(chance.sample(WORDS, chance.randint(1, 4)))
    return Document(
        pid=pids.derive(f"drawn {number}"),
        kind=chance.choice(("recording", "recording", "image", "session")),
        titles=(title,),
        bearers=tuple(person(name, instrument) for name, instrument in plays),
        prose=(" ".join(chance.choices(WORDS, k=chance.randint(0, 9))),),
        marks=(f"NR-{number:04}",),
        persons=tuple(sorted({pids.derive(name) for name, _ in plays})),
        players=tuple(sorted({pids.derive(name) for name, _ in plays})),
        leaders=tuple(pids.derive(name) for name, _ in plays[:1]),
        plays=tuple(sorted({f"{pids.derive(name)}/{code}" for name, code in plays})),
        occasion=pids.derive(f"occasion {number // 3}"),
        instruments=tuple(sorted({code for _, code in plays})),
        place_pids=(pids.derive(chance.choice(("Rotterdam", "Amsterdam", "Utrecht"))),),
        collections=(pids.derive("collection"),) if chance.random() < 0.4 else (),
        reuse=chance.choice(("direct", "on_request", "none", None)),
        lo=lo,
        hi=hi,
        price=chance.choice((None, 500, 1500, 2500)),
        embargo=20270101 if chance.random() < 0.1 else 0,
        added=chance.randint(0, 40),
    )


def _dates(chance: random.Random) -> tuple[int | None, int | None]:
    if chance.random() < 0.2:
        return None, None
    first = chance.randint(1935, 1995)
    last = first + chance.choice((0, 0, 0, 1, 4, 15))
    lo, hi = first * 10_000 + 101, last * 10_000 + 1231
    return chance.choice(((lo, hi), (lo, hi), (lo, hi), (lo, None), (None, hi)))


def public(documents: Iterable[Document], today: date = TODAY) -> list[Document]:
    """Return those that everybody may see."""
    number = today.year * 10_000 + today.month * 100 + today.day
    return [one for one in documents if one.embargo <= number]


def passes(one: Document, query: SearchQuery, but: str = "") -> bool:
    """Say whether a document passes the filters of a question, but one."""
    values = values_of(one)
    has_all = all(set(chosen) & values[name] for name, chosen in query.filters if name != but)
    return has_all and (not query.has_years or but == "years" or may_be(one, query))


@cache
def values_of(one: Document) -> dict[str, set[str]]:
    """Return what a document is filtered by."""
    values = {**one.values(), "decade": one.decades, "with": one.persons}
    return {name: set(found) for name, found in values.items()}


def may_be(one: Document, query: SearchQuery) -> bool:
    """Say whether a document may be of the years asked for."""
    lo, hi = _bounds(one)
    return lo <= hi and lo <= (query.to_year or 9999) and hi >= (query.from_year or 0)


def is_certain(one: Document, query: SearchQuery) -> bool:
    """Say whether a document is of the years asked for, whatever day it is of."""
    lo, hi = _bounds(one)
    return may_be(one, query) and lo >= (query.from_year or 0) and hi <= (query.to_year or 9999)


def _bounds(one: Document) -> tuple[int, int]:
    if one.lo is None and one.hi is None:
        return 9999, 0
    return (one.lo or 0) // 10_000, 9999 if one.hi is None else one.hi // 10_000


def counted(documents: Iterable[Document], name: str) -> dict[str, int]:
    """Count the values of a filter."""
    return dict(Counter(value for one in documents for value in values_of(one)[name]))


def years(documents: Iterable[Document]) -> dict[int, float]:
    """Count by year, what may be of n years 1/n in each."""
    shares: dict[int, float] = {}
    for one in documents:
        if span := year_span(one.lo, one.hi):
            first, last = span
            for year in range(first, last + 1):
                shares[year] = shares.get(year, 0.0) + 1 / (last - first + 1)
    return shares


def ordered(documents: Iterable[Document], query: SearchQuery) -> list[str]:
    """Put documents in an order that no words decide; those of the years asked for first."""
    keys: dict[str, Any] = {
        "added": lambda _one: 0,
        "oldest": lambda one: one.lo or one.hi or 99_999_999,
        "newest": lambda one: -(one.lo or one.hi or 0),
        "price": lambda one: 10**9 if one.price is None else one.price,
    }

    def place(one: Document) -> tuple[Any, ...]:
        doubt = query.has_years and not is_certain(one, query)
        return doubt, keys[query.sort](one), -one.added, one.pid

    return [one.pid for one in sorted(documents, key=place)]
