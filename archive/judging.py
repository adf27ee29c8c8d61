"""Look at a file before it comes into the vault: what it is, whether it is that alone, and whether it can be opened.

What is refused here is of no use to an archive; what cannot be opened may be, so the two are told apart.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any

from archive import decoding, media_kinds
from archive.decoding import Limits
from archive.errors import Invalid
from archive.media_kinds import Family, Kind

FACTS = {
    Family.PICTURE: ("width", "height"),
    Family.SOUND: ("duration_ms", "sample_rate", "bit_depth", "channels", "peaks"),
}


class Outcome(str, Enum):
    """What became of a file."""

    ACCEPTED = "accepted"
    REFUSED = "refused"  # of another kind, or not what it says
    QUARANTINED = "quarantined"  # of a good kind, and cannot be opened


@dataclass(frozen=True)
class Judged:
    """What was found: of an accepted file its kind and technical facts, of any other why."""

    outcome: Outcome
    kind: Kind | None
    facts: dict[str, Any]
    refusal: Invalid | None


def sha256_of(path: Path) -> str:
    """Return the checksum of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def judge(path: Path, filename: str, limits: Limits, still_busy: Callable[[], None] = lambda: None) -> Judged:
    """Look at a file that its sender calls `filename`; whatever is wrong with it is in the answer, never raised."""
    try:
        kind = _recognised(path, filename)
    except Invalid as refusal:
        return Judged(Outcome.REFUSED, None, {}, refusal)
    try:
        found = decoding.run(kind.family, "read", path, limits, still_busy=still_busy)
    except Invalid as refusal:
        return Judged(Outcome.QUARANTINED, kind, {}, refusal)
    return Judged(Outcome.ACCEPTED, kind, {name: found[name] for name in FACTS[kind.family]}, None)


def _recognised(path: Path, filename: str) -> Kind:
    with path.open("rb") as file:
        kind = media_kinds.of(file.read(media_kinds.HEAD))
        media_kinds.require_honest(kind, filename)
        media_kinds.require_single(file)
    return kind
