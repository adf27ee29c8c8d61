"""What a refund takes back of each line: exact, never too much, and nothing is left over at the end."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from licensing import returning
from licensing.money import Money
from licensing.returning import Left


def euro(minor: int) -> Money:
    return Money(minor, "EUR")


def total(left: list[Left]) -> int:
    return sum(each.gross.minor for each in left)


def after(left: list[Left], amount: int) -> list[Left]:
    """Give back an amount; return what is left then."""
    parts = {part.line: part for part in returning.split(euro(amount), left)}
    assert sum(part.net.minor + part.vat.minor for part in parts.values()) == amount
    return [
        Left(each.line, each.rate, each.net - parts[each.line].net, each.vat - parts[each.line].vat)
        if each.line in parts
        else each
        for each in left
    ]


orders = st.lists(
    st.tuples(st.integers(1, 10**5), st.sampled_from([0, 900, 2100, 2500])), min_size=1, max_size=6
)


def lines(made: list[tuple[int, int]]) -> list[Left]:
    nets = [(at, str(bp), euro(net)) for at, (net, bp) in enumerate(made)]
    rates = {bp for _net, bp in made}
    vats = {str(bp): euro(sum(net for net, of in made if of == bp)).percent_of(bp) for bp in rates}
    return returning.lines_of(nets, vats)


def test_a_part_is_taken_from_each_line_by_what_it_cost() -> None:
    left = lines([(10000, 2100), (5000, 2100)])

    parts = returning.split(euro(6050), left)

    assert [(part.net.minor, part.vat.minor) for part in parts] == [(3333, 700), (1667, 350)]


@pytest.mark.parametrize("amount", [0, -1, 18151])
def test_no_more_than_there_is_can_be_taken(amount: int) -> None:
    with pytest.raises(ValueError, match="cannot be taken"):
        returning.split(euro(amount), lines([(10000, 2100), (5000, 2100)]))


@given(orders, st.lists(st.integers(1, 10**5), max_size=8))
def test_refunds_in_pieces_end_at_nothing_for_every_line(
    made: list[tuple[int, int]], pieces: list[int]
) -> None:
    left = lines(made)

    for piece in [*pieces, 10**9]:
        amount = min(piece, total(left))
        if amount:
            left = after(left, amount)
            assert all(each.net.minor >= 0 and each.vat.minor >= 0 for each in left)

    assert total(left) == 0


@given(orders)
def test_the_vat_of_each_rate_is_shared_out_to_the_cent(made: list[tuple[int, int]]) -> None:
    left = lines(made)

    for bp in {bp for _net, bp in made}:
        whole = euro(sum(net for net, of in made if of == bp)).percent_of(bp)
        assert sum(each.vat.minor for each in left if each.rate == str(bp)) == whole.minor
