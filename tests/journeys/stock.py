"""What a site of these tests has to sell, and a table of solos by people who never lived."""

import csv
from pathlib import Path

from archive.transactions import transaction
from licensing import rates
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
        titles = [f"{word} uur" for word in WORDS[:count]]
        return [
            shop.recording_for_sale(shop.tone(), title, f"NR-{number:04}").pid
            for number, title in enumerate(titles)
        ]


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
