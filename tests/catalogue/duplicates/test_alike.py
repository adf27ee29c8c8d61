"""Names that may be two names of one are paired, each with how they are alike; others are left alone."""

from collections import defaultdict
from pathlib import Path
from random import Random
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogue.duplicates import alike
from catalogue.duplicates.alike import Alike
from tests.relevance import misspelt

DISCOGS = "recordings/discogs_jazz_releases_cb.xml"


@pytest.mark.parametrize(
    ("one", "other", "how"),
    [
        ("Doug Watkins", "DougWatkins", Alike.SAME),
        ("Joe Burke (2)", "Joe Burke", Alike.SAME),
        ("Борис Карлов", "Boris Karlov", Alike.SAME),
        ("Peter de Rose", "Peter DeRose", Alike.SAME),
        ("The Modernaires", "Modernaires", Alike.SAME),
        ("Umezu Kazutoki", "Kazutoki Umezu", Alike.SWAPPED),
        ("John Coltane", "John Coltrane", Alike.ONE_SLIP),
        ("Curley Russel", "Curly Russell", Alike.TWO_SLIPS),
        ("Don Cherry", "Donald Cherry", Alike.SHORT_FORM),
        ("Bob Brookmeyer", "Robert Brookmeyer", Alike.SHORT_FORM),
        ('Eddie "Gua-Gua" Rivera', "Eddie Rivera", Alike.NICKNAME),
        ("Luiz Paulo Bello Simas", "Luiz Simas", Alike.PART_MORE),
        ("Nikolai Hængsle", "Nikolai Hængsle Eilertsen", Alike.PART_MORE),
        ("J. Burke", "Joe Burke", Alike.INITIALS),
        ("P.F. Webster", "Paul Francis Webster", Alike.INITIALS),
        ("Mary K Vanosdale", "Mary Kathryn Vanosdale", Alike.INITIALS),
        ("Jobim", "Antonio Carlos Jobim", Alike.ONE_WORD),
        ("Eddie Green", "Freddie Green", Alike.COMMON_NAMES),
    ],
)
def test_two_names_that_may_be_one_are_paired(one: str, other: str, how: Alike) -> None:
    assert alike.pairs([one, other]) == [(*sorted([one, other]), how, 0)]


@pytest.mark.parametrize(
    "names",
    [
        ["Sammy Davis", "Sammy Davis Jr."],
        ["J. Johnson", "K. Johnson"],
        ["Hank Jones", "Sam Jones"],
        ["Bill Evans", "Gil Evans"],
        ["Alan Bergman", "Alan & Marilyn Bergman"],
        ["Duke Ellington", "Duke Ellington And His Orchestra"],
        ["Rodgers", "Lorenz Hart, Richard Rodgers, Oscar Hammerstein"],
        ["", "…", "(2)"],
    ],
)
def test_names_of_different_people_are_left_alone(names: list[str]) -> None:
    assert alike.pairs(names) == []


def test_initials_that_may_be_anybody_are_no_suggestion() -> None:
    many = ["Joe Burke", "Jack Burke", "James Burke", "Jerry Burke"]

    assert [pair.rivals for pair in alike.pairs(["J. Burke", *many[:3]])] == [2, 2, 2]
    assert alike.pairs(["J. Burke", *many]) == []


@given(st.lists(st.text("aeJ. ,2'\"&-", max_size=9), max_size=6))
def test_any_list_of_names_may_be_compared(names: list[str]) -> None:
    found = alike.pairs(names)

    assert all(pair.first < pair.second for pair in found)
    assert found == alike.pairs(reversed(names))


@pytest.mark.real_data
def test_all_names_of_a_real_table_that_are_close_in_spelling_are_paired(real_data: Path) -> None:
    close = misspelt.pairs(real_data)

    found = {(pair.first, pair.second): pair.alike for pair in alike.pairs(misspelt.names(real_data))}

    assert len(close) == 33
    assert [pair for pair in close if pair not in found] == []
    assert found["Eddie Green", "Freddie Green"] is Alike.COMMON_NAMES


@pytest.mark.real_data
def test_printed_names_of_a_real_file_are_paired_with_whom_they_mean(real_data: Path) -> None:
    printed, bearers = _names_on_sleeves(real_data / DISCOGS)
    names = sorted({name for _, name in printed} | set(bearers))
    random, strangers = Random(7), 0
    found = {(pair.first, pair.second) for pair in alike.pairs(bearers)}
    for _ in range(20_000):
        first, second = sorted(random.sample(names, 2))
        strangers += (first, second) in found and not bearers[first] & bearers[second]

    assert len(printed) == 1_969
    assert sum(bool(alike.pairs(pair)) for pair in printed) >= 1_540  # each pair by itself
    assert sum(tuple(sorted(pair)) in found for pair in printed) >= 1_300  # among all 8,383 names
    right = sum(bool(bearers[a] & bearers[b]) for a, b in found)
    assert right / len(found) >= 0.8
    assert strangers <= 3  # of 20,000 random pairs


def _names_on_sleeves(path: Path) -> tuple[set[tuple[str, str]], dict[str, set[str]]]:
    """Read the pairs of printed and canonical names, and who goes by each name."""
    pairs, bearers = set(), defaultdict(set)
    for _, element in ElementTree.iterparse(path):  # noqa: S314 - a file of ours
        name, printed = element.findtext("name"), element.findtext("anv")
        if element.tag != "artist" or not name:
            continue
        bearers[name].add(name)
        if printed and printed != name:
            pairs.add((printed, name))
            bearers[printed].add(name)
    return pairs, bearers
