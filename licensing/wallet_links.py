"""The secret link of a wallet without an account: 128 bits that open it in any browser.

The table holds the hash of the link's key alone. The key is worked out of the row and the site's secret when a mail is
posted, so that it is in no job's row either.
"""

import hashlib
import hmac
import secrets

from flask import g
from sqlalchemy import select

from archive.config import current
from archive.db import db
from archive.errors import NotFound
from licensing.wallet import Wallet

KEY_LENGTH = 32  # hexadecimal digits: 128 bits


def give(wallet: Wallet) -> str:
    """Give a wallet a new link and return its key; the link it had opens nothing any more."""
    wallet.link_seed = secrets.token_hex(16)
    key = _key(wallet.link_seed)
    wallet.token_hash = hash_of(key)
    db.session.flush()
    g.pop("wallet", None)
    return key


def take_away(wallet: Wallet) -> None:
    """Let the link of a wallet open nothing any more."""
    wallet.link_seed = wallet.token_hash = None
    db.session.flush()


def key_of(wallet: Wallet) -> str:
    """Work out the key of a wallet's link."""
    if wallet.link_seed is None:
        raise ValueError("a wallet of an account has no link")
    return _key(wallet.link_seed)


def find(key: str) -> Wallet | None:
    """Find the wallet that a key opens."""
    return find_by_hash(hash_of(key))


def find_by_hash(key_hash: str | None) -> Wallet | None:
    """Find the wallet that a key opens by what is kept of the key."""
    if key_hash is None:
        return None
    return db.session.scalar(select(Wallet).where(Wallet.token_hash == key_hash))


def get(key: str) -> Wallet:
    """Get the wallet that a key opens; raise NotFound."""
    found = find(key)
    if found is None:
        raise NotFound("This link opens no credit. Copy the whole link from the newest mail you got from us.")
    return found


def hash_of(key: str) -> str:
    """Return what is kept of a key."""
    return hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()


def _key(seed: str) -> str:
    said = f"wallet link {seed}".encode()
    return hmac.new(current().secret_key.encode(), said, hashlib.sha256).hexdigest()[:KEY_LENGTH]
