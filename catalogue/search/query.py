"""What somebody asks the catalogue: read from the parameters of an address and written back into one. Pure.

Whatever is in an address, a question comes out: junk is left out, never an error.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from catalogue import pids

PAGE_SIZE = 24
MAX_TEXT = 1_000  # characters; a question told as a story is longer than one would think
MAX_VALUES = 20  # of one filter
MAX_PAGE = 10_000

KINDS = ("recording", "image", "session", "collection", "work", "release", "performance")
REUSES = ("direct", "on_request", "listen_only", "none")
UNDATED = "undated"
SORTS = ("relevance", "added", "oldest", "newest", "price")

# Filters in the order in which they are shown; a repeated one means "or". `with` asks for a second person,
# `plays` for somebody on an instrument.
FILTERS = (
    "kind",
    "reuse",
    "place",
    "instrument",
    "person",
    "with",
    "leader",
    "plays",
    "label",
    "decade",
    "collection",
)
# Filters without boxes to tick on the page of results.
WITHOUT_CONTROL = ("with", "plays", "decade")

Values = tuple[str, ...]

_INSTRUMENT = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
_DECADE = re.compile(r"(?:1[5-9]|20)[0-9]0")
_YEAR = re.compile(r"(?:1[5-9]|20)[0-9]{2}")


def _pid(value: str) -> str | None:
    return pids.normalise(value[:100])


def _one_of(known: tuple[str, ...]) -> Callable[[str], str | None]:
    return lambda value: value if value in known else None


def _instrument(value: str) -> str | None:
    return value if _INSTRUMENT.fullmatch(value) else None


def _decade(value: str) -> str | None:
    return value if value == UNDATED or _DECADE.fullmatch(value) else None


def _plays(value: str) -> str | None:
    player, slash, instrument = value[:200].partition("/")
    pid, code = _pid(player), _instrument(instrument)
    return f"{pid}/{code}" if slash and pid and code else None


_READERS: dict[str, Callable[[str], str | None]] = {
    "kind": _one_of(KINDS),
    "reuse": _one_of(REUSES),
    "place": _pid,
    "instrument": _instrument,
    "person": _pid,
    "with": _pid,
    "leader": _pid,
    "plays": _plays,
    "label": _pid,
    "decade": _decade,
    "collection": _pid,
}


@dataclass(frozen=True)
class SearchQuery:
    """A question: words, filters with their values, a range of years, an order and a page. Hashable."""

    q: str = ""
    filters: tuple[tuple[str, Values], ...] = ()  # only those with values, in the order of FILTERS
    from_year: int | None = None
    to_year: int | None = None
    sort: str = "relevance"
    page: int = 1
    is_plain: bool = False  # take the words as they are, not as "somebody on an instrument" and the like

    def values(self, name: str) -> Values:
        """Return the values of a filter; none if it is off."""
        return dict(self.filters).get(name, ())

    @property
    def is_filtered(self) -> bool:
        """Whether anything but words narrows the question."""
        return bool(self.filters) or self.has_years

    @property
    def has_years(self) -> bool:
        """Whether there is a range of years, open at one side perhaps."""
        return self.from_year is not None or self.to_year is not None

    def url_args(self) -> dict[str, Any]:
        """Return the parameters of the address that asks this; texts and lists of texts. `read` gives it back."""
        args: dict[str, Any] = {"q": self.q} if self.q else {}
        args |= {name: list(values) for name, values in self.filters}
        if self.from_year is not None:
            args["from"] = str(self.from_year)
        if self.to_year is not None:
            args["to"] = str(self.to_year)
        if self.sort != _default_sort(self.q):
            args["sort"] = self.sort
        if self.page > 1:
            args["page"] = str(self.page)
        if self.is_plain:
            args["plain"] = "1"
        return args

    def hidden_fields(self) -> list[tuple[str, str]]:
        """Return names and values that the form on the page of results must carry along unseen."""
        hidden = [(name, value) for name in WITHOUT_CONTROL for value in self.values(name)]
        return [*hidden, ("plain", "1")] if self.is_plain else hidden

    def with_value(self, name: str, value: str) -> "SearchQuery":
        """Return the question, from its first page, with one more value of a filter."""
        return self._filtered(name, tuple(dict.fromkeys((*self.values(name), value))))

    def without(self, name: str, value: str) -> "SearchQuery":
        """Return the question, from its first page, without a value of a filter."""
        return self._filtered(name, tuple(other for other in self.values(name) if other != value))

    def without_filter(self, name: str) -> "SearchQuery":
        """Return the question without a filter; `years` is the range of years."""
        if name == "years":
            return replace(self, from_year=None, to_year=None, page=1)
        return self._filtered(name, ())

    def without_filters(self) -> "SearchQuery":
        """Return the words of the question alone, in the same order."""
        return SearchQuery(q=self.q, sort=self.sort)

    def with_words(self, q: str) -> "SearchQuery":
        """Return the question, from its first page, with other words."""
        return replace(self, q=q, page=1, is_plain=False)

    def on_page(self, page: int) -> "SearchQuery":
        """Return the question for another page."""
        return replace(self, page=page)

    def _filtered(self, name: str, values: Values) -> "SearchQuery":
        chosen = dict(self.filters) | {name: values}
        return replace(self, filters=_ordered(chosen), page=1)


def read(parameters: Iterable[tuple[str, str]]) -> SearchQuery:
    """Read a question from the names and values of an address, in their order."""
    given: dict[str, list[str]] = {}
    for name, value in parameters:
        given.setdefault(name, []).append(value)
    q = _text(_first(given, "q"))
    from_year, to_year = _in_order(_year(_first(given, "from")), _year(_first(given, "to")))
    return SearchQuery(
        q=q,
        filters=_ordered({name: tuple(_values(name, given.get(name, []))) for name in FILTERS}),
        from_year=from_year,
        to_year=to_year,
        sort=_sort(_first(given, "sort"), q),
        page=_page(_first(given, "page")),
        is_plain=bool(q) and _first(given, "plain") == "1",
    )


def _first(given: dict[str, list[str]], name: str) -> str:
    return given.get(name, [""])[0]


def _text(value: str) -> str:
    # Control characters and lone surrogates (Cc, Cs) are not typed on purpose; databases refuse some.
    plain = "".join(" " if unicodedata.category(c) in ("Cc", "Cs") else c for c in value[: 4 * MAX_TEXT])
    return " ".join(plain.split())[:MAX_TEXT].rstrip()


def _year(value: str) -> int | None:
    text = value.strip()
    return int(text) if _YEAR.fullmatch(text) else None


def _in_order(first: int | None, last: int | None) -> tuple[int | None, int | None]:
    if first is not None and last is not None and first > last:
        return last, first
    return first, last


def _page(value: str) -> int:
    if not (value.isascii() and value.isdigit() and len(value) <= len(str(MAX_PAGE))):
        return 1
    return min(MAX_PAGE, max(1, int(value)))


def _sort(value: str, q: str) -> str:
    if value not in SORTS or (value == "relevance" and not q):
        return _default_sort(q)
    return value


def _default_sort(q: str) -> str:
    return "relevance" if q else "added"


def _values(name: str, given: list[str]) -> Iterator[str]:
    readable = (value for text in given if (value := _READERS[name](text)) is not None)
    for number, value in enumerate(dict.fromkeys(readable)):
        if number < MAX_VALUES:
            yield value


def _ordered(chosen: dict[str, Values]) -> tuple[tuple[str, Values], ...]:
    return tuple((name, chosen[name]) for name in FILTERS if chosen.get(name))
