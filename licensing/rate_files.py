"""Files of rate cards (TOML): read whole, and everything that is wrong told at once, each with its line."""

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import partial
from typing import Any, TypeVar

from flask_babel import gettext as _

from archive.errors import Invalid
from licensing import money, pricing
from licensing.money import FULL, Money
from licensing.pricing import Card, Factor, OnRequest, Package, Row
from licensing.vocabulary import DIMENSIONS_OF, FURTHER, N_, OPTIONS, PACKAGES, USES_OF, further_of

LARGEST = 64 * 1024  # bytes of a file that are read
DEAREST = 10**9  # minor units: above this it is a slip of the keyboard
WIDEST = 100 * FULL

_VERSION = re.compile(r"[\w.-]{1,32}")
_AT_LINE = re.compile(r"at line (\d+)")
_TABLE = re.compile(r"\s*\[([^\[\]]+)\]")
_KEY = re.compile(r"\s*([\w-]+)\s*=")

Made = TypeVar("Made")


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong: its line (None: the file as a whole) and a msgid with its values."""

    line: int | None
    text: str
    values: Mapping[str, str]

    def sentence(self) -> str:
        """Say it in the reader's language."""
        said: str = _(self.text, **self.values)
        return said


class NotACard(Invalid):
    """The file is not a rate card; `problems` says what is wrong, line by line."""

    def __init__(self, problems: list[Problem]) -> None:
        said = "; ".join(
            f"line {found.line}: {found.text % found.values}" if found.line else found.text % found.values
            for found in problems
        )
        super().__init__(
            "This is not a rate card: %(problem)s. Mend the file and load it again.", problem=said
        )
        self.problems = problems


class Wrong(ValueError):
    """One value cannot be taken."""

    def __init__(self, text: str, **values: object) -> None:
        super().__init__(text)
        self.text, self.values = text, {name: str(value)[:80] for name, value in values.items()}


def read(content: bytes | str) -> Card:
    """Read a card from the text of its file; raise NotACard with all its problems."""
    text = _text(content)
    try:
        data = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        found = _AT_LINE.search(str(error))
        line = int(found[1]) if found else None
        raise NotACard(
            [Problem(line, N_("This cannot be read: %(error)s"), {"error": str(error)})]
        ) from error
    return _Reading(text, data).card()


def _text(content: bytes | str) -> str:
    if len(content) > LARGEST:
        raise NotACard([Problem(None, N_("The file is larger than 64 KB"), {})])
    try:
        return content if isinstance(content, str) else content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise NotACard([Problem(None, N_("The file is not text in UTF-8"), {})]) from error


