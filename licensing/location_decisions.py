"""Where a buyer is when what tells of it disagrees: found, put before a person, decided once, and what was taxed by the
wrong country corrected.

Two pieces of evidence that do not contradict each other are wanted of an electronic sale to a consumer in the Union,
and one of somebody else than buyer and seller as long as no more than 100,000 euro a year is sold across borders
(Implementing Regulation (EU) No 282/2011, art. 24b). Where the tax is the same in each country, nobody need decide.
"""

from datetime import date, datetime

from sqlalchemy import select

from archive import audit, clock
from archive.db import db
from archive.errors import Invalid, Refused
from licensing import (
    anomalies,
    country_corrections,
    location_evidence,
    oss,
    place_of_supply,
    taxes,
    top_ups,
    vat_numbers,
)
from licensing.anomalies import Anomaly
from licensing.location_evidence import LocationDecision, Source
from licensing.money import Money
from licensing.orders import LineKind, Order
from licensing.taxes import Rate
from licensing.wallet import VatMode

KIND = "location_differs"
REVERSED = "AE"
ONE_PIECE_UP_TO = Money(100_000_00, oss.CURRENCY)
NAMES = {Source.SAID: "said", Source.VAT_NUMBER: "vat_number", Source.PAYMENT: "paid_from"}
Telling = tuple[str, str, int]


def look(order: Order, moment: datetime) -> None:
    """Put an order before a person when what tells of the buyer's country disagrees, and its tax would differ."""
    pieces = location_evidence.of_order(order)
    is_business = any(
        line.vat_code == REVERSED for line in order.lines
    )  # its number tells where it is (art. 18)
    if is_business or find(order) is not None:
        return
    if any(_is_taxed_otherwise(order, piece.country) for piece in pieces):
        anomalies.file(
            KIND,
            order.number,
            moment,
            order=order.number,
            amount_minor=order.gross_minor,
            currency=order.currency,
            needed=needed(clock.day_here(moment).year),
            **{NAMES[piece.source]: piece.country for piece in pieces},
        )


def needed(year: int) -> int:
    """Say how many pieces of evidence the law asks for in a year, by what was sold across borders then and before."""
    is_small = all(oss.tally(each).sold <= ONE_PIECE_UP_TO for each in (year - 1, year))
    return 1 if is_small else 2


def find(order: Order) -> LocationDecision | None:
    """Find what was decided for an order."""
    return db.session.scalar(select(LocationDecision).where(LocationDecision.order_id == order.id))


def find_order(anomaly: Anomaly) -> Order | None:
    """Find the order that was put before a person."""
    return db.session.scalar(select(Order).where(Order.number == anomaly.reference))


def countries(order: Order) -> list[str]:
    """List the countries to decide between, first what the buyer said."""
    return list(dict.fromkeys(piece.country for piece in location_evidence.of_order(order)))


def decide(order: Order, country: str, account_id: int, moment: datetime) -> None:
    """Say where the buyer of an order is, once, and correct what follows from it. Raise Invalid, Refused."""
    if country not in countries(order):
        raise Invalid("Choose one of the countries.")
    if find(order) is not None:
        return
    db.session.add(LocationDecision(order=order, country=country, account_id=account_id, at=moment))
    db.session.flush()
    audit.record("order.located", "order", order.number, account_id, country=country)
    if country != order.country:
        _correct(order, country, moment)


def _correct(order: Order, country: str, moment: datetime) -> None:
    topped = top_ups.wallet_of(order)
    if topped is None:
        country_corrections.correct(order, country, moment)
    elif topped.vat_mode is VatMode.SINGLE:
        raise Refused(
            "The VAT of this was paid with the top-up. Pay its credit back, and let the buyer top up again."
        )
    else:
        topped.country = country  # each use from now on bears the tax of that country
        db.session.flush()


def _is_taxed_otherwise(order: Order, country: str) -> bool:
    """Say whether a line would have borne another tax if the buyer were in a country."""
    day = clock.day_here(order.placed_at)
    customer = vat_numbers.customer(country, order.organisation, order.vat_number, day)
    return any(
        _telling(taxes.rate_to(kind, customer, day)) != bears
        for kind, bears in _bears(order, day)
        if kind.value in place_of_supply.ELECTRONIC
    )


def _bears(order: Order, day: date) -> list[tuple[LineKind, Telling]]:
    """List what the lines of an order bear; of credit, what its uses bear."""
    kind, there = LineKind.LISTEN, order.country
    return [
        (kind, _telling(taxes.tax_of_sale(kind, there, day)))
        if line.kind is LineKind.TOP_UP
        else (line.kind, (line.vat_country if line.vat_bp else "", line.vat_code, line.vat_bp))
        for line in order.lines
    ]


def _telling(rate: Rate) -> Telling:
    """Say what of a rate matters: where nothing is due, no country gets it."""
    return rate.country if rate.bp else "", rate.un_code, rate.bp
