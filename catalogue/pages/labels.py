"""The words on pages for what the catalogue keeps as codes; times and amounts as people write them."""

import math
from functools import lru_cache

from flask_babel import format_decimal
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from archive.language import language
from catalogue import dates
from catalogue.credits import Role
from catalogue.entries import Entry, EntryKind, Reuse, Status
from catalogue.pictures import ImageType
from catalogue.recording_sessions import SessionType
from catalogue.recordings import TakeStatus
from catalogue.search.query import UNDATED

CURRENCY_SIGN = (
    "€"  # the rate card's currency; prices on cards are lowest prices, the offer itself states the money
)

KINDS = {
    EntryKind.COLLECTION: _l("Collection"),
    EntryKind.SESSION: _l("Session"),
    EntryKind.RECORDING: _l("Recording"),
    EntryKind.IMAGE: _l("Picture"),
    EntryKind.WORK: _l("Work"),
    EntryKind.RELEASE: _l("Release"),
    EntryKind.PERFORMANCE: _l("Performance"),
}
# In the order in which groups of them are shown.
KINDS_MANY = {
    EntryKind.RECORDING: _l("Recordings"),
    EntryKind.IMAGE: _l("Pictures"),
    EntryKind.SESSION: _l("Sessions"),
    EntryKind.COLLECTION: _l("Collections"),
    EntryKind.WORK: _l("Works"),
    EntryKind.RELEASE: _l("Releases"),
    EntryKind.PERFORMANCE: _l("Performances"),
}
SESSIONS = {
    SessionType.CONCERT: _l("Concert"),
    SessionType.STUDIO: _l("Studio session"),
    SessionType.BROADCAST: _l("Broadcast"),
    SessionType.REHEARSAL: _l("Rehearsal"),
    SessionType.INTERVIEW: _l("Interview"),
    SessionType.UNKNOWN: _l("Session"),
}
RECORDINGS = {
    SessionType.CONCERT: _l("Concert recording"),
    SessionType.STUDIO: _l("Studio recording"),
    SessionType.BROADCAST: _l("Broadcast recording"),
    SessionType.REHEARSAL: _l("Rehearsal recording"),
    SessionType.INTERVIEW: _l("Recorded interview"),
    SessionType.UNKNOWN: _l("Recording"),
}
IMAGES = {
    ImageType.PHOTOGRAPH: _l("Photograph"),
    ImageType.POSTER: _l("Poster"),
    ImageType.SLEEVE: _l("Record sleeve"),
    ImageType.PROGRAMME: _l("Programme"),
    ImageType.CLIPPING: _l("Clipping"),
}
ROLES = {
    Role.PERFORMER: _l("Performer"),
    Role.COMPOSER: _l("Composition"),
    Role.ARRANGER: _l("Arrangement"),
    Role.LYRICIST: _l("Lyrics"),
    Role.CONDUCTOR: _l("Conductor"),
    Role.INTERVIEWEE: _l("Interviewee"),
    Role.INTERVIEWER: _l("Interviewer"),
    Role.PHOTOGRAPHER: _l("Photographer"),
    Role.DEPICTED: _l("Shown"),
    Role.PRODUCER: _l("Producer"),
    Role.RECORDING_ENGINEER: _l("Recording engineer"),
    Role.BROADCASTER: _l("Broadcaster"),
    Role.DESIGNER: _l("Design"),
    Role.PUBLISHER: _l("Publisher"),
    Role.ADAPTER: _l("Adaptation"),
    Role.AUTHOR: _l("Text"),
    Role.LIBRETTIST: _l("Libretto"),
    Role.TRANSLATOR: _l("Translation"),
    Role.WRITER_OF_NOTES: _l("Sleeve notes"),
    Role.EDITOR: _l("Editing"),
    Role.COMPILER: _l("Compilation"),
    Role.COPYIST: _l("Copying of the parts"),
    Role.NARRATOR: _l("Narrator"),
    Role.ACTOR: _l("Actor"),
    Role.HOST: _l("Host"),
    Role.PRESENTER: _l("Presenter"),
    Role.SPEAKER: _l("Speaker"),
    Role.MUSICAL_DIRECTOR: _l("Musical direction"),
    Role.DIRECTOR: _l("Director"),
    Role.CINEMATOGRAPHER: _l("Camera"),
    Role.MIXING_ENGINEER: _l("Mixing"),
    Role.MASTERING_ENGINEER: _l("Mastering"),
    Role.SOUND_ENGINEER: _l("Sound"),
    Role.REMIXER: _l("Remix"),
    Role.ARTIST: _l("Artwork"),
    Role.ILLUSTRATOR: _l("Illustration"),
    Role.COVER_DESIGNER: _l("Sleeve design"),
    Role.PRODUCTION_MANAGER: _l("Production management"),
    Role.PRODUCTION_COMPANY: _l("Production company"),
    Role.MANUFACTURER: _l("Manufacture"),
    Role.PRINTER: _l("Printing"),
    Role.DISTRIBUTOR: _l("Distribution"),
    Role.COPYRIGHT_HOLDER: _l("Rights stated on the sleeve"),
    Role.LICENSOR: _l("Licensed from"),
    Role.LICENSEE: _l("Licensed to"),
    Role.DEDICATEE: _l("Dedicated to"),
    Role.CONTRIBUTOR: _l("Contributor"),
    Role.OTHER: _l("Other part"),
}
TAKES = {
    TakeStatus.ISSUED: _l("issued"),
    TakeStatus.UNISSUED: _l("not issued"),
    TakeStatus.ALTERNATE: _l("alternate take"),
    TakeStatus.REJECTED: _l("rejected"),
    TakeStatus.INCOMPLETE: _l("incomplete"),
    TakeStatus.UNKNOWN: _l("not known whether it was issued"),
}
REUSES = {
    Reuse.DIRECT: _l("Ready to license"),
    Reuse.ON_REQUEST: _l("On request"),
    Reuse.LISTEN_ONLY: _l("Listening only"),
    Reuse.NONE: _l("Not for re-use"),
}

