"""One test of all files: it reads each once and names all that break a rule, where a test per file costs seconds."""

from collections.abc import Callable, Collection, Iterable
from typing import TypeVar

Name = TypeVar("Name")


def offenders(names: Iterable[Name], faults: Callable[[Name], Collection[object]]) -> dict[str, list[object]]:
    """Return what is wrong with each, by name; what is in order is left out."""
    return {str(name): list(found) for name in names if (found := faults(name))}
