"""Rights claims as the rules see them, pure: layers, grounds, uses; who holds how much, where and when."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import Enum

from licensing.money import FULL
from licensing.reasons import Verdict
from licensing.vocabulary import WORLDWIDE


class Layer(str, Enum):
    """What a right is on."""

    COMPOSITION = "composition"
    LYRICS = "lyrics"
    ARRANGEMENT = "arrangement"
    PERFORMANCE = "performance"
    MASTER = "master"
    BROADCAST = "broadcast"
    FILM = "film"
    PHOTOGRAPH = "photograph"
    ARTWORK_SHOWN = "artwork_shown"
    PORTRAIT = "portrait"
    DEPOSIT_CONTRACT = "deposit_contract"
    DATABASE = "database"


class Basis(str, Enum):
    """On what ground we may do something."""

    OWNED = "owned"
    ASSIGNED = "assigned"
    REPRESENTED = "represented"
    COLLECTIVE = "collective"
    OUT_OF_COMMERCE = "out_of_commerce"
    EXCEPTION = "exception"
    PUBLIC_DOMAIN = "public_domain"
    UNKNOWN = "unknown"


class ClaimStatus(str, Enum):
    """How sure we are of a claim; a superseded one is history."""

    ASSERTED = "asserted"
    CONFIRMED = "confirmed"
    DISPUTED = "disputed"
    SUPERSEDED = "superseded"


class Use(str, Enum):
    """The classes of use that the rules tell apart."""

    VIEW_META = "view_meta"
    PREVIEW_30S = "preview_30s"
    LISTEN_ONSITE = "listen_onsite"
    LISTEN_FREE_ONLINE = "listen_free_online"
    LISTEN_PAID_ONLINE = "listen_paid_online"
    DOWNLOAD_PRIVATE = "download_private"
    EMBED_THIRD_PARTY = "embed_third_party"
    LICENCE_EDITORIAL = "licence_editorial"
    LICENCE_COMMERCIAL = "licence_commercial"
    LICENCE_ACADEMIC = "licence_academic"
    LICENCE_SYNC = "licence_sync"
    PRINT = "print"
    EXHIBITION = "exhibition"
    BROADCAST = "broadcast"
    DATA_MINING_AI = "data_mining_ai"


LICENCES = frozenset(
    {
        Use.LICENCE_EDITORIAL,
        Use.LICENCE_COMMERCIAL,
        Use.LICENCE_ACADEMIC,
        Use.LICENCE_SYNC,
        Use.PRINT,
        Use.EXHIBITION,
        Use.BROADCAST,
    }
)
SALES = LICENCES | {Use.LISTEN_PAID_ONLINE, Use.DOWNLOAD_PRIVATE}

# Which class each use that we sell belongs to.
CLASS_OF = {
    "documentary": Use.LICENCE_SYNC,
    "podcast": Use.LICENCE_EDITORIAL,
    "web": Use.LICENCE_EDITORIAL,
    "exhibition": Use.EXHIBITION,
    "book": Use.PRINT,
    "education": Use.LICENCE_ACADEMIC,
    "advertising": Use.LICENCE_COMMERCIAL,
}


def classes_of(use: str, user_class: str) -> tuple[Use, ...]:
    """Name the classes that a use that we sell falls into: what a company does with it is commercial as well."""
    if user_class == "commercial" and CLASS_OF[use] is not Use.LICENCE_COMMERCIAL:
        return CLASS_OF[use], Use.LICENCE_COMMERCIAL
    return (CLASS_OF[use],)


# Layers on which each claim stands for itself: two sitters do not share one portrait right.
STAND_ALONE = frozenset({Layer.PORTRAIT, Layer.ARTWORK_SHOWN, Layer.DEPOSIT_CONTRACT})


@dataclass(frozen=True)
class Part:
    """A stretch of a recording, in milliseconds from its beginning; the last one no longer belongs to it."""

    in_ms: int
    out_ms: int

    def overlaps(self, other: "Part") -> bool:
        """Say whether two stretches have a moment in common."""
        return self.in_ms < other.out_ms and other.in_ms < self.out_ms


@dataclass(frozen=True)
class Claim:
    """Who holds how much of a layer, where and when, and on what ground we rely on it. No holder: unknown.

    `limits` can only narrow what the basis allows (a mandate's limits, a donor's conditions). A claim on a
    `part` is about that stretch only, and stands for itself.
    """

    layer: Layer
    basis: Basis
    status: ClaimStatus = ClaimStatus.CONFIRMED
    holder: str | None = None
    party_id: int | None = None
    part: Part | None = None
    share_bp: int = FULL
    territory: frozenset[str] = frozenset({WORLDWIDE})
    valid_from: date | None = None
    valid_to: date | None = None
    limits: Mapping[Use, Verdict] = field(default_factory=dict)
    notified_on: date | None = None  # out of commerce: first day of the public notice
    opted_out_on: date | None = None  # out of commerce: the holder objected
    statement_uri: str | None = None  # the holder's own statement, such as a Creative Commons licence
    note_nl: str | None = None
    note_en: str | None = None

    def note(self, lang: str) -> str | None:
        """Give what staff wrote for readers of a language."""
        return self.note_nl if lang == "nl" else self.note_en

    def is_in_force(self, on: date) -> bool:
        """Say whether its days include this one."""
        begun = self.valid_from is None or self.valid_from <= on
        return begun and (self.valid_to is None or on <= self.valid_to)

    def covers(self, country: str) -> bool:
        """Say whether it holds in all of a country (ISO 3166, or WW)."""
        return country in self.territory or WORLDWIDE in self.territory

    def concerns(self, part: Part | None) -> bool:
        """Say whether it is about some of a stretch; without one, of the whole."""
        return self.part is None or part is None or self.part.overlaps(part)

    def touches(self, territory: frozenset[str]) -> bool:
        """Say whether it holds in any part of a territory."""
        return bool(self.territory & territory) or WORLDWIDE in self.territory | territory


@dataclass(frozen=True)
class Consent:
    """What somebody on record has consented to in writing. No uses: to all of them."""

    layer: Layer
    party_id: int
    uses: frozenset[Use] = frozenset()
    territory: frozenset[str] = frozenset({WORLDWIDE})
    valid_from: date | None = None
    valid_to: date | None = None
    withdrawn_on: date | None = None

    def is_about(self, claim: Claim, use: Use) -> bool:
        """Say whether it was given by the holder of a claim, and for a use."""
        is_theirs = claim.layer is self.layer and claim.party_id == self.party_id
        return is_theirs and (not self.uses or use in self.uses)

    def holds(self, on: date, territory: frozenset[str]) -> bool:
        """Say whether it holds on a day in all of a territory."""
        begun = self.valid_from is None or self.valid_from <= on
        ended = self.valid_to is not None and self.valid_to < on
        everywhere = WORLDWIDE in self.territory or territory <= self.territory
        return begun and not ended and everywhere and not self.is_withdrawn(on)

    def is_withdrawn(self, on: date) -> bool:
        """Say whether who gave it has taken it back."""
        return self.withdrawn_on is not None and self.withdrawn_on <= on
