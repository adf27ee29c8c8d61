"""The questions put to every engine: fifteen kinds, always the same ones.

Words are taken from the first ten thousand records, so that what should be found is found at each size.
"""

import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

from tests.benchmarks import catalogues, records
from tests.benchmarks.records import KEYS, Record

SAMPLE = 10_000
SEED = 42

_STOPS = """
    van de der in was is the het of een and en a met to op with te at voor door by bij for uit on naar from dat zijn
    aan om his na who
"""
STOP_WORDS = frozenset(_STOPS.split())
PHRASES = ("big band", "all stars", "festival tent", "van de", "played the")
FILTERS_TOGETHER = (
    ("kind",),
    ("genre", "kind"),
    ("decade",),
    ("city", "kind"),
    ("collection", "language", "has_audio"),
)


@dataclass(frozen=True)
class Question:
    """What is asked: usually one of the texts, and perhaps filters, an order and a page."""

    kind: str = ""
    number: int = 0  # among its kind
    words: tuple[str, ...] = ()  # all of them
    any_of: tuple[str, ...] = ()
    phrase: tuple[str, ...] = ()
    person: tuple[str, ...] = ()  # words of names
    prefix: str = ""
    fuzzy: str = ""  # one letter lost
    filters: tuple[tuple[str, str], ...] = ()
    days: tuple[int, int] | None = None  # yyyymmdd
    newest_first: bool = False
    page: int = 1
    begun: str = ""  # letters to suggest words for
    misspelt: str = ""  # a word to find the right one for


@dataclass(frozen=True)
class _Pools:
    """Words by how frequent they are, values of filters, and the records themselves."""

    common: list[str]  # in more than a tenth of the records
    mid: list[str]
    low: list[str]
    rare: list[str]
    long: list[str]  # of mid and low
    values: dict[str, list[str]]
    sample: list[Record]
    per_kind: int
    is_large: bool


Maker = Callable[[_Pools, int], Question]


def make(folder: Path, size: int, per_kind: int) -> list[Question]:
    """Make the questions for a catalogue of a size; `folder` holds or gets the sample."""
    sample = list(records.read(catalogues.ensure(SAMPLE, folder)))
    pools = _pools(sample, size, per_kind)
    return [
        replace(maker(pools, number), kind=kind, number=number)
        for kind, maker in _MAKERS.items()
        for number in range(per_kind)
    ]


def _pools(sample: list[Record], size: int, per_kind: int) -> _Pools:
    having = Counter(chain.from_iterable(set(records.words(record.everything)) for record in sample))
    count = len(sample)
    frequent = [
        word
        for word in sorted(having, key=lambda w: (-having[w], w))
        if word not in STOP_WORDS and len(word) > 2
    ]
    mid = [word for word in frequent if count * 0.01 < having[word] <= count * 0.08]
    low = [word for word in frequent if 20 <= having[word] <= count * 0.005]
    rare = [word for word in frequent if having[word] <= 3 and len(word) >= 5 and word.isascii()]
    random.Random(SEED).shuffle(rare)
    return _Pools(
        common=[word for word in frequent if having[word] > count * 0.10],
        mid=mid,
        low=low,
        rare=rare,
        long=[word for word in mid + low if len(word) >= 6 and word.isascii()],
        values=_values(sample),
        sample=sample,
        per_kind=per_kind,
        is_large=size >= 100_000,
    )


def _values(sample: Iterable[Record]) -> dict[str, list[str]]:
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for record in sample:
        for key in KEYS:
            counts[key][record.keys[key]] += 1
    return {key: [value for value, _ in counts[key].most_common(8)] for key in KEYS}


def _pick(pool: Sequence[str], number: int) -> str:
    return pool[number * 7919 % len(pool)]


def _rare(pools: _Pools, number: int) -> Question:
    return Question(words=(pools.rare[number],))


