"""Situations of rights as archives meet them, each with the law behind: the decision is the one that is expected."""

import re
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from licensing import permissions, reasons
from licensing.claims import Basis, Claim, ClaimStatus, Consent, Layer, Part, Use
from licensing.permissions import Facts
from licensing.reasons import Verdict
from licensing.vocabulary import COUNTRIES

TABLE: dict[str, Any] = tomllib.loads(
    (Path(__file__).parent / "rights_situations.toml").read_text(encoding="utf-8")
)
TODAY = date(2026, 11, 22)
REQUIRED = {
    "sound": frozenset({Layer.COMPOSITION, Layer.PERFORMANCE, Layer.MASTER}),
    "image": frozenset({Layer.PHOTOGRAPH}),
}
ABOUT = {
    *("dutch", "foreign", "sound", "image", "living", "dead", "orphan", "out of commerce", "cc", "consent"),
    *("public domain", "deposit contract", "portrait", "sample", "broadcast"),
}
LAW = re.compile(
    r"(Auteurswet|Wet op de naburige rechten|Burgerlijk Wetboek|Databankenwet|Archiefwet 1995|Berne Convention"
    r"|(Directive|Regulation) (\(EU\) )?\d{2,4}/\d+(/E[CU])?) art\. \S+"
    r"|17 U\.S\.C\. § \d+|Creative Commons \S+ \d\.\d section|CJEU C-\d+/\d+|HR \d+ \w+ \d{4}"
)


def claim(row: dict[str, Any]) -> Claim:
    """Read a row of the table."""
    typed = {
        "layer": Layer(row["layer"]),
        "basis": Basis(row["basis"]),
        "status": ClaimStatus(row.get("status", "confirmed")),
        "limits": {Use(use): Verdict(verdict) for use, verdict in row.get("limits", {}).items()},
        "part": Part(*row["part"]) if "part" in row else None,
        "territory": frozenset(row.get("territory", ["WW"])),
    }
    return Claim(**{**row, **typed})


def consent(row: dict[str, Any]) -> Consent:
    typed = {"layer": Layer(row["layer"]), "uses": frozenset(Use(use) for use in row.get("uses", []))}
    return Consent(**{**row, **typed})


CLAIMS = {name: claim(row) for name, row in TABLE["claim"].items()}
SITUATIONS = TABLE["situation"]


@pytest.mark.parametrize("row", SITUATIONS, ids=lambda row: row["name"])
def test_situation(row: dict[str, Any]) -> None:
    kind = "sound" if "sound" in row["about"] else "image"
    facts = Facts(
        REQUIRED[kind], row.get("has_master", True), tuple(consent(each) for each in row.get("consents", []))
    )
    where = row.get("territory", "NL")
    territory = COUNTRIES.get(where, frozenset({where} - {""}))
    part = Part(*row["part"]) if "part" in row else None
    claims = [CLAIMS[name] for name in row["claims"]]

    decision = permissions.may_use(claims, facts, Use(row["use"]), row.get("on", TODAY), territory, part)

    assert decision.verdict is Verdict(row["expect"])
    deciding = [reason.text for reason in decision.reasons if reason.verdict is decision.verdict]
    assert getattr(reasons, row["because"]) in deciding


def test_the_table_covers_what_an_archive_meets() -> None:
    names = [row["name"] for row in SITUATIONS]

    assert len(set(names)) == len(names) >= 60
    assert {about for row in SITUATIONS for about in row["about"]} == ABOUT
    assert {row["expect"] for row in SITUATIONS} == {verdict.value for verdict in Verdict}
    assert {name for row in SITUATIONS for name in row["claims"]} == set(CLAIMS)


def test_every_situation_names_a_law_and_its_article() -> None:
    for row in SITUATIONS:
        assert row["source"], row["name"]
        assert all(LAW.match(source) for source in row["source"]), (row["name"], row["source"])
