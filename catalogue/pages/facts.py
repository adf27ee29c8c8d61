"""What is known of an entry in names and values: date and place, take and carrier, numbers."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flask_babel import format_datetime, format_time, get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from archive import clock
from archive.assets import Asset
from archive.config import current
from archive.db import db
from archive.language import LANGUAGES
from catalogue import dates, entries, entry_files, identifiers, performances, pids, relations, releases, terms
from catalogue.entries import Entry, EntryKind
from catalogue.entry_files import Holding
from catalogue.identifiers import Identifier
from catalogue.pages import labels, links
from catalogue.pages.pieces import Piece
from catalogue.performances import Performance
from catalogue.pictures import Image
from catalogue.recordings import Recording, TakeStatus
from catalogue.relations import RelationKind
from catalogue.releases import Release
from catalogue.terms import TermScheme
from catalogue.works import Work

SCHEMES = {
    "isrc": "ISRC",
    "iswc": "ISWC",
    "mbid": "MusicBrainz",
    "discogs": "Discogs",
    "wikidata": "Wikidata",
    "viaf": "VIAF",
    "isni": "ISNI",
    "matrix": _l("Matrix number"),
    "catalogue_no": _l("Catalogue number"),
    "ean": _l("Bar code"),
    "dahr": "DAHR",
    "ipi": "IPI",
    "gtaa": "GTAA",
    "geonames": "GeoNames",
    "ror": "ROR",
    "accession": _l("Accession number"),
    "discogs_master": _l("Discogs, all editions"),
    "marc": _l("Number at the library"),
    "aapb": "American Archive of Public Broadcasting",
}
RELATIONS = {
    RelationKind.DOCUMENTS: _l("Documents"),
    RelationKind.COVER_OF: _l("Cover of"),
    RelationKind.VERSION_OF: _l("Version of"),
    RelationKind.REFERENCES: _l("Refers to"),
}
RELATIONS_BACK = {
    RelationKind.DOCUMENTS: _l("Documented by"),
    RelationKind.COVER_OF: _l("Covered by"),
    RelationKind.VERSION_OF: _l("Other versions"),
    RelationKind.REFERENCES: _l("Referred to by"),
}
_LINK = Markup('<a href="{}" rel="nofollow">{}</a>')
_LINK_HERE = Markup('<a href="{}">{}</a>')


@dataclass(frozen=True)
class Fact:
    """One name with its value, and a remark in small print."""

    label: str
    value: str | Markup
    note: str | None = None


def make(piece: Piece, lang: str) -> list[Fact]:
    """List what is known of a piece, in two queries."""
    return [*_facts(piece, lang)]


def of_version(piece: Piece, release: Release | None, numbers: Sequence[Identifier], lang: str) -> list[Fact]:
    """List what an older version said of a piece; what else hangs on it is given, and not asked for."""
    return [
        *_described(piece, lang),
        *(_release(release, lang) if release else ()),
        *_entry(piece.entry),
        *_numbers(piece.entry, numbers),
    ]


def _facts(piece: Piece, lang: str) -> Iterator[Fact]:
    yield from _described(piece, lang)
    if piece.entry.kind is EntryKind.PERFORMANCE and (played := performances.find(piece.entry.id)):
        yield from _performance(played)
    if piece.entry.kind is EntryKind.RELEASE and (release := releases.find(piece.entry.id)):
        yield from _release(release, lang)
    if piece.entry.kind is EntryKind.WORK:
        yield from _work(piece.entry.id, lang)
    if piece.recording is not None and piece.recording.work_id is not None:
        yield from _composition(piece.recording.work_id, lang)
    if piece.entry.kind in (EntryKind.RELEASE, EntryKind.RECORDING):
        yield from _terms(piece.entry.id, lang)
    yield from _relations(piece.entry.id, lang)
    yield from _holdings(piece, lang)
    yield from _entry(piece.entry)
    yield from _numbers(piece.entry, identifiers.of_entry(piece.entry.id))


def _described(piece: Piece, lang: str) -> Iterator[Fact]:
    yield from _when_and_where(piece, lang)
    yield from _session(piece)
    if piece.recording is not None:
        yield from _recording(piece.recording, piece.entry)
    if piece.image is not None:
        yield from _image(piece.image)


def _numbers(entry: Entry, found: Sequence[Identifier]) -> Iterator[Fact]:
    by_scheme: dict[str, list[Identifier]] = {}  # a record has a matrix number on each side
    for identifier in found:
        by_scheme.setdefault(identifier.scheme, []).append(identifier)
    for scheme, alike in by_scheme.items():
        shown = [_LINK.format(each.url, each.value) if each.url else each.value for each in alike]
        label = str(SCHEMES.get(scheme, scheme))
        yield Fact(label, shown[0] if len(shown) == 1 else Markup(", ").join(shown))
    yield Fact(str(_("Number in the register")), pids.ark(entry.pid, current().naan))


def _when_and_where(piece: Piece, lang: str) -> Iterator[Fact]:
    if shown := labels.date_label(piece.dated, lang):
        yield Fact(str(_("Date")), shown, _as_written(piece.dated))
    if piece.place is not None:
        yield Fact(str(_("Place")), piece.place.line, piece.place.address)


def _as_written(dated: Entry) -> str | None:
    """Quote the source where it says more than a plain date in words or figures."""
    plain = (None, dated.date_edtf, *(labels.date_label(dated, lang) for lang in LANGUAGES))
    return None if dated.date_text in plain else str(_("the source says “%(text)s”", text=dated.date_text))


def _performance(performance: Performance) -> Iterator[Fact]:
    times = [format_time(each, "short") for each in (performance.starts_at, performance.ends_at)]
    yield Fact(str(_("Played")), " – ".join(times), None if performance.is_live else str(_("not live")))
    yield Fact(str(_("To be seen")), format_datetime(performance.opens_at, "short"), _until(performance))


def _until(performance: Performance) -> str:
    return str(_("until %(moment)s", moment=format_datetime(performance.viewing_until, "short")))


def _session(piece: Piece) -> Iterator[Fact]:
    session = piece.session
    if session is None:
        return
    if session.programme:
        yield Fact(str(_("Programme")), session.programme)
    if session.broadcaster is not None:
        yield Fact(str(_("Broadcaster")), session.broadcaster.name)
    if session.label is not None:
        yield Fact(str(_("Label")), session.label.name)


def _recording(recording: Recording, entry: Entry) -> Iterator[Fact]:
    if recording.title_as_given and recording.title_as_given != entry.title:
        yield Fact(str(_("Title on the carrier")), recording.title_as_given)
    if recording.take or recording.take_status is not TakeStatus.UNKNOWN:
        status = str(labels.TAKES[recording.take_status])
        yield Fact(str(_("Take")), recording.take, status) if recording.take else Fact(str(_("Take")), status)
    if recording.matrix_no:
        yield Fact(str(_("Matrix number")), recording.matrix_no)
    if recording.duration_ms:
        yield Fact(str(_("Duration")), labels.duration_label(recording.duration_ms))


def _image(image: Image) -> Iterator[Fact]:
    if image.width_mm and image.height_mm:
        size = _("%(width)s by %(height)s mm", width=image.width_mm, height=image.height_mm)
        yield Fact(str(_("Size")), str(size))


def _release(release: Release, lang: str) -> Iterator[Fact]:
    if release.label is not None:
        url = links.to_entry("catalogue.person", release.label.pid)
        yield Fact(str(_("Label")), _LINK_HERE.format(url, release.label.name))
    if release.catalogue_no:
        yield Fact(str(_("Catalogue number")), release.catalogue_no)
    if release.format is not None or release.format_text:
        shown = release.format.label(lang) if release.format else ""
        yield Fact(
            str(_("Format")), shown or str(release.format_text), release.format_text if shown else None
        )
    if release.country:
        yield Fact(str(_("Country")), release.country)


def _work(entry_id: int, lang: str) -> Iterator[Fact]:
    work = db.session.get(Work, entry_id)
    if work is not None and work.year_edtf:
        yield Fact(str(_("Written in")), dates.show(work.year_edtf, lang))


def _composition(work_id: int, lang: str) -> Iterator[Fact]:
    work = db.session.get_one(Entry, work_id)
    if entries.is_public(work, clock.now().date()):
        url = links.to_entry("catalogue.entry", work.pid)
        yield Fact(str(_("Work")), _LINK_HERE.format(url, labels.title(work, lang)))


def _relations(entry_id: int, lang: str) -> Iterator[Fact]:
    """Name the public entries that this one says something of, or that say something of it."""
    shown: dict[str, list[Markup]] = {}
    today = clock.now().date()
    for relation in relations.around(entry_id):
        is_own = relation.from_id == entry_id
        other = relation.target if is_own else relation.origin
        if entries.is_public(other, today):
            url = links.to_entry("catalogue.entry", other.pid)
            label = str((RELATIONS if is_own else RELATIONS_BACK)[relation.kind])
            shown.setdefault(label, []).append(_LINK_HERE.format(url, labels.title(other, lang)))
    for label, found in shown.items():
        yield Fact(label, Markup(", ").join(found))


def _terms(entry_id: int, lang: str) -> Iterator[Fact]:
    by_scheme: dict[TermScheme, list[str]] = {}
    for term in terms.words_of(entry_id):
        by_scheme.setdefault(term.scheme, []).append(term.label(lang))
    for scheme, label in ((TermScheme.GENRE, _("Genre")), (TermScheme.SUBJECT, _("Subject"))):
        if scheme in by_scheme:
            yield Fact(str(label), ", ".join(by_scheme[scheme]))


def _holdings(piece: Piece, lang: str) -> Iterator[Fact]:
    for holding in entry_files.carriers(piece.entry.id):
        yield _carrier(holding, lang)
    if piece.files.master is not None:
        yield Fact(str(_("Delivered as")), _format(piece.files.master))


def _carrier(holding: Holding, lang: str) -> Fact:
    carrier, condition = (
        (holding.carrier_nl, holding.condition_nl)
        if lang == "nl"
        else (holding.carrier_en, holding.condition_en)
    )
    remarks = [holding.shelfmark, holding.generation, condition]
    return Fact(str(_("Carrier")), carrier, ", ".join(remark for remark in remarks if remark) or None)


def _format(master: Asset) -> str:
    """Say what a licence delivers: WAV 48 kHz/24 bit, or JPEG 3000 × 2000."""
    name = master.media_type.rsplit("/", 1)[-1].removeprefix("x-").upper()
    if master.sample_rate:
        depth = f"/{master.bit_depth} bit" if master.bit_depth else ""
        return f"{name} {master.sample_rate / 1000:g} kHz{depth}"
    return f"{name} {master.width} × {master.height}" if master.width else name


def _entry(entry: Entry) -> Iterator[Fact]:
    for other in entry.alt_titles:
        if other.get("text") and other.get("kind") != "supplied":
            yield Fact(str(_("Also called")), other["text"])
    if entry.language:
        yield Fact(str(_("Language")), get_locale().languages.get(entry.language, entry.language))
    if entry.extent:
        yield Fact(str(_("Extent")), entry.extent)
    if entry.credit_line:
        yield Fact(str(_("Credit line")), entry.credit_line)
    if entry.shelfmark:
        yield Fact(str(_("Shelfmark")), entry.shelfmark)
