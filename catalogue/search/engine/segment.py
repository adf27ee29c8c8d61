"""One segment of the index, opened for reading: its words, its columns and its texts, straight from the arrays."""

import math
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from catalogue.search.engine import inverting, packing, tables
from catalogue.search.engine.packing import Array, Pack
from catalogue.search.marking import Shown

REMEMBERED = 10_000  # words
UNPACKED = 2_000  # documents whose texts are kept unpacked, as they are shown again and again

NO_CODES: Array = np.empty(0, np.uint8)


class Texts(Sequence[bytes]):
    """Sorted texts that lie one after another; found by halving."""

    def __init__(self, pack: Pack, name: str) -> None:
        self._blob = pack.arrays[f"{name}.blob"].data
        self._ends = pack.arrays[f"{name}.ends"].data
        self._size = len(self._ends) - 1
        self._found: dict[bytes, int] = {}  # the same words are asked for again and again

    def __len__(self) -> int:
        return self._size

    def __getitem__(self, number: Any) -> Any:
        if number >= self._size:
            raise IndexError(number)
        return self._blob[self._ends[number] : self._ends[number + 1]].tobytes()

    def find(self, text: bytes) -> int:
        """Return the number of a text; -1 if it is not there."""
        number = self._found.get(text)
        if number is None:
            number = bisect_left(self, text)
            number = number if number < self._size and self[number] == text else -1
            if len(self._found) >= REMEMBERED:
                self._found.clear()
            self._found[text] = number
        return number

    def beginning(self, prefix: bytes) -> tuple[int, int]:
        """Return the first number of the texts that begin so, and the first behind them."""
        return bisect_left(self, prefix), bisect_left(self, prefix + b"\xff" * 8)

    def together(self) -> Array:
        """Return all texts as one array."""
        sizes = np.diff(np.frombuffer(self._ends, np.int64))
        if len(sizes) and (sizes == sizes[0]).all():
            return np.frombuffer(self._blob, f"S{sizes[0]}")
        return np.array(list(self), np.bytes_)

    def size_of(self, number: int) -> int:
        """Return how many bytes a text has."""
        return int(self._ends[number + 1] - self._ends[number])


class Words:
    """The words of a segment with their postings: slices of arrays that hold those of all words."""

    def __init__(self, pack: Pack) -> None:
        arrays = pack.arrays
        self.texts = Texts(pack, "word")
        self._starts = arrays["word.starts"].data
        self._place_starts = arrays["word.place_starts"].data
        self._docs, self._weights, self._bits = (
            arrays[name] for name in ("word.docs", "word.weights", "word.bits")
        )
        self._places = arrays["word.places"]
        self._alike: dict[tuple[bytes, int, int], list[int]] = {}
        self.any_bits, self._letters = arrays["word.any_bits"], arrays["word.letters"]
        self._stems, self._halves = (
            (arrays[f"{name}.keys"], arrays[f"{name}.words"]) for name in ("stem", "half")
        )

    def count(self, number: int) -> int:
        """Return how many documents have a word."""
        return int(self._starts[number + 1] - self._starts[number])

    def counts(self, first: int, last: int) -> Array:
        """Return how many documents have each of neighbouring words."""
        return np.diff(np.frombuffer(self._starts, np.int64)[first : last + 1])

    def docs(self, first: int, last: int | None = None) -> Array:
        """Return the documents of a word, ascending; or those of neighbouring words one after another."""
        return self._docs[self._starts[first] : self._starts[first + 1 if last is None else last]]

    def weights(self, first: int, last: int | None = None) -> Array:
        """Return the weights, in steps, that belong to `docs`."""
        return self._weights[self._starts[first] : self._starts[first + 1 if last is None else last]]

    def bits(self, first: int, last: int | None = None) -> Array:
        """Return the bits of the parts, that belong to `docs`."""
        return self._bits[self._starts[first] : self._starts[first + 1 if last is None else last]]

    def places(self, number: int) -> Array:
        """Return all places of a word, ascending."""
        return self._places[self._place_starts[number] : self._place_starts[number + 1]]

    def place_count(self, first: int, last: int) -> int:
        """Return how many places neighbouring words have."""
        return int(self._place_starts[last] - self._place_starts[first])

    def places_between(self, first: int, last: int) -> Array:
        """Return the places of neighbouring words, those of one word after those of another."""
        return self._places[self._place_starts[first] : self._place_starts[last]]

    def sharing_stem(self, word: str, languages: Sequence[str]) -> list[int]:
        """Return the numbers of the words of prose that share a stem with one, itself included."""
        return _led_to(self._stems, word, languages)

    def made_of(self, word: str, languages: Sequence[str]) -> list[int]:
        """Return the numbers of the words of prose of which one is a half."""
        return _led_to(self._halves, word, languages)

    def alike(self, word: bytes, limit: int, parts: int) -> list[int]:
        """Return the numbers of words with the same first letter and nearly the same letters, in some parts.

        All within `limit` slips are among them; the others are left to be told apart letter by letter.
        """
        key = (word, limit, parts)
        if key not in self._alike:
            if len(self._alike) >= REMEMBERED:
                self._alike.clear()
            self._alike[key] = self._nearly_alike(word, limit, parts)
        return self._alike[key]

    def _nearly_alike(self, word: bytes, limit: int, parts: int) -> list[int]:
        letter = word.decode("utf-8", "surrogatepass")[:1]
        first, last = self.texts.beginning(letter.encode("utf-8", "surrogatepass"))
        letters = np.uint64(tables.letters_of(word))
        differing = np.bitwise_count(self._letters[first:last] ^ letters)
        near = (differing <= 2 * limit) & (self.any_bits[first:last] & parts > 0)
        numbers = (np.flatnonzero(near) + first).tolist()
        # One letter may take several bytes, so more than `limit` bytes may differ.
        return [number for number in numbers if abs(self.texts.size_of(number) - len(word)) <= 3 * limit]