class _Reading:
    """A file being read: its text for the numbers of lines, and the problems found so far."""

    def __init__(self, text: str, data: Mapping[str, Any]) -> None:
        self.data = data
        self.problems: list[Problem] = []
        self.lines = _lines(text)
        self.currency = ""

    def card(self) -> Card:
        """Make the card; raise NotACard."""
        self.currency = self.take(("currency",), _currency, "EUR")
        name = self.take(("name",), _name, "")
        version = self.take(("version",), _version, "")
        valid_from = self.take(("valid_from",), _day, date.min)
        rows = tuple(self._rows())
        factors = tuple(self._factors())
        nothing: dict[str, str] = {}
        defaults = {kind: self.take(("defaults", kind), _defaults(kind), nothing) for kind in USES_OF}
        card = Card(name, version, self.currency, valid_from, None, rows, factors, defaults)
        packages = tuple(self._packages(card)) if not self.problems else ()
        self._refuse_strangers()
        if self.problems:
            raise NotACard(sorted(self.problems, key=lambda found: found.line or 0))
        return Card(name, version, self.currency, valid_from, None, rows, factors, defaults, packages)

    def take(self, path: tuple[str, ...], make: Callable[[Any], Made], instead: Made) -> Made:
        """Make something of the value at a path; where it cannot be, keep the problem and go on."""
        try:
            return make(self.at(path))
        except Wrong as error:
            self.problems.append(Problem(self.line(path), error.text, error.values))
            return instead

    def at(self, path: tuple[str, ...]) -> Any:
        """Give the value at a path; raise Wrong where there is none."""
        found: Any = self.data
        for name in path:
            if not isinstance(found, Mapping) or name not in found:
                raise Wrong(N_("%(name)s is missing"), name=".".join(path))
            found = found[name]
        return found

    def line(self, path: tuple[str, ...]) -> int | None:
        """Give the line on which a path stands, or the table that it should stand in."""
        for length in range(len(path), 0, -1):
            if path[:length] in self.lines:
                return self.lines[path[:length]]
        return None

    def table(self, *path: str) -> Mapping[str, Any]:
        """Give a table of the file; none is an empty one."""
        return self.take(path, _table, {})

    def _rows(self) -> Iterator[Row]:
        for kind in USES_OF:
            for use in self.table(kind):
                row = self.take((kind, use), partial(self._row, kind, use), None)
                if row is not None:
                    yield row

    def _row(self, kind: str, use: str, data: Any) -> Row | None:
        if use not in USES_OF[kind]:
            raise Wrong(N_("%(value)s is not a use of %(kind)s"), value=use, kind=kind)
        row = _only(data, {"price", "minimum", "includes"})
        base = self._amount(row.get("price"))
        least = self._amount(row.get("minimum", row.get("price")))
        return Row(kind, use, base, least, _answers(row.get("includes"), DIMENSIONS_OF[kind]))

    def _factors(self) -> Iterator[Factor]:
        for position, dimension in enumerate(self.table("factors")):
            for code in self.table("factors", dimension):
                bp = self.take(("factors", dimension, code), _factor(dimension, code), 0)
                if bp:
                    yield Factor(dimension, code, bp, position)

    def _packages(self, card: Card) -> Iterator[Package]:
        for code in self.table("packages") if "packages" in self.data else ():
            made = self.take(("packages", code), partial(self._package, card, code), None)
            if made is not None:
                yield made

    def _package(self, card: Card, code: str, data: Any) -> Package | None:
        if code not in PACKAGES:
            raise Wrong(N_("%(value)s is not the name of a package"), value=code)
        given = _only(data, {"for", "price", "answers"})
        kind = given.get("for")
        if not isinstance(kind, str) or kind not in USES_OF:
            raise Wrong(N_("Say what the package is for: sound or image"))
        package = Package(
            code, kind, _package_answers(kind, given.get("answers")), self._amount(given.get("price"))
        )
        _check_price(card, package)
        return package

    def _amount(self, text: Any) -> Money:
        if not isinstance(text, str):
            raise Wrong(N_('Write a price between quotes, such as "95.00"'))
        try:
            found = money.parse(text, self.currency)
        except money.NotAnAmount as error:
            raise Wrong(
                N_("%(value)s is not an amount in %(currency)s"), value=text, currency=self.currency
            ) from error
        if found.minor <= 0:
            raise Wrong(N_("A price of nothing is not a price"))
        if found.minor > DEAREST:
            raise Wrong(N_("%(value)s is too much to be meant"), value=text)
        return found

    def _refuse_strangers(self) -> None:
        known = {"name", "version", "currency", "valid_from", "defaults", "factors", "packages", *USES_OF}
        for name in self.data.keys() - known:
            self.problems.append(
                Problem(self.line((name,)), N_("%(value)s is not a part of a rate card"), {"value": name})
            )


def _check_price(card: Card, package: Package) -> None:
    # What a package costs must be what its parts cost, or less; never less than the least that the use costs.
    parts = pricing.price(card, pricing.Line(package.asset_type, package.answers["use"], package.answers))
    row = card.row(package.asset_type, package.answers["use"])
    if isinstance(parts, OnRequest) or row is None:
        raise Wrong(N_("The card has no price for the parts of this package"))
    if package.price > parts.net:
        raise Wrong(
            N_("The package costs more than its parts, which cost %(amount)s"), amount=parts.net.show("en")
        )
    if package.price < row.minimum:
        raise Wrong(
            N_("The package costs less than the minimum of its use, %(amount)s"),
            amount=row.minimum.show("en"),
        )


