"""Sales with rights on them: what tests of accruals, statements and payouts have in common."""

from datetime import UTC, datetime
from typing import Any

from archive import accounts
from archive.accounts import Role
from archive.db import db
from catalogue import entries
from catalogue.entries import Entry, EntryKind
from licensing import (
    accruals,
    ledger,
    licences,
    orders,
    parties,
    payout_terms,
    periods,
    rights,
    royalty_accounts,
    royalty_closing,
    royalty_statements,
)
from licensing.claims import Basis, ClaimStatus, Layer
from licensing.dividing import Holder
from licensing.ledger import AccountKind
from licensing.licences import Licence
from licensing.money import Money
from licensing.orders import Buyer, LineKind, PricedLine
from licensing.parties import Party, PartyKind, Payout
from licensing.payout_terms import Terms
from licensing.royalty_accounts import Accrual
from licensing.royalty_rules import Fees
from licensing.royalty_statements import RoyaltyStatement
from licensing.statement_periods import StatementPeriod

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
Q4 = periods.read("2026-Q4")
AFTER = datetime(2027, 1, 4, 9, tzinfo=UTC)
Q1 = periods.read("2027-Q1")
LATER = datetime(2027, 4, 5, 9, tzinfo=UTC)
IBAN = "NL91ABNA0417164300"


def euro(minor: int) -> Money:
    return Money(minor, "EUR")


def holder(name: str = "Wim Bakboord", email: str | None = "wim@bakboord.example") -> Party:
    return parties.add(PartyKind.PERSON, name, email=email, country="NL")


def agree(party: Party, moment: datetime = NOON, **changes: object) -> None:
    """Agree terms with a party: 20 %, from € 25, by bank, unless `changes` say otherwise."""
    terms = {
        "commission_bp": 2000,
        "minimum_minor": 2500,
        "fees": Fees.ARCHIVE,
        "method": Payout.BANK,
        "iban": IBAN,
    }
    agreed = Terms(**(terms | {"account_holder": party.name} | changes))  # type: ignore[arg-type]
    payout_terms.set_terms(party, agreed, moment.date(), moment, None)


def recording(title: str = "Blauw uur") -> Entry:
    return entries.add(EntryKind.RECORDING, title, NOON)


def claim(entry: Entry, layer: Layer, basis: Basis, party: Party | None = None, **details: object) -> None:
    status = details.pop("status", ClaimStatus.CONFIRMED)
    assert isinstance(status, ClaimStatus)
    rights.record(entry, layer, basis, status, NOON, party=party, **details)


def played_by(party: Party | None, title: str = "Blauw uur") -> Entry:
    """Add a recording whose performance is a party's (None: nobody's we know), whose master is the archive's, and
    whose composition the buyer reports to the society.
    """
    entry = recording(title)
    claim(entry, Layer.PERFORMANCE, Basis.REPRESENTED if party else Basis.UNKNOWN, party)
    claim(entry, Layer.MASTER, Basis.OWNED)
    claim(entry, Layer.COMPOSITION, Basis.COLLECTIVE, parties.ensure(PartyKind.CMO, "Buma/Stemra"))
    return entry


def licence_of(
    entry: Entry, net: int, moment: datetime = NOON, kind: LineKind = LineKind.LICENCE_FEE, **details: Any
) -> Licence:
    """Sell a use of an entry for so many cents without VAT, and give the licence, without dividing its fee."""
    line = PricedLine(
        entry_id=entry.id,
        title=entry.title,
        kind=kind,
        choice={"use": "documentary", "territory": "europe", "term": "5_years", "duration": "30s"},
        summary="Documentaire, Europa",
        net=euro(net),
        vat=euro(net).percent_of(2100),
        vat_code="S",
        vat_bp=2100,
        vat_country="NL",
        trace=[],
        rate_card="2026-1",
        **details,
    )
    buyer = Buyer("Noor", "noor@lek.example", None, "BE", "Slotscène", "nl")
    order = orders.place(buyer, [line], form_key=orders.new_form_key(), consent={}, terms="1", moment=moment)
    return licences.issue(order.lines[0], {}, moment.date(), None, moment)


def sell(entry: Entry, net: int, moment: datetime = NOON) -> Accrual:
    accrual = accruals.book(licence_of(entry, net, moment), moment)
    assert accrual is not None
    return accrual


def parts(accrual: Accrual) -> list[tuple[str | None, Holder, int]]:
    """Say of each part its layer, whose it is, and its cents before commission."""
    return [
        (part.layer.value if part.layer else None, part.holder, part.base_minor)
        for part in royalty_accounts.parts_of(accrual.id)
    ]


def owed(party: Party) -> int:
    return -balance(AccountKind.ROYALTY_PAYABLE, str(party.id))


def balance(kind: AccountKind, owner: str | None = None) -> int:
    return ledger.balance(kind, "EUR", owner).minor


def staff() -> int:
    known = accounts.find("licenties@example.org")
    return (
        known
        or accounts.add("licenties@example.org", "Licenties", Role.LICENSING, "long enough to pass", NOON)
    ).id


def close(period: periods.Period = Q4, moment: datetime = AFTER) -> StatementPeriod:
    asked = royalty_closing.ask(period, moment, staff())
    db.session.commit()
    royalty_closing.run({"period_id": asked.id})
    return db.session.get_one(StatementPeriod, asked.id)


def statement_of(party: Party) -> RoyaltyStatement:
    found = royalty_statements.latest_of(party.id, "EUR")
    assert found is not None
    return found
