"""An entry as data, for the API: all that its page says, in both languages, the same for every reader."""

from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from archive.assets import Asset, AssetRole
from archive.config import current
from archive.db import db
from catalogue import entries, hierarchy, identifiers, performances, pids
from catalogue.credits import Credit
from catalogue.entries import Entry, EntryKind
from catalogue.pages import cards, links, publications, references
from catalogue.pages.cards import Card
from catalogue.pages.pieces import Piece
from catalogue.places import Place
from catalogue.recordings import Segment
from catalogue.sources import EntrySource

# Descriptions are everybody's: CC0, as the Dutch heritage network asks of metadata. Files have their own terms.
METADATA_LICENCE = "https://creativecommons.org/publicdomain/zero/1.0/"
CURRENCY = "EUR"  # of the rate card

_PUBLIC_ROLES = (AssetRole.PREVIEW, AssetRole.THUMBNAIL, AssetRole.FRAGMENT)

Data = dict[str, Any]


def entry(piece: Piece, today: date) -> Data:
    """Describe an entry in full."""
    described, recording = piece.entry, piece.recording
    above = hierarchy.above([described.id])[described.id]
    return {
        "pid": described.pid,
        "ark": pids.ark(described.pid, current().naan),
        "kind": described.kind.value,
        "title": described.title,
        "title_lang": described.title_lang,
        "alt_titles": described.alt_titles,
        "description": {"nl": described.description_nl, "en": described.description_en},
        "date": _date(piece.dated),
        "place": _place(piece.place) if piece.place else None,
        "language": described.language,
        "shelfmark": described.shelfmark,
        "extent": described.extent,
        "duration_ms": recording.duration_ms if recording else None,
        "take": recording.take if recording else None,
        "matrix_no": recording.matrix_no if recording else None,
        "take_status": recording.take_status.value if recording else None,
        "image_type": piece.image.image_type.value if piece.image else None,
        "alt": {"nl": piece.image.alt_nl, "en": piece.image.alt_en} if piece.image else None,
        "session": _session(piece, today),
        "performance": _performance(described),
        **_published(piece, today),
        "credits": [_credit(credit) for credit in piece.credits],
        "segments": _segments(described.id) if recording else [],
        "identifiers": [
            {"scheme": found.scheme, "value": found.value, "url": found.url}
            for found in identifiers.of_entry(described.id)
        ],
        "sources": _sources(described.id),
        "collections": [_named(entry) for entry in above if entries.is_public(entry, today)],
        "rights": _rights(described),
        "files": [_file(piece, role) for role in _PUBLIC_ROLES if _has(piece, role)],
        "license": METADATA_LICENCE,
        "first_public_at": described.first_public_at.isoformat() if described.first_public_at else None,
        "updated_at": described.public_at.isoformat() if described.public_at else None,
        "version": described.version,
        "links": _links(piece),
    }


def item(piece: Piece, card: Card) -> Data:
    """Describe an entry in short, as one result; texts are in the reader's language."""
    return {
        "pid": card.pid,
        "kind": card.kind,
        "type": card.type_label,
        "title": piece.entry.title,
        "who": card.who,
        "where_when": card.where_when,
        "date": _date(piece.dated),
        "place": _place(piece.place) if piece.place else None,
        "duration_ms": piece.recording.duration_ms if piece.recording else None,
        "reuse": card.reuse,
        "price_from": _price(piece.entry),
        "found": str(card.found) if card.found else None,
        "links": _links(piece),
    }


def _date(dated: Entry) -> Data | None:
    if not dated.date_text and not dated.date_edtf:
        return None
    return {
        "text": dated.date_text,
        "edtf": dated.date_edtf,
        "earliest": _day(dated.date_lo),
        "latest": _day(dated.date_hi),
    }


def _day(number: int | None) -> str | None:
    return None if number is None else f"{number // 10_000:04}-{number // 100 % 100:02}-{number % 100:02}"


def _place(place: Place) -> Data:
    return {
        "pid": place.pid,
        "kind": place.kind.value,
        "name": place.name,
        "city": place.city.name,
        "lat": place.lat,
        "lon": place.lon,
    }


