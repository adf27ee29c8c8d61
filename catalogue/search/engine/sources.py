"""What segments are joined from: the arrays of others, and which of their documents are still wanted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np

from catalogue.search.engine.packing import Array, Pack


@dataclass(frozen=True)
class Source:
    """The arrays of a segment and which of its documents are still wanted; None for all."""

    arrays: Mapping[str, Array]
    live: Array | None = None
    pack: Pack | None = None

    @cached_property
    def size(self) -> int:
        """How many documents it has, deleted ones included."""
        return len(self.arrays["doc.starts"]) - 1

    @cached_property
    def kept(self) -> int:
        """How many are wanted."""
        return self.size if self.live is None else int(np.count_nonzero(self.live))

    @cached_property
    def lengths(self) -> Array:
        """How many places each wanted document takes."""
        lengths = np.diff(self.arrays["doc.starts"])
        return lengths if self.live is None else lengths[self.live]

    def texts(self, name: str) -> list[bytes]:
        """Return the words, or the values of a column."""
        blob, ends = self.arrays[f"{name}.blob"].tobytes(), self.arrays[f"{name}.ends"].tolist()
        return [blob[start:end] for start, end in pairwise(ends)]


def union(lists: Sequence[Sequence[bytes]]) -> tuple[list[bytes], list[Array]]:
    """Return all different texts, sorted, and for each list the numbers of its own among them."""
    if len(lists) == 1:
        return list(lists[0]), [np.arange(len(lists[0]))]
    every = sorted(set().union(*lists))
    number = {text: place for place, text in enumerate(every)}
    return every, [np.fromiter(map(number.__getitem__, texts), np.int64, len(texts)) for texts in lists]
