"""What a question becomes in the query language of OpenSearch, and what a document becomes in its index."""

from typing import Any

import pytest

from catalogue.search import opensearch_mapping, opensearch_names, opensearch_query
from catalogue.search.index import EXACT, FUZZY
from catalogue.search.ladder import Attempt
from catalogue.search.parsing import parse
from catalogue.search.question import Group, Scope, Words, Years
from tests.opensearch.collection import BLUE_HOUR, OPEN

Json = dict[str, Any]


def words(text: str, scope: Scope = Scope.ANYWHERE, **facts: Any) -> Words:
    return Words(tuple(((word,),) for word in text.split()), scope, **facts)


def clauses(written: Any, name: str) -> list[Any]:
    """Find all clauses of a name, at any depth."""
    if isinstance(written, list):
        return [found for part in written for found in clauses(part, name)]
    if not isinstance(written, dict):
        return []
    own = [written[name]] if name in written else []
    return own + [found for part in written.values() for found in clauses(part, name)]


def test_the_words_of_a_name_must_be_those_of_one_bearer():
    written = opensearch_query.node(words("ben webster", Scope.PERSON))

    (nested,) = clauses(written, "nested")
    assert nested["path"] == "bearers"
    assert nested["query"]["bool"]["filter"] == [{"terms": {"bearers.part": ["person", "leader"]}}]
    assert [list(term) for term in clauses(nested, "term")] == [["bearers.names"], ["bearers.names"]]


@pytest.mark.parametrize(("scope", "parts"), [(Scope.LEADER, ["leader"]), (Scope.LABEL, ["label"])])
def test_a_leader_and_a_label_are_bearers_of_their_own_kind(scope: Scope, parts: list[str]):
    assert clauses(opensearch_query.node(words("x", scope)), "terms") == [{"bearers.part": parts}]


def test_a_phrase_is_asked_in_every_way_in_which_it_is_as_wide():
    written = opensearch_query.node(parse('"rock \'05"').question.wanted[0])

    asked = {one[field]["query"] for one in clauses(written, "match_phrase") for field in one}
    assert asked == {"rock 05", "rock 1905", "rock 2005"}


def test_only_the_last_word_is_taken_as_a_beginning():
    written = opensearch_query.node(words("blue tra", is_beginning=True))

    assert {prefix[field]["value"] if isinstance(prefix[field], dict) else prefix[field]
            for prefix in clauses(written, "prefix") for field in prefix} == {"tra"}  # fmt: skip


@pytest.mark.parametrize(("word", "slips"), [("blue", 0), ("b1u3s", 0), ("blues", 1), ("trompett", 2)])
def test_slips_are_forgiven_in_long_words_and_never_in_prose(word: str, slips: int):
    found = clauses(opensearch_query.node(words(word), is_lenient=True), "fuzzy")

    assert {one[field]["fuzziness"] for one in found for field in one} == set(range(1, slips + 1))
    assert all(one[field]["prefix_length"] == 1 for one in found for field in one)
    assert "prose" not in {field for one in found for field in one}
    assert clauses(opensearch_query.node(words(word)), "fuzzy") == []


def test_an_optional_word_counts_but_need_not_be_there():
    group = Group((words("the", is_optional=True), words("train")))

    written = opensearch_query.node(group)["bool"]

    assert [clauses(part, "multi_match")[0]["query"] for part in written["must"]] == ["train"]
    assert "the" in {asked["query"] for asked in clauses(written["should"], "multi_match")}


def test_an_identifier_answers_whatever_else_is_asked():
    written = opensearch_query.question(parse("NR-0412").question, "NR-0412")

    assert {"mark": "nr0412"} in clauses(written, "term")
    assert opensearch_query.node(words("!", Scope.ID)) == opensearch_query.NOTHING


def test_years_are_those_that_may_be_meant():
    written = opensearch_query.node(Years(1955, None))

    assert {"hi": {"gte": 19_550_000}} in clauses(written, "range")


@pytest.mark.parametrize("q", ["-webster coleman", "web*", "id:12", "12 34", "one two three four five"])
def test_only_a_name_is_looked_for_in_near_spellings(q: str):
    assert opensearch_names.near(Attempt(EXACT, parse(q).question)) is None


def test_near_spellings_are_looked_for_on_the_first_rung_only():
    question = parse("coleman hawkins").question

    assert opensearch_names.near(Attempt(EXACT, question)) is not None
    assert opensearch_names.near(Attempt(FUZZY, question, is_lenient=True)) is None


def test_a_question_of_more_conditions_than_a_cluster_takes_is_not_asked():
    q = " ".join(f"{chr(97 + n % 26)}{'-x' * 12}{n}" for n in range(30))

    assert opensearch_query.question(parse(q).question, q) == opensearch_query.NOTHING


def test_ways_to_write_a_word_share_its_place():
    assert opensearch_mapping.placed(["M'Boom, live"]) == ["mboom|m boom live"]
    assert opensearch_mapping.placed(["Big Band '76"]) == ["big|bigband band 76|1976"]


def test_a_document_keeps_words_and_what_is_shown():
    source = opensearch_mapping.source(BLUE_HOUR)

    assert source["title"] == ["blauw uur"]
    assert source["mark"] == ["nr0412", "8714012"]
    assert source["span"] == "1958-1958"
    assert "nl=kwintet" in source["stems"].split()
    assert source["texts"]["number"] == list(BLUE_HOUR.marks)
    assert source["value"]["decade"] == ("1950",)


def test_an_open_date_reaches_as_far_as_there_are_days():
    source = opensearch_mapping.source(OPEN)

    assert (source["lo"], source["hi"], source["span"]) == (
        19740101,
        opensearch_mapping.LAST_DAY,
        "1974-1974",
    )


def test_every_field_of_a_document_is_one_of_the_index():
    known = opensearch_mapping.mappings()["properties"]

    assert set(opensearch_mapping.source(BLUE_HOUR)) - {"texts"} <= set(known)
    assert set(BLUE_HOUR.values()) | {"decade"} == set(known["value"]["properties"])
