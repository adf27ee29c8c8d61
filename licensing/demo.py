"""The demo collection with what the sale adds: a rate card in force, rights claims on each piece, accounts.

`demo-accounts.txt` in DATA_DIR is written last of all: that it is there says that a site is a demo and complete.
"""

import os
import re
import secrets
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import select

from archive import accounts, audit, clock, config, jobs
from archive.accounts import Role
from archive.assets import Asset, AssetRole
from archive.db import db
from archive.transactions import transaction
from catalogue import derivatives, entries, pids
from catalogue.agents import AgentKind
from catalogue.credits import Role as CreditRole
from catalogue.demo import lineups, reading
from catalogue.demo import load as collection
from catalogue.demo.content import Content, Session, Situation, Take, lineup_of
from catalogue.entries import Entry, EntryKind, Reuse
from catalogue.entry_files import EntryFile
from catalogue.search import upkeep
from licensing import demo_performances, demo_requests, parties, rate_files, rates, rights
from licensing.claims import Basis, ClaimStatus, Layer
from licensing.parties import PartyKind
from licensing.rights import RightsClaim

ACCOUNTS_FILE = "demo-accounts.txt"
ACCOUNTS = (
    (Role.CATALOGUER, "catalogus@nachtregister.example", "Catalogus"),
    (Role.LICENSING, "licenties@nachtregister.example", "Licenties"),
    (Role.ADMIN, "beheer@nachtregister.example", "Beheer"),
    (Role.RESEARCHER, "onderzoek@nachtregister.example", "Onderzoeker"),
)
BATCH = 20  # entries in one transaction
HEARD_WHOLE = 12  # recordings; more would keep a small machine busy for minutes
COLUMNS = ("share_bp", "limits", "notified_on", "opted_out_on", "statement_uri", "evidence")

Say = Callable[[str], None]
Holder = tuple[PartyKind, str]

_CREDITED = re.compile(r"\{(\w+)\}")  # stands in a claim for who is credited with that


@dataclass(frozen=True)
class Piece:
    """Something with rights on it: its situation, and who holds what is said to be the leader's, the composer's ..."""

    pid: str
    shelf: str
    situation: Situation
    holders: Mapping[str, Holder]


def load(say: Say, content: Content | None = None, pool: Executor | None = None) -> None:
    """Load entries, files, rights and accounts; what is there stays as it is. Begin with no transaction open."""
    content = content or reading.read()
    folder = config.current().data_dir
    added = collection.load(say, content, pool)
    moment = clock.now()
    with transaction():
        _put_rates_in_force()
    cleared = clear_rights(say, content, moment)
    if not (added.entries or added.filed or cleared) and (folder / ACCOUNTS_FILE).exists():
        say("The demo collection is there already.")
        return
    draft = _open_accounts(folder, moment)
    _send_requests(say, moment)
    _order_sound()
    say(f"{demo_performances.load(moment)} performances announced")
    upkeep.make_anew(lambda _done: None)
    draft.replace(folder / ACCOUNTS_FILE)
    say(f"The demo collection is complete; {ACCOUNTS_FILE} says who can sign in.")


def _send_requests(say: Say, moment: datetime) -> None:
    by = accounts.find(next(address for role, address, _name in ACCOUNTS if role is Role.LICENSING))
    db.session.rollback()
    if by is not None:
        sent = demo_requests.load(by, moment)
        say(f"{sent} requests of media buyers sent")


def _order_sound() -> None:
    """Have the whole of a few recordings made ready to be heard for credit; the site's jobs do it when it runs."""
    wanted = (
        select(Asset.id)
        .join(EntryFile, EntryFile.asset_id == Asset.id)
        .join(Entry, Entry.id == EntryFile.entry_id)
        .where(Entry.kind == EntryKind.RECORDING, Entry.reuse == Reuse.DIRECT, Asset.role == AssetRole.MASTER)
        .order_by(Entry.id)
        .limit(HEARD_WHOLE)
    )
    with transaction():
        for asset_id in db.session.scalars(wanted).all():
            jobs.enqueue(
                derivatives.ACCESS, {"asset_id": asset_id}, key=f"demo {derivatives.ACCESS}:{asset_id}"
            )


def clear_rights(say: Say, content: Content, moment: datetime) -> int:
    """Record the claims on what has none; say where another re-use follows than the content promises."""
    claimed = set(db.session.scalars(select(Entry.pid).join(RightsClaim, RightsClaim.entry_id == Entry.id)))
    db.session.rollback()
    waiting = iter([piece for piece in pieces(content) if piece.pid not in claimed])
    done = 0
    while batch := list(islice(waiting, BATCH)):
        with transaction():
            for piece in batch:
                _clear(say, piece, moment)
        done += len(batch)
    if done:
        say(f"rights of {done} recordings and pictures recorded")
    return done


