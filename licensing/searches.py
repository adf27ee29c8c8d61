"""The log of the search for an unknown holder: where somebody looked, for what, and what came of it.

A work is an orphan only after a diligent search in good faith that is kept on record (art. 16o-16p Auteurswet,
Directive 2012/28/EU art. 3). Rows are only ever added.
"""

from datetime import date, datetime
from enum import Enum

from sqlalchemy import ForeignKey, event, select
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from archive import audit
from archive.accounts import Account
from archive.db import Model, db, enum_column
from archive.errors import Invalid
from archive.triggers import append_only
from catalogue.entries import Entry
from licensing.claims import Layer
from licensing.vocabulary import N_


class SearchSource(str, Enum):
    """Where somebody looked."""

    DATABASE = "database"
    SOCIETY = "society"
    PUBLISHER = "publisher"
    LIBRARY = "library"
    NEWSPAPER = "newspaper"
    REGISTER = "register"
    PERSON = "person"
    OTHER = "other"


SOURCES = {
    SearchSource.DATABASE: N_("Database of works or orphans"),
    SearchSource.SOCIETY: N_("Collecting society"),
    SearchSource.PUBLISHER: N_("Publisher or label"),
    SearchSource.LIBRARY: N_("Library or archive"),
    SearchSource.NEWSPAPER: N_("Newspapers"),
    SearchSource.REGISTER: N_("Trade or civil register"),
    SearchSource.PERSON: N_("Family or colleagues"),
    SearchSource.OTHER: N_("Elsewhere"),
}


class RightsSearch(Model):
    """One search for who holds a layer of an entry."""

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id"), index=True)
    layer: Mapped[Layer] = mapped_column(enum_column(Layer))
    source: Mapped[SearchSource] = mapped_column(enum_column(SearchSource))
    source_name: Mapped[str]  # which one: "EUIPO Orphan Works Database"
    query: Mapped[str]
    result: Mapped[str]
    searched_on: Mapped[date]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    recorded_at: Mapped[datetime]

    account: Mapped[Account | None] = relationship()


event.listen(RightsSearch.__table__, "after_create", append_only("rights_search"))


def add(
    entry: Entry,
    layer: Layer,
    source: SearchSource,
    words: tuple[str, str, str],
    searched_on: date,
    moment: datetime,
    account_id: int | None,
) -> RightsSearch:
    """Keep a search; `words` are the source's name, the question and the result. Raise Invalid."""
    name, query, result = (text.strip() for text in words)
    if not (name and query and result):
        raise Invalid("Say where you looked, for what, and what you found; “nothing” is a result.")
    if searched_on > moment.date():
        raise Invalid("A search cannot lie in the future.")
    search = RightsSearch(
        entry_id=entry.id,
        layer=layer,
        source=source,
        source_name=name,
        query=query,
        result=result,
        searched_on=searched_on,
        account_id=account_id,
        recorded_at=moment,
    )
    db.session.add(search)
    db.session.flush()
    audit.record("rights.searched", "entry", entry.pid, account_id, layer=layer.value, search=search.id)
    return search


def of(entry_id: int) -> list[RightsSearch]:
    """Give the searches about an entry with who made them, newest first."""
    query = select(RightsSearch).where(RightsSearch.entry_id == entry_id)
    return list(
        db.session.scalars(query.options(joinedload(RightsSearch.account)).order_by(RightsSearch.id.desc()))
    )
