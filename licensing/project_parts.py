"""One item of a project as its page shows it: the sound with its waveform, or the picture, and the part of it."""

from dataclasses import dataclass
from datetime import date

from flask import url_for

from archive.assets import Asset
from archive.errors import Gone
from catalogue import entries, redirects, waveforms
from catalogue.entries import Access, Entry
from catalogue.pages import entry as entry_page
from catalogue.pages import labels, pieces
from catalogue.pages.entry import Picture
from catalogue.pages.pieces import Piece
from catalogue.pages.sound import EVEN
from catalogue.waveforms import Waveform
from licensing.projects import ProjectItem


@dataclass(frozen=True)
class Sound:
    """What can be heard of a sound: from `offset` seconds of it, `seconds` long."""

    url: str
    offset: float
    seconds: float
    starts_label: str


@dataclass(frozen=True)
class Shown:
    """One item: `length_ms` and `wave` of a sound whose length is known, `picture` of what everybody may see."""

    item: ProjectItem
    pid: str
    title: str
    is_sound: bool
    is_picture: bool
    length_ms: int | None
    length_label: str
    wave: Waveform | None
    sound: Sound | None
    picture: Picture | None


def read(item: ProjectItem, lang: str, on: date) -> Shown:
    """Read what the page of an item shows; raise Gone when its entry is not public any more."""
    entry = redirects.survivor(item.entry)
    if not entries.is_public(entry, on):
        raise Gone(
            "This piece is not public any more. Take it out of your project.",
            title="",
            reason="",
            pid=entry.pid,
        )
    (piece,) = pieces.with_pids([entry.pid])
    length = _length(piece)
    return Shown(
        item=item,
        pid=entry.pid,
        title=labels.title(entry, lang),
        is_sound=piece.recording is not None,
        is_picture=piece.image is not None,
        length_ms=length,
        length_label=labels.duration_label(length) if length else "",
        wave=_wave(item, piece, length),
        sound=_sound(piece, entry, length),
        picture=entry_page.picture(piece, lang),
    )


def _length(piece: Piece) -> int | None:
    master = piece.files.master
    of_master = master.duration_ms if master else None
    return of_master or (piece.recording.duration_ms if piece.recording else None)


def _wave(item: ProjectItem, piece: Piece, length: int | None) -> Waveform | None:
    if piece.recording is None or not length:
        return None
    start, end = (item.in_ms or 0), min(item.out_ms or length, length)
    return waveforms.draw(
        _peaks(piece.files.master),
        clip_start=min(start, length - 1) / 1000,
        clip_end=max(end, min(start, length - 1) + 1) / 1000,
        duration=length / 1000,
    )


def _sound(piece: Piece, entry: Entry, length: int | None) -> Sound | None:
    if length and entry.access is Access.OPEN and any(role.value == "access" for role in piece.files.by_role):
        return Sound(url_for("catalogue_open.whole", pid=entry.pid), 0, length / 1000, "0:00")
    fragment = piece.files.fragment
    if fragment is None or not piece.may_be_heard or not fragment.duration_ms:
        return None
    url, start = url_for("catalogue_open.fragment", pid=entry.pid), fragment.start_ms or 0
    return Sound(url, start / 1000, fragment.duration_ms / 1000, labels.duration_label(start))


def _peaks(master: Asset | None) -> tuple[float, ...]:
    return tuple(master.peaks) if master is not None and master.peaks else EVEN
