"""Describes the pieces of the demo in the catalogue: an entry each with all that hangs on it."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import insert

from archive.db import db
from catalogue import entries, identifiers, sources
from catalogue.credits import Credit, Role
from catalogue.demo import recipes, sound
from catalogue.demo.content import Collection, Content, Image, Session, Take, Work
from catalogue.demo.lineups import Part
from catalogue.entries import Access, Entry, EntryKind, Reuse, Status
from catalogue.entry_files import Holding
from catalogue.pictures import Image as Picture
from catalogue.recording_sessions import RecordingSession
from catalogue.recordings import LineUp, Recording, Segment

COMMENT = "Loaded with the demo collection"
LANGUAGE = "nl"  # of the titles

Step = tuple[str, Callable[[], Entry]]  # a pid, and what makes its entry


@dataclass(frozen=True)
class Known:
    """What entries refer to: ids of agents, places and instruments by name or code, of earlier entries by pid."""

    agents: Mapping[str, int]
    places: Mapping[str, int]
    terms: Mapping[str, int]
    entries: dict[str, int] = field(default_factory=dict)


class Describer:
    """Describes one content; `public_at` says by pid since when each piece is public."""

    def __init__(
        self, content: Content, known: Known, moment: datetime, public_at: Mapping[str, datetime]
    ) -> None:
        self._content = content
        self._known = known
        self._moment = moment
        self._public_at = public_at
        self._collections = {collection.key: collection.pid for collection in content.collections}
        self._sessions = {session.key: session.pid for session in content.sessions}
        self._works = {work.title: work for work in content.works}

    def steps(self) -> Iterator[Step]:
        """List what is to be described, so that nothing comes before what it refers to."""
        for collection in self._content.collections:
            yield collection.pid, partial(self._collection, collection)
        for work in self._content.works:
            yield work.pid, partial(self._work, work)
        for session in self._content.sessions:
            yield session.pid, partial(self._session, session)
            for position, take in enumerate(session.takes, start=1):
                yield take.pid, partial(self._take, session, take, position)
        for image in self._content.images:
            yield image.pid, partial(self._image, image)

    def _collection(self, piece: Collection) -> Entry:
        entry = self._add(
            EntryKind.COLLECTION,
            piece,
            parent_id=self._parent(piece.parent),
            level=piece.level,
            shelfmark=piece.shelfmark,
            extent=piece.extent,
        )
        self._credit(entry, piece.makers)
        return self._finish(entry, Status.PUBLISHED)

    def _work(self, piece: Work) -> Entry:
        entry = entries.add(
            EntryKind.WORK, piece.title, self._moment, pid=piece.pid, title_lang=LANGUAGE, is_demo=True
        )
        entries.set_date(entry, piece.year)
        self._credit(entry, piece.makers)
        if piece.iswc:
            identifiers.add_to_entry(entry.id, "iswc", piece.iswc)
        return self._finish(entry, Status.PUBLISHED)

    def _session(self, piece: Session) -> Entry:
        entry = self._add(
            EntryKind.SESSION,
            piece,
            parent_id=self._parent(piece.collection),
            place_id=self._known.places[piece.place],
            language=piece.language,
            embargo_until=piece.embargo,
        )
        agents = self._known.agents
        db.session.add(
            RecordingSession(
                entry_id=entry.id,
                session_type=piece.type,
                leader_text=piece.leader,
                programme=piece.programme,
                broadcaster_id=agents[piece.broadcaster] if piece.broadcaster else None,
                label_id=agents[piece.label] if piece.label else None,
            )
        )
        self._credit(entry, (*_group(piece), *piece.lineup, *piece.crew))
        self._shelve(entry, piece)
        return self._finish(entry, piece.status)

    def _take(self, session: Session, piece: Take, position: int) -> Entry:
        entry = self._add(
            EntryKind.RECORDING,
            piece,
            parent_id=self._parent(session.collection),
            shelfmark=piece.shelf,
            language=session.language,
            access=self._access(piece.rights),
            embargo_until=piece.embargo,
        )
        work = self._works[piece.work] if piece.work else None
        db.session.add(
            Recording(
                entry_id=entry.id,
                session_id=self._known.entries[session.pid],
                position=position,
                work_id=self._known.entries[work.pid] if work else None,
                title_as_given=piece.given,
                take=piece.take,
                matrix_no=piece.matrix,
                take_status=piece.take_status,
                duration_ms=sound.duration_ms(recipes.of_take(session, piece)),
                lineup=LineUp.OWN if piece.lineup else LineUp.SESSION,
            )
        )
        own = (*piece.lineup, *session.crew) if piece.lineup else ()
        self._credit(entry, (*own, *(work.makers if work else ())))
        if piece.catalogue:
            identifiers.add_to_entry(entry.id, "catalogue_no", piece.catalogue)
        self._shelve(entry, session)
        _mark_course(entry, session, piece)
        return self._finish(entry, piece.status, piece.withdrawn)

    def _image(self, piece: Image) -> Entry:
        entry = self._add(
            EntryKind.IMAGE,
            piece,
            parent_id=self._parent(piece.collection),
            shelfmark=piece.shelf,
            place_id=self._known.places[piece.place],
            access=piece.access or self._access(piece.rights),
            embargo_until=piece.embargo,
        )
        db.session.add(
            Picture(
                entry_id=entry.id,
                image_type=piece.type,
                session_id=self._known.entries[self._sessions[piece.session]] if piece.session else None,
                alt_nl=piece.alt_nl,
                alt_en=piece.alt_en,
            )
        )
        self._credit(entry, _makers(piece))
        self._hold(entry, piece.carrier)
        return self._finish(entry, piece.status, piece.withdrawn)

    def _add(self, kind: EntryKind, piece: Collection | Session | Take | Image, **fields: Any) -> Entry:
        entry = entries.add(
            kind,
            piece.title,
            self._moment,
            pid=piece.pid,
            title_lang=LANGUAGE,
            description_nl=piece.nl,
            description_en=piece.en,
            is_demo=True,
            **fields,
        )
        title_en = None if isinstance(piece, Take) else piece.title_en
        if title_en:
            entry.alt_titles = [{"text": title_en, "lang": "en", "kind": "supplied"}]
        entries.set_date(entry, piece.date)
        return entry

    def _parent(self, collection: str | None) -> int | None:
        return self._known.entries[self._collections[collection]] if collection else None

    def _access(self, rights: str) -> Access:
        # What nobody may use may not be heard either, but at the archive.
        reuse = self._content.situations[rights].reuse
        return Access.ON_SITE if reuse is Reuse.NONE else Access.PREVIEW

    def _credit(self, entry: Entry, parts: Iterable[Part]) -> None:
        rows = [row for part in parts for row in self._credits(part)]
        numbered = [row | {"entry_id": entry.id, "position": place} for place, row in enumerate(rows)]
        if numbered:
            db.session.execute(insert(Credit), numbered)

    def _credits(self, part: Part) -> Iterator[dict[str, Any]]:
        common = {
            "agent_id": self._known.agents[part.name] if part.name else None,
            "certainty": part.certainty,
            "credited_as": part.credited_as,
        }
        for code in part.played:
            played = {"instrument_id": self._known.terms[code], "leader": part.leads}
            yield common | {"role": Role.PERFORMER} | played
        for role in part.roles:
            leads = part.leads and role is Role.CONDUCTOR
            yield common | {"role": role, "instrument_id": None, "leader": leads}

    def _shelve(self, entry: Entry, session: Session) -> None:
        condition = session.condition or (None, None)
        self._hold(
            entry,
            session.carrier,
            generation=session.generation,
            condition_nl=condition[0],
            condition_en=condition[1],
        )
        for code, at in session.sources:
            sources.cite(entry.id, self._content.citations[code], locator=at)

    def _hold(self, entry: Entry, carrier: str, **facts: str | None) -> None:
        nl, en = self._content.carriers[carrier]
        db.session.add(Holding(entry_id=entry.id, carrier_nl=nl, carrier_en=en, **facts))

    def _finish(self, entry: Entry, status: Status, withdrawn: str | None = None) -> Entry:
        entry.first_public_at = self._public_at.get(entry.pid)
        if status is Status.DRAFT:
            entries.save(entry, None, COMMENT)
        else:
            first = Status.PUBLISHED if status is Status.WITHDRAWN else status
            entries.move(entry, first, None, COMMENT)
        if status is Status.WITHDRAWN:
            entries.move(entry, status, None, withdrawn or "")
        return entry


def _mark_course(entry: Entry, session: Session, take: Take) -> None:
    rows = [
        {
            "recording_id": entry.id,
            "start_ms": stretch.start_ms,
            "end_ms": stretch.end_ms,
            "label_nl": stretch.label_nl,
            "label_en": stretch.label_en,
            "who": stretch.who,
        }
        for stretch in recipes.course(session, take)
    ]
    db.session.execute(insert(Segment), rows)


def _group(session: Session) -> Iterator[Part]:
    if session.ensemble:
        announced = session.leader if session.leader != session.ensemble else None
        yield Part(session.ensemble, (), (Role.PERFORMER,), credited_as=announced)


def _makers(image: Image) -> Iterator[Part]:
    roles = (
        (Role.PHOTOGRAPHER, [image.by]),
        (Role.DESIGNER, [image.designer]),
        (Role.DEPICTED, image.depicts),
    )
    for role, names in roles:
        yield from (Part(name, (), (role,)) for name in names if name)
