"""From documents to the plain arrays of a segment: what each document says, turned round to where each word is.

The first half, per word and in Python, only looks words up and counts; the rest is done by numpy for all at once.
"""

import hashlib
import json
import zlib
from array import array
from collections.abc import Sequence
from itertools import chain

import numpy as np

from catalogue import folding
from catalogue.folding import Reading
from catalogue.search import analysis, marking
from catalogue.search.document import Bearer, Document
from catalogue.search.document import Part as BearerPart
from catalogue.search.engine import weighing
from catalogue.search.engine.columns import ColumnWriter
from catalogue.search.engine.packing import Array
from catalogue.search.engine.shape import (
    BLOCK,
    BLOCK_BITS,
    CODES,
    GAP,
    LABEL_BLOCK,
    LEADER_BLOCK,
    MAX_WORD,
    NO_BLOCK,
    PERSON_BLOCK,
    Shape,
)
from catalogue.search.marking import Shown

_BLOCKS = {
    BearerPart.PERSON: (PERSON_BLOCK, CODES["person"]),
    BearerPart.LEADER: (LEADER_BLOCK, CODES["leader"]),
    BearerPart.LABEL: (LABEL_BLOCK, CODES["label"]),
}
_DESCRIBED = frozenset({"image", "session", "collection"})  # titles of these are the archive's own words

_NUMBERS = {
    "added": np.int64,
    "day": np.int32,
    "price": np.int32,
    "embargo": np.int32,
    "lo": np.int16,
    "hi": np.int16,
}

OPEN_YEAR = 9_999
NO_PRICE = -1


class _Runs(dict[str, tuple[int, ...]]):
    """The numbers of the words in a run of letters; -1 where a text must be read as a whole."""

    def __init__(self, vocabulary: dict[str, int]) -> None:
        super().__init__()
        self._vocabulary = vocabulary

    def __missing__(self, run: str) -> tuple[int, ...]:
        numbers = tuple(map(self._number, folding.readings(run)))
        if len(run) <= MAX_WORD:
            self[run] = numbers
        return numbers

    def _number(self, reading: Reading) -> int:
        if len(reading) > 1 or len(reading[0]) > 1 or folding.may_join(reading):
            return -1
        return self._vocabulary.setdefault(reading[0][0][:MAX_WORD], len(self._vocabulary))


