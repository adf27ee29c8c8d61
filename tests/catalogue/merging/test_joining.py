"""Merging two into one and undoing it: nothing is lost, nothing is merged twice, and what came later is told."""

import pytest
from flask import Flask
from sqlalchemy import func, select

from archive import jobs
from archive.audit import AuditEntry
from archive.db import db
from archive.errors import Invalid, Refused
from catalogue import agents, authorities, credits, entries, identifiers, name_parts, places, redirects
from catalogue.agents import Agent, AgentKind, NameKind
from catalogue.entries import Entry, Status
from catalogue.identifiers import Identifier
from catalogue.merges import Merge, MergeKind
from catalogue.merging import joining, moving
from catalogue.merging.joining import Order
from catalogue.places import PlaceKind
from catalogue.recording_sessions import RecordingSession
from catalogue.recordings import Recording
from catalogue.shared_changes import SharedChange
from tests.catalogue import specimens


def order(kept: Agent | Entry | places.Place, merged: Agent | Entry | places.Place, **choices: str) -> Order:
    """An order that chooses nothing but what is named: `agent__name="merged"`."""
    chosen = {name.replace("__", "."): side for name, side in choices.items()}
    return Order(kept.id, merged.id, chosen, kept.version, merged.version)


@pytest.fixture
def tenor(app: Flask) -> specimens.Term:
    return specimens.instrument("tenor-saxophone", "tenorsaxofoon", "tenor saxophone")


@pytest.fixture
def coltranes(app: Flask, tenor: specimens.Term) -> tuple[Agent, Agent, Entry, Entry]:
    """John Coltrane, a misprint of him, and a concert of each."""
    right, wrong = specimens.person("John Coltrane"), specimens.person("John Coltane")
    agents.add_name(wrong, "J. Coltane", NameKind.MISPRINT)
    wrong.born_edtf = "1926-09-23"
    first = specimens.session("Blue World", specimens.plays(right, tenor, leader=True))
    second = specimens.session("Blue Train", specimens.plays(wrong, tenor, leader=True))
    db.session.add(Identifier(scheme="wikidata", value="Q7346", agent_id=wrong.id))
    db.session.commit()
    return right, wrong, first, second


def test_all_links_of_the_one_that_goes_lead_to_the_one_that_stays(
    coltranes: tuple[Agent, Agent, Entry, Entry],
) -> None:
    right, wrong, _, second = coltranes

    joining.merge(MergeKind.AGENT, order(right, wrong), None)

    (credit,) = credits.of(second.id)[second.id]
    assert (credit.agent_id, credit.credited_as, credit.leader) == (right.id, "John Coltane", True)
    assert [one.value for one in authorities.identifiers_of(right)] == ["Q7346"]
    assert {known.name for known in right.names} == {"John Coltane", "J. Coltane"}
    assert right.born_edtf == "1926-09-23"
    assert redirects.survivor(wrong) is right
    assert moving.counts(MergeKind.AGENT, wrong.id) == {}
    assert [match.pid for match in name_parts.find("coltane")] == [right.pid, right.pid]


def test_the_index_follows_by_a_job_and_both_keep_their_history(
    coltranes: tuple[Agent, Agent, Entry, Entry],
) -> None:
    right, wrong, *_ = coltranes

    joining.merge(MergeKind.AGENT, order(right, wrong), None)

    waiting = db.session.scalars(select(SharedChange.shared_id)).all()
    assert right.id in waiting
    assert jobs.waiting()
    assert (right.version, wrong.version) == (1, 1)
    assert db.session.scalar(select(AuditEntry).where(AuditEntry.action == "agent.merged"))


def test_an_undone_merge_leaves_everything_as_it_was(coltranes: tuple[Agent, Agent, Entry, Entry]) -> None:
    right, wrong, first, second = coltranes
    before = picture_of(right, wrong, first, second)

    made = joining.merge(MergeKind.AGENT, order(right, wrong), None)
    joining.undo(made.id, None)

    assert made.left_over == []
    assert picture_of(right, wrong, first, second) == before
    assert wrong.merged_into_id is None
    assert {match.pid for match in name_parts.find("coltane")} == {wrong.pid}