def _session(piece: Piece, today: date) -> Data | None:
    session, described = piece.session, piece.session_entry
    if session is None or described is None:
        return None
    named = _named(described) if entries.is_public(described, today) else {"pid": None, "title": None}
    return {
        **named,
        "type": session.session_type.value,
        "announced_as": session.leader_text,
        "programme": session.programme,
        "broadcaster": session.broadcaster.name if session.broadcaster else None,
        "label": session.label.name if session.label else None,
    }


def _performance(entry: Entry) -> Data | None:
    found = performances.find(entry.id) if entry.kind is EntryKind.PERFORMANCE else None
    if found is None:
        return None
    names = ("starts_at", "ends_at", "opens_at", "viewing_until")
    return {name: getattr(found, name).isoformat() for name in names}


def _published(piece: Piece, today: date) -> Data:
    """Say what only releases and works have, and of a recording its work and where it was released."""
    kind, entry_id = piece.entry.kind, piece.entry.id
    if kind is EntryKind.RELEASE:
        return publications.release(entry_id, today)
    if kind is EntryKind.WORK:
        return publications.work(entry_id, today)
    return publications.recording(piece.recording, today) if piece.recording else {}


def _named(entry: Entry) -> Data:
    return {"pid": entry.pid, "title": entry.title}


def _credit(credit: Credit) -> Data:
    agent, instrument = credit.agent, credit.instrument
    return {
        "role": credit.role.value,
        "agent": {"pid": agent.pid, "name": agent.name, "kind": agent.kind.value} if agent else None,
        "instrument": (
            {"code": instrument.code, "nl": instrument.label_nl, "en": instrument.label_en}
            if instrument
            else None
        ),
        "leader": credit.leader,
        "credited_as": credit.credited_as,
        "certainty": credit.certainty.value,
        "role_as_written": credit.role_text,
        "tracks": credit.tracks_text,
    }


def _segments(entry_id: int) -> list[Data]:
    query = select(Segment).where(Segment.recording_id == entry_id).order_by(Segment.start_ms, Segment.id)
    return [
        {
            "start_ms": segment.start_ms,
            "end_ms": segment.end_ms,
            "label": {"nl": segment.label_nl, "en": segment.label_en},
            "who": segment.who,
        }
        for segment in db.session.scalars(query)
    ]


def _sources(entry_id: int) -> list[Data]:
    query = (
        select(EntrySource)
        .options(joinedload(EntrySource.source))
        .where(EntrySource.entry_id == entry_id)
        .order_by(EntrySource.id)
    )
    return [
        {
            "citation": cited.source.citation,
            "url": cited.source.url,
            "field": cited.field,
            "locator": cited.locator,
            "note": cited.note,
        }
        for cited in db.session.scalars(query)
    ]


def _rights(entry: Entry) -> Data:
    return {
        "statement": entry.rights_uri,
        "credit_line": entry.credit_line,
        "reuse": entry.shown_reuse.value if entry.shown_reuse else None,
        "access": entry.access.value,
        "price_from": _price(entry),
    }


def _price(entry: Entry) -> Data | None:
    if entry.price_from_minor is None:
        return None
    return {"minor": entry.price_from_minor, "currency": CURRENCY}


def _has(piece: Piece, role: AssetRole) -> bool:
    return piece.may_be_heard and role in piece.files.by_role


def _file(piece: Piece, role: AssetRole) -> Data:
    asset: Asset = piece.files.by_role[role]
    url = cards.fragment_url(piece) if role is AssetRole.FRAGMENT else cards.picture_url(piece, role.value)
    return {
        "role": role.value,
        "url": f"{current().base_url}{url}",
        "media_type": asset.media_type,
        "size": asset.size,
        "sha256": asset.sha256,
        "width": asset.width,
        "height": asset.height,
        "start_ms": asset.start_ms,
        "duration_ms": asset.duration_ms,
    }


def _links(piece: Piece) -> Data:
    base, pid = current().base_url, piece.entry.pid
    page = {lang: base + links.to_entry("catalogue.entry", pid, lang=lang) for lang in ("nl", "en")}
    return {
        "self": base + links.to_entry("catalogue_api.entry", pid),
        "page": page,
        "permalink": references.permalink(piece.entry),
        "acquireLicensePage": base + links.to_entry("catalogue.entry", pid, lang="en", _anchor="offers"),
        "price": base + links.to_entry("licensing_api.price", pid),
    }
