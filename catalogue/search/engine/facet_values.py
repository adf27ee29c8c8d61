"""The values of a filter over all segments, each with one number."""

from collections.abc import Sequence

import numpy as np

from catalogue.search.engine.packing import Array
from catalogue.search.engine.segment import Segment


class FacetValues:
    """Numbers the values as the largest segment does; what only others have comes behind."""

    def __init__(self, name: str, segments: Sequence[Segment]) -> None:
        self._name = name
        self._main = max(segments, key=lambda one: len(one.columns[name].values), default=None)
        self._size = len(self._main.columns[name].values) if self._main else 0
        self._others: dict[bytes, int] = {}
        self._behind: list[bytes] = []
        self._texts: dict[int, str] = {}  # those that were ever shown
        # The numbers of each segment's values; None where they are the same.
        self.numbers = {
            one.name: None if main is one else self._numbered(one, main)
            for one in segments
            for main in (self._main or one,)
        }

    def __len__(self) -> int:
        return self._size + len(self._behind)

    def value(self, number: int) -> str:
        """Return a value by its number."""
        text = self._texts.get(number)
        if text is None:
            text = self._texts[number] = self._read(number)
        return text

    def _read(self, number: int) -> str:
        if self._main is not None and number < self._size:
            return self._main.columns[self._name].value(number)
        return self._behind[number - self._size].decode("utf-8", "surrogatepass")

    def number(self, value: str) -> int:
        """Return the number of a value; -1 if no document has it."""
        coded = value.encode("utf-8", "surrogatepass")
        found = self._main.columns[self._name].values.find(coded) if self._main else -1
        return found if found >= 0 else self._others.get(coded, -1)

    def _numbered(self, segment: Segment, main: Segment) -> Array:
        known, own = main.columns[self._name].values, segment.columns[self._name].values
        numbers = np.empty(len(own), np.int64)
        for place, text in enumerate(own):
            number = known.find(text)
            numbers[place] = number if number >= 0 else self._add(text)
        return numbers

    def _add(self, text: bytes) -> int:
        if text not in self._others:
            self._others[text] = self._size + len(self._behind)
            self._behind.append(text)
        return self._others[text]
