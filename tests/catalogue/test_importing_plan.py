"""What the rows of one session become, before any database."""

from typing import Any

import pytest

from catalogue.agents import AgentKind
from catalogue.credits import Role
from catalogue.importing import mapping as mappings
from catalogue.importing import plan
from catalogue.importing.records import GroupPlan, PlannedSolo
from catalogue.importing.remarks import Look
from catalogue.importing.rows import SourceRow
from catalogue.recordings import TakeStatus

WJD = mappings.load("wjd_solos")

CELLS = {
    "id": "a.sv",
    "title": "Blue Seven",
    "titleaddon": "",
    "performer": "Sonny Rollins",
    "instrument": "ts",
    "composer": "Sonny Rollins",
    "label": "Prestige",
    "recordtitle": "Saxophone Colossus",
    "recordbib": "OJCCD-291-2",
    "recordingdate": "1956-06-22",
    "recordingyear": "1956",
    "lineup": "Sonny Rollins (ts); Tommy Flanagan (p); Doug Watkins (b); Max Roach (dr)",
    "mbzid": "553a8e19-68c9-4a8b-886c-8ae34a8f34e5",
    "solo_time": "00:51-03:21",
    "solostart": "49.0728",
    "key": "Bb-blues",
}


def planned(*changes: dict[str, str]) -> GroupPlan:
    """Plan rows that differ from CELLS by `changes`."""
    said = [{**CELLS, "id": f"{at}.sv", **change} for at, change in enumerate(changes, start=1)]
    return plan.group(WJD, [SourceRow(at, cells["id"], cells) for at, cells in enumerate(said, start=2)])


def remarked(group: GroupPlan, kind: Look) -> list[str]:
    return [remark.message for remark in group.remarks if remark.kind is kind]


def test_a_row_gives_a_session_a_recording_and_a_solo() -> None:
    group = planned({})
    (recording,) = group.parts

    assert group.head.title == "[Opnamesessie voor Saxophone Colossus]"
    assert group.head.title_en == "[Recording session for Saxophone Colossus]"
    assert group.head.date_text == recording.date_text == "1956-06-22"
    assert group.head.label == "Prestige"
    assert recording.title == "Blue Seven"
    assert recording.take_status is TakeStatus.ISSUED
    assert recording.identifiers == (("mbid", CELLS["mbzid"]),)
    assert recording.solos == (
        PlannedSolo(51_000, 201_000, "Solo tenorsaxofoon", "Tenor saxophone solo", "Sonny Rollins"),
    )
    assert not group.remarks


def test_the_line_up_is_the_sessions_and_kept_as_written() -> None:
    group = planned({"lineup": "Art Pepper (as, cl); Billy Strayhorn (p, arr)", "performer": "Art Pepper"})
    said = [
        (credit.name, credit.role, credit.instrument, credit.instrument_text) for credit in group.head.credits
    ]

    assert said == [
        ("Art Pepper", Role.PERFORMER, "alto_saxophone", "as"),
        ("Art Pepper", Role.PERFORMER, "clarinet", "cl"),
        ("Billy Strayhorn", Role.PERFORMER, "piano", "p"),
        ("Billy Strayhorn", Role.ARRANGER, None, "arr"),
    ]
    assert "Art Pepper (as, cl); Billy Strayhorn (p, arr)" in [source.note for source in group.head.sources]
    assert all(credit.role is Role.COMPOSER for recording in group.parts for credit in recording.credits)


@pytest.mark.parametrize(
    ("record", "lineup", "leaders"),
    [
        ("Art Pepper, The Complete Galaxy Recordings", "Art Pepper (as); Charlie Haden (b)", ["Art Pepper"]),
        ("The Art Pepper Story", "Art Pepper (as); Charlie Haden (b)", []),
        ("Art Pepper Meets", "Charlie Haden (b); Art Pepper (as)", []),
    ],
)
def test_a_leader_is_first_in_the_line_up_and_first_in_the_title(
    record: str, lineup: str, leaders: list[str]
) -> None:
    group = planned({"recordtitle": record, "lineup": lineup, "performer": "Art Pepper"})

    assert [credit.name for credit in group.head.credits if credit.leader] == leaders