STATUSES = {
    Status.DRAFT: _l("Draft"),
    Status.REVIEW: _l("To review"),
    Status.PUBLISHED: _l("Published"),
    Status.WITHDRAWN: _l("Withdrawn"),
}


def price_label(minor: int | None, lang: str) -> str | None:
    """Write a lowest price in minor units, with cents only where there are any: from € 18."""
    if minor is None:
        return None
    whole, cents = divmod(minor, 100)
    amount = str(format_decimal(whole))
    if cents:
        amount += f"{',' if lang == 'nl' else '.'}{cents:02}"
    gap = " " if lang == "nl" else ""
    return str(_("from %(price)s", price=f"{CURRENCY_SIGN}{gap}{amount}"))


def duration_label(milliseconds: int) -> str:
    """Write a duration as 6:42 or 1:02:03."""
    minutes, seconds = divmod(math.floor(milliseconds / 1000 + 0.5), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def title(entry: Entry, lang: str) -> str:
    """Give the title: as printed, or, where the archive supplied it, in the reader's language if there is one."""
    supplied = (
        other for other in entry.alt_titles if other.get("kind") == "supplied" and other.get("lang") == lang
    )
    return next((other["text"] for other in supplied if other.get("text")), entry.title)


def date_label(entry: Entry, lang: str) -> str | None:
    """Say when an entry is of: in words if it was understood, else as the source writes it."""
    if entry.date_edtf:
        return _date(entry.date_edtf, lang)
    return entry.date_text


@lru_cache(maxsize=20_000)
def _date(text: str, lang: str) -> str:
    # Every card says a date, and reading one anew takes longer than all else that a card needs.
    return dates.show(text, lang)


def kind_label(kind: str) -> str:
    """Name a kind of entry by its code, for templates."""
    return str(KINDS[EntryKind(kind)])


def role_label(role: str) -> str:
    """Name a role by its code, for templates."""
    return str(ROLES[Role(role)])


def status_label(status: str) -> str:
    """Name a status by its code, for templates."""
    return str(STATUSES[Status(status)])


def decade_label(value: str) -> str:
    """Name a decade by its first year, or the bucket of what has no date."""
    return str(_("Undated")) if value == UNDATED else dates.show(f"{value[:-1]}X", language())
