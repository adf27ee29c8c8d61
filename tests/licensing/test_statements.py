"""Rights statements: an entry is as free in public as its most restrictive layer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from licensing import statements
from licensing.claims import Basis, Claim, ClaimStatus, Layer, Use
from licensing.reasons import Verdict

RECORDING = frozenset({Layer.COMPOSITION, Layer.PERFORMANCE, Layer.MASTER})
CC_BY = "http://creativecommons.org/licenses/by/3.0/"
CC_BY_NC_ND = "http://creativecommons.org/licenses/by-nc-nd/4.0/"

BUMA = Claim(Layer.COMPOSITION, Basis.COLLECTIVE, holder="Buma/Stemra")
PLAYERS = Claim(Layer.PERFORMANCE, Basis.REPRESENTED, holder="the heirs")


def photograph(basis: Basis, status: ClaimStatus = ClaimStatus.CONFIRMED, **more) -> Claim:
    return Claim(Layer.PHOTOGRAPH, basis, status, **more)


@pytest.mark.parametrize(
    ("claims", "required", "statement"),
    [
        ([], RECORDING, statements.NOT_EVALUATED),
        ([BUMA, PLAYERS, Claim(Layer.MASTER, Basis.OWNED)], RECORDING, statements.IN_COPYRIGHT),
        ([BUMA, PLAYERS, Claim(Layer.MASTER, Basis.UNKNOWN)], RECORDING, statements.HOLDER_UNKNOWN),
        ([Claim(Layer.MASTER, Basis.PUBLIC_DOMAIN)], RECORDING, statements.UNDETERMINED),
        ([Claim(layer, Basis.PUBLIC_DOMAIN) for layer in RECORDING], RECORDING, statements.PUBLIC_DOMAIN),
        ([photograph(Basis.PUBLIC_DOMAIN)], frozenset(), statements.PUBLIC_DOMAIN),
        ([photograph(Basis.UNKNOWN, ClaimStatus.ASSERTED)], frozenset(), statements.UNDETERMINED),
        ([photograph(Basis.OWNED, ClaimStatus.DISPUTED)], frozenset(), statements.UNDETERMINED),
        ([photograph(Basis.OWNED, ClaimStatus.SUPERSEDED)], frozenset(), statements.NOT_EVALUATED),
        ([photograph(Basis.OUT_OF_COMMERCE)], frozenset(), statements.IN_COPYRIGHT),
        ([photograph(Basis.REPRESENTED, statement_uri=CC_BY)], frozenset(), CC_BY),
        (
            [
                photograph(Basis.OWNED, statement_uri=CC_BY),
                photograph(Basis.OWNED, statement_uri=CC_BY_NC_ND),
            ],
            frozenset(),
            CC_BY_NC_ND,
        ),
        (
            [
                photograph(Basis.PUBLIC_DOMAIN),
                Claim(Layer.DEPOSIT_CONTRACT, Basis.REPRESENTED, limits={Use.PRINT: Verdict.ASK}),
            ],
            frozenset(),
            statements.CONTRACTUAL,
        ),
    ],
)
def test_the_most_restrictive_layer_decides(
    claims: list[Claim], required: frozenset[Layer], statement: str
) -> None:
    assert statements.of(claims, required) == statement


@given(
    st.lists(st.builds(Claim, st.sampled_from(Layer), st.sampled_from(Basis), st.sampled_from(ClaimStatus)))
)
def test_every_set_of_claims_has_a_statement_in_a_known_vocabulary(claims: list[Claim]) -> None:
    assert statements.of(claims, RECORDING).startswith(
        ("http://rightsstatements.org/vocab/", "http://creativecommons.org/publicdomain/")
    )
