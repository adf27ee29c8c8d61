"""Licences as ODRL 2.2: terms of the vocabulary, cardinalities of the information model, nothing deprecated."""

import itertools
import json
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from licensing import odrl
from licensing.odrl import Grant
from licensing.vocabulary import USES

ODRL = tomllib.loads((Path(__file__).parents[1] / "data" / "odrl22_vocabulary.toml").read_text("utf-8"))
PLAIN = Grant(
    address="https://nachtregister.example/licences/7KQM-2XPD-9RTW",
    licensor="https://nachtregister.example",
    licensor_name="Nachtregister",
    asset="https://nachtregister.example/id/nr7k2m9x4p",
    is_image=False,
    use="documentary",
    territory=("BE", "LU", "NL"),
    first_day=date(2026, 11, 22),
    last_day=date(2031, 11, 21),
    production="De haven slaapt niet",
    credit_line="Kwintet Joop Terwindt, Blauw uur. Nachtregister.",
    ask=("composition",),
    is_exclusive=False,
)
FULL = replace(
    PLAIN, is_exclusive=True, count=3000, licensee_name="Studio Lek", fee=(Decimal("180.50"), "EUR")
)
ENDLESS = replace(PLAIN, territory=("WW",), last_day=None, ask=())
EVERY = [
    replace(grant, use=use, is_image=is_image)
    for grant, use, is_image in itertools.product((PLAIN, FULL, ENDLESS), USES, (False, True))
]


def rules(policy: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Give each rule with its kind; duties of permissions too."""
    for kind in ("permission", "prohibition", "obligation"):
        for rule in policy.get(kind, []):
            yield kind, rule
            yield from (("duty", duty) for duty in rule.get("duty", []))


def constraints(policy: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for _kind, rule in rules(policy):
        yield from rule.get("constraint", [])
        if isinstance(rule["action"], list):
            yield from (found for action in rule["action"] for found in action["refinement"])


def actions(policy: dict[str, Any]) -> Iterator[str]:
    for _kind, rule in rules(policy):
        if isinstance(rule["action"], str):
            yield rule["action"]
        else:
            yield from (action["rdf:value"]["@id"].removeprefix("odrl:") for action in rule["action"])


def words(value: Any) -> Iterator[str]:
    """Give all keys and texts."""
    if isinstance(value, dict):
        yield from value
        yield from (word for each in value.values() for word in words(each))
    elif isinstance(value, list):
        yield from (word for each in value for word in words(each))
    else:
        yield str(value)


def known(properties: list[str], found: dict[str, Any]) -> list[str]:
    """List the properties that are neither ODRL's nor of a declared prefix."""
    prefixes = [*ODRL["prefixes"], *odrl.CONTEXT[1]]
    return [name for name in found if name not in properties and name.partition(":")[0] not in prefixes]


@pytest.mark.parametrize("grant", EVERY, ids=str)
def test_a_policy_is_made_of_the_terms_of_odrl(grant: Grant) -> None:
    policy = odrl.policy(grant)

    assert known(ODRL["policy_properties"], policy) == []
    for _kind, rule in rules(policy):
        assert known(ODRL["rule_properties"], rule) == []
    for constraint in constraints(policy):
        assert known(ODRL["constraint_properties"], constraint) == []
        assert constraint["leftOperand"] in ODRL["left_operands"]
        assert constraint["operator"] in ODRL["operators"]
    assert set(actions(policy)) - {"tdm:mine"} <= set(ODRL["actions"])
    assert policy["conflict"] in ODRL["conflict_strategies"]


@pytest.mark.parametrize("grant", EVERY, ids=str)
def test_a_policy_keeps_the_cardinalities_of_the_information_model(grant: Grant) -> None:
    policy = odrl.policy(grant)

    assert policy["@context"][0] == "http://www.w3.org/ns/odrl.jsonld"
    assert policy["@type"] == "Agreement"
    assert isinstance(policy["uid"], str)
    # An Agreement has one assigner and one assignee, and at least one rule; each rule has an action and a target.
    assert policy["assigner"]["uid"]
    assert policy["assignee"]["uid"]
    assert policy["permission"]
    assert policy["target"]
    for kind, rule in rules(policy):
        assert rule["action"]
        if kind in ("obligation",):
            assert rule["assigner"] != rule["assignee"]
        if kind == "prohibition":
            assert "duty" not in rule
    for constraint in constraints(policy):
        assert {"leftOperand", "operator", "rightOperand"} <= constraint.keys()


@pytest.mark.parametrize("grant", EVERY, ids=str)
def test_no_deprecated_term_is_used(grant: Grant) -> None:
    policy = odrl.policy(grant)

    terms = {word for word in words(policy) if word in ODRL["deprecated"]}
    assert terms == set()


def test_mining_and_sale_are_prohibited_in_every_policy() -> None:
    for grant in EVERY:
        prohibited = {rule["action"] for rule in odrl.policy(grant)["prohibition"]}
        assert {"tdm:mine", "sell", "transfer"} == prohibited


def test_where_when_and_how_much_are_constraints() -> None:
    found = {
        (one["leftOperand"], one["operator"]): one["rightOperand"]
        for one in odrl.policy(FULL)["permission"][0]["constraint"]
    }

    assert found["spatial", "isAnyOf"] == ["BE", "LU", "NL"]
    assert found["dateTime", "gteq"]["@value"] == "2026-11-22"
    assert found["dateTime", "lteq"]["@value"] == "2031-11-21"
    assert found["count", "lteq"]["@value"] == "3000"


def test_a_licence_for_the_world_without_end_has_no_such_constraints() -> None:
    found = [one["leftOperand"] for one in odrl.policy(ENDLESS)["permission"][0]["constraint"]]

    assert found == ["purpose", "media", "dateTime"]
    assert "obligation" not in odrl.policy(ENDLESS)


def test_fee_credit_report_and_open_layers_are_duties() -> None:
    duties = odrl.policy(FULL)["permission"][0]["duty"]

    (fee,) = duties[0]["action"][0]["refinement"]
    assert (fee["leftOperand"], fee["rightOperand"]["@value"]) == ("payAmount", "180.50")
    assert [duty["action"] for duty in duties[1:]] == ["attribute", "inform", "obtainConsent"]
    assert duties[3]["dcterms:subject"] == "composition"


def test_exclusivity_binds_the_archive() -> None:
    bound = [rule for rule in odrl.policy(FULL)["obligation"] if rule["action"] == "ensureExclusivity"]

    assert [rule["assignee"] for rule in bound] == [FULL.licensor]
    assert "ensureExclusivity" not in list(actions(odrl.policy(PLAIN)))


def test_who_reads_the_public_policy_learns_neither_licensee_nor_fee() -> None:
    said = json.dumps(odrl.policy(PLAIN))

    assert "Studio Lek" not in said
    assert "180.50" not in said


@pytest.mark.parametrize(
    ("item", "end"),
    [
        (None, ""),
        ({"in_ms": 65000, "out_ms": 95500}, "#t=65,95.5"),
        ({"crop": {"x": 0.1, "y": 0.25, "width": 0.5, "height": 0.4}}, "#xywh=percent:10,25,50,40"),
    ],
)
def test_a_part_is_a_media_fragment_of_the_piece(item: dict[str, Any] | None, end: str) -> None:
    assert odrl.fragment("https://a.example/id/x", item) == f"https://a.example/id/x{end}"