class Collector:
    """Takes in documents one by one; `arrays` gives the segment that they make."""

    def __init__(self, shape: Shape) -> None:
        self.size = 0
        self._vocabulary: dict[str, int] = {}
        self._runs = _Runs(self._vocabulary)
        # Words in runs: each run is some words one after another, in one part of one document.
        self._words = array("I")
        self._run_sizes, self._run_docs = array("I"), array("I")
        self._run_places, self._run_parts = array("Q"), array("B")
        self._starts = array("Q", [0])  # place of the first word of each document
        self._blocks: list[tuple[int, int]] = []
        self._numbers = {name: array("q") for name in _NUMBERS}
        self._wholes, self._whole_docs = array("Q"), array("I")
        self._texts: list[bytes] = []
        self._digests = bytearray()
        self._columns = {name: ColumnWriter() for name in (*shape.names, "pid", "mark")}

    def add(self, document: Document) -> None:
        """Take in a document."""
        place = self._starts[-1]
        for part, text in _texts(document):
            place = self._text(text, CODES[part], place) + GAP
        place = _next_block(place)
        for bearer in document.bearers:
            place = self._bearer(bearer, place)
        self._starts.append(_next_block(place))
        self._facts(document)
        self.size += 1

    def arrays(self) -> dict[str, Array]:
        """Return the arrays of all documents taken in."""
        words, order = _sorted_words(self._vocabulary)
        starts = np.frombuffer(self._starts, np.uint64).astype(np.int64)
        found = weighing.postings(self._tokens(), order, self.size)
        found |= weighing.lexicon(words)
        found |= {"doc.starts": starts, "blocks": self._block_kinds(int(starts[-1]) >> BLOCK_BITS)}
        for name, values in self._numbers.items():
            found[f"doc.{name}"] = np.frombuffer(values, np.int64).astype(_NUMBERS[name])
        found["doc.digests"] = np.frombuffer(bytes(self._digests), np.uint8)
        found["text.blob"] = np.frombuffer(b"".join(self._texts), np.uint8)
        found["text.ends"] = weighing.ends(self._texts)
        found["whole.keys"] = np.frombuffer(self._wholes, np.uint64)
        found["whole.docs"] = np.frombuffer(self._whole_docs, np.uint32).astype(np.int32)
        for name, column in self._columns.items():
            found |= column.arrays(name)
        return found

    def _text(self, text: str, part: int, place: int) -> int:
        """Take in a text at a place; return the place after it."""
        numbers = list(chain.from_iterable(map(self._runs.__getitem__, text.split())))
        if not numbers:
            return place
        if min(numbers) >= 0:
            self._run(numbers, part, place)
            return place + len(numbers)
        return self._manifold(folding.readings(text), part, place)

    def _manifold(self, readings: Sequence[Reading], part: int, place: int) -> int:
        """Take in words of which some have several ways, each way at the same place."""
        for reading in readings:
            # Words that are cut may come to be the same, and none may stand twice at a place.
            is_cut = any(len(word) > MAX_WORD for way in reading for word in way)
            for way in reading[:1] if is_cut else reading:
                self._run([self._number(word) for word in way], part, place)
            place += max(len(way) for way in reading)
        return place

    def _number(self, word: str) -> int:
        return self._vocabulary.setdefault(word[:MAX_WORD], len(self._vocabulary))

    def _run(self, numbers: list[int], part: int, place: int) -> None:
        self._words.extend(numbers)
        self._run_sizes.append(len(numbers))
        self._run_docs.append(self.size)
        self._run_places.append(place)
        self._run_parts.append(part)

    def _bearer(self, bearer: Bearer, place: int) -> int:
        """Take in the names of a bearer in blocks of their own, each block with the instruments."""
        kind, part = _BLOCKS[bearer.part]
        start = place
        place = self._opened(bearer, kind, start)
        for name in bearer.names or ("",):
            room = len(name.split()) * 2 + GAP
            if place - start + room > BLOCK and place > start + GAP:
                start = _next_block(place)
                place = self._opened(bearer, kind, start)
            place = self._text(name, part, place) + GAP
        for block in range(start >> BLOCK_BITS, _next_block(place) >> BLOCK_BITS):
            self._blocks.append((block, kind))
        return _next_block(place)

    def _opened(self, bearer: Bearer, kind: int, place: int) -> int:
        self._blocks.append((place >> BLOCK_BITS, kind))
        for instrument in bearer.instruments:
            place = self._text(instrument, CODES["plays"], place) + 1
        return place + GAP

    def _facts(self, document: Document) -> None:
        numbers = self._numbers
        numbers["added"].append(document.added)
        numbers["day"].append(document.lo or document.hi or 0)
        numbers["price"].append(NO_PRICE if document.price is None else document.price)
        numbers["embargo"].append(document.embargo)
        lo, hi = _years(document)
        numbers["lo"].append(lo)
        numbers["hi"].append(hi)
        for title in document.titles:
            self._wholes.append(whole_key(analysis.whole(title)))
            self._whole_docs.append(self.size)
        self._texts.append(packed_texts(document))
        self._digests += bytes.fromhex(document.digest)
        self._values(document)

    def _values(self, document: Document) -> None:
        marks = dict.fromkeys(mark for text in document.marks if (mark := analysis.mark(text)))
        values = {**document.values(), "pid": (document.pid,), "mark": tuple(marks)}
        for name, column in self._columns.items():
            column.add(values.get(name, ()))

    def _tokens(self) -> weighing.Tokens:
        sizes = np.frombuffer(self._run_sizes, np.uint32).astype(np.int64)
        offsets = np.frombuffer(self._run_places, np.uint64).astype(np.int64) - (np.cumsum(sizes) - sizes)
        return weighing.Tokens(
            words=np.frombuffer(self._words, np.uint32),
            docs=np.repeat(np.frombuffer(self._run_docs, np.uint32).astype(np.int32), sizes),
            parts=np.repeat(np.frombuffer(self._run_parts, np.uint8), sizes),
            places=np.repeat(offsets, sizes) + np.arange(len(self._words)),
        )

    def _block_kinds(self, count: int) -> Array:
        kinds = np.full(count, NO_BLOCK, np.uint8)
        if self._blocks:
            table = np.array(self._blocks, np.int64)
            kinds[table[:, 0]] = table[:, 1]
        return kinds


def whole_key(text: str) -> int:
    """Return the number under which a whole title is kept."""
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "little")


def packed_texts(document: Document) -> bytes:
    """Return what an answer is explained with, in a few bytes."""
    texts = json.dumps(marking.texts(document), ensure_ascii=False, separators=(",", ":"))
    return zlib.compress(texts.encode(), 1)


def unpacked_texts(packed: bytes) -> Shown:
    """Return the texts again."""
    return Shown(json.loads(zlib.decompress(packed)))


def _texts(document: Document) -> list[tuple[str, str]]:
    main = "described_title" if document.kind in _DESCRIBED else "title"
    first = [(main, document.titles[0])] if document.titles else []
    return [
        *first,
        *(("other_title", text) for text in document.titles[1:]),
        *(("subject", text) for text in document.subjects),
        *(("place", text) for text in document.places),
        *(("mark", text) for text in document.marks),
        *(("prose", text) for text in document.prose),
    ]


def _next_block(place: int) -> int:
    return -(-place // BLOCK) * BLOCK


def _years(document: Document) -> tuple[int, int]:
    """Return the first and last year, 0 and OPEN_YEAR where open; without a date OPEN_YEAR and 0."""
    if document.lo is None and document.hi is None:
        return OPEN_YEAR, 0
    lo = 0 if document.lo is None else document.lo // 10_000
    return lo, OPEN_YEAR if document.hi is None else document.hi // 10_000


def _sorted_words(vocabulary: dict[str, int]) -> tuple[list[bytes], Array]:
    """Return the words in the order of their bytes, and the new number of each old one."""
    coded = [word.encode("utf-8", "surrogatepass") for word in vocabulary]
    order = sorted(range(len(coded)), key=coded.__getitem__)
    ranks = np.empty(len(coded), np.uint32)
    ranks[order] = np.arange(len(coded), dtype=np.uint32)
    return [coded[number] for number in order], ranks
