"""Questions in addresses: what is read, what is left out, and that an address says the same when it comes back."""

from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogue import pids
from catalogue.entries import EntryKind, Reuse
from catalogue.search import query
from catalogue.search.query import SearchQuery

ANN, BOB = pids.derive("ann"), pids.derive("bob")


def ask(address: str) -> SearchQuery:
    return query.read(parse_qsl(address, keep_blank_values=True))


def test_words_and_every_filter_are_read():
    asked = ask(
        f"q=blauw+uur&kind=recording&person={ANN}&with={BOB}&instrument=alto_saxophone&place={BOB}&decade=1950"
    )

    assert asked.q == "blauw uur"
    assert dict(asked.filters) == {
        "kind": ("recording",),
        "place": (BOB,),
        "instrument": ("alto_saxophone",),
        "person": (ANN,),
        "with": (BOB,),
        "decade": ("1950",),
    }


def test_a_repeated_filter_keeps_all_its_values_once():
    assert ask("kind=image&kind=recording&kind=image").values("kind") == ("image", "recording")


@pytest.mark.parametrize(
    "junk",
    ["kind=spaceship", "person=x", "instrument=%3Cscript%3E", "decade=1955", "reuse=", "from=abc", "to=20999",
     "page=-3", "page=1e9", "sort=random", "nonsense=1", "from=%D9%A1%D9%A9%D9%A5%D9%A0", "page=%C2%B2"],
)  # fmt: skip
def test_junk_is_left_out(junk):
    assert ask(junk) == SearchQuery(sort="added")


def test_without_words_the_newest_come_first_and_with_words_the_best():
    assert (ask("").sort, ask("q=x").sort) == ("added", "relevance")
    assert ask("sort=relevance").sort == "added"


def test_years_in_the_wrong_order_are_turned_round():
    asked = ask("from=1960&to=1955")

    assert (asked.from_year, asked.to_year) == (1955, 1960)


def test_a_pid_is_read_as_people_copy_it():
    assert ask(f"person=https://example.org/ark:/99999/{ANN.upper()}").values("person") == (ANN,)


def test_length_and_number_are_limited():
    long = ask("q=" + "x" * 5000)
    many = query.read([("person", pids.derive(str(number))) for number in range(50)])
    far = ask("page=99999")

    assert len(long.q) == query.MAX_TEXT
    assert len(many.values("person")) == query.MAX_VALUES
    assert far.page == query.MAX_PAGE


def test_taking_a_value_off_goes_back_to_the_first_page():
    asked = ask("q=a&kind=image&kind=work&page=7")

    assert asked.without("kind", "image") == ask("q=a&kind=work")
    assert asked.with_value("reuse", "direct") == ask("q=a&kind=image&kind=work&reuse=direct")
    assert asked.without_filters() == ask("q=a")
    assert ask("from=1950&kind=work").without_filter("years") == ask("kind=work")


def test_filters_without_a_box_to_tick_are_carried_along():
    assert ask(f"with={ANN}&decade=undated&kind=work").hidden_fields() == [
        ("with", ANN),
        ("decade", "undated"),
    ]


def test_a_question_is_a_key():
    assert {ask("q=a&kind=work"): 1}[ask("kind=work&q=a")] == 1


def test_the_codes_are_those_of_the_catalogue():
    assert set(query.KINDS) == {kind.value for kind in EntryKind}
    assert set(query.REUSES) == {reuse.value for reuse in Reuse}


NAMES = st.sampled_from([*query.FILTERS, "q", "from", "to", "sort", "page", "other"])
VALUES = st.one_of(
    st.text(max_size=300),
    st.sampled_from([ANN, BOB, "1950", "1955", "undated", "recording", "direct", "trumpet", "oldest", "3"]),
)


@given(st.lists(st.tuples(NAMES, VALUES), max_size=30))
def test_whatever_an_address_says_a_question_comes_out_and_its_own_address_gives_it_back(parameters):
    asked = query.read(parameters)

    assert ask(urlencode(asked.url_args(), doseq=True)) == asked
