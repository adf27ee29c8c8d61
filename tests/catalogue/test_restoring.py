"""An entry is set back to any of its versions, whatever has happened to it since."""

from typing import Any

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, insert, select, update

from archive import clock
from archive.db import Model, db
from archive.transactions import transaction
from catalogue import (
    agents,
    credits,
    entries,
    identifiers,
    places,
    relations,
    releases,
    restoring,
    revisions,
    snapshots,
    sources,
)
from catalogue.agents import AgentKind
from catalogue.credits import Certainty, Credit, Role
from catalogue.entries import Access, Entry, EntryKind, Status
from catalogue.entry_files import Holding
from catalogue.identifiers import Identifier
from catalogue.pictures import Image, ImageType
from catalogue.places import PlaceKind
from catalogue.recording_sessions import RecordingSession, SessionType
from catalogue.recordings import Recording, Segment, TakeStatus
from catalogue.relations import RelationKind
from catalogue.releases import Release, Track
from catalogue.revisions import Revision
from catalogue.sources import EntrySource
from catalogue.terms import EntryTerm, Term, TermScheme
from catalogue.works import Work

WORDS = st.text(max_size=8)
MAYBE = st.none() | WORDS
NAMES = ("Coba van Rhijn", "Joop Terwindt", "Nel Oudejans")


def described(entry: Entry) -> dict[str, Any]:
    """Return what an entry says, without what no restoring touches."""
    said = snapshots.of([entry])[entry.id]
    return {name: value for name, value in said.items() if name not in restoring.NOT_DESCRIBED}


def add(kind: EntryKind) -> Entry:
    entry = entries.add(kind, "Blauw uur", clock.now())
    details: dict[EntryKind, Model] = {
        EntryKind.SESSION: RecordingSession(entry_id=entry.id, session_type=SessionType.CONCERT),
        EntryKind.RECORDING: Recording(entry_id=entry.id, take="1"),
        EntryKind.IMAGE: Image(entry_id=entry.id, image_type=ImageType.POSTER),
        EntryKind.WORK: Work(entry_id=entry.id),
        EntryKind.RELEASE: Release(entry_id=entry.id),
    }
    if kind in details:
        db.session.add(details[kind])
    people = [agents.ensure(AgentKind.PERSON, name) for name in NAMES[:2]]
    credits.replace(
        entry.id,
        [Credit(agent_id=person.id, role=Role.PERFORMER, region={"x": 1, "y": 2}) for person in people],
    )
    entries.save(entry, None, "first")
    return entry


def terms() -> list[int]:
    codes = ("bebop", "cool")
    for code in codes:
        if db.session.scalar(select(Term.id).where(Term.code == code)) is None:
            db.session.add(Term(scheme=TermScheme.GENRE, code=code, label_nl=code, label_en=code, aliases=[]))
    db.session.flush()
    return list(db.session.scalars(select(Term.id).order_by(Term.id)))


@st.composite
def edits(draw: st.DrawFn) -> dict[str, Any]:
    """Draw a new text for every part of an entry."""
    return {
        "title": draw(WORDS),
        "date": draw(st.sampled_from([None, "1961", "voorjaar 1958", "ooit"])),
        "description_nl": draw(MAYBE),
        "access": draw(st.sampled_from(Access)),
        "place": draw(st.none() | st.sampled_from(["Bimhuis", "Persepolis"])),
        "people": draw(st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(Role), MAYBE), max_size=4)),
        "identifiers": draw(st.sets(st.tuples(st.sampled_from(["matrix", "isrc"]), WORDS), max_size=3)),
        "terms": draw(st.sets(st.sampled_from([0, 1]))),
        "sources": draw(st.lists(st.tuples(st.sampled_from("ab"), MAYBE), max_size=3)),
        "segments": draw(st.dictionaries(st.integers(0, 99), WORDS, max_size=3)),
        "holdings": draw(st.lists(WORDS, max_size=2)),
        "details": draw(WORDS),
    }


