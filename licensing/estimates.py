"""Estimates: what many uses would cost today, for programs. Nothing is stored and nobody is bound.

What was sent is read whole, and everything that is wrong with it told at once; prices come from `offers`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from archive.db import db
from archive.errors import Invalid
from catalogue import entries, pids
from catalogue.entries import Entry
from licensing import offers, taxes, vocabulary, wording
from licensing.choices import PACKAGE, Choice
from licensing.money import Money
from licensing.offers import Offer
from licensing.place_of_supply import Customer
from licensing.taxes import VatLine
from licensing.vocabulary import N_, QUESTIONS

MOST = 500  # items in one estimate
LONGEST_MS = 24 * 3600 * 1000

_KNOWN = frozenset({"pid", "choice", "in_ms", "out_ms"})


@dataclass(frozen=True)
class Item:
    """One thing that is asked for, as it was sent: which entry, for what, and which part of it."""

    pid: str
    choice: Choice


@dataclass(frozen=True)
class Estimate:
    """Offers in the order of what was asked, and the VAT once per rate over those that have a price."""

    lines: tuple[tuple[Entry, Offer], ...]
    vat: tuple[VatLine, ...]

    @property
    def net(self) -> Money | None:
        """All prices together, without VAT; None when nothing has one."""
        return _sum([part.net for part in self.vat])

    @property
    def tax(self) -> Money | None:
        """All VAT together."""
        return _sum([part.vat for part in self.vat])

    @property
    def total(self) -> Money | None:
        """All prices together, with VAT."""
        return _sum([part.gross for part in self.vat])


class _Wrong(ValueError):
    def __init__(self, text: str, **values: object) -> None:
        super().__init__(text)
        self.text, self.values = text, values

    def sentence(self) -> str:
        said: str = _(self.text, **self.values)
        return said


def read(body: object) -> list[Item]:
    """Read what a program sent; raise Invalid, whose detail "problems" names each item that cannot be read."""
    sent = body.get("items") if isinstance(body, Mapping) else None
    if not isinstance(sent, list) or not 1 <= len(sent) <= MOST:
        raise Invalid("Send a JSON object with “items”: a list of 1 to %(most)s objects.", most=MOST)
    items, problems = [], []
    for number, item in enumerate(sent):
        try:
            items.append(_item(item))
        except _Wrong as error:
            problems.append({"item": number, "detail": error.sentence()})
    _refuse(problems)
    return items


def buyer_of(body: object) -> object:
    """Give what a program sent about the buyer; nothing when it sent nothing."""
    return body.get("buyer", {}) if isinstance(body, Mapping) else {}


def make(items: Sequence[Item], on: date, customer: Customer = taxes.ANYBODY) -> Estimate:
    """Work out what items cost a customer on a day; raise Invalid for entries and answers that we do not know."""
    known = _public([item.pid for item in items], on)
    problems = [
        {"item": number, "detail": _("There is no public entry %(pid)s.", pid=item.pid)}
        for number, item in enumerate(items)
        if item.pid not in known
    ]
    _refuse(problems)
    asked = [(known[item.pid], item.choice) for item in items]
    found = offers.offers_for(asked, on, customer)
    _refuse(
        [
            {"item": number, "detail": " ".join(offer.notices)}
            for number, offer in enumerate(found)
            if offer.misread
        ]
    )
    priced = [(offer.price.net, offer.vat.rate) for offer in found if offer.price is not None]
    lines = tuple((entry, offer) for (entry, _choice), offer in zip(asked, found, strict=True))
    return Estimate(lines, taxes.per_rate(priced))


def reasons_of(offer: Offer) -> list[dict[str, str]]:
    """Write the reasons of a decision, and why an allowed use has no fixed price, for programs."""
    said = [
        {"verdict": found.verdict.value, "layer": found.layer, "text": wording.reason(found)}
        for found in offer.decision.reasons
    ]
    if offer.on_request is not None:
        said.append({"verdict": "ask", "layer": "", "text": offer.message})
    return said


def _item(sent: object) -> Item:
    if not isinstance(sent, Mapping):
        raise _Wrong(N_("Write each item as an object with “pid” and “choice”."))
    if strange := sorted(sent.keys() - _KNOWN):
        raise _Wrong(
            N_("“%(name)s” is not known here; known are %(known)s."),
            name=strange[0][:40],
            known=", ".join(sorted(_KNOWN)),
        )
    pid = pids.normalise(sent["pid"]) if isinstance(sent.get("pid"), str) else None
    if pid is None:
        raise _Wrong(N_("“pid” must be the number of an entry."))
    answers = dict(_answers(sent.get("choice", {})))
    length_ms = _length(sent)
    if length_ms is not None:
        answers.setdefault("duration", vocabulary.duration_of(length_ms))
    return Item(pid, Choice.read(answers))


def _answers(sent: object) -> Mapping[str, str]:
    if not isinstance(sent, Mapping):
        raise _Wrong(N_("“choice” must be an object with an answer to each question."))
    for question, answer in sent.items():
        if question not in QUESTIONS and question != PACKAGE:
            raise _Wrong(N_("“%(name)s” is not a question that we ask."), name=question[:40])
        if not isinstance(answer, str):
            raise _Wrong(N_("The answer to “%(name)s” must be a text."), name=question)
    return sent


def _length(sent: Mapping[str, Any]) -> int | None:
    begins: Any = sent.get("in_ms")
    ends: Any = sent.get("out_ms")
    if begins is None and ends is None:
        return None
    if not (_is_point(begins) and _is_point(ends) and begins < ends):
        raise _Wrong(N_("“in_ms” and “out_ms” must be whole milliseconds, the first before the second."))
    return int(ends - begins)


def _is_point(value: Any) -> bool:
    return type(value) is int and 0 <= value <= LONGEST_MS


def _public(wanted: Sequence[str], on: date) -> dict[str, Entry]:
    found = db.session.scalars(select(Entry).where(Entry.pid.in_(set(wanted))))
    return {entry.pid: entry for entry in found if entries.is_public(entry, on)}


def _refuse(problems: list[dict[str, Any]]) -> None:
    if problems:
        raise Invalid(
            "%(count)s of the items cannot be priced; “problems” says why.",
            count=len(problems),
            problems=problems,
        )


def _sum(amounts: Sequence[Money]) -> Money | None:
    return sum(amounts[1:], amounts[0]) if amounts else None
