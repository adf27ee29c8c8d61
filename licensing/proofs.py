"""The proofs of the books: what must hold of money at every moment, each read from the rows themselves.

A proof is a claim in words and a function that names what contradicts it; there must be nothing. The numbers are those
of the invariants in docs/ledger.md. Made for a million entries: each is one pass of the database over one table.
"""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import islice

from licensing import book_proofs, ledger_days, ledger_proofs, royalty_checks, wallet_checks

SHOWN = 20  # contradictions of one proof that are named; one is too many already


@dataclass(frozen=True)
class Proof:
    """A claim about the books, with the numbers of the invariants that it proves."""

    invariants: tuple[int, ...]
    claim: str
    contradictions: Callable[[], Iterable[str]]


@dataclass(frozen=True)
class Outcome:
    """What came of a proof: what contradicts it, and how long it took, in seconds."""

    proof: Proof
    found: tuple[str, ...]
    seconds: float


def run() -> list[Outcome]:
    """Try every proof."""
    return [_try(proof) for proof in PROOFS]


def _try(proof: Proof) -> Outcome:
    began = time.perf_counter()
    found = tuple(islice(proof.contradictions(), SHOWN))
    return Outcome(proof, found, time.perf_counter() - began)


PROOFS = (
    Proof((1, 3), "every transaction sums to zero in each currency", ledger_proofs.unbalanced),
    Proof((1,), "every transaction is sealed and has entries", ledger_proofs.unsealed),
    Proof((1,), "every reversal is the exact opposite of what it names", ledger_proofs.crooked_reversals),
    Proof((3,), "all accounts together are zero in each currency", ledger_proofs.not_zero),
    Proof((3,), "no closed day has changed", ledger_days.differences),
    Proof((2, 9), "what a wallet holds is what the ledger owes it", book_proofs.wallets),
    Proof((2,), "the statement of a wallet adds up to what it holds", wallet_checks.differences),
    Proof((2,), "credit of a disputed payment stands still, and no other", wallet_checks.frozen),
    Proof((4,), "every payment that came in is booked once, to the cent", book_proofs.payments_not_booked),
    Proof((5,), "an order is paid exactly when its sale is booked", book_proofs.orders_and_sales),
    Proof((6,), "no more went back of a payment than came in", book_proofs.given_back_too_much),
    Proof((7,), "no licence is in force of an order that is not paid", book_proofs.licences_not_paid),
    Proof((8, 18), "every use is charged once, or free for a reason", book_proofs.uses_not_charged),
    Proof((10,), "what an order and its invoice say is what their lines come to", book_proofs.totals),
    Proof(
        (11, 12),
        "what is owed to rights holders is what was divided, less what was paid",
        royalty_checks.differences,
    ),
    Proof((13,), "nobody was paid more than a statement says", book_proofs.paid_too_much),
    Proof((14,), "the numbers of invoices run on without gaps", book_proofs.gaps_in_numbers),
    Proof((16,), "no event of another mode was taken in", book_proofs.events_of_another_mode),
    Proof(
        (17,), "what banks hold of disputed payments is what the disputes say", book_proofs.dispute_reserves
    ),
    Proof((17,), "what nobody could place is in the inbox", book_proofs.suspense_unseen),
)