def picture_of(right: Agent, wrong: Agent, *at: Entry) -> object:
    db.session.expire_all()
    parts = [
        (credit.entry_id, credit.agent_id, credit.credited_as, credit.leader, credit.position)
        for found in credits.of(*(entry.id for entry in at)).values()
        for credit in found
    ]
    return (authorities.snapshot(right), authorities.snapshot(wrong), sorted(parts, key=str))


def test_a_name_that_is_chosen_of_the_other_makes_the_own_one_a_variant(
    coltranes: tuple[Agent, Agent, Entry, Entry],
) -> None:
    right, wrong, *_ = coltranes

    made = joining.merge(MergeKind.AGENT, order(wrong, right, agent__name="merged"), None)

    assert wrong.name == "John Coltrane"
    assert wrong.sort_name == "Coltrane, John"
    assert "John Coltane" in {known.name for known in wrong.names}
    joining.undo(made.id, None)
    assert (wrong.name, {known.name for known in wrong.names}) == ("John Coltane", {"J. Coltane"})


def test_the_same_credit_twice_becomes_one_and_comes_back(
    coltranes: tuple[Agent, Agent, Entry, Entry], tenor: specimens.Term
) -> None:
    right, wrong, first, _ = coltranes
    credits.replace(first.id, [specimens.plays(right, tenor), specimens.plays(wrong, tenor, leader=True)])
    db.session.commit()

    made = joining.merge(MergeKind.AGENT, order(right, wrong), None)

    (credit,) = credits.of(first.id)[first.id]
    assert (credit.agent_id, credit.leader) == (right.id, True)
    joining.undo(made.id, None)
    assert {(credit.agent_id, credit.leader) for credit in credits.of(first.id)[first.id]} == {
        (right.id, False),
        (wrong.id, True),
    }


def test_a_credit_that_the_one_that_goes_has_twice_drops_the_other_once(
    coltranes: tuple[Agent, Agent, Entry, Entry], tenor: specimens.Term
) -> None:
    right, wrong, first, _ = coltranes
    twice = [specimens.plays(wrong, tenor, leader=True), specimens.plays(wrong, tenor, leader=True)]
    credits.replace(first.id, [specimens.plays(right, tenor), *twice])
    db.session.commit()

    made = joining.merge(MergeKind.AGENT, order(right, wrong), None)

    assert [credit.agent_id for credit in credits.of(first.id)[first.id]] == [right.id]
    joining.undo(made.id, None)
    assert sorted(credit.agent_id or 0 for credit in credits.of(first.id)[first.id]) == [
        right.id,
        wrong.id,
        wrong.id,
    ]


def test_what_was_changed_after_the_merge_stays_and_is_told(
    coltranes: tuple[Agent, Agent, Entry, Entry], tenor: specimens.Term
) -> None:
    right, wrong, _, second = coltranes
    made = joining.merge(MergeKind.AGENT, order(right, wrong), None)
    credits.replace(second.id, [specimens.plays(right, tenor, credited_as="Trane")])
    right.born_edtf = "1926"
    db.session.commit()

    joining.undo(made.id, None)

    assert credits.of(second.id)[second.id][0].agent_id == right.id
    assert right.born_edtf == "1926"
    assert [one["link"] for one in made.left_over or []] == ["credit.agent_id", "field"]


def test_credits_that_an_editor_wrote_anew_without_changing_them_go_back_too(
    coltranes: tuple[Agent, Agent, Entry, Entry], tenor: specimens.Term
) -> None:
    right, wrong, _, second = coltranes
    made = joining.merge(MergeKind.AGENT, order(right, wrong), None)
    credits.replace(second.id, [specimens.plays(right, tenor, credited_as="John Coltane", leader=True)])
    db.session.commit()

    joining.undo(made.id, None)

    (credit,) = credits.of(second.id)[second.id]
    assert (credit.agent_id, credit.credited_as) == (wrong.id, None)
    assert made.left_over == []