def edit(entry: Entry, said: dict[str, Any]) -> None:
    entry.title, entry.description_nl, entry.access = said["title"], said["description_nl"], said["access"]
    entries.set_date(entry, said["date"])
    entry.place_id = places.ensure(PlaceKind.VENUE, said["place"]).id if said["place"] else None
    credits.replace(
        entry.id,
        [
            Credit(agent_id=agents.ensure(AgentKind.PERSON, name).id, role=role, credited_as=spelt)
            for name, role, spelt in said["people"]
        ],
    )
    db.session.execute(delete(Identifier).where(Identifier.entry_id == entry.id))
    for scheme, value in said["identifiers"]:
        identifiers.add_to_entry(entry.id, scheme, value)
    db.session.execute(delete(EntryTerm).where(EntryTerm.entry_id == entry.id))
    for at in said["terms"]:
        db.session.add(EntryTerm(entry_id=entry.id, term_id=terms()[at]))
    db.session.execute(delete(EntrySource).where(EntrySource.entry_id == entry.id))
    for citation, locator in said["sources"]:
        sources.cite(entry.id, citation, locator=locator)
    db.session.execute(delete(Holding).where(Holding.entry_id == entry.id))
    for carrier in said["holdings"]:
        db.session.add(Holding(entry_id=entry.id, carrier_nl=carrier, carrier_en=carrier))
    edit_details(entry, said)
    db.session.flush()


def edit_details(entry: Entry, said: dict[str, Any]) -> None:
    if entry.kind is EntryKind.SESSION:
        db.session.get_one(RecordingSession, entry.id).programme = said["details"]
    if entry.kind is EntryKind.IMAGE:
        db.session.get_one(Image, entry.id).alt_nl = said["details"]
    if entry.kind is EntryKind.RELEASE:
        db.session.get_one(Release, entry.id).catalogue_no = said["details"]
        releases.replace_tracks(entry.id, [Track(printed_title=title) for title in said["holdings"]])
    if entry.kind is EntryKind.RECORDING:
        db.session.get_one(Recording, entry.id).take = said["details"]
        db.session.execute(delete(Segment).where(Segment.recording_id == entry.id))
        for start, label in said["segments"].items():
            db.session.add(
                Segment(recording_id=entry.id, start_ms=start, label_nl=label, label_en=label, who="")
            )


@settings(max_examples=25)
@given(st.sampled_from(EntryKind), edits(), st.lists(edits(), min_size=1, max_size=2))
def test_a_snapshot_restored_says_what_it_said(
    app: Flask, kind: EntryKind, first: dict[str, Any], later: list[dict[str, Any]]
) -> None:
    with transaction():
        terms()
        entry = add(kind)
        edit(entry, first)
        entries.save(entry, None)
        kept, before = revisions.get(entry.id, entry.version).snapshot, described(entry)
        for change in later:
            edit(entry, change)
            entries.save(entry, None)

        lost = restoring.restore(entry, kept, None, "back")

        assert lost == []
        assert described(entry) == before
        assert described(entry) == {name: kept[name] for name in before}
        assert revisions.history(entry.id)[0].version == entry.version == len(later) + 3


def test_a_snapshot_of_before_leaves_alone_what_it_does_not_speak_of(app: Flask) -> None:
    with transaction():
        entry = add(EntryKind.RECORDING)
        kept = revisions.get(entry.id, 1).snapshot
        names = set(entry_columns()) | {"credits"}
        old = {name: value for name, value in kept.items() if name in names}
        short = ("agent_id", "role", "instrument_id", "instrument_text", "leader", "credited_as", "certainty")
        old["credits"] = [{name: row[name] for name in short} for row in old["credits"]]
        identifiers.add_to_entry(entry.id, "isrc", "NLA206000001")
        entry.title = "Anders"

        restoring.restore(entry, old, None, "back")

        now = snapshots.of([entry])[entry.id]
        assert (now["title"], len(now["identifiers"]), now["recording"]) == (
            "Blauw uur",
            1,
            kept["recording"],
        )
        assert now["credits"] == kept["credits"]  # the places on a photograph with them