def _led_to(table: tuple[Array, Array], word: str, languages: Sequence[str]) -> list[int]:
    keys, numbers = table
    found: set[int] = set()
    for key in tables.stem_keys(word, languages):
        first = np.searchsorted(keys, np.uint32(key))
        last = np.searchsorted(keys, np.uint32(key), side="right")
        found.update(numbers[first:last].tolist())
    return sorted(found)


class Column:
    """The values of one sort: by document and by value."""

    def __init__(self, pack: Pack, name: str) -> None:
        arrays = pack.arrays
        self.values = Texts(pack, name)
        self.docs, self._starts = arrays[f"{name}.docs"], arrays[f"{name}.starts"].data
        self.one = arrays.get(f"{name}.one")
        self._many, self._first = (arrays.get(f"{name}.{part}", NO_CODES) for part in ("many", "first"))

    def docs_of(self, number: int) -> Array:
        """Return the documents that have a value, ascending."""
        return self.docs[self._starts[number] : self._starts[number + 1]]

    def docs_between(self, first: int, last: int) -> Array:
        """Return the documents of neighbouring values, those of one value after those of another."""
        return self.docs[self._starts[first] : self._starts[last]]

    def count(self, number: int) -> int:
        """Return how many documents have a value."""
        return int(self._starts[number + 1] - self._starts[number])

    @cached_property
    def counts(self) -> Array:
        """How many documents have each value."""
        return np.diff(np.frombuffer(self._starts, np.int64))

    def codes(self, docs: Array) -> tuple[Array, Array]:
        """Return the values of some documents one after another, and how many each has."""
        if self.one is not None:
            codes = self.one.take(docs)
            has_one = codes < len(self.values)
            return codes[has_one], has_one.astype(np.int64)
        starts = self._first.take(docs)
        counts = self._first.take(docs + 1) - starts
        at = np.repeat(starts - (np.cumsum(counts) - counts), counts) + np.arange(int(counts.sum()))
        return self._many.take(at), counts

    def value(self, number: int) -> str:
        """Return a value as text."""
        text: bytes = self.values[number]
        return text.decode("utf-8", "surrogatepass")


@dataclass(frozen=True)
class Joint:
    """Several columns of one value each, as one column of every combination of their values."""

    names: tuple[str, ...]
    sizes: tuple[int, ...]  # values of each, one more for none
    codes: Array

    @property
    def count(self) -> int:
        """How many combinations there are."""
        return math.prod(self.sizes)


class Segment:
    """Everything in one file. It never changes; which documents have been deleted since is told elsewhere."""

    def __init__(self, path: Path, name: str, columns: Sequence[str]) -> None:
        self.pack = packing.read(path)
        self.name = name
        self.arrays = self.pack.arrays
        self.size = int(self.pack.notes["size"])
        self.words = Words(self.pack)
        self.columns = {column: Column(self.pack, column) for column in (*columns, "pid", "mark")}
        self.blocks, self.block_docs = self.arrays["blocks"], self.arrays["block.docs"]
        self.span, self.span_lo, self.span_hi = (self.arrays[f"span.{name}"] for name in ("one", "lo", "hi"))
        self.joints = [
            Joint(tuple(names), tuple(sizes), self.arrays[f"joint.{number}"])
            for number, (names, sizes) in enumerate(self.pack.notes["joints"])
        ]
        self._text_ends = self.arrays["text.ends"].data
        self._unpacked: dict[int, Shown] = {}  # of what was shown last
        self._text_blob = self.arrays["text.blob"].data

    @cached_property
    def _pids(self) -> Array:
        return self.columns["pid"].values.together()

    @cached_property
    def span_counts(self) -> Array:
        """How many documents have each range of years."""
        return np.bincount(self.span, minlength=len(self.span_lo))

    def pid(self, doc: int) -> str:
        """Return the pid of a document."""
        return self.columns["pid"].value(int(self.arrays["pid.one"][doc]))

    def pids(self, docs: Array) -> Array:
        """Return the pids of documents in bytes, to put many in order."""
        return self._pids.take(self.arrays["pid.one"].take(docs))

    def doc(self, pid: str) -> int:
        """Return the document with a pid; -1 if there is none."""
        column = self.columns["pid"]
        number = column.values.find(pid.encode())
        return int(column.docs_of(number)[0]) if number >= 0 else -1

    def texts(self, doc: int) -> Shown:
        """Return the texts that an answer is explained with; not to be changed."""
        found = self._unpacked.get(doc)
        if found is None:
            if len(self._unpacked) >= UNPACKED:
                self._unpacked.clear()
            packed = self._text_blob[self._text_ends[doc] : self._text_ends[doc + 1]]
            found = self._unpacked[doc] = inverting.unpacked_texts(packed.tobytes())
        return found

    def digests(self) -> list[str]:
        """Return the digests of all documents."""
        joined = self.arrays["doc.digests"].tobytes().hex()
        width = len(joined) // max(1, self.size)
        return [joined[start : start + width] for start in range(0, len(joined), width)] if joined else []

    def wholes(self, key: int) -> Array:
        """Return the documents one of whose titles has this number."""
        keys = self.arrays["whole.keys"]
        first = np.searchsorted(keys, np.uint64(key))
        last = np.searchsorted(keys, np.uint64(key), side="right")
        return self.arrays["whole.docs"][first:last]