def test_a_merge_of_what_was_merged_is_refused(coltranes: tuple[Agent, Agent, Entry, Entry]) -> None:
    right, wrong, *_ = coltranes
    third = specimens.person("Jon Coltrane")
    joining.merge(MergeKind.AGENT, order(right, wrong), None)

    for kept, merged in ((third, wrong), (wrong, third), (right, wrong)):
        with pytest.raises(redirects.Moved) as moved:
            joining.merge(MergeKind.AGENT, order(kept, merged), None)
        assert moved.value.details["pid"] == right.pid


def test_a_chain_leads_to_its_end_and_is_undone_from_there(
    coltranes: tuple[Agent, Agent, Entry, Entry],
) -> None:
    right, wrong, *_ = coltranes
    third = specimens.person("Jon Coltrane")
    first = joining.merge(MergeKind.AGENT, order(right, wrong), None)
    second = joining.merge(MergeKind.AGENT, order(third, right), None)

    assert redirects.survivor(wrong) is third
    with pytest.raises(Refused, match="Undo that merge first"):
        joining.undo(first.id, None)
    joining.undo(second.id, None)
    joining.undo(first.id, None)
    assert redirects.survivor(wrong) is wrong
    with pytest.raises(Refused, match="already"):
        joining.undo(first.id, None)


def test_a_merge_is_refused_when_one_of_the_two_was_saved_meanwhile(
    coltranes: tuple[Agent, Agent, Entry, Entry],
) -> None:
    right, wrong, *_ = coltranes
    seen = order(right, wrong)
    authorities.save(wrong, None, "other work")
    db.session.commit()

    with pytest.raises(Refused, match="changed in the meantime"):
        joining.merge(MergeKind.AGENT, seen, None)
    assert db.session.scalar(select(func.count()).select_from(Merge)) == 0


def test_only_two_different_ones_of_a_kind_are_merged(coltranes: tuple[Agent, Agent, Entry, Entry]) -> None:
    right, *_ = coltranes
    band = agents.add(AgentKind.ENSEMBLE, "John Coltrane Quartet")

    for other in (right, band):
        with pytest.raises(Invalid):
            joining.merge(MergeKind.AGENT, order(right, other), None)


def test_an_import_that_names_the_one_that_went_means_the_one_that_stays(
    coltranes: tuple[Agent, Agent, Entry, Entry],
) -> None:
    right, wrong, *_ = coltranes
    joining.merge(MergeKind.AGENT, order(right, wrong), None)

    assert agents.ensure(AgentKind.PERSON, "John Coltane") is right


def test_whoever_edits_the_one_that_went_is_told(coltranes: tuple[Agent, Agent, Entry, Entry]) -> None:
    right, wrong, *_ = coltranes
    seen = wrong.version
    joining.merge(MergeKind.AGENT, order(right, wrong), None)

    with pytest.raises(redirects.Moved):
        authorities.require_version(wrong, seen)


def test_places_take_their_names_entries_and_inner_places_along(app: Flask) -> None:
    city = places.ensure(PlaceKind.CITY, "Rotterdam")
    kept = places.ensure(PlaceKind.VENUE, "Zaal Katendrecht", city)
    merged = places.ensure(PlaceKind.VENUE, "Katendrecht (zaal)", city)
    merged.variants = ["De Kaap"]
    inner = places.ensure(PlaceKind.STUDIO, "Achterzaal", merged)
    entry = specimens.session("Nachtconcert", place_id=merged.id)
    db.session.commit()

    made = joining.merge(MergeKind.PLACE, order(kept, merged), None)

    assert (entry.place_id, inner.parent_id) == (kept.id, kept.id)
    assert kept.variants == ["Katendrecht (zaal)", "De Kaap"]
    assert {match.pid for match in name_parts.find("kaap")} == {kept.pid}
    joining.undo(made.id, None)
    assert (entry.place_id, inner.parent_id, kept.variants) == (merged.id, merged.id, [])
    assert {match.pid for match in name_parts.find("kaap")} == {merged.pid}


