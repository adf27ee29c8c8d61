"""Visitors with credit and recordings to hear, for tests of uses at once."""

import io
from datetime import datetime

from archive import assets, storage
from archive.assets import Asset, AssetRole
from catalogue import entries, entry_files
from catalogue.entries import Entry, EntryKind, Status
from licensing import ledger, listening, rights
from licensing.claims import Basis, ClaimStatus, Layer
from licensing.grants import Grant, Holder
from licensing.ledger import AccountKind
from licensing.listening import Wish
from licensing.parties import Party
from licensing.small_prices import GrantKind
from licensing.wallet import Wallet
from tests.licensing import shop
from tests.licensing.wallets import NOW

TODAY = NOW.date()
SOUND = b"ID3" + bytes(range(256)) * 400
TICKED = Wish("nl", is_ticked=True)


def recording(title: str = "Blauw uur", shelfmark: str = "NR-0412") -> Entry:
    """Add a recording that can be heard for credit: all rights are the archive's or the society's."""
    entry = shop.recording_for_sale(shop.tone(), title, shelfmark)
    add_sound(entry)
    return entry


def recording_of(performers: Party, title: str = "Laat licht", shelfmark: str = "NR-0500") -> Entry:
    """Add one whose performance is represented for a party, and whose master is the archive's."""
    entry = entries.add(EntryKind.RECORDING, title, NOW, shelfmark=shelfmark)
    master = assets.keep(
        shop.tone(),
        role=AssetRole.MASTER,
        filename="a.wav",
        media_type="audio/wav",
        suffix=".wav",
        moment=NOW,
    )
    entry_files.attach(entry.id, master)
    for layer, basis, party in (
        (Layer.PERFORMANCE, Basis.REPRESENTED, performers),
        (Layer.MASTER, Basis.OWNED, None),
        (Layer.COMPOSITION, Basis.PUBLIC_DOMAIN, None),
    ):
        rights.record(entry, layer, basis, ClaimStatus.CONFIRMED, NOW, party=party)
    entries.move(entry, Status.PUBLISHED, None)
    add_sound(entry)
    return entry


def add_sound(entry: Entry) -> Asset:
    """Give an entry the copy of the whole that browsers play."""
    master = entry_files.of(entry.id)[entry.id].master
    assert master is not None
    stored = storage.vault().put(io.BytesIO(SOUND), ".mp3")
    sound = assets.add(
        stored,
        role=AssetRole.ACCESS,
        filename="whole.mp3",
        media_type="audio/mpeg",
        moment=NOW,
        derived_from=master,
    )
    entry_files.attach(entry.id, sound)
    return sound


def holder_of(owner: Wallet) -> Holder:
    return Holder(owner.id)


def hear(owner: Wallet, entry: Entry, moment: datetime = NOW, wish: Wish = TICKED) -> Grant:
    return listening.take(GrantKind.LISTEN, entry, holder_of(owner), owner, wish, moment)


def fetch(owner: Wallet, entry: Entry, moment: datetime = NOW, wish: Wish = TICKED) -> Grant:
    return listening.take(GrantKind.DOWNLOAD, entry, holder_of(owner), owner, wish, moment)


def day_pass(owner: Wallet, moment: datetime = NOW, wish: Wish = TICKED) -> Grant:
    return listening.take(GrantKind.PASS, None, holder_of(owner), owner, wish, moment)


def balance(kind: AccountKind, owner: str | None = None) -> int:
    return ledger.balance(kind, "EUR", owner).minor
