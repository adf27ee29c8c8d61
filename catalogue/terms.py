"""Terms: the small vocabularies of the catalogue, in Dutch and English, with the spellings that sources use
for them.
"""

from collections.abc import Iterable
from enum import Enum

from sqlalchemy import ForeignKey, UniqueConstraint, delete, insert, select
from sqlalchemy.orm import Mapped, mapped_column

from archive.db import Model, db, enum_column


class TermScheme(str, Enum):
    """Which vocabulary a term belongs to."""

    INSTRUMENT = "instrument"
    GENRE = "genre"
    SUBJECT = "subject"
    FORMAT = "format"
    TECHNIQUE = "technique"


class Term(Model):
    """One word of a vocabulary; `code` is its stable name in addresses and mappings."""

    __table_args__ = (UniqueConstraint("scheme", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    scheme: Mapped[TermScheme] = mapped_column(enum_column(TermScheme))
    code: Mapped[str]
    label_nl: Mapped[str]
    label_en: Mapped[str]
    aliases: Mapped[list[str]]  # as written in sources: "tp", "trp", "tpt"
    uri: Mapped[str | None]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("term.id"), index=True)

    def label(self, lang: str) -> str:
        """Return the word in Dutch or English."""
        return self.label_nl if lang == "nl" else self.label_en


class EntryTerm(Model):
    """A term that an entry is about or is an example of."""

    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id", ondelete="CASCADE"), primary_key=True)
    term_id: Mapped[int] = mapped_column(ForeignKey("term.id"), primary_key=True, index=True)


def by_code(scheme: TermScheme) -> dict[str, Term]:
    """Return the terms of a vocabulary by their codes."""
    return {term.code: term for term in db.session.scalars(select(Term).where(Term.scheme == scheme))}


def words_of(entry_id: int) -> list[Term]:
    """Return the terms of an entry, by their words in English."""
    query = select(Term).join(EntryTerm, EntryTerm.term_id == Term.id).where(EntryTerm.entry_id == entry_id)
    return list(db.session.scalars(query.order_by(Term.label_en, Term.id)))


def ensure(scheme: TermScheme, code: str, label_nl: str, label_en: str, aliases: list[str]) -> Term:
    """Find a term by its code or add it."""
    found = db.session.scalar(select(Term).where(Term.scheme == scheme, Term.code == code))
    if found is not None:
        return found
    term = Term(scheme=scheme, code=code, label_nl=label_nl, label_en=label_en, aliases=aliases)
    db.session.add(term)
    db.session.flush()
    return term


def of_entry(entry_id: int) -> list[int]:
    """Return the ids of the terms of an entry."""
    query = select(EntryTerm.term_id).where(EntryTerm.entry_id == entry_id)
    return list(db.session.scalars(query.order_by(EntryTerm.term_id)))


def replace(entry_id: int, scheme: TermScheme, term_ids: Iterable[int]) -> None:
    """Give an entry these terms of one vocabulary, and no others of it."""
    of_scheme = select(Term.id).where(Term.scheme == scheme)
    db.session.execute(
        delete(EntryTerm).where(EntryTerm.entry_id == entry_id, EntryTerm.term_id.in_(of_scheme))
    )
    rows = [{"entry_id": entry_id, "term_id": term_id} for term_id in dict.fromkeys(term_ids)]
    if rows:
        db.session.execute(insert(EntryTerm), rows)
