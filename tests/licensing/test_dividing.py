"""A licence fee is divided without losing or making a cent, the same way whatever the order of the claims."""

from datetime import date
from fractions import Fraction
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from licensing import dividing, royalty_rules
from licensing.claims import Basis, ClaimStatus, Layer
from licensing.dividing import Holder, Part, Stake
from licensing.money import FULL, Money

RULES = royalty_rules.on(date(2026, 11, 22))
CONFIRMED = ClaimStatus.CONFIRMED

stakes = st.lists(
    st.builds(
        Stake,
        layer=st.sampled_from(list(Layer)),
        basis=st.sampled_from(list(Basis)),
        status=st.sampled_from(list(ClaimStatus)),
        share_bp=st.integers(1, FULL),
        party_id=st.none() | st.integers(1, 5),
        claim_id=st.integers(1, 9),
    ),
    max_size=8,
)
layers = st.sets(st.sampled_from(list(Layer)), max_size=3)
nets = st.integers(1, 10_000_000)


def divide(net: int, held: list[Stake], needed: set[Layer] | None = None) -> list[Part]:
    return dividing.divide(Money(net, "EUR"), held, needed or set(), RULES.weights)


def stake(
    layer: Layer, basis: Basis, party: int | None = None, share: int = FULL, status: ClaimStatus = CONFIRMED
) -> Stake:
    return Stake(layer, basis, status, share, party)


def said(parts: list[Part]) -> list[tuple[Layer | None, Holder, int | None, int]]:
    return [(part.layer, part.holder, part.party_id, part.base.minor) for part in parts]


@given(nets, stakes, layers)
def test_nothing_is_lost_and_nothing_is_negative(net: int, held: list[Stake], needed: set[Layer]) -> None:
    parts = divide(net, held, needed)

    assert sum(part.base.minor for part in parts) == net
    assert all(part.base.minor >= 0 for part in parts)


@given(nets, stakes, layers, st.randoms())
def test_the_order_of_the_claims_does_not_matter(
    net: int, held: list[Stake], needed: set[Layer], order: object
) -> None:
    shuffled = list(held)
    order.shuffle(shuffled)  # type: ignore[attr-defined]

    assert divide(net, shuffled, needed) == divide(net, held, needed)


@given(nets, stakes, layers)
def test_a_part_is_a_cent_at_most_from_its_exact_share(
    net: int, held: list[Stake], needed: set[Layer]
) -> None:
    parts = divide(net, held, needed)
    totals = {
        layer: sum(
            other.share_bp
            for other in held
            if other.layer is layer and other.status is not ClaimStatus.SUPERSEDED
        )
        for layer in Layer
    }
    weights = [
        Fraction(RULES.weights[part.layer] * part.share_bp, max(FULL, totals[part.layer]))
        if part.layer
        else Fraction(1)
        for part in parts
    ]

    for part, weight in zip(parts, weights, strict=True):
        assert abs(part.base.minor - net * weight / sum(weights)) < 1


@given(
    st.integers(0, 10**7),
    st.integers(0, 10**6),
    st.integers(0, 10**7),
    st.integers(0, FULL),
    st.fractions(0, 1),
)
def test_a_part_is_never_worth_less_than_nothing_or_more_than_its_price(
    base: int, vat: int, fees: int, commission: int, kept: Fraction
) -> None:
    found = dividing.worth(Money(base, "EUR"), Money(vat, "EUR"), Money(fees, "EUR"), commission, kept)

    assert 0 <= found.amount.minor <= found.base.minor <= base
    assert 0 <= found.fees.minor <= found.base.minor


def test_performers_and_master_divide_equally_and_the_archive_keeps_its_own() -> None:
    parts = divide(18050, [stake(Layer.PERFORMANCE, Basis.REPRESENTED, 7), stake(Layer.MASTER, Basis.OWNED)])

    assert said(parts) == [
        (Layer.PERFORMANCE, Holder.PARTY, 7, 9025),
        (Layer.MASTER, Holder.ARCHIVE, None, 9025),
    ]


