"""What a site of these tests has to sell, and a table of solos by people who never lived."""

import csv
from pathlib import Path

from archive import assets, clock
from archive.assets import AssetRole
from archive.db import db
from archive.transactions import transaction
from catalogue import entries, entry_files
from catalogue.entries import Entry, EntryKind, Status
from catalogue.recordings import LineUp, Recording, TakeStatus
from licensing import parties, rates, rights
from licensing.claims import Basis, ClaimStatus, Layer
from licensing.parties import PartyKind
from tests.catalogue.importing_tables import HEADER
from tests.licensing import shop

FIRST = ("Aďa", "Bø", "Coen", "Dirkje", "Émile", "Fenna", "Gijs", "Hyŏn", "Ine", "Jāzeps")
LAST = ("Terwindt", "van Ooijen-Prins", "Ångquist", "O’Dwyer", "Bakboord", "Žižkov", "Slagregen", "ten Have")
WORDS = (
    "Blauw",
    "Laat",
    "Over",
    "Zonder",
    "Rond",
    "Tegen",
    "Achter",
    "Onder",
    "Halte",
    "Kade",
    "Sluis",
    "Bries",
)
INSTRUMENTS = ("ts", "tp", "as", "p", "tb")


def put_on_sale(count: int) -> list[str]:
    """Add published recordings with masters and all rights cleared, and the rate card; return their pids."""
    with transaction():
        rates.activate(rates.load(rates.CARD_OF_2026))
        return [_recording_for_sale(number).pid for number in range(count)]


def _recording_for_sale(number: int) -> Entry:
    moment = clock.now()
    entry = entries.add(EntryKind.RECORDING, f"{WORDS[number]} uur", moment, shelfmark=f"NR-{number:04}")
    db.session.add(
        Recording(
            entry_id=entry.id,
            position=1,
            take_status=TakeStatus.ISSUED,
            lineup=LineUp.OWN,
            duration_ms=402_000,
        )
    )
    master = assets.keep(
        shop.tone(),
        role=AssetRole.MASTER,
        filename=f"NR-{number:04}.wav",
        media_type="audio/wav",
        suffix=".wav",
        moment=moment,
    )
    entry_files.attach(entry.id, master)
    for layer in (Layer.MASTER, Layer.PERFORMANCE):
        rights.record(entry, layer, Basis.OWNED, ClaimStatus.CONFIRMED, moment)
    society = parties.ensure(PartyKind.CMO, "Buma/Stemra")
    rights.record(entry, Layer.COMPOSITION, Basis.COLLECTIVE, ClaimStatus.CONFIRMED, moment, party=society)
    entries.move(entry, Status.PUBLISHED, None)
    rights.refresh(entry, moment.date())
    return entry


def write_table(path: Path, sessions: int) -> int:
    """Write a table of solos, three takes to a session, two solos to a take; return the number of rows."""
    rows = [
        _row(session, take, solo) for take in range(3) for session in range(sessions) for solo in range(2)
    ]
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, HEADER)
        table.writeheader()
        table.writerows(rows)
    return len(rows)


def _row(session: int, take: int, solo: int) -> dict[str, str]:
    leader, bass = _name(session), _name(session * 7 + 3)
    instrument = INSTRUMENTS[session % len(INSTRUMENTS)]
    year = 1938 + session % 30
    return {
        **dict.fromkeys(HEADER, ""),
        "id": f"solo-{session}-{take}-{solo}",
        "title": f"{WORDS[session % 12]} {WORDS[(session // 12 + take) % 12].lower()}",
        "titleaddon": f"take {take + 1}",
        "performer": leader,
        "instrument": instrument,
        "composer": f"{_name(session + take)}; {_name(session + 5)}",
        "label": f"Label {session % 9}",
        "recordtitle": f"{leader} {session}",
        "recordbib": f"NR {100 + session}",
        "recordingdate": f"{year}-{1 + session % 12:02}-{1 + session % 28:02}",
        "recordingyear": str(year),
        "lineup": f"{leader} ({instrument}); {bass} (b)",
        "mbzid": f"{session:08x}-0000-4000-8000-{take:012x}",
        "solo_time": f"0{solo}:10-0{solo}:50",
        "key": "Bb-maj",
    }


def _name(number: int) -> str:
    return f"{FIRST[number % len(FIRST)]} {LAST[number // len(FIRST) % len(LAST)]}"