def test_the_way_to_the_public_is_not_turned_back(app: Flask) -> None:
    with transaction():
        entry = add(EntryKind.SESSION)
        entries.move(entry, Status.PUBLISHED, None)

        restoring.restore(entry, revisions.get(entry.id, 1).snapshot, None, "back")

        assert (entry.status, entry.version) == (Status.PUBLISHED, 3)
        assert entry.first_public_at is not None


def test_what_is_gone_is_left_out_and_told(app: Flask) -> None:
    with transaction():
        entry = add(EntryKind.SESSION)
        place = places.ensure(PlaceKind.VENUE, "Bimhuis")
        entry.place_id = place.id
        entries.save(entry, None)
        kept = revisions.get(entry.id, 2).snapshot
        entry.place_id = None
        person = db.session.scalar(select(Credit.agent_id).where(Credit.entry_id == entry.id).limit(1))
        kept["credits"][0]["agent_id"] = 4040
        db.session.flush()
        db.session.delete(place)
        db.session.flush()

        lost = restoring.restore(entry, kept, None, "back")

        assert lost == ["place_id", "credits"]
        assert entry.place_id is None
        left = db.session.scalars(select(Credit.agent_id).where(Credit.entry_id == entry.id)).all()
        assert len(left) == 1
        assert person not in left


def test_what_was_merged_is_followed_and_said_once(app: Flask) -> None:
    with transaction():
        entry, first, second = (add(EntryKind.SESSION) for _ in range(3))
        said = [(RelationKind.DOCUMENTS, other.id) for other in (first, second)]
        relations.replace(entry.id, [*said, (RelationKind.REFERENCES, second.id)])
        entries.save(entry, None)
        kept = revisions.get(entry.id, 2).snapshot
        for gone, stays in ((second, first), (first, entry)):
            relations.replace(entry.id, [])
            gone.status, gone.merged_into_id = Status.WITHDRAWN, stays.id
            db.session.flush()
            back = restoring.restore(entry, kept, None, "back")
            now = [(row.kind, row.to_id) for row in relations.of(entry.id)]

            assert back == []
            both = [(RelationKind.DOCUMENTS, first.id), (RelationKind.REFERENCES, first.id)]
            assert now == (both if stays is first else [])


def test_a_collection_is_not_put_below_itself(app: Flask) -> None:
    with transaction():
        top, below = add(EntryKind.COLLECTION), add(EntryKind.COLLECTION)
        top.parent_id = below.id
        entries.save(top, None)
        top.parent_id = None
        db.session.flush()
        below.parent_id = top.id
        entries.save(below, None)

        lost = restoring.restore(top, revisions.get(top.id, 2).snapshot, None, "back")

        assert lost == ["parent_id"]
        assert top.parent_id is None


def test_rows_that_say_the_same_keep_their_numbers(app: Flask) -> None:
    with transaction():
        entry = add(EntryKind.SESSION)
        db.session.execute(
            insert(Credit).values(
                entry_id=entry.id,
                credited_as="X",
                role=Role.PRODUCER,
                certainty=Certainty.CERTAIN,
                position=9,
            )
        )
        before = db.session.scalars(select(Credit.id).where(Credit.position < 9)).all()

        restoring.restore(entry, revisions.get(entry.id, 1).snapshot, None, "back")

        assert db.session.scalars(select(Credit.id)).all() == before


def test_objects_in_hand_say_what_was_restored(app: Flask) -> None:
    with transaction():
        entry = add(EntryKind.RECORDING)
        take = db.session.get_one(Recording, entry.id)
        take.take_status = TakeStatus.REJECTED
        entries.save(entry, None)

        restoring.restore(entry, revisions.get(entry.id, 1).snapshot, None, "back")

        assert take.take_status is TakeStatus.UNKNOWN


def test_history_can_not_be_changed(app: Flask) -> None:
    with transaction():
        add(EntryKind.SESSION)

    with pytest.raises(Exception, match="revision"), transaction():
        db.session.execute(update(Revision).values(comment="nothing happened"))


def entry_columns() -> list[str]:
    return [column.name for column in Entry.__table__.columns]