def _lines(text: str) -> dict[tuple[str, ...], int]:
    """Give the line of each table and of each key in it, by path."""
    found: dict[tuple[str, ...], int] = {}
    table: tuple[str, ...] = ()
    for number, line in enumerate(text.splitlines(), 1):
        if heading := _TABLE.match(line):
            table = tuple(part.strip().strip("\"'") for part in heading[1].split("."))
            found.setdefault(table, number)
        elif key := _KEY.match(line):
            found.setdefault((*table, key[1]), number)
    return found


def _table(value: Any) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise Wrong(N_("This must be a table"))
    return value


def _only(value: Any, known: set[str]) -> Mapping[str, Any]:
    table = _table(value)
    if strange := sorted(table.keys() - known):
        raise Wrong(
            N_("%(value)s is not known here; known are %(known)s"),
            value=strange[0],
            known=", ".join(sorted(known)),
        )
    return table


def _currency(value: Any) -> str:
    if not isinstance(value, str) or value not in money.EXPONENTS:
        raise Wrong(N_("%(value)s is not a currency that we sell in"), value=value)
    return value


def _name(value: Any) -> str:
    if not isinstance(value, str) or not 1 <= len(value.strip()) <= 80:
        raise Wrong(N_("Give the card a name of at most 80 characters"))
    return value.strip()


def _version(value: Any) -> str:
    if not isinstance(value, str) or not _VERSION.fullmatch(value):
        raise Wrong(N_('Give the card a version of letters, figures, dots and hyphens, such as "2027-1"'))
    return value


def _day(value: Any) -> date:
    # A moment is a date too in Python, but has an hour that would be lost.
    if type(value) is not date:
        raise Wrong(N_("Write the first day without quotes, such as 2027-01-01"))
    return value


def _defaults(kind: str) -> Callable[[Any], dict[str, str]]:
    def make(value: Any) -> dict[str, str]:
        answers = _answers(value, ("use", *DIMENSIONS_OF[kind]))
        if answers["use"] not in USES_OF[kind]:
            raise Wrong(N_("%(value)s is not a use of %(kind)s"), value=answers["use"], kind=kind)
        return answers

    return make


def _answers(value: Any, needed: tuple[str, ...], allowed: tuple[str, ...] = ()) -> dict[str, str]:
    table = _only(value, {*needed, *allowed})
    for dimension in needed:
        if dimension not in table:
            raise Wrong(N_("%(name)s is missing"), name=dimension)
    for dimension, answer in table.items():
        if not isinstance(answer, str) or answer not in OPTIONS[dimension]:
            raise Wrong(N_("%(value)s is not an answer to %(dimension)s"), value=answer, dimension=dimension)
    return dict(table)


def _package_answers(kind: str, value: Any) -> dict[str, str]:
    answers = _answers(value, ("use", *DIMENSIONS_OF[kind]), FURTHER)
    if answers["use"] not in USES_OF[kind]:
        raise Wrong(N_("%(value)s is not a use of %(kind)s"), value=answers["use"], kind=kind)
    for dimension in answers.keys() & set(FURTHER) - set(further_of(answers["use"])):
        raise Wrong(
            N_("%(dimension)s does not count for %(value)s"), dimension=dimension, value=answers["use"]
        )
    return answers


def _factor(dimension: str, code: str) -> Callable[[Any], int]:
    def make(value: Any) -> int:
        if dimension == "use" or code not in OPTIONS.get(dimension, ()):
            raise Wrong(N_("%(value)s is not an answer to %(dimension)s"), value=code, dimension=dimension)
        if not isinstance(value, str):
            raise Wrong(N_('Write a factor between quotes, such as "1.4"'))
        try:
            exact = Decimal(value) * FULL
        except InvalidOperation:
            raise Wrong(N_("%(value)s is not a factor"), value=value) from None
        if not exact.is_finite() or not 0 < exact <= WIDEST:
            raise Wrong(N_("A factor must be positive and at most 100"))
        if exact != int(exact):
            raise Wrong(N_("%(value)s has more than four decimals"), value=value)
        return int(exact)

    return make
