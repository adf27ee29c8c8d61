"""Clearing, pure: whose consent a use still needs, and what the consents that were given change for this one use.

The claims on the entry stay as they are: a consent is laid over a copy of them, so it never widens what others
may do. What is denied stays denied, whoever consents.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date

from licensing import permissions, reasons
from licensing.claims import Basis, Claim, ClaimStatus, Layer, Use
from licensing.money import FULL
from licensing.permissions import Decision, Facts
from licensing.reasons import Reason, Verdict, worst
from licensing.vocabulary import N_, WORLDWIDE

CONSENT_GIVEN = N_("%(holder)s has consented to this use.")
JUDGED_UNNEEDED = N_("The archive has looked into this right and vouches for this use.")
LEFT_OUT = N_("Not part of this licence. Arrange it with %(holder)s yourself.")
SAID_NO = N_("%(holder)s was asked about this use and has refused it.")


@dataclass(frozen=True)
class Purpose:
    """What an entry is to be used for: the classes of use, all of which must be allowed, where (ISO 3166 codes, or WW),
    and decided on which day.
    """

    uses: tuple[Use, ...]
    territory: frozenset[str]
    on: date


@dataclass(frozen=True)
class Wanted:
    """A consent that is needed: on which layer, of whom (None: staff must find out), and why."""

    layer: Layer
    holder: str | None
    reason: Reason


@dataclass(frozen=True)
class Settled:
    """What was settled for one use of one entry, each by layer and holder.

    Holder None is the rest of the layer, of whom nobody is known. Of what is `excluded` the holder is whom the
    buyer asks instead.
    """

    given: frozenset[tuple[Layer, str | None]] = frozenset()
    excluded: frozenset[tuple[Layer, str | None]] = frozenset()
    refused: frozenset[tuple[Layer, str | None]] = frozenset()


NOTHING = Settled()


def consents_wanted(claims: Sequence[Claim], facts: Facts, purpose: Purpose) -> list[Wanted]:
    """List the consents that a use needs; none where it is allowed, and none where it is denied for good."""
    if decide(claims, facts, purpose).verdict is not Verdict.ASK:
        return []
    accounted = _accounted(claims, facts)
    asking = [claim for claim in accounted if _can_be_asked(claim, purpose)]
    wanted = {
        (claim.layer, claim.holder): Wanted(claim.layer, claim.holder, _reason(claim, purpose))
        for claim in asking
    }
    named = Settled(frozenset(wanted))
    for reason in decide(accounted, facts, purpose, named).reasons:
        if reason.verdict is Verdict.ASK and reason.layer:
            layer = Layer(reason.layer)
            wanted.setdefault((layer, None), Wanted(layer, None, reason))
    return sorted(
        wanted.values(), key=lambda found: (list(Layer).index(found.layer), found.holder or "\uffff")
    )


def decide(claims: Sequence[Claim], facts: Facts, purpose: Purpose, settled: Settled = NOTHING) -> Decision:
    """Decide as `permissions.may_use` does, with what was settled for this use laid over the claims.

    That there is no file yet is left out: it is a matter of delivery, which no holder can settle.
    """
    laid = [
        _consented(claim) if _is_given(claim, purpose, settled) else claim
        for claim in _accounted(claims, facts)
    ]
    found = _may_use(laid, facts, purpose)
    waiting = {claim.layer for claim in laid if _can_be_asked(claim, purpose)}
    reached = [_as_settled(reason, settled, waiting) for reason in found if reason.text != reasons.NO_FILE]
    told = [reason for reason in reached if reason.text != reasons.ASSIGNED or not _names(reason, settled)]
    told += _answers(settled, {reason.layer for reason in reached})
    ordered = sorted(dict.fromkeys(told), key=lambda reason: -reason.verdict.severity)
    return Decision(worst(reason.verdict for reason in ordered), tuple(ordered))


def _accounted(claims: Sequence[Claim], facts: Facts) -> list[Claim]:
    # Where nobody has recorded a claim yet, each layer the entry must have is unknown by name.
    present = [claim for claim in claims if claim.status is not ClaimStatus.SUPERSEDED]
    return present or [
        Claim(layer, Basis.UNKNOWN, ClaimStatus.ASSERTED) for layer in sorted(facts.layers, key=str)
    ]


def _can_be_asked(claim: Claim, purpose: Purpose) -> bool:
    # A society collects; it does not consent to a new use, so its members have to be found first.
    if claim.holder is None or claim.basis is Basis.COLLECTIVE or not claim.touches(purpose.territory):
        return False
    return worst(reason.verdict for reason in _by_itself(claim, purpose)) is Verdict.ASK


def _is_given(claim: Claim, purpose: Purpose, settled: Settled) -> bool:
    return (claim.layer, claim.holder) in settled.given and _can_be_asked(claim, purpose)


def _consented(claim: Claim) -> Claim:
    return replace(
        claim,
        basis=Basis.ASSIGNED,
        status=ClaimStatus.CONFIRMED,
        valid_from=None,
        valid_to=None,
        limits={},
    )


def _as_settled(reason: Reason, settled: Settled, waiting: Collection[Layer]) -> Reason:
    if reason.verdict is not Verdict.ASK or not reason.layer:
        return reason
    layer = Layer(reason.layer)
    for left_out, holder in settled.excluded:
        if left_out is layer:
            return Reason(Verdict.ALLOW, reason.layer, LEFT_OUT, (("holder", holder or ""),))
    if (layer, None) in settled.given and layer not in waiting:
        return Reason(Verdict.ALLOW, reason.layer, JUDGED_UNNEEDED)
    return reason


def _answers(settled: Settled, present: Collection[str]) -> list[Reason]:
    left_out = {layer for layer, _holder in settled.excluded}
    refused = [
        Reason(Verdict.DENY, layer.value, SAID_NO, (("holder", holder or ""),))
        for layer, holder in sorted(settled.refused, key=str)
        if layer not in left_out and layer.value in present
    ]
    return refused + [
        Reason(Verdict.ALLOW, layer.value, CONSENT_GIVEN, (("holder", holder),))
        for layer, holder in sorted(settled.given, key=str)
        if holder is not None and layer.value in present
    ]


def _names(reason: Reason, settled: Settled) -> bool:
    return any(layer.value == reason.layer and holder is not None for layer, holder in settled.given)


def _reason(claim: Claim, purpose: Purpose) -> Reason:
    return next(reason for reason in _by_itself(claim, purpose) if reason.verdict is Verdict.ASK)


def _by_itself(claim: Claim, purpose: Purpose) -> list[Reason]:
    # As if it were the whole of its layer everywhere: what is missing beside it is no reason to ask this holder.
    whole = replace(claim, share_bp=FULL, territory=frozenset({WORLDWIDE}))
    return _may_use([whole], Facts(frozenset()), purpose)


def _may_use(claims: Sequence[Claim], facts: Facts, purpose: Purpose) -> list[Reason]:
    found = [
        reason
        for use in purpose.uses
        for reason in permissions.may_use(claims, facts, use, purpose.on, purpose.territory).reasons
    ]
    return list(dict.fromkeys(found))
