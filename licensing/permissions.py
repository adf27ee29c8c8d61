"""What may be done with an entry: the claims on each layer against the use, pure. The narrowest verdict wins.

The rule is monotone: another claim on a layer that is accounted for never widens what may be done.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from licensing import reasons
from licensing.claims import LICENCES, SALES, Basis, Claim, ClaimStatus, Layer, Use
from licensing.money import FULL
from licensing.reasons import Reason, Verdict, worst
from licensing.vocabulary import WORLDWIDE

ALLOW, ASK, DENY = Verdict.ALLOW, Verdict.ASK, Verdict.DENY

NOTICE_MONTHS = 6  # art. 18c Auteurswet, Directive (EU) 2019/790 art. 10

_WRITTEN = frozenset({Layer.COMPOSITION, Layer.LYRICS, Layer.ARRANGEMENT})
# Layers on which each claim stands for itself: two sitters do not share one portrait right.
_WHOLE = frozenset({Layer.PORTRAIT, Layer.ARTWORK_SHOWN, Layer.DEPOSIT_CONTRACT})
_NAMED = frozenset({Basis.REPRESENTED, Basis.COLLECTIVE})
_HELD = frozenset({Basis.OWNED, Basis.ASSIGNED, Basis.REPRESENTED})


@dataclass(frozen=True)
class Facts:
    """What we know of the entry beside its claims: the layers it must have, and whether there is a file."""

    layers: frozenset[Layer]
    has_master: bool = True


@dataclass(frozen=True)
class Decision:
    """The verdict and the reasons for it, worst first."""

    verdict: Verdict
    reasons: tuple[Reason, ...]


def may_use(
    claims: Sequence[Claim],
    facts: Facts,
    use: Use,
    on: date,
    territory: frozenset[str] = frozenset({WORLDWIDE}),
) -> Decision:
    """Decide whether a use is allowed on a day in a territory (ISO 3166 codes, or WW)."""
    if use is Use.VIEW_META:
        return Decision(ALLOW, ())
    if use is Use.DATA_MINING_AI:
        return Decision(DENY, (Reason(DENY, "", reasons.NO_MACHINES),))
    present = [claim for claim in claims if claim.status is not ClaimStatus.SUPERSEDED]
    layers = facts.layers | {claim.layer for claim in present} if present else set()
    found = [reason for layer in layers for reason in _of_layer(layer, present, use, on, territory)]
    if not present:
        found.append(Reason(_unknown(use)[0], "", reasons.NOT_RESEARCHED))
    if use in SALES and not facts.has_master:
        found.append(Reason(ASK, "", reasons.NO_FILE))
    return Decision(worst(reason.verdict for reason in found), tuple(sorted(set(found), key=_worst_first)))


def _of_layer(
    layer: Layer, claims: Iterable[Claim], use: Use, on: date, territory: frozenset[str]
) -> list[Reason]:
    here = [claim for claim in claims if claim.layer is layer and claim.touches(territory)]
    found = [_of_claim(claim, use, on) for claim in here]
    shares = [_share(here, country, on) for country in territory]
    if max(shares) > FULL and layer not in _WHOLE:
        found.append(Reason(ASK, layer.value, reasons.DISPUTED))
    verdict, text = _unknown(use)
    if min(shares) < FULL and verdict not in {reason.verdict for reason in found}:
        found.append(Reason(verdict, layer.value, text))
    return found


def _of_claim(claim: Claim, use: Use, on: date) -> Reason:
    verdict, text = _by_basis(claim, use, on)
    doubt = _doubt(claim, use, on)
    if doubt and verdict is ALLOW:
        verdict, text = ASK, doubt
    limit = claim.limits.get(use, ALLOW)
    if limit.severity > verdict.severity:
        verdict = limit
        text = reasons.FORBIDDEN_BY_HOLDER if limit is DENY else reasons.CONDITIONS
    return Reason(verdict, claim.layer.value, text, _values(text, claim))


def _doubt(claim: Claim, use: Use, on: date) -> str | None:
    if claim.status is ClaimStatus.DISPUTED:
        return reasons.DISPUTED
    if claim.valid_to is not None and claim.valid_to < on:
        return reasons.EXPIRED
    if claim.valid_from is not None and claim.valid_from > on:
        return reasons.NOT_YET
    if claim.status is ClaimStatus.ASSERTED and use in SALES:
        return reasons.UNCHECKED
    return None


def _by_basis(claim: Claim, use: Use, on: date) -> tuple[Verdict, str]:
    if claim.layer is Layer.PORTRAIT:
        return _portrait(claim, use)
    if claim.basis is Basis.UNKNOWN or (claim.holder is None and claim.basis in _NAMED):
        return _unknown(use)
    if claim.basis is Basis.REPRESENTED:
        # A mandate is given for editorial work; who is linked to a product wants to be asked.
        return (ASK, reasons.ASK_HOLDER) if use is Use.LICENCE_COMMERCIAL else (ALLOW, reasons.REPRESENTED)
    if claim.basis is Basis.COLLECTIVE:
        return _collective(claim.layer, use)
    if claim.basis is Basis.OUT_OF_COMMERCE:
        return _out_of_commerce(claim, use, on)
    if claim.basis is Basis.EXCEPTION:
        return _exception(use)
    texts = {
        Basis.OWNED: reasons.OWNED,
        Basis.ASSIGNED: reasons.ASSIGNED,
        Basis.PUBLIC_DOMAIN: reasons.PUBLIC_DOMAIN,
    }
    return ALLOW, texts[claim.basis]


def _unknown(use: Use) -> tuple[Verdict, str]:
    if use in (Use.PREVIEW_30S, Use.LISTEN_ONSITE):
        return ALLOW, reasons.FRAGMENT_ONLY
    if use in SALES - LICENCES:
        return DENY, reasons.NOBODY_TO_PAY
    return ASK, reasons.UNKNOWN


def _collective(layer: Layer, use: Use) -> tuple[Verdict, str]:
    if layer in _WRITTEN:
        # The buyer reports the use to the society (Buma/Stemra) himself, so it does not block a sale.
        return ALLOW, reasons.REPORT_YOURSELF if use in LICENCES else reasons.SETTLED_BY_SOCIETY
    # Sena collects for airplay and public use; that does not replace consent for a new use (Wnr, art. 2, 7).
    if use in (Use.PREVIEW_30S, Use.LISTEN_ONSITE, Use.BROADCAST):
        return ALLOW, reasons.SETTLED_BY_SOCIETY
    return ASK, reasons.ASK_BEYOND_SOCIETY


def _out_of_commerce(claim: Claim, use: Use, on: date) -> tuple[Verdict, str]:
    # Non-commercial making available on the institution's own site, and nothing else: never paid.
    if use is Use.LISTEN_ONSITE:
        return ALLOW, reasons.ON_THE_PREMISES
    if use not in (Use.LISTEN_FREE_ONLINE, Use.PREVIEW_30S):
        return DENY, reasons.NEVER_PAID
    if claim.opted_out_on is not None and claim.opted_out_on <= on:
        return DENY, reasons.OPTED_OUT
    if claim.notified_on is None:
        return DENY, reasons.NOT_ANNOUNCED
    if on < end_of_notice(claim.notified_on):
        return DENY, reasons.IN_NOTICE
    return ALLOW, reasons.HEARD_HERE


def _exception(use: Use) -> tuple[Verdict, str]:
    if use is Use.LISTEN_ONSITE:
        return ALLOW, reasons.ON_THE_PREMISES
    if use in (Use.PREVIEW_30S, Use.LISTEN_FREE_ONLINE):
        return ASK, reasons.UNDER_EXCEPTION
    return DENY, reasons.NOT_UNDER_EXCEPTION


def _portrait(claim: Claim, use: Use) -> tuple[Verdict, str]:
    if claim.basis in _HELD:
        return ALLOW, reasons.CONSENTED
    if claim.basis is Basis.PUBLIC_DOMAIN:
        return ALLOW, reasons.PUBLIC_DOMAIN
    if use not in SALES:
        return ALLOW, reasons.JUDGED
    # Without consent an editorial use rests on a judgement of staff; confirming the claim records it.
    if use is not Use.LICENCE_COMMERCIAL and claim.status is ClaimStatus.CONFIRMED:
        return ALLOW, reasons.JUDGED
    return ASK, reasons.NO_CONSENT


def _worst_first(reason: Reason) -> tuple[int, int, str]:
    order = [layer.value for layer in Layer]
    return -reason.verdict.severity, order.index(reason.layer) if reason.layer else -1, reason.text


def end_of_notice(notified_on: date) -> date:
    """Give the first day on which an announced work may be heard: six months later."""
    month = notified_on.month + NOTICE_MONTHS
    year, month = (notified_on.year, month) if month <= 12 else (notified_on.year + 1, month - 12)
    for day in range(notified_on.day, 27, -1):
        try:
            return date(year, month, day)
        except ValueError:
            continue  # 31 August and six months: the last day of February
    return date(year, month, notified_on.day)


def _share(claims: Iterable[Claim], country: str, on: date) -> int:
    return sum(claim.share_bp for claim in claims if claim.is_in_force(on) and claim.covers(country))


def _values(text: str, claim: Claim) -> tuple[tuple[str, str], ...]:
    days = {
        reasons.EXPIRED: claim.valid_to,
        reasons.NOT_YET: claim.valid_from,
        reasons.OPTED_OUT: claim.opted_out_on,
        reasons.IN_NOTICE: claim.notified_on and end_of_notice(claim.notified_on),
    }
    if "%(day)s" in text:
        return (("day", str(days[text])),)
    return (("holder", claim.holder or ""),) if "%(holder)s" in text else ()