def test_a_place_is_not_merged_with_one_it_lies_in(app: Flask) -> None:
    city = places.ensure(PlaceKind.CITY, "Rotterdam")
    venue = places.ensure(PlaceKind.VENUE, "Zaal Katendrecht", city)

    for kept, merged in ((city, venue), (venue, city)):
        with pytest.raises(Refused, match="lies in the other"):
            joining.merge(MergeKind.PLACE, order(kept, merged), None)


@pytest.fixture
def sessions(app: Flask, tenor: specimens.Term) -> tuple[Entry, Entry, Entry]:
    """Two descriptions of one concert, and a take of the second."""
    joop = specimens.person("Joop Terwindt")
    kept = specimens.session("Nachtconcert", specimens.plays(joop, tenor), date="14 maart 1958")
    merged = specimens.session(
        "Concert in de nacht",
        specimens.plays(joop, tenor),
        specimens.plays(None, tenor),
        leader_text="Kwintet",
    )
    take = specimens.recording("Blauw uur", at=merged)
    identifiers.add_to_entry(merged.id, "accession", "1958-12")
    db.session.commit()
    return kept, merged, take


def test_entries_take_their_takes_credits_and_identifiers_along(sessions: tuple[Entry, Entry, Entry]) -> None:
    kept, merged, take = sessions

    made = joining.merge(MergeKind.ENTRY, order(kept, merged, recording_session__leader_text="merged"), None)

    assert db.session.get_one(Recording, take.id).session_id == kept.id
    assert [credit.agent_id is None for credit in credits.of(kept.id)[kept.id]] == [False, True]
    assert [one.value for one in identifiers.of_entry(kept.id)] == ["1958-12"]
    assert db.session.get_one(RecordingSession, kept.id).leader_text == "Kwintet"
    assert (merged.status, merged.merged_into_id) == (Status.WITHDRAWN, kept.id)
    assert [title["text"] for title in kept.alt_titles] == ["Concert in de nacht"]

    joining.undo(made.id, None)
    db.session.expire_all()
    assert made.left_over == []
    assert db.session.get_one(Recording, take.id).session_id == merged.id
    assert [credit.position for credit in credits.of(merged.id)[merged.id]] == [0, 1]
    assert db.session.get_one(RecordingSession, kept.id).leader_text is None
    assert (merged.status, merged.withdrawn_reason, kept.alt_titles) == (Status.PUBLISHED, None, [])


def test_an_editor_who_saves_the_entry_that_went_is_told_and_changes_nothing(
    sessions: tuple[Entry, Entry, Entry],
) -> None:
    kept, merged, _ = sessions
    seen = merged.version
    joining.merge(MergeKind.ENTRY, order(kept, merged), None)

    for entry, version in ((merged, seen), (kept, kept.version - 1)):
        with pytest.raises(Refused):
            entries.require_version(entry, version)
    with pytest.raises(redirects.Moved):
        entries.move(merged, Status.PUBLISHED, None)


def test_a_public_entry_is_not_merged_into_a_hidden_one(sessions: tuple[Entry, Entry, Entry]) -> None:
    kept, merged, _ = sessions
    entries.move(kept, Status.WITHDRAWN, None, "op verzoek")
    db.session.commit()

    with pytest.raises(Refused, match="is public"):
        joining.merge(MergeKind.ENTRY, order(kept, merged), None)


def test_a_collection_is_not_merged_with_what_lies_in_it(app: Flask) -> None:
    outer = specimens.collection("Archief")
    inner = specimens.collection("Banden", parent_id=outer.id)

    with pytest.raises(Refused, match="lies in the other"):
        joining.merge(MergeKind.ENTRY, order(outer, inner), None)
