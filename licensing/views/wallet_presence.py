"""Which wallet a browser shows: that of the account, or else the one whose link its cookie keeps. The cookie comes with
the first top-up; a browser without it is never asked about, and costs the database nothing.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Flask, Response, g, request

from archive import clock, cookies
from archive.accounts import Account
from catalogue.own_data import Keeper
from licensing import own_wallets, use_prices, wallet, wallet_claims, wallet_links
from licensing.money import Money
from licensing.wallet import Wallet

COOKIE = "wallet"
KEPT = timedelta(days=731)  # as long as credit that is not used
OF_ACCOUNT = "account"  # the cookie of somebody whose wallet is their account's


@dataclass(frozen=True)
class Shown:
    """What the head of a page says."""

    balance: Money
    listens: int  # how many it is good for


def init_app(app: Flask) -> None:
    """Know the key of the browser's wallet before each view, and give templates `credit()`."""
    app.before_request(_recognise)
    app.jinja_env.globals["credit"] = credit
    app.extensions.setdefault("own_data", {})["wallet"] = Keeper(own_wallets.tell, own_wallets.forget)
    app.extensions.setdefault("on_sign_in", []).append(bring_along)


def credit() -> Shown | None:
    """Return what the head of a page says of the visitor's credit; None without asking for those who have no wallet."""
    if cookies.bound(COOKIE) not in request.cookies:
        return None
    found = wallet.present()
    if found is None:
        return None
    today = clock.day_here(clock.now())
    return Shown(found.spendable, use_prices.listens(found.spendable, today))


def remember(response: Response, of: Wallet, key: str | None = None) -> Response:
    """Keep in the browser that it has a wallet: its key for a guest, a mark for an account."""
    value = OF_ACCOUNT if of.account_id is not None else key or wallet_links.key_of(of)
    cookies.keep(response, cookies.bound(COOKIE), value, KEPT)
    return response


def forget(response: Response) -> Response:
    """Let this browser forget its wallet."""
    cookies.drop(response, cookies.bound(COOKIE))
    return response


def bring_along(account: Account, response: Response, moment: datetime) -> None:
    """When somebody signs in: credit of this browser becomes the account's."""
    guest = wallet_links.find_by_hash(g.wallet_key_hash)
    own = wallet.find_of_account(account.id)
    if guest is not None:
        own = wallet_claims.claim(guest, account, moment)
    if own is not None and own.account_id == account.id:
        remember(response, own)


def _recognise() -> None:
    key = request.cookies.get(cookies.bound(COOKIE))
    g.wallet_key_hash = wallet_links.hash_of(key) if key and key != OF_ACCOUNT else None
