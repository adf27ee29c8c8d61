"""The names of people, places, instruments and collections that filters hold only codes of, in one query."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy import literal, select, union_all

from archive.db import db
from catalogue.agents import Agent
from catalogue.entries import Entry
from catalogue.pages import pieces
from catalogue.places import Place
from catalogue.search.query import Values
from catalogue.terms import Term, TermScheme

Names = dict[tuple[str, str], str]  # by filter and value


def of(values: Mapping[str, Values], lang: str, today: date) -> Names:
    """Return the names of the values of filters; what has no public name is left out."""
    people = (*values.get("person", ()), *values.get("with", ()))
    instrument = Term.label_nl if lang == "nl" else Term.label_en
    queries = [
        select(literal("person"), Agent.pid, Agent.name).where(Agent.pid.in_(people)),
        select(literal("place"), Place.pid, Place.name).where(Place.pid.in_(values.get("place", ()))),
        select(literal("instrument"), Term.code, instrument).where(
            Term.scheme == TermScheme.INSTRUMENT, Term.code.in_(values.get("instrument", ()))
        ),
        select(literal("collection"), Entry.pid, Entry.title).where(
            Entry.pid.in_(values.get("collection", ())), pieces.is_public(Entry, today)
        ),
    ]
    found = {(name, value): label for name, value, label in db.session.execute(union_all(*queries))}
    return found | {("with", value): label for (name, value), label in found.items() if name == "person"}
