"""A memory of a fixed size for what is worked out often: single words and filters, never whole answers."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

Value = TypeVar("Value")


class Memory:
    """Keeps what was used last; `weigh` tells how many bytes a thing takes. For several threads."""

    def __init__(self, budget: int, weigh: Callable[[Any], int]) -> None:
        self._kept: OrderedDict[Hashable, tuple[Any, int]] = OrderedDict()
        self._budget, self._weigh, self._used = budget, weigh, 0
        self._lock = threading.Lock()

    def __contains__(self, key: Hashable) -> bool:
        return key in self._kept

    def get(self, key: Hashable, make: Callable[[], Value]) -> Value:
        """Return what is kept under a key, or make it and keep it."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                found: Value = self._kept[key][0]
                return found
        made = make()
        self._keep(key, made)
        return made

    def _keep(self, key: Hashable, made: Any) -> None:
        size = self._weigh(made)
        with self._lock:
            if key in self._kept or size > self._budget:
                return
            self._kept[key] = (made, size)
            self._used += size
            while self._used > self._budget:
                self._used -= self._kept.popitem(last=False)[1][1]
