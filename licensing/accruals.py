"""Accruals: what of the fee of a licence or a use is owed to whom, from a snapshot of the claims and terms of its day;
and what is taken back when money goes back.
"""

import secrets
from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import select

from archive.db import db
from archive.errors import Invalid, NotFound
from catalogue.entries import Entry
from licensing import (
    dividing,
    ledger,
    payout_terms,
    periods,
    rights,
    royalty_accounts,
    royalty_booking,
    royalty_rules,
    vocabulary,
)
from licensing.claims import Layer
from licensing.dividing import Holder, Part, Stake
from licensing.grants import Grant
from licensing.ledger import Posting
from licensing.licences import Licence
from licensing.money import FULL, Money
from licensing.orders import LineKind, Order, OrderLine
from licensing.payout_terms import Terms
from licensing.rights import RightsClaim
from licensing.royalty_accounts import Accrual, AccrualEvent, AccrualKind, AccrualPart
from licensing.royalty_booking import Change
from licensing.royalty_rules import Fees


def book(licence: Licence, moment: datetime) -> Accrual | None:
    """Divide the fee of a licence and book it, once; None for what is sold without a right."""
    line = licence.line
    if line.kind is not LineKind.LICENCE_FEE:
        return None
    known = of_licence(licence.id)
    if known is not None:
        return known
    accrual = _accrual(licence, line, moment)
    db.session.add(accrual)
    db.session.flush()
    _add_parts(accrual, vocabulary.COUNTRIES[accrual.territory], line.layers_excluded, moment)
    royalty_booking.happen(accrual, AccrualKind.BOOKED, f"licence:{licence.id}", moment)
    return accrual


def of_use(grant: Grant, entry: Entry, net: Money, vat: Money, use: str, moment: datetime) -> list[Posting]:
    """Divide what a use brought in, and return what to book for it, in the transaction that takes its price.

    Dated by its day, not its moment: beside the movements of a wallet that would say who heard what.
    """
    if not net:
        return []
    accrual = _accrual_of_use(grant, entry, net, vat, use, moment)
    db.session.add(accrual)
    db.session.flush()
    _add_parts(accrual, frozenset({accrual.country}), (), accrual.booked_at)
    return royalty_booking.write(accrual, AccrualKind.BOOKED, f"grant:{grant.id}", accrual.booked_at)[1]


def book_use(grant: Grant, entry: Entry, net: Money, vat: Money, use: str, moment: datetime) -> None:
    """Divide what a use brought in, and book it by itself: its price was booked before."""
    postings = of_use(grant, entry, net, vat, use, moment)
    if postings:
        ledger.post("royalty_booked", use, f"royalty:grant:{grant.id}", postings, moment)


def undo_use(grant: Grant, why: str, moment: datetime) -> None:
    """Take back what was divided of a use, once; in the ledger it is reversed together with the price."""
    accrual, key = of_grant(grant.id), f"grant:{grant.id}:undone"
    if accrual is not None and not _has_happened(key):
        day = periods.day_of(moment)
        change = Change(net_back=accrual.net, why=why)
        royalty_booking.write(accrual, AccrualKind.TAKEN_BACK, key, periods.begin_of(day), change)


def share_fees(order: Order, fees: Money, key: str, moment: datetime) -> None:
    """Let those whose terms say so bear their part of what the provider kept, once per `key`."""
    nets = [line.net_minor for line in order.lines]
    by_line = dict(zip((line.id for line in order.lines), fees.allocate(nets), strict=True)) if fees else {}
    for accrual in of_order(order.id):
        part = by_line.get(accrual.order_line_id or 0)
        if part and not _has_happened(f"{key}:{accrual.id}"):
            change = Change(fees=part)
            royalty_booking.happen(accrual, AccrualKind.FEE_KNOWN, f"{key}:{accrual.id}", moment, change)


def take_back(
    accrual: Accrual,
    net_back: Money | None,
    why: str,
    key: str,
    moment: datetime,
    account_id: int | None = None,
) -> None:
    """Reverse what was booked, wholly (None) or for so much of the fee without VAT, once per `key`.

    For a refund, a revocation with refund, a charge-back. Raise Invalid without a reason or for more than is left.
    """
    if _has_happened(key):
        return
    if not why.strip():
        raise Invalid("Say why: it is kept with the fee.")
    royalty_booking.take_in_hand(accrual.id)
    left = left_of(accrual)
    wanted = left if net_back is None else net_back
    if not 0 < wanted.minor <= left.minor:
        raise Invalid(
            "Of this fee %(left)s is left to take back. Fill in an amount up to that.", left=left.show("en")
        )
    change = Change(net_back=wanted, why=why, account_id=account_id)
    royalty_booking.happen(accrual, AccrualKind.TAKEN_BACK, key, moment, change)


