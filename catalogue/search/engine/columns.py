"""Columns: for each document its values of one sort, one or several, and for each value its documents."""

from array import array
from collections.abc import Mapping, Sequence

import numpy as np

from catalogue.search.engine import weighing
from catalogue.search.engine.packing import Array


class ColumnWriter:
    """Takes in the values of documents one by one."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._codes = array("I")
        self._ends = array("Q", [0])

    def add(self, values: Sequence[str]) -> None:
        """Take in the values of the next document."""
        for value in values:
            self._codes.append(self._numbers.setdefault(value, len(self._numbers)))
        self._ends.append(len(self._codes))

    def arrays(self, name: str) -> dict[str, Array]:
        """Return the arrays of the column under its name."""
        coded = [value.encode("utf-8", "surrogatepass") for value in self._numbers]
        order = sorted(range(len(coded)), key=coded.__getitem__)
        ranks = np.empty(len(coded), np.int64)
        ranks[order] = np.arange(len(coded))
        codes = ranks[np.frombuffer(self._codes, np.uint32)]
        ends = np.frombuffer(self._ends, np.uint64).astype(np.int64)
        return made(name, [coded[number] for number in order], codes, ends)


def made(name: str, values: Sequence[bytes], codes: Array, ends: Array) -> dict[str, Array]:
    """Make the arrays of a column from sorted values, the codes of all documents' values and where each ends."""
    found = {f"{name}.blob": np.frombuffer(b"".join(values), np.uint8), f"{name}.ends": weighing.ends(values)}
    counts = np.diff(ends)
    docs = np.repeat(np.arange(len(counts), dtype=np.int32), counts)
    order = np.argsort(codes, kind="stable")
    found[f"{name}.docs"] = docs[order]
    found[f"{name}.starts"] = np.concatenate([[0], np.cumsum(np.bincount(codes, minlength=len(values)))])
    if counts.max(initial=0) <= 1:
        one = np.full(len(counts), len(values), smallest(len(values) + 1))
        one[docs] = codes
        return found | {f"{name}.one": one}
    return found | {f"{name}.many": codes.astype(smallest(len(values))), f"{name}.first": ends}


def parted(name: str, arrays: Mapping[str, Array]) -> tuple[Array, Array]:
    """Return what `made` was given: the codes of all documents' values, and where each document's end."""
    if f"{name}.many" in arrays:
        return arrays[f"{name}.many"].astype(np.int64), arrays[f"{name}.first"]
    one = arrays[f"{name}.one"].astype(np.int64)
    has_one = one < len(arrays[f"{name}.ends"]) - 1
    return one[has_one], np.concatenate([[0], np.cumsum(has_one)])


def smallest(count: int) -> np.dtype[np.unsignedinteger]:
    """Return the smallest type for numbers below a count."""
    return np.dtype(np.uint8 if count <= 1 << 8 else np.uint16 if count <= 1 << 16 else np.uint32)