def pieces(content: Content) -> Iterator[Piece]:
    """List what has rights on it."""
    holders = {agent.name: _holder(agent.kind, agent.name, agent.died) for agent in content.agents}

    def held(pid: str, shelf: str, code: str, credited: Mapping[str, str | None]) -> Piece:
        named = {role: holders[name] for role, name in credited.items() if name}
        return Piece(pid, shelf, content.situations[code], named)

    for session, take in content.takes:
        yield held(take.pid, take.shelf, take.rights, _of_take(content, session, take))
    for image in content.images:
        credited = {"photographer": image.by, "designer": image.designer}
        yield held(image.pid, image.shelf, image.rights, credited)


def _of_take(content: Content, session: Session, take: Take) -> dict[str, str | None]:
    makers = content.work(take.work).makers if take.work else ()
    composers = [part.name for part in makers if CreditRole.COMPOSER in part.roles]
    leaders = lineups.leaders(lineup_of(session, take))
    return {
        "leader": next(iter(leaders), None),
        "composer": next(iter(composers), None),
        "broadcaster": session.broadcaster,
    }


def _holder(kind: AgentKind, name: str, died: str | None) -> Holder:
    if kind is not AgentKind.PERSON:
        return PartyKind.ORGANISATION, name
    return (PartyKind.ESTATE, f"Erven {name}") if died else (PartyKind.PERSON, name)


def _clear(say: Say, piece: Piece, moment: datetime) -> None:
    entry = entries.get(piece.pid)
    for claim in piece.situation.claims:
        _record(entry, claim, piece.holders, moment)
    rights.refresh(entry, moment.date())
    if entry.reuse is not piece.situation.reuse:
        promised = piece.situation.reuse.value
        say(f"{piece.shelf}: {piece.situation.code} promises {promised}, the rules say {entry.reuse.value}")


def _record(entry: Entry, claim: Mapping[str, Any], holders: Mapping[str, Holder], moment: datetime) -> None:
    holder = _holder_of(claim, holders)
    details = {column: claim[column] for column in COLUMNS if column in claim}
    if not _speaks_of_heirs_of_the_living(claim, holder):
        details |= {"note_nl": claim.get("nl"), "note_en": claim.get("en")}
    rights.record(
        entry,
        Layer(claim["layer"]),
        Basis(claim["basis"]),
        ClaimStatus(claim["status"]),
        moment,
        party=parties.ensure(*holder) if holder else None,
        **details,
    )


def _holder_of(claim: Mapping[str, Any], holders: Mapping[str, Holder]) -> Holder | None:
    if "holder" not in claim:
        return None
    credited = _CREDITED.search(claim["holder"])
    return holders.get(credited[1]) if credited else (PartyKind(claim["kind"]), claim["holder"])


def _speaks_of_heirs_of_the_living(claim: Mapping[str, Any], holder: Holder | None) -> bool:
    return holder is not None and holder[0] is PartyKind.PERSON and claim["kind"] == PartyKind.ESTATE.value


def _put_rates_in_force() -> None:
    """Put our cards in force one after the other, as long as staff has made none of its own."""
    ours = [rate_files.read(file.read_bytes()) for file in rates.CARDS]
    known = {card.version for card in rates.all_versions()}
    if known <= {card.version for card in ours}:
        for card in ours:
            if card.version not in known:
                rates.activate(rates.store(card))


def _open_accounts(folder: Path, moment: datetime) -> Path:
    """Make the accounts, their passwords first put where a second try finds them; return that file."""
    draft = folder / f"{ACCOUNTS_FILE}.new"
    with transaction():
        missing = [account for account in ACCOUNTS if accounts.find(account[1]) is None]
        passwords = _passwords(draft, missing)
        for role, address, name in missing:
            account = accounts.add(address, name, role, passwords[address], moment)
            audit.record("account.added", "account", str(account.id), None, role=role.value)
    return draft


def _passwords(draft: Path, wanted: list[tuple[Role, str, str]]) -> dict[str, str]:
    """Read the passwords of a load that was cut short, and add those that are wanted beside."""
    flags = os.O_RDWR | os.O_APPEND | os.O_CREAT
    with os.fdopen(os.open(draft, flags, 0o600), "r+", encoding="utf-8") as file:
        known = dict(line.split()[1:] for line in file)
        new = {address: _password() for _role, address, _name in wanted if address not in known}
        file.writelines(
            f"{role.value:<12}{address:<36}{new[address]}\n"
            for role, address, _name in wanted
            if address in new
        )
        file.flush()
        os.fsync(file.fileno())
    return known | new


def _password() -> str:
    # Four times four characters that cannot be mistaken for one another: 77 bits.
    return "-".join("".join(secrets.choice(pids.ALPHABET) for _ in range(4)) for _ in range(4))
