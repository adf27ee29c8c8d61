"""Releases: what was put on sale, with label and number, and the tracks as its sleeve prints them.

A track is a line of print: it may name a recording that the catalogue holds, or none.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint, delete, select
from sqlalchemy.orm import Mapped, contains_eager, joinedload, mapped_column, relationship

from archive.db import Model, db
from catalogue.agents import Agent
from catalogue.entries import Entry
from catalogue.terms import Term


class Release(Model):
    """What a release adds to its entry."""

    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id", ondelete="CASCADE"), primary_key=True)
    label_id: Mapped[int | None] = mapped_column(
        ForeignKey("agent.id"), index=True
    )  # the first on the sleeve
    catalogue_no: Mapped[str | None] = mapped_column(index=True)  # as that label prints it
    format_id: Mapped[int | None] = mapped_column(ForeignKey("term.id"), index=True)
    format_text: Mapped[str | None]  # as the source writes it: "2 x Vinyl, LP, Album, Mono"
    country: Mapped[str | None]  # as the source writes it: "US", "UK & Europe"

    entry: Mapped[Entry] = relationship()
    label: Mapped[Agent | None] = relationship()
    format: Mapped[Term | None] = relationship()


class Track(Model):
    """One line of a track list."""

    __table_args__ = (
        CheckConstraint("duration_ms IS NULL OR duration_ms > 0", "lasts"),
        UniqueConstraint("release_id", "position"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    release_id: Mapped[int] = mapped_column(ForeignKey("entry.id", ondelete="CASCADE"), index=True)
    side: Mapped[str | None]  # side or disc: "A", "2"
    position: Mapped[int]  # place in the whole list, from 0
    number: Mapped[str | None]  # as printed: "A1", "2-03"; None for a heading
    is_part: Mapped[bool] = mapped_column(default=False)  # of the line above it: a tune in a medley
    recording_id: Mapped[int | None] = mapped_column(ForeignKey("entry.id"), index=True)
    printed_title: Mapped[str]
    duration_ms: Mapped[int | None]

    release: Mapped[Entry] = relationship(foreign_keys=[release_id])
    recording: Mapped[Entry | None] = relationship(foreign_keys=[recording_id])


@dataclass(frozen=True)
class Appearance:
    """A recording on a release: the release, what it adds, and the line that names the recording."""

    entry: Entry
    release: Release
    track: Track


def find(entry_id: int) -> Release | None:
    """Find what a release adds to its entry, with its label and format."""
    query = (
        select(Release)
        .options(joinedload(Release.label), joinedload(Release.format))
        .where(Release.entry_id == entry_id)
    )
    return db.session.scalar(query)


def tracks(release_id: int) -> list[Track]:
    """Return the track list of a release in its order, with the recordings that it names, in one query."""
    query = (
        select(Track)
        .options(joinedload(Track.recording))
        .where(Track.release_id == release_id)
        .order_by(Track.position)
    )
    return list(db.session.scalars(query))


def replace_tracks(release_id: int, tracks: Sequence[Track]) -> None:
    """Put a new complete track list in place of the old one, in the order given."""
    db.session.execute(delete(Track).where(Track.release_id == release_id))
    for position, track in enumerate(tracks):
        track.release_id, track.position = release_id, position
        db.session.add(track)
    db.session.flush()


def with_recording(*recording_ids: int) -> list[Appearance]:
    """Return where recordings were released, oldest first, whatever the state of the releases' entries."""
    query = (
        select(Track, Release)
        .join(Track.release)
        .join(Release, Release.entry_id == Entry.id)
        .options(contains_eager(Track.release), joinedload(Release.label), joinedload(Release.format))
        .where(Track.recording_id.in_(recording_ids))
        .order_by(Entry.date_lo.is_(None), Entry.date_lo, Entry.id, Track.position)
    )
    return [Appearance(track.release, release, track) for track, release in db.session.execute(query)]
