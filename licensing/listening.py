"""Uses at once: to hear a recording whole, to fetch it, to buy a day pass; paid from credit or by an order.

What a press of a button asks for is taken once: while a grant is open, asking again gives the same grant and costs
nothing. Price, VAT, what is owed to rights holders and the change of the balance are one transaction of the ledger.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from archive import mail, storage
from archive.accounts import Account
from archive.assets import Asset, AssetRole
from archive.db import db, lock_row
from archive.errors import Invalid, Refused, Unavailable
from catalogue import entry_files
from catalogue.entries import Access, Entry, EntryKind
from licensing import (
    accruals,
    grants,
    never_paid,
    periods,
    rights,
    supply_consents,
    taxes,
    use_prices,
    wallet,
    wallet_uses,
)
from licensing.claims import Use
from licensing.grants import Grant, GrantStatus, Holder
from licensing.ledger import AccountKind, Posting
from licensing.money import Money
from licensing.orders import LineKind, Order, OrderLine
from licensing.permissions import Decision
from licensing.place_of_supply import HOME
from licensing.reasons import Verdict
from licensing.small_prices import GrantKind
from licensing.supply_consents import SupplyConsent
from licensing.taxes import VatLine
from licensing.use_prices import FreeReason, Price
from licensing.vocabulary import N_
from licensing.wallet import Wallet

USES = {GrantKind.LISTEN: Use.LISTEN_PAID_ONLINE, GrantKind.DOWNLOAD: Use.DOWNLOAD_PRIVATE}
WITH_A_PASS = "pass"  # noqa: S105 - how statements call what was heard with one


@dataclass(frozen=True)
class Wish:
    """What came with the press of a button: the price it showed, what was offered, whether the consent was ticked."""

    lang: str
    seen: Money | None = None
    offered: Money | None = None
    is_ticked: bool = False


def take(
    kind: GrantKind, entry: Entry | None, holder: Holder, owner: Wallet | None, wish: Wish, moment: datetime
) -> Grant:
    """Give a visitor a use: what is held already, what a pass covers, or a new one charged to the wallet.

    Raise Refused where the rights do not allow it or the price has changed, Invalid without consent or below the floor,
    Unavailable without a file, wallet.NotEnough. Whatever is raised, nothing was charged.
    """
    if owner is not None:
        wallet.hold(owner)  # two presses at once: the second waits, and finds the grant of the first
    known = _held(holder, kind, entry, moment)
    if known is not None:
        return known
    country, on = owner.country if owner else HOME, periods.day_of(moment)
    day_pass = _pass_of(holder, moment) if kind is GrantKind.LISTEN else None
    if day_pass is not None and entry is not None:
        return _under(day_pass, entry, require(kind, entry, day_pass.country, on), moment)
    decision = require(kind, entry, country, on)
    if owner is None:
        raise Refused("Add credit first; then you can hear the whole of it at once.")
    price = use_prices.of(entry.id if entry else None, kind, on)
    amount = _agreed(price, wish)
    ticked = _consented(owner, wish, moment)
    return _charge(owner, kind, entry, _Sale(price, amount, decision, ticked), moment)


def decide(kind: GrantKind, entry: Entry, country: str, on: date) -> Decision:
    """Decide whether a use of an entry may be sold on a day to somebody in a country."""
    return rights.decide(entry, USES[kind], on, frozenset({country}))


def can_be_sold(entry: Entry) -> bool:
    """Say whether it is something of which everybody hears a fragment only, so that the whole can be sold."""
    return entry.kind is EntryKind.RECORDING and entry.access is Access.PREVIEW


def require(kind: GrantKind, entry: Entry | None, country: str, on: date) -> Decision | None:
    """Raise Refused unless the rights allow a use that day, Unavailable when its sound is not here."""
    if entry is None:
        return None
    if not can_be_sold(entry):
        raise Refused("This cannot be heard whole for credit.")
    never_paid.refuse([entry.id])
    decision = decide(kind, entry, country, on)
    if decision.verdict is not Verdict.ALLOW:
        raise Refused("The rights in this recording do not allow that at the moment. Nothing was charged.")
    if not is_here(sound_of(entry.id)):
        raise Unavailable(
            "The sound of this is not here at the moment. Try again later; nothing was charged."
        )
    return decision


def reasons(decision: Decision | None) -> list[list[str]]:
    """Write down why the rights allowed a use: layer and reason."""
    return [[reason.layer, reason.text] for reason in decision.reasons] if decision else []


def sound_of(entry_id: int) -> Asset | None:
    """Find the copy of a whole recording that browsers play."""
    return entry_files.of(entry_id)[entry_id].by_role.get(AssetRole.ACCESS)


def is_here(sound: Asset | None) -> bool:
    """Say whether a file can be sent."""
    try:
        return sound is not None and storage.vault().size(sound.storage_key) > 0
    except FileNotFoundError:
        return False


def give(line: OrderLine, order: Order, moment: datetime) -> Grant:
    """Open the grant that a line of a paid order bought, once."""
    known = grants.of_line(line.id)
    if known is not None:
        return known
    kind = GrantKind(line.kind.value)
    vat = line.vat if line.vat is not None else line.net.percent_of(line.vat_bp)
    prices = use_prices.listed(periods.day_of(moment))
    grant = grants.add(
        moment,
        f"bought with {order.number}",
        kind=kind,
        order_line_id=line.id,
        entry_id=line.entry_id,
        ends_at=moment + prices.lasts[kind],
        max_uses=prices.download_times if kind is GrantKind.DOWNLOAD else None,
        currency=order.currency,
        gross_minor=(line.net + vat).minor,
        net_minor=line.net_minor,
        vat_minor=vat.minor,
        vat_country=line.vat_country,
        vat_bp=line.vat_bp,
        price_list=line.rate_card,
        country=order.country,
        decided=line.choice.get("decided", []),
    )
    if line.entry is not None:
        accruals.book_use(grant, line.entry, line.net, vat, kind.value, moment)
    return grant


def revoke_of_order(order: Order, why: str, moment: datetime, account_id: int | None = None) -> None:
    """End what an order gave, and what was begun with it: its money went back."""
    for given in grants.of_lines([line.id for line in order.lines]):
        for grant in (given, *grants.open_under(given.id)):
            if grant.status is GrantStatus.OPEN:
                grants.move(grant, GrantStatus.REVOKED, moment, why, account_id)


def finish(grant: Grant, moment: datetime) -> None:
    """Close a grant whose time is over; what never began is given back."""
    if grant.started_at is None and grant.kind is not GrantKind.PASS and grant.wallet_id is not None:
        reverse(grant, "never began", moment)
    else:
        grants.move(grant, GrantStatus.ENDED, moment, "its time is over")


def reverse(grant: Grant, why: str, moment: datetime) -> None:
    """Give back what a use cost, once; nothing happens when it is open no more."""
    owner = db.session.get_one(Wallet, grant.wallet_id) if grant.wallet_id is not None else None
    if owner is not None:
        wallet.hold(owner)
    lock_row(grant)
    if grant.status is not GrantStatus.OPEN:
        return
    if owner is not None and grant.gross_minor:
        wallet_uses.give_back(owner, _key(grant), why, moment)
        accruals.undo_use(grant, why, moment)
    grants.move(grant, GrantStatus.REVERSED, moment, why)


@dataclass(frozen=True)
class _Sale:
    price: Price
    amount: Money
    decision: Decision | None
    consent: SupplyConsent


def _held(holder: Holder, kind: GrantKind, entry: Entry | None, moment: datetime) -> Grant | None:
    known = grants.find_open(holder, kind, entry.id if entry else None)
    if known is None or known.is_in_force(moment):
        return known
    finish(known, moment)
    return None


def _pass_of(holder: Holder, moment: datetime) -> Grant | None:
    found = grants.find_pass(holder, moment)
    if found is not None:
        lock_row(found)
    return found if found is not None and found.is_in_force(moment) else None


def _under(day_pass: Grant, entry: Entry, decision: Decision | None, moment: datetime) -> Grant:
    known = grants.find_under(day_pass.id, entry.id)
    if known is not None:
        return known
    return grants.add(
        moment,
        "covered by a pass",
        kind=GrantKind.LISTEN,
        wallet_id=day_pass.wallet_id,
        pass_id=day_pass.id,
        entry_id=entry.id,
        ends_at=day_pass.ends_at,
        currency=day_pass.currency,
        gross_minor=0,
        net_minor=0,
        vat_minor=0,
        vat_country=day_pass.vat_country,
        vat_bp=day_pass.vat_bp,
        free_reason=FreeReason.PASS,
        price_list=day_pass.price_list,
        country=day_pass.country,
        decided=reasons(decision),
    )


def _consented(owner: Wallet, wish: Wish, moment: datetime) -> SupplyConsent:
    """Give the consent of a wallet; what was given just now is confirmed by mail (Dutch Civil Code 6:230v, 7)."""
    known = supply_consents.find(owner.id)
    if known is not None:
        return known
    if not wish.is_ticked:
        raise Invalid("Tick the box first: without your consent a use may not begin before fourteen days.")
    given = supply_consents.add(owner.id, wish.lang, moment)
    account = db.session.get(Account, owner.account_id) if owner.account_id is not None else None
    address = account.email if account is not None else owner.email
    if address:
        mail.send(
            "consent_given",
            address,
            wish.lang,
            text=given.text,
            version=given.text_version,
            given_at=_written(moment),
        )
    return given


def _written(moment: datetime) -> str:
    here = moment.astimezone(periods.HERE)
    return f"{here:%Y-%m-%d %H:%M}"


def _agreed(price: Price, wish: Wish) -> Money:
    if wish.seen is not None and wish.seen != price.amount:
        raise PriceChanged(price.amount)
    return price.agreed(wish.offered)


class PriceChanged(Refused):
    """The price is not the one that the button showed."""

    code = "price-changed"

    def __init__(self, price: Money) -> None:
        self.price = price
        super().__init__(N_("The price has changed since you opened this page. Look at the new price first."))


def _charge(owner: Wallet, kind: GrantKind, entry: Entry | None, sale: _Sale, moment: datetime) -> Grant:
    on, prices = periods.day_of(moment), use_prices.listed(periods.day_of(moment))
    if sale.amount.currency != owner.currency:
        raise Invalid("Your credit is in another currency. Ask the archive.")
    taxed = taxes.included_in(sale.amount, taxes.tax_of_sale(LineKind(kind.value), owner.country, on))
    grant = grants.add(
        moment,
        "charged to credit",
        kind=kind,
        wallet_id=owner.id,
        entry_id=entry.id if entry else None,
        ends_at=moment + prices.lasts[kind],
        max_uses=prices.download_times if kind is GrantKind.DOWNLOAD else None,
        currency=sale.amount.currency,
        gross_minor=sale.amount.minor,
        net_minor=taxed.net.minor,
        vat_minor=taxed.vat.minor,
        vat_country=taxed.rate.country,
        vat_bp=taxed.rate.bp,
        price_list=sale.price.version,
        country=owner.country,
        decided=reasons(sale.decision),
        consent_id=sale.consent.id,
    )
    wallet_uses.spend(
        owner,
        sale.amount,
        LineKind(kind.value),
        _key(grant),
        grant.charge or "",
        _postings(grant, entry, taxed, moment),
        moment,
    )
    return grant


def _postings(grant: Grant, entry: Entry | None, taxed: VatLine, moment: datetime) -> Sequence[Posting]:
    postings = [Posting(AccountKind.REVENUE, -taxed.net, grant.kind.value)]
    if taxed.vat:
        owner = f"{taxed.rate.country}:{taxed.rate.bp}"
        postings.append(Posting(AccountKind.VAT_PAYABLE, -taxed.vat, owner))
    if entry is not None:
        postings += accruals.of_use(grant, entry, taxed.net, taxed.vat, grant.kind.value, moment)
    return postings


def _key(grant: Grant) -> str:
    return f"use:{grant.charge}"
