"""What staff do with rights claims: add one, change one (the old one stays as history), confirm, dispute, end.

Each act hands down to the catalogue at once what follows from it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import CursorResult, update

from archive import audit
from archive.db import db
from archive.errors import Invalid, NotFound, Refused
from catalogue.entries import Entry, EntryKind
from catalogue.recordings import Recording
from licensing import claim_history, parties, rights
from licensing.claims import Basis, ClaimStatus, Layer, Part, Use
from licensing.countries import COUNTRIES
from licensing.money import FULL
from licensing.parties import Party
from licensing.reasons import Verdict
from licensing.rights import RightsClaim
from licensing.vocabulary import WORLDWIDE

MOVES: dict[ClaimStatus, frozenset[ClaimStatus]] = {
    ClaimStatus.ASSERTED: frozenset({ClaimStatus.CONFIRMED, ClaimStatus.DISPUTED, ClaimStatus.SUPERSEDED}),
    ClaimStatus.CONFIRMED: frozenset({ClaimStatus.DISPUTED, ClaimStatus.SUPERSEDED}),
    ClaimStatus.DISPUTED: frozenset({ClaimStatus.CONFIRMED, ClaimStatus.SUPERSEDED}),
    ClaimStatus.SUPERSEDED: frozenset(),
}
_PLAIN = (
    *("share_bp", "valid_from", "valid_to", "notified_on", "opted_out_on"),
    *("statement_uri", "note_nl", "note_en", "evidence"),
)
# Who is relied upon must be named: a mandate or a society of nobody allows nothing.
_NEEDS_HOLDER = frozenset({Basis.REPRESENTED, Basis.COLLECTIVE})


@dataclass(frozen=True)
class Said:
    """What a claim says, as it comes from a form. No party: unknown, or the archive where it holds the right."""

    layer: Layer
    basis: Basis
    status: ClaimStatus
    party: Party | None = None
    share_bp: int = FULL
    territory: Sequence[str] = (WORLDWIDE,)
    valid_from: date | None = None
    valid_to: date | None = None
    part: Part | None = None
    limits: Mapping[Use, Verdict] = field(default_factory=dict)
    notified_on: date | None = None
    opted_out_on: date | None = None
    statement_uri: str | None = None
    note_nl: str | None = None
    note_en: str | None = None
    evidence: str | None = None

    def columns(self) -> dict[str, Any]:
        """Give the columns beside layer, basis, status and party."""
        return {name: getattr(self, name) for name in _PLAIN} | {
            "territory": sorted(self.territory),
            "limits": {use.value: verdict.value for use, verdict in self.limits.items()},
            "in_ms": self.part.in_ms if self.part else None,
            "out_ms": self.part.out_ms if self.part else None,
        }


def add(
    entry: Entry,
    said: Said,
    moment: datetime,
    account_id: int | None,
    why: str = "",
    *,
    on: date | None = None,
) -> RightsClaim:
    """Add a claim. Raise Invalid for what cannot be, Refused where more than the whole would be claimed."""
    require_sense(entry, said)
    claim = put(entry, said, moment, account_id, why)
    rights.refresh(entry, on or moment.date())
    return claim


def change(claim: RightsClaim, said: Said, moment: datetime, account_id: int | None, why: str) -> RightsClaim:
    """Let another claim take the place of one, which stays as history. Raise Invalid, Refused."""
    entry = claim.entry
    require_sense(entry, said)
    rights.take_in_hand(entry.id)
    step(claim, ClaimStatus.SUPERSEDED, moment, account_id, why)
    following = put(entry, said, moment, account_id, why, supersedes_id=claim.id)
    rights.refresh(entry, moment.date())
    return following


def move(claim: RightsClaim, to: ClaimStatus, moment: datetime, account_id: int | None, why: str) -> None:
    """Confirm, dispute or end a claim, and hand down what follows. Raise Invalid without a reason, Refused."""
    if not why.strip():
        raise Invalid("Say why; the history of the claim keeps it.")
    entry = claim.entry
    rights.take_in_hand(entry.id)
    step(claim, to, moment, account_id, why)
    rights.require_shares(rights.claims_of(entry.id))
    rights.refresh(entry, moment.date())


def step(claim: RightsClaim, to: ClaimStatus, moment: datetime, account_id: int | None, why: str) -> None:
    """Move a claim to another status and write it down; raise Refused, also when somebody else was first."""
    before = claim.status
    found = db.session.execute(
        update(RightsClaim)
        .where(RightsClaim.id == claim.id, RightsClaim.status.in_(_leading_to(to)))
        .values(status=to)
        .execution_options(synchronize_session=False)
    )
    if cast("CursorResult[Any]", found).rowcount != 1:
        raise Refused("This claim was changed before. Look at the claims as they stand now.")
    db.session.refresh(claim)
    claim_history.note(claim.id, before, to, moment, account_id, why)
    detail = {"claim": claim.id, "from": before.value, "to": to.value, "why": why}
    audit.record("rights.claim_moved", "entry", claim.entry.pid, account_id, **detail)


def require_sense(entry: Entry, said: Said) -> None:
    """Raise Invalid for a claim that says too little or what cannot be."""
    if not said.territory:
        raise Invalid("Say in which countries the claim holds; the whole world is an answer.")
    if unknown := sorted(set(said.territory) - {WORLDWIDE, *COUNTRIES}):
        raise Invalid(
            "We do not know the country “%(code)s”. Use codes such as NL, BE or WW.", code=unknown[0]
        )
    if not 1 <= said.share_bp <= FULL:
        raise Invalid("A share lies above 0 and is at most 100 per cent.")
    if said.basis in _NEEDS_HOLDER and said.party is None:
        raise Invalid("Say who holds this right, or choose “unknown” as the ground.")
    if said.valid_from and said.valid_to and said.valid_from > said.valid_to:
        raise Invalid("The last day lies before the first.")
    if said.party is not None and said.party.merged_into_id is not None:
        raise Invalid("This party was merged with another one. Choose that one.")
    if said.part is not None:
        _require_within(entry, said.part)


def put(
    entry: Entry, said: Said, moment: datetime, account_id: int | None, why: str, **details: Any
) -> RightsClaim:
    """Add a claim whose sense was looked at; the caller hands down what follows. Raise Refused."""
    party = parties.current(said.party) if said.party else None
    columns = said.columns() | details
    return rights.record(
        entry,
        said.layer,
        said.basis,
        said.status,
        moment,
        party=party,
        account_id=account_id,
        why=why,
        **columns,
    )


def put_again(
    claim: RightsClaim, moment: datetime, account_id: int | None, why: str, **details: Any
) -> RightsClaim:
    """Let a claim that became history stand again, as a new one that says the same. Raise Refused."""
    kept = (*_PLAIN, "territory", "limits", "in_ms", "out_ms")
    before = claim_history.status_before_the_last(claim.id)
    columns = {name: getattr(claim, name) for name in kept} | details
    party = parties.current(claim.party) if claim.party else None
    return rights.record(
        claim.entry,
        claim.layer,
        claim.basis,
        before,
        moment,
        party=party,
        account_id=account_id,
        why=why,
        **columns,
    )


def get(claim_id: int) -> RightsClaim:
    """Get a claim; raise NotFound."""
    found = db.session.get(RightsClaim, claim_id)
    if found is None:
        raise NotFound("There is no such claim. Choose one from the entry's list.")
    return found


def _leading_to(to: ClaimStatus) -> list[ClaimStatus]:
    return [before for before, following in MOVES.items() if to in following]


def _require_within(entry: Entry, part: Part) -> None:
    if entry.kind is not EntryKind.RECORDING or not 0 <= part.in_ms < part.out_ms:
        raise Invalid("A part has a beginning and a later end, and only recordings have parts.")
    recording = db.session.get(Recording, entry.id)
    if recording is not None and recording.duration_ms and part.out_ms > recording.duration_ms:
        raise Invalid("The part ends after the recording does.")
