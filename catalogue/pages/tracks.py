"""What is on a release, side by side with who played it; and on which releases a recording is."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from catalogue import entries, releases
from catalogue.credits import Credit
from catalogue.entries import EntryKind
from catalogue.pages import labels, lineup, links
from catalogue.pages.lineup import Group
from catalogue.pages.pieces import Piece
from catalogue.releases import Appearance, Track

_LETTERS = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True)
class Line:
    """One line of the list; without a number it is a heading, or a title that has none."""

    number: str | None
    title: str
    url: str | None  # of the recording, if everybody may see it
    duration_label: str | None
    is_part: bool
    people: list[Group]


@dataclass(frozen=True)
class Side:
    """The lines of one side or disc; a release that names none has one without a name."""

    name: str | None
    is_disc: bool
    lines: list[Line]


@dataclass(frozen=True)
class Issue:
    """A release on which a recording is."""

    title: str
    url: str
    number: str | None  # of the track
    label: str
    when: str | None


def sides(piece: Piece, lang: str, today: date) -> list[Side]:
    """Return the track list of a release, in one query; of other entries none."""
    if piece.entry.kind is not EntryKind.RELEASE:
        return []
    found: list[Side] = []
    by_track = _by_track(piece.credits)
    tracks = releases.tracks(piece.entry.id)
    for track, side in zip(tracks, _sides(tracks), strict=True):
        if not found or found[-1].name != side:
            found.append(Side(side, side is not None and _LETTERS.match(side) is None, []))
        found[-1].lines.append(_line(track, by_track, lang, today))
    return found


def of_whole(piece: Piece, listed: Sequence[Side]) -> list[Credit]:
    """Return the credits that the track list does not show: those of all tracks, and of tracks named otherwise."""
    shown = {_key(line.number or line.title) for side in listed for line in side.lines}
    return [credit for credit in piece.credits if _key(credit.tracks_text) not in shown]


def issues(piece: Piece, lang: str, today: date) -> list[Issue]:
    """Return the public releases of a recording, oldest first, in one query; of other entries none."""
    if piece.entry.kind is not EntryKind.RECORDING:
        return []
    found = releases.with_recording(piece.entry.id)
    return [_issue(each, lang) for each in found if entries.is_public(each.entry, today)]


def _sides(tracks: Sequence[Track]) -> list[str | None]:
    """Say on which side each line is: a heading is where the next line is, anything else where the last one was."""
    found: list[str | None] = []
    for at, track in enumerate(tracks):
        is_heading = track.number is None and not track.is_part
        following = next((later.side for later in tracks[at:] if later.side), None)
        found.append(track.side or (following if is_heading or not found else found[-1]))
    return found


def _line(track: Track, by_track: dict[str, list[Credit]], lang: str, today: date) -> Line:
    recording = track.recording
    is_shown = recording is not None and entries.is_public(recording, today)
    people = by_track.get(_key(track.number or track.printed_title), [])
    return Line(
        number=track.number,
        title=track.printed_title,
        url=links.to_entry("catalogue.entry", recording.pid) if recording and is_shown else None,
        duration_label=labels.duration_label(track.duration_ms) if track.duration_ms else None,
        is_part=track.is_part,
        people=lineup.groups(people, lang, with_tracks=False),
    )


def _by_track(credits: Sequence[Credit]) -> dict[str, list[Credit]]:
    found: dict[str, list[Credit]] = {}
    for credit in credits:
        if credit.tracks_text:
            found.setdefault(_key(credit.tracks_text), []).append(credit)
    return found


def _key(text: str | None) -> str:
    return " ".join((text or "").casefold().split())


def _issue(found: Appearance, lang: str) -> Issue:
    name = found.release.label.name if found.release.label else None
    return Issue(
        title=labels.title(found.entry, lang),
        url=links.to_entry("catalogue.entry", found.entry.pid),
        number=found.track.number,
        label=", ".join(part for part in (name, found.release.catalogue_no) if part),
        when=labels.date_label(found.entry, lang),
    )
