"""What came in, went back and is due, computed from rows over any history."""

from hypothesis import given
from hypothesis import strategies as st

from licensing import settlements
from licensing.money import Money
from licensing.orders import OrderStatus
from licensing.settlements import Settlement


def euro(minor: int) -> Money:
    return Money(minor, "EUR")


def settled(status: OrderStatus, gross: int, **sums: int) -> Settlement:
    """Settle an order; what `sums` do not name is nothing."""
    named = {name: euro(sums.get(name, 0)) for name in ("received", "refunded", "on_its_way", "disputed")}
    return settlements.settle(status, euro(gross), euro(sums.get("taken_back", 0)), **named)


def test_a_paid_order_owes_nothing_and_has_nothing_too_much() -> None:
    found = settled(OrderStatus.PAID, 12100, received=12100)

    assert found.is_settled
    assert (found.overpaid, found.refundable) == (euro(0), euro(12100))


# Lesson 4
def test_overpaid_is_what_stayed_beyond_what_is_due() -> None:
    twice = settled(OrderStatus.PAID, 12100, received=24200)
    given_back = settled(OrderStatus.PAID, 12100, received=24200, refunded=12100)

    assert twice.overpaid == euro(12100)
    assert given_back.overpaid == euro(0)


def test_nothing_is_due_of_an_order_that_was_given_up() -> None:
    for status in settlements.GIVEN_UP:
        assert settled(status, 12100).is_settled
        assert settled(status, 12100, received=12100).overpaid == euro(12100)


def test_what_was_taken_back_is_not_due_any_more() -> None:
    found = settled(OrderStatus.PAID, 12100, received=12100, refunded=2100, taken_back=2100)

    assert found.is_settled
    assert found.overpaid == euro(0)


def test_a_refund_that_failed_after_its_credit_note_is_owed_to_the_buyer() -> None:
    assert settled(OrderStatus.PAID, 12100, received=12100, taken_back=2100).overpaid == euro(2100)


def test_disputed_money_is_neither_kept_nor_refundable() -> None:
    found = settled(OrderStatus.PAID, 12100, received=12100, disputed=12100)

    assert not found.is_settled
    assert found.refundable == euro(0)


# Lesson 4
@given(
    st.sampled_from(OrderStatus),
    st.integers(1, 10**6),
    st.lists(st.integers(1, 10**6), max_size=4),
    st.data(),
)
def test_over_any_history_an_order_is_open_settled_or_overpaid_and_never_two(
    status: OrderStatus, gross: int, payments: list[int], data: st.DataObject
) -> None:
    received = sum(payments)
    refunded = data.draw(st.integers(0, received))
    on_its_way = data.draw(st.integers(0, received - refunded))
    taken_back = data.draw(st.integers(0, min(gross, refunded)))

    found = settled(
        status,
        gross,
        received=received,
        refunded=refunded,
        on_its_way=on_its_way,
        taken_back=taken_back,
    )

    assert not (found.open and found.overpaid)
    assert found.is_settled == (received - refunded >= found.due.minor)
    assert found.due + found.overpaid - found.open == found.kept
    assert found.refundable + found.on_its_way + found.refunded == found.received
