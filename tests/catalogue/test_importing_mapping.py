"""Mappings: what the columns of a table mean, checked before a row is read."""

from typing import Any

import pytest

from archive.errors import Invalid, NotFound
from catalogue.importing import mapping as mappings
from catalogue.importing import matching

WJD = mappings.load("wjd_solos")
LISTS = ("recognised_by", "row_key", "session_key", "recording_key", "required", "keep")


def test_a_table_is_recognised_by_its_header() -> None:
    found = mappings.recognise(WJD.columns + list(WJD.keep))

    assert found == WJD
    assert mappings.recognise(["title", "composer"]) is None


def test_a_missing_column_is_named_with_what_comes_nearest() -> None:
    header = [
        "Record Title" if column == "recordtitle" else column for column in WJD.columns if column != "mbzid"
    ]

    with pytest.raises(Invalid) as refusal:
        mappings.check_header(WJD, header)

    assert "recordtitle (is it “Record Title”?)" in str(refusal.value)
    assert "mbzid" in str(refusal.value)


def test_a_column_that_occurs_twice_is_refused() -> None:
    with pytest.raises(Invalid, match="twice: title"):
        mappings.check_header(WJD, [*WJD.columns, "title"])


def test_an_unknown_mapping_says_which_there_are() -> None:
    with pytest.raises(NotFound, match="wjd_solos"):
        mappings.load("../../etc/passwd")


@pytest.mark.parametrize(
    ("table", "key", "value", "says"),
    [
        ("fields", "titel", {"column": "title"}, "field: titel"),
        ("fields", "title", {"column": "title", "read": "guess"}, "way of reading: guess"),
        ("wordings", "headline", ["{title}"], "wording: headline"),
    ],
)
def test_a_mapping_that_names_something_unknown_is_refused(
    table: str, key: str, value: Any, says: str
) -> None:
    data: dict[str, Any] = {
        "title": "A table",
        "publish": False,
        **{key: [] for key in LISTS},
        "fields": {},
        "wordings": {},
    }
    data[table] = {key: value}

    with pytest.raises(Invalid, match=says):
        mappings.parse("mine", data)


def test_the_first_wording_of_which_all_is_known_is_used() -> None:
    assert WJD.wording("citation", {"record": "Chet", "label": "Riverside"}) == "Chet (Riverside)"
    assert WJD.wording("citation", {}) == ""


def test_columns_with_no_place_are_kept() -> None:
    assert WJD.kept([*WJD.columns, "key", "colour"]) == ["key", "colour"]


def test_an_entry_is_found_again_by_its_key() -> None:
    assert matching.match({"new": ["r1"], "old": ["r2"]}, {"old": 7}, {}) == {"old": 7}


def test_an_entry_whose_key_was_mended_is_found_by_most_of_its_rows() -> None:
    groups = {"a": ["r1"], "mended": ["r2", "r3"]}

    assert matching.match(groups, {"was": 7}, {"r1": 7, "r2": 7, "r3": 7}) == {"mended": 7}


def test_no_two_groups_get_the_same_entry() -> None:
    groups = {"kept": ["r1"], "split": ["r2"]}

    assert matching.match(groups, {"kept": 7}, {"r1": 7, "r2": 7}) == {"kept": 7}
