"""A wallet without an account becomes that of somebody who signs in; where they have one, its credit moves into that.

Nothing else ever moves credit from one wallet to another: it cannot be given to other people.
"""

from datetime import datetime

from archive import audit
from archive.accounts import Account
from archive.db import db
from licensing import wallet, wallet_links, wallet_merging
from licensing.wallet import Wallet


def claim(guest: Wallet, account: Account, moment: datetime) -> Wallet:
    """Put the credit of a wallet with a link into an account; its link opens nothing afterwards. Claimed again,
    nothing changes. Staff sign in at shared machines, so theirs stays as it is, and so does credit taxed another way.
    """
    wallet.hold(guest)
    own = wallet.find_of_account(account.id)
    if (
        guest.token_hash is None
        or account.is_staff
        or (own is not None and own.vat_mode is not guest.vat_mode)
    ):
        return own or guest
    wallet_links.take_away(guest)
    guest.email = None  # the account has one
    if own is None:
        guest.account_id = account.id
        db.session.flush()
    else:
        wallet_merging.hand_over(guest, own, "claim", moment)
        guest.merged_into_id = own.id
        db.session.flush()
    audit.record("wallet.claimed", "wallet", guest.owner, account.id, into=(own or guest).owner)
    return own or guest
