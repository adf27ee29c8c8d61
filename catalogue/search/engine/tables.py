"""What is worked out from a finished segment so that questions need not: orders, years, stems, shapes of words."""

from collections.abc import Iterable, Mapping, Sequence
from zlib import crc32

import numpy as np

from catalogue.search import analysis
from catalogue.search.compounds import Compounds
from catalogue.search.engine import columns
from catalogue.search.engine.inverting import OPEN_YEAR
from catalogue.search.engine.packing import Array
from catalogue.search.engine.shape import STEMMED, Shape

LAST = np.iinfo(np.int64).max
SPAN = "span"
MAX_JOINT = 1 << 16  # combinations of values: a number of two bytes for each document


def of_documents(facts: Mapping[str, Array]) -> dict[str, Array]:
    """Put the documents in each order, and number the ranges of years that they may be of."""
    found: dict[str, Array] = {}
    for name, order in _orders(facts).items():
        ranks = np.empty(len(order), np.uint32)
        ranks[order] = np.arange(len(order), dtype=np.uint32)
        found |= {f"order.{name}": order.astype(np.int32), f"rank.{name}": ranks}
    return found | _spans(facts)


def joint(
    facts: Mapping[str, Array], shape: Shape
) -> tuple[dict[str, Array], list[tuple[list[str], list[int]]]]:
    """Join columns of one value each, so that they are counted in one pass; say which, with their sizes."""
    sizes = {name: len(facts[f"{name}.ends"]) for name in shape.counted if f"{name}.one" in facts}
    sizes[SPAN] = len(facts["span.lo"]) + 1
    groups: list[list[str]] = []
    for name in sorted(sizes, key=sizes.__getitem__):
        for group in groups:
            if sizes[name] * int(np.prod([sizes[other] for other in group])) <= MAX_JOINT:
                group.append(name)
                break
        else:
            groups.append([name])
    found: dict[str, Array] = {}
    notes: list[tuple[list[str], list[int]]] = []
    for group in (group for group in groups if len(group) > 1):
        dims = [sizes[name] for name in group]
        codes = np.ravel_multi_index([facts[f"{name}.one"] for name in group], dims)
        found[f"joint.{len(notes)}"] = codes.astype(columns.smallest(int(np.prod(dims))))
        notes.append((group, dims))
    return found, notes


def of_words(words: Sequence[bytes], any_bits: Array, counts: Array, shape: Shape) -> dict[str, Array]:
    """Note the letters of each word, which words of prose share a stem, and which are made of others."""
    found = {"word.any_bits": any_bits, "word.letters": _letters(words)}
    prose = np.flatnonzero(any_bits & STEMMED).tolist() if shape.languages else []
    texts = {number: words[number].decode("utf-8", "surrogatepass") for number in prose}
    stems = ((key, number) for number, text in texts.items() for key in stem_keys(text, shape.languages))
    found |= _keyed("stem", stems)
    known = Compounds((text, int(counts[number]), True) for number, text in texts.items())
    halves = (
        (key, number)
        for number, text in texts.items()
        for half in known.split(text)
        for key in stem_keys(half, shape.languages)
    )
    return found | _keyed("half", halves)


def stem_keys(word: str, languages: Sequence[str]) -> list[int]:
    """Return the numbers under which words of one stem are kept, one for each language."""
    return [
        crc32(f"{lang}:{analysis.stem(lang, word)}".encode("utf-8", "surrogatepass")) for lang in languages
    ]


def letters_of(word: bytes) -> int:
    """Return which letters a word has, and which twice, as bits: a slip of the pen changes two at most."""
    return int(_letters([word])[0])


def _keyed(name: str, pairs: Iterable[tuple[int, int]]) -> dict[str, Array]:
    """Make a table of keys, ascending, and the word that each leads to."""
    table = np.array(sorted(set(pairs)), np.uint32).reshape(-1, 2)
    return {f"{name}.keys": table[:, 0].copy(), f"{name}.words": table[:, 1].copy()}


def _orders(facts: Mapping[str, Array]) -> dict[str, Array]:
    # Equals come newest in the register first, then in the order of their pids.
    day, price = facts["doc.day"].astype(np.int64), facts["doc.price"].astype(np.int64)
    ties = (facts["pid.one"], -facts["doc.added"])
    return {
        "added": np.lexsort(ties),
        "oldest": np.lexsort((*ties, np.where(day == 0, LAST, day))),
        "newest": np.lexsort((*ties, np.where(day == 0, 1, -day))),
        "price": np.lexsort((*ties, np.where(price < 0, LAST, price))),
    }


def _spans(facts: Mapping[str, Array]) -> dict[str, Array]:
    lo, hi = facts["doc.lo"].astype(np.int64), facts["doc.hi"].astype(np.int64)
    pairs, codes = np.unique(lo * (OPEN_YEAR + 1) + hi, return_inverse=True)
    return {
        "span.one": codes.astype(columns.smallest(len(pairs) + 1)),
        "span.lo": (pairs // (OPEN_YEAR + 1)).astype(np.int16),
        "span.hi": (pairs % (OPEN_YEAR + 1)).astype(np.int16),
    }


def _letters(words: Sequence[bytes]) -> Array:
    """Set for each word a bit for each sort of letter it has, and another for one it has twice."""
    found = np.zeros(len(words), np.uint64)
    texts = [word.decode("utf-8", "surrogatepass") for word in words]
    sizes = np.fromiter(map(len, texts), np.int64, len(texts))
    joined = "".join(texts).encode("utf-32-le", "surrogatepass")
    letters = np.frombuffer(joined, np.uint32).astype(np.int64) & 31
    if not len(letters):
        return found
    keys = np.repeat(np.arange(len(words)), sizes) * 32 + letters
    different, counts = np.unique(keys, return_counts=True)
    bits = np.left_shift(np.uint64(1), (different % 32).astype(np.uint64))
    bits |= np.where(counts > 1, bits << np.uint64(32), np.uint64(0))
    np.bitwise_or.at(found, different // 32, bits)
    return found