def _common(pools: _Pools, number: int) -> Question:
    return Question(words=(pools.common[number * len(pools.common) // pools.per_kind],))


def _and(pools: _Pools, number: int) -> Question:
    common, mid, low = pools.common, pools.mid, pools.low
    together = ((common, common), (common, mid), (mid, mid), (common, low), (common, common, mid))[number % 5]
    words: list[str] = []
    for place, pool in enumerate(together):
        word = _pick(pool, number * 3 + place + 1)
        words.append(word if word not in words else _pick(pool, number * 3 + place + 17))
    return Question(words=tuple(words))


def _or(pools: _Pools, number: int) -> Question:
    common, mid, low = pools.common, pools.mid, pools.low
    together = ((common, common), (common, mid), (mid, low), (mid, mid, mid), (pools.rare, common))[
        number % 5
    ]
    return Question(any_of=tuple(_pick(pool, number * 5 + place + 2) for place, pool in enumerate(together)))


def _phrase(pools: _Pools, number: int) -> Question:
    if number < len(PHRASES):
        return Question(phrase=tuple(PHRASES[number].split()))
    words = records.words(pools.sample[number * 613 % len(pools.sample)].texts["description"])
    start = number * 5 % (len(words) - 3)
    return Question(phrase=tuple(words[start : start + 2 + number % 2]))


def _person(pools: _Pools, number: int) -> Question:
    record = pools.sample[number * 401 % len(pools.sample)]
    return Question(person=tuple(records.words(record.names[0])))


def _prefix(pools: _Pools, number: int) -> Question:
    word = _pick(pools.mid if number % 2 else pools.low, number + 3)
    return Question(prefix=word[: max(4, len(word) - 2)])


def _fuzzy(pools: _Pools, number: int) -> Question:
    word = _pick(pools.long, number + 5)
    lost = 2 + number % (len(word) - 3)
    return Question(fuzzy=word[:lost] + word[lost + 1 :])


def _browse(pools: _Pools, number: int) -> Question:
    names = FILTERS_TOGETHER[number % 5]
    chosen = ((name, (number + place) % min(len(pools.values[name]), 5)) for place, name in enumerate(names))
    return Question(filters=tuple((name, pools.values[name][rank]) for name, rank in chosen))


def _filtered(pools: _Pools, number: int) -> Question:
    year = 1945 + number * 3 % 50
    return Question(
        words=(_pick(pools.common if number % 2 else pools.mid, number + 11),),
        filters=(
            ("kind", pools.values["kind"][number % 3]),
            ("language", pools.values["language"][number % 2]),
        ),
        days=(year * 10_000 + 101, (year + 15) * 10_000 + 1231),
    )


def _sorted(pools: _Pools, number: int) -> Question:
    return Question(words=(_pick(pools.common, number * 2 + 1),), newest_first=True)


def _deep(pools: _Pools, number: int) -> Question:
    asked = (
        Question(),
        Question(words=(pools.common[0],)),
        Question(words=(pools.common[1],)),
        Question(filters=(("kind", "recording"),)),
        Question(words=("van",)),
    )[number % 5]
    first_page = 500 if pools.is_large else 50
    return replace(asked, page=first_page + number // 5, newest_first=bool(number // 5 % 2))


def _everything(_pools: _Pools, number: int) -> Question:
    return Question(page=1 + number)


def _suggest(pools: _Pools, number: int) -> Question:
    return Question(begun=_pick(pools.mid if number % 2 else pools.low, number * 2 + 9)[:3])


def _did_you_mean(pools: _Pools, number: int) -> Question:
    word = _pick(pools.long, number * 3 + 1)
    at = 1 + number % (len(word) - 2)
    letter = "e" if word[at] != "e" else "a"
    slips = (
        word[:at] + word[at + 1 :],
        word[:at] + word[at] + word[at:],
        word[:at] + letter + word[at + 1 :],
    )
    return Question(misspelt=slips[number % 3])


_MAKERS: dict[str, Maker] = {
    "rare": _rare,
    "common": _common,
    "and": _and,
    "or": _or,
    "phrase": _phrase,
    "field": _person,
    "prefix": _prefix,
    "fuzzy": _fuzzy,
    "browse": _browse,
    "filtered": _filtered,
    "sortdate": _sorted,
    "deep": _deep,
    "matchall": _everything,
    "suggest": _suggest,
    "didyoumean": _did_you_mean,
}

KINDS = tuple(_MAKERS)
WORD_KINDS = ("suggest", "didyoumean")  # answered with words; the others with a page