def test_solos_of_one_take_are_one_recording() -> None:
    group = planned(
        {"solo_time": "05:00-06:00"},
        {},
        {"performer": "Tommy Flanagan", "instrument": "p", "solo_time": "03:30-04:00"},
    )
    (recording,) = group.parts

    assert [(solo.start_ms // 1000, solo.who) for solo in recording.solos] == [
        (51, "Sonny Rollins"),
        (210, "Tommy Flanagan"),
        (300, "Sonny Rollins"),
    ]
    assert set(group.entry_of.values()) == {recording.key}


def test_takes_of_one_title_are_two_recordings() -> None:
    group = planned({}, {"titleaddon": "Alternate Take"})

    assert [(each.position, each.take, each.take_status) for each in group.parts] == [
        (1, None, TakeStatus.ISSUED),
        (2, "Alternate Take", TakeStatus.ALTERNATE),
    ]


def test_two_solos_with_the_same_time_keep_their_starts_in_seconds() -> None:
    group = planned({"solostart": "54.5"}, {"solostart": "138"})

    assert [(solo.start_ms, solo.end_ms) for solo in group.parts[0].solos] == [
        (54_500, None),
        (138_000, None),
    ]
    assert len(remarked(group, Look.TIME)) > 1


@pytest.mark.parametrize(
    ("change", "start", "end", "remarks"),
    [
        ({"solo_time": ""}, 49_073, None, 0),
        ({"solo_time": "", "solostart": "-1.0"}, 0, None, 1),
        ({"solo_time": "02:34-??"}, 154_000, None, 2),
        ({"solo_time": "01:30-02:00"}, 90_000, 120_000, 1),
    ],
)
def test_a_solo_with_a_doubtful_time_is_kept_and_remarked(
    change: dict[str, str], start: int, end: int | None, remarks: int
) -> None:
    group = planned(change)
    (solo,) = group.parts[0].solos

    assert (solo.start_ms, solo.end_ms) == (start, end)
    assert len(remarked(group, Look.TIME)) == remarks


def test_composers_taken_apart_keep_the_text_as_written() -> None:
    credits = planned({"composer": "Andy Razaf, Eubie Blake"}).parts[0].credits

    assert [(credit.name, credit.credited_as, credit.agent_kind) for credit in credits] == [
        ("Andy Razaf", "Andy Razaf, Eubie Blake", AgentKind.PERSON),
        ("Eubie Blake", "Andy Razaf, Eubie Blake", AgentKind.PERSON),
    ]


def test_surnames_stay_together_and_are_remarked() -> None:
    group = planned({"composer": "Parker, Gillespie"})
    (credit,) = group.parts[0].credits

    assert (credit.name, credit.agent_kind) == ("Parker, Gillespie", None)
    assert remarked(group, Look.COMPOSERS)


@pytest.mark.parametrize(
    ("change", "kind", "says"),
    [
        ({"performer": "Sony Rollins"}, Look.SOLOIST, "Sonny Rollins"),
        ({"performer": "Lester Young"}, Look.SOLOIST, "nobody in the line-up"),
        ({"lineup": "Sonny Rollins (zither)"}, Look.INSTRUMENT, "Sonny Rollins"),
        ({"recordingdate": "September 1956?"}, Look.DATE, "uncertain"),
        ({"recordingdate": "some day"}, Look.DATE, "no date"),
        ({"recordingyear": "1957"}, Look.YEAR, "does not hold the year 1957"),
        ({"mbzid": "553a"}, Look.UNREADABLE, "MusicBrainz"),
        ({"instrument": "zither"}, Look.UNREADABLE, "instruments.toml"),
    ],
)
def test_what_is_doubtful_is_remarked_and_kept(change: dict[str, str], kind: Look, says: str) -> None:
    group = planned(change)

    assert [says in message for message in remarked(group, kind)] == [True]


def test_an_unknown_instrument_stays_as_text() -> None:
    (credit,) = planned({"lineup": "Sonny Rollins (zither)"}).head.credits

    assert (credit.instrument, credit.instrument_text) == (None, "zither")


def test_the_record_is_the_source_of_session_and_recordings() -> None:
    group = planned({}, {"titleaddon": "2", "recordbib": "OJC"})
    first, second = "Saxophone Colossus (Prestige, OJCCD-291-2)", "Saxophone Colossus (Prestige, OJC)"

    assert [source.citation for source in group.head.sources][:2] == [first, second]
    assert [source.citation for each in group.parts for source in each.sources] == [first, second]


def test_rows_of_one_session_that_differ_are_remarked() -> None:
    group = planned({}, {"label": "Fantasy"})

    assert group.head.label == "Prestige"
    assert remarked(group, Look.DISAGREEMENT) == ["the session has “Prestige”, from line 2"]


@pytest.mark.parametrize(
    "change", [{"title": "Moritat"}, {"solo_time": ""}, {"composer": ""}, {"recordbib": "OJC"}]
)
def test_the_digest_follows_the_content(change: dict[str, str]) -> None:
    was: Any = planned({}).parts[0].digest

    assert planned({}).parts[0].digest == was
    assert planned(change).parts[0].digest != was


def test_a_column_with_no_place_changes_no_entry() -> None:
    assert planned({"key": "C-maj"}).parts == planned({}).parts
