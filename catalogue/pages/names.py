"""The names of people, places, instruments and collections that filters hold only codes of, in one query."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from flask_babel import gettext as _
from sqlalchemy import BindParameter, CompoundSelect, Date, bindparam, literal, select, union_all
from sqlalchemy.orm import InstrumentedAttribute

from archive.db import db
from catalogue.agents import Agent
from catalogue.entries import Entry
from catalogue.pages import pieces
from catalogue.places import Place
from catalogue.search.query import Values
from catalogue.terms import Term, TermScheme

AGENTS = ("person", "with", "leader", "label")  # filters whose values are pids of agents
MAX_AT_ONCE = 10_000  # values in one query; databases take some tens of thousands

Names = dict[tuple[str, str], str]  # by filter and value


def of(values: Mapping[str, Values], lang: str, today: date) -> Names:
    """Return the names of the values of filters; what has no public name is left out."""
    plays = values.get("plays", ())
    asked = {
        "agent": [*(pid for name in AGENTS for pid in values.get(name, ())), *_before(plays)],
        "instrument": [*values.get("instrument", ()), *_after(plays)],
        "place": values.get("place", ()),
        "collection": values.get("collection", ()),
    }
    found = _read({kind: list(dict.fromkeys(codes)) for kind, codes in asked.items()}, lang, today)
    named = {(name, pid): found.get(("agent", pid)) for name in AGENTS for pid in values.get(name, ())}
    named |= {("plays", value): _played(value, found) for value in plays}
    return found | {key: label for key, label in named.items() if label is not None}


def _before(plays: Iterable[str]) -> list[str]:
    return [value.partition("/")[0] for value in plays]


def _after(plays: Iterable[str]) -> list[str]:
    return [value.partition("/")[2] for value in plays]


def _played(value: str, found: Names) -> str | None:
    pid, _slash, code = value.partition("/")
    person, instrument = found.get(("agent", pid)), found.get(("instrument", code))
    if person is None or instrument is None:
        return person
    return str(_("%(person)s, %(instrument)s", person=person, instrument=instrument))


def _read(asked: Mapping[str, list[str]], lang: str, today: date) -> Names:
    found: Names = {}
    for start in range(0, max(map(len, asked.values())), MAX_AT_ONCE):
        some = {kind: codes[start : start + MAX_AT_ONCE] for kind, codes in asked.items()}
        rows = db.session.execute(_NAMES[lang], some | {"today": today})
        found |= {(kind, code): label for kind, code, label in rows}
    return found


def _statement(instrument: InstrumentedAttribute[str]) -> CompoundSelect[tuple[str, str, str]]:
    is_public = pieces.is_public(Entry, bindparam("today", type_=Date()))
    return union_all(
        select(literal("agent"), Agent.pid, Agent.name).where(Agent.pid.in_(_codes("agent"))),
        select(literal("place"), Place.pid, Place.name).where(Place.pid.in_(_codes("place"))),
        select(literal("instrument"), Term.code, instrument).where(
            Term.scheme == TermScheme.INSTRUMENT, Term.code.in_(_codes("instrument"))
        ),
        select(literal("collection"), Entry.pid, Entry.title).where(
            Entry.pid.in_(_codes("collection")), is_public
        ),
    )


def _codes(kind: str) -> BindParameter[Sequence[str]]:
    return bindparam(kind, expanding=True)


# By language. Every page of results asks this, and building it takes longer than running it.
_NAMES = {"nl": _statement(Term.label_nl), "en": _statement(Term.label_en)}
