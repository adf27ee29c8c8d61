"""What pages show of listening: the whole of a recording in its player, and what can be chosen for it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from flask import g, request, session, url_for
from flask_babel import format_datetime
from flask_babel import gettext as _

from archive import clock, cookies
from archive.db import db
from catalogue.entries import Access, Entry
from licensing import grants, listening, periods, streams, supply_consents, use_prices, use_sales, wallet
from licensing.grants import Grant, Holder
from licensing.offers_on_pages import entry_at_hand
from licensing.place_of_supply import HOME
from licensing.reasons import Verdict
from licensing.small_prices import GrantKind
from licensing.use_prices import Price, PriceMode
from licensing.wallet import Wallet

COOKIE = "pass"  # of a day pass that was bought by an order
LATELY = "heard_last"  # the entry whose whole somebody wanted to hear, to be led back to after topping up


@dataclass(frozen=True)
class Whole:
    """The whole of a recording in its player: an address when it is open, else what it costs."""

    address: str | None = None
    grant: Grant | None = None  # None with an address: free to hear
    choice: "Choice | None" = None


@dataclass(frozen=True)
class Choice:
    """One use that can be bought, or is held."""

    kind: GrantKind
    price: Price
    grant: Grant | None
    credit: "Credit"

    @property
    def is_open(self) -> bool:
        """Whether one pays what one wants."""
        return self.price.mode is PriceMode.OPEN

    @property
    def is_covered(self) -> bool:
        """Whether a day pass covers it."""
        return self.kind is GrantKind.LISTEN and self.credit.day_pass is not None

    @property
    def asks_consent(self) -> bool:
        """Whether the owner of the credit must still consent."""
        return self.credit.asks_consent and not self.is_covered

    @property
    def can_pay(self) -> bool:
        """Whether the credit covers it."""
        return self.credit.owner is not None and self.price.amount <= self.credit.owner.spendable

    @property
    def is_direct(self) -> bool:
        """Whether it can be paid by an order of its own, without credit."""
        return use_sales.is_direct(self.kind, self.price)

    @property
    def listens_left(self) -> int:
        """How often the credit covers it."""
        owner = self.credit.owner
        return owner.spendable.minor // self.price.amount.minor if owner and self.price.amount else 0


@dataclass(frozen=True)
class Credit:
    """The visitor's wallet and day pass, and whether its owner must still consent to what begins at once."""

    owner: Wallet | None
    holder: Holder
    day_pass: Grant | None
    asks_consent: bool


def template_globals() -> dict[str, Callable[..., object]]:
    """Name what templates may call."""
    return {
        "whole_recording": whole_on_page,
        "consent_to_begin": supply_consents.text,
        "heard_last": heard_last,
    }


def credit() -> Credit:
    """Say who asks: the wallet of the visitor, and a day pass that the browser keeps."""
    if "listening_credit" not in g:
        owner, key = wallet.present(), streams.read_pass(request.cookies.get(cookies.bound(COOKIE)))
        holder = Holder(owner.id if owner else None, (key,) if key else ())
        day_pass = None if holder.is_nobody else grants.find_pass(holder, clock.now())
        asks = owner is None or supply_consents.find(owner.id) is None
        g.listening_credit = Credit(owner, holder, day_pass, asks)
    found: Credit = g.listening_credit
    return found


def whole_on_page(pid: str) -> Whole:
    """Say for the player of an entry what can be had of the whole."""
    return whole(entry_at_hand(pid), credit(), clock.now())


def whole(entry: Entry, mine: Credit, moment: datetime) -> Whole:
    """Say what can be had of the whole of a recording; nothing where the rights do not allow it."""
    if entry.access is Access.OPEN:
        is_here = listening.sound_of(entry.id) is not None
        return Whole(url_for("catalogue_open.whole", pid=entry.pid) if is_here else None)
    grant = held(mine.holder, GrantKind.LISTEN, entry, moment)
    if grant is not None:
        return Whole(address(grant), grant)
    if streams.is_free(entry, moment):
        return Whole(url_for("licensing_open.free_sound", token=streams.free_token(entry)))
    return Whole(choice=choice(GrantKind.LISTEN, entry, mine, moment))


def choices(entry: Entry, mine: Credit, moment: datetime) -> list[Choice]:
    """List what can be had of a recording: to hear it, to keep it, to hear everything."""
    found = [choice(kind, entry, mine, moment) for kind in (GrantKind.LISTEN, GrantKind.DOWNLOAD)]
    if not any(found):
        return []
    day_pass = Choice(
        GrantKind.PASS,
        use_prices.of(None, GrantKind.PASS, periods.day_of(moment)),
        mine.day_pass,
        mine,
    )
    return [*(each for each in found if each is not None), day_pass]


def choice(kind: GrantKind, entry: Entry, mine: Credit, moment: datetime) -> Choice | None:
    """Say what a use of an entry costs, or that it is held; None where it is not to be had."""
    on, country = periods.day_of(moment), mine.owner.country if mine.owner else HOME
    price = use_prices.of(entry.id, kind, on)
    if price.mode is PriceMode.FREE or not listening.can_be_sold(entry):
        return None
    if listening.decide(kind, entry, country, on).verdict is not Verdict.ALLOW:
        return None
    if listening.sound_of(entry.id) is None:
        return None
    return Choice(kind, price, held(mine.holder, kind, entry, moment), mine)


def held(holder: Holder, kind: GrantKind, entry: Entry, moment: datetime) -> Grant | None:
    """Find the grant of a visitor that opens a use now."""
    if holder.is_nobody:
        return None
    known = grants.find_open(holder, kind, entry.id)
    return known if known is not None and known.is_in_force(moment) else None


def address(grant: Grant) -> str:
    """Give the address that a grant opens."""
    endpoint = "sound" if grant.kind is GrantKind.LISTEN else "private_copy"
    return url_for(f"licensing_open.{endpoint}", token=streams.token(grant))


def said_of(grant: Grant) -> str:
    """Say until when a recording is open."""
    text: str = _(
        "Open until %(moment)s; hearing it again costs nothing.",
        moment=format_datetime(grant.ends_at, "short"),
    )
    return text


def remember(entry: Entry) -> None:
    """Keep in the browser which recording somebody wants to hear."""
    session[LATELY] = entry.pid


def heard_last() -> dict[str, str] | None:
    """Give the recording that somebody came from, for the way back after topping up."""
    pid = session.get(LATELY)
    entry = db.session.scalar(db.select(Entry).where(Entry.pid == pid)) if pid else None
    if entry is None:
        return None
    return {"title": entry.title, "url": url_for("licensing.listen", pid=entry.pid)}