def test_what_the_buyer_reports_to_the_society_takes_no_part() -> None:
    parts = divide(
        9000, [stake(Layer.COMPOSITION, Basis.COLLECTIVE, 3), stake(Layer.MASTER, Basis.REPRESENTED, 7)]
    )

    assert said(parts) == [(Layer.MASTER, Holder.PARTY, 7, 9000)]


def test_a_society_that_has_given_a_mandate_gets_its_part() -> None:
    parts = divide(
        5000, [stake(Layer.COMPOSITION, Basis.REPRESENTED, 3), stake(Layer.MASTER, Basis.REPRESENTED, 7)]
    )

    assert said(parts) == [(Layer.COMPOSITION, Holder.PARTY, 3, 2000), (Layer.MASTER, Holder.PARTY, 7, 3000)]


def test_what_nobody_claims_of_a_layer_is_reserved() -> None:
    parts = divide(1000, [stake(Layer.PERFORMANCE, Basis.REPRESENTED, 7, share=6000)], {Layer.PERFORMANCE})

    assert said(parts) == [
        (Layer.PERFORMANCE, Holder.RESERVE, None, 400),
        (Layer.PERFORMANCE, Holder.PARTY, 7, 600),
    ]


def test_a_layer_that_nobody_claims_at_all_is_reserved() -> None:
    assert said(divide(1000, [], {Layer.MASTER})) == [(Layer.MASTER, Holder.RESERVE, None, 1000)]


def test_claims_above_the_whole_are_kept_apart_for_those_who_make_them() -> None:
    parts = divide(
        1000, [stake(Layer.MASTER, Basis.REPRESENTED, 7), stake(Layer.MASTER, Basis.REPRESENTED, 8)]
    )

    assert said(parts) == [(Layer.MASTER, Holder.RESERVE, 7, 500), (Layer.MASTER, Holder.RESERVE, 8, 500)]


def test_two_artworks_in_one_picture_do_not_dispute_each_other() -> None:
    works = [stake(Layer.ARTWORK_SHOWN, Basis.REPRESENTED, party) for party in (7, 8)]

    assert {part.holder for part in divide(1000, works)} == {Holder.PARTY}


def test_a_disputed_claim_is_kept_apart() -> None:
    parts = divide(1000, [stake(Layer.MASTER, Basis.REPRESENTED, 7, status=ClaimStatus.DISPUTED)])

    assert said(parts) == [(Layer.MASTER, Holder.RESERVE, 7, 1000)]


@pytest.mark.parametrize(
    "basis", [Basis.PUBLIC_DOMAIN, Basis.COLLECTIVE, Basis.EXCEPTION, Basis.OUT_OF_COMMERCE]
)
def test_where_nothing_is_owed_on_any_layer_all_is_the_archives(basis: Basis) -> None:
    assert said(divide(1000, [stake(Layer.MASTER, basis, 7)])) == [(None, Holder.ARCHIVE, None, 1000)]


def test_a_sitters_consent_takes_no_part_of_the_fee() -> None:
    parts = divide(
        1000, [stake(Layer.PHOTOGRAPH, Basis.REPRESENTED, 7), stake(Layer.PORTRAIT, Basis.REPRESENTED, 8)]
    )

    assert said(parts) == [(Layer.PHOTOGRAPH, Holder.PARTY, 7, 1000)]


def test_odd_cents_go_the_same_way_each_time() -> None:
    held = [stake(Layer.MASTER, Basis.REPRESENTED, party, share=2500) for party in (1, 2, 3, 4)]

    answers = {tuple(said(divide(1001, list(order)))) for order in permutations(held)}

    assert answers == {
        tuple((Layer.MASTER, Holder.PARTY, party, 251 if party == 1 else 250) for party in (1, 2, 3, 4))
    }


def test_every_layer_has_a_weight() -> None:
    assert set(RULES.weights) == set(Layer)