def left_of(accrual: Accrual) -> Money:
    """Say how much of a fee has not been taken back, without VAT."""
    return accrual.net - Money(royalty_accounts.so_far(accrual.id)[0], accrual.currency)


def of_licence(licence_id: int) -> Accrual | None:
    """Find the accrual of a licence."""
    return db.session.scalar(select(Accrual).where(Accrual.licence_id == licence_id))


def of_grant(grant_id: int) -> Accrual | None:
    """Find the accrual of a use."""
    return db.session.scalar(select(Accrual).where(Accrual.grant_id == grant_id))


def of_order(order_id: int) -> list[Accrual]:
    """Return the accruals of an order, oldest first."""
    return list(db.session.scalars(select(Accrual).where(Accrual.order_id == order_id).order_by(Accrual.id)))


def get_of_licence(licence: Licence) -> Accrual:
    """Get the accrual of a licence; raise NotFound."""
    found = of_licence(licence.id)
    if found is None:
        raise NotFound("The fee of this licence was not divided: nothing is owed to others for it.")
    return found


def new_form_key() -> str:
    """Make the key of a form that takes money back: sent twice, it is one reversal."""
    return secrets.token_urlsafe(16)


def _accrual(licence: Licence, line: OrderLine, moment: datetime) -> Accrual:
    on, net = periods.day_of(moment), Money(line.net_minor, line.order.currency)
    return Accrual(
        licence_id=licence.id,
        order_id=line.order_id,
        entry_id=line.entry_id,
        title=line.title,
        use=line.choice["use"],
        territory=line.choice["territory"],
        country=line.order.country,
        currency=net.currency,
        net_minor=net.minor,
        vat_minor=net.percent_of(line.vat_bp).minor,
        rules_version=royalty_rules.on(on).version,
        on=on,
        booked_at=moment,
    )


def _accrual_of_use(
    grant: Grant, entry: Entry, net: Money, vat: Money, use: str, moment: datetime
) -> Accrual:
    on = periods.day_of(moment)
    return Accrual(
        grant_id=grant.id,
        order_id=grant.order_line.order_id if grant.order_line else None,
        entry_id=entry.id,
        title=entry.title,
        use=use,
        territory="",
        country=grant.country,
        currency=net.currency,
        net_minor=net.minor,
        vat_minor=vat.minor,
        rules_version=royalty_rules.on(on).version,
        on=on,
        booked_at=periods.begin_of(on),
    )


def _add_parts(
    accrual: Accrual, territory: frozenset[str], excluded: Collection[str], moment: datetime
) -> None:
    claimed = _claimed(accrual.entry_id, territory, excluded, accrual.on)
    parts = dividing.divide(accrual.net, *claimed, royalty_rules.on(accrual.on).weights)
    vats = Money(accrual.vat_minor, accrual.currency).allocate([part.base.minor for part in parts])
    house = payout_terms.of_house(accrual.on)
    terms = payout_terms.on_day({part.party_id for part in parts if part.party_id is not None}, accrual.on)
    for part, vat in zip(parts, vats, strict=True):
        agreed = terms.get(part.party_id or 0, house) if part.holder is Holder.PARTY else house
        db.session.add(_row(accrual, part, vat, agreed, moment))
    db.session.flush()


def _claimed(
    entry_id: int, territory: frozenset[str], excluded: Collection[str], on: date
) -> tuple[list[Stake], frozenset[Layer]]:
    """Gather the claims of a day as stakes, and the layers that the entry must have; what is not granted left out."""
    granted = RightsClaim.layer.not_in([Layer(layer) for layer in excluded])
    rows = db.session.scalars(select(RightsClaim).where(RightsClaim.entry_id == entry_id, granted))
    held = [row for row in rows if (claim := row.as_claim()).is_in_force(on) and claim.touches(territory)]
    stakes = [Stake(row.layer, row.basis, row.status, row.share_bp, row.party_id, row.id) for row in held]
    return stakes, rights.facts_of(db.session.get_one(Entry, entry_id)).layers - set(excluded)


def _row(accrual: Accrual, part: Part, vat: Money, terms: Terms, moment: datetime) -> AccrualPart:
    return AccrualPart(
        accrual_id=accrual.id,
        layer=part.layer,
        holder=part.holder,
        party_id=part.party_id if part.holder is not Holder.ARCHIVE else None,
        claim_number=part.claim_id,
        basis=part.basis,
        share_bp=part.share_bp,
        commission_bp=FULL if part.holder is Holder.ARCHIVE else terms.commission_bp,
        fees=terms.fees if part.holder is Holder.PARTY else Fees.ARCHIVE,
        base_minor=part.base.minor,
        vat_minor=vat.minor,
        made_at=moment,
    )


def _has_happened(key: str) -> bool:
    return db.session.scalar(select(AccrualEvent.id).where(AccrualEvent.key == key)) is not None
