"""The player of a recording: the waveform with the part that may be heard, and the course of the piece."""

from dataclasses import dataclass

from sqlalchemy import select

from archive.assets import Asset, AssetRole
from archive.db import db
from catalogue import waveforms
from catalogue.pages import cards, labels
from catalogue.pages.pieces import Piece
from catalogue.recordings import Segment
from catalogue.waveforms import Waveform

# What is drawn for a recording whose loudness nobody has measured: an even line.
EVEN = (0.2,) * 200


@dataclass(frozen=True)
class Player:
    """A fragment in its recording."""

    wave: Waveform
    duration_label: str
    clip_label: str
    clip_seconds: float
    seconds: float  # of the whole
    has_whole: bool  # whether there is a copy of all of it that browsers play
    fragment_url: str


@dataclass(frozen=True)
class Chapter:
    """One stretch of a recording."""

    start_label: str
    label: str
    who: str


def player(piece: Piece) -> Player | None:
    """Make the player of a recording; None if there is nothing that everybody may hear."""
    fragment, url = piece.files.fragment, cards.fragment_url(piece)
    if fragment is None or url is None or not fragment.duration_ms:
        return None
    start = fragment.start_ms or 0
    whole = max(_duration(piece), start + fragment.duration_ms)
    return Player(
        wave=waveforms.draw(
            _peaks(piece.files.master),
            clip_start=start / 1000,
            clip_end=(start + fragment.duration_ms) / 1000,
            duration=whole / 1000,
        ),
        duration_label=labels.duration_label(whole),
        clip_label=labels.duration_label(fragment.duration_ms),
        clip_seconds=fragment.duration_ms / 1000,
        seconds=whole / 1000,
        has_whole=AssetRole.ACCESS in piece.files.by_role,
        fragment_url=url,
    )


def chapters(piece: Piece, lang: str) -> list[Chapter]:
    """List the stretches of a recording in their order."""
    if piece.recording is None:
        return []
    query = (
        select(Segment).where(Segment.recording_id == piece.entry.id).order_by(Segment.start_ms, Segment.id)
    )
    return [
        Chapter(
            labels.duration_label(segment.start_ms),
            segment.label_nl if lang == "nl" else segment.label_en,
            segment.who,
        )
        for segment in db.session.scalars(query)
    ]


def _duration(piece: Piece) -> int:
    master = piece.files.master
    of_master = master.duration_ms if master else None
    of_recording = piece.recording.duration_ms if piece.recording else None
    return of_master or of_recording or 0


def _peaks(master: Asset | None) -> tuple[float, ...]:
    return tuple(master.peaks) if master is not None and master.peaks else EVEN
