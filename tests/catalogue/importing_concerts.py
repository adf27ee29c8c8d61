"""Small tables of concerts, as JSON Lines, for the tests of imports."""

import json
from pathlib import Path
from typing import Any

Concert = dict[str, Any]


def a_player(name: str, number: str, *roles: str, qid: str | None = None) -> dict[str, Any]:
    return {"name": name, "ch_id": number, "qid": qid or f"Q{number}", "roles": list(roles)}


def a_concert(number: int, *players: dict[str, Any], **changes: Any) -> Concert:
    return {
        "id": str(number),
        "date": "1954-10-09",
        "label": f"Concert {number}",
        "venue": "Main Hall",
        "performers": list(players),
        "works": [{"title": "Django", "composer": "John Lewis", "id": "1"}],
        **changes,
    }


def some_concerts(count: int = 12) -> list[Concert]:
    return [
        a_concert(at, a_player("Leader", "1", "piano"), a_player(f"Player {at % 5}", f"1{at % 5}", "drums"))
        for at in range(count)
    ]


def written(folder: Path, concerts: list[Concert], name: str = "concerts.jsonl") -> Path:
    path = folder / name
    path.write_text("".join(json.dumps(concert) + "\n" for concert in concerts), encoding="utf-8")
    return path
