"""The rights situations of the demo: the claims behind each must come to what it promises."""

from datetime import date

import pytest

from catalogue.demo import reading
from catalogue.demo.content import Situation
from licensing import rights
from licensing.claims import Basis, Claim, ClaimStatus, Layer, Use
from licensing.permissions import Facts
from licensing.reasons import Verdict

REQUIRED = {
    "master": frozenset({Layer.COMPOSITION, Layer.PERFORMANCE, Layer.MASTER}),
    "photograph": frozenset({Layer.PHOTOGRAPH}),
}


@pytest.mark.parametrize(
    "situation", reading.read().situations.values(), ids=lambda situation: situation.code
)
def test_the_claims_of_a_situation_come_to_what_it_promises(situation: Situation) -> None:
    claims = [_claim(**row) for row in situation.claims]
    layers = {claim.layer.value for claim in claims}
    facts = Facts(next((REQUIRED[layer] for layer in REQUIRED if layer in layers), frozenset()))

    reuse, statement = rights.summarise(claims, facts, date(2026, 11, 22))

    assert reuse is situation.reuse
    assert statement.startswith("http")


def _claim(layer: str, basis: str, status: str, limits: dict[str, str] | None = None, **row: object) -> Claim:
    return Claim(
        layer=Layer(layer),
        basis=Basis(basis),
        status=ClaimStatus(status),
        limits={Use(use): Verdict(verdict) for use, verdict in (limits or {}).items()},
        note_nl=row.pop("nl", None),
        note_en=row.pop("en", None),
        **{key: value for key, value in row.items() if key not in ("kind", "evidence")},
    )
