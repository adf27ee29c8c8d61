"""What may be done with an entry or a part of it: the claims on each layer against the use, pure. The narrowest
verdict wins.

What nobody claims counts as a claim of somebody unknown (`gaps`). Beside claims that leave no gap, another claim
never widens what may be done; one on a part of the entry never does.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from licensing import reasons
from licensing.claims import (
    LICENCES,
    SALES,
    STAND_ALONE,
    Basis,
    Claim,
    ClaimStatus,
    Consent,
    Layer,
    Part,
    Use,
)
from licensing.money import FULL
from licensing.reasons import Reason, Verdict, worst
from licensing.vocabulary import WORLDWIDE

ALLOW, ASK, DENY = Verdict.ALLOW, Verdict.ASK, Verdict.DENY

NOTICE_MONTHS = 6  # art. 18c Auteurswet, Directive (EU) 2019/790 art. 10
EVERYWHERE = frozenset({WORLDWIDE})

_WRITTEN = frozenset({Layer.COMPOSITION, Layer.LYRICS, Layer.ARRANGEMENT})
_NAMED = frozenset({Basis.REPRESENTED, Basis.COLLECTIVE})
_HELD = frozenset({Basis.OWNED, Basis.ASSIGNED, Basis.REPRESENTED})
# Consent of one person says nothing about an exception of the law or a register of works out of commerce.
_NOT_BY_CONSENT = frozenset({Basis.OUT_OF_COMMERCE, Basis.EXCEPTION})


@dataclass(frozen=True)
class Facts:
    """What we know of the entry beside its claims: layers it must have, whether there is a file, consents."""

    layers: frozenset[Layer]
    has_master: bool = True
    consents: tuple[Consent, ...] = ()


@dataclass(frozen=True)
class Decision:
    """The verdict and the reasons for it, worst first."""

    verdict: Verdict
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class Asked:
    """What is asked: a use on a day in a territory (ISO 3166 codes, or WW)."""

    use: Use
    on: date
    territory: frozenset[str]


def may_use(
    claims: Sequence[Claim],
    facts: Facts,
    use: Use,
    on: date,
    territory: frozenset[str] = EVERYWHERE,
    part: Part | None = None,
) -> Decision:
    """Decide whether a use is allowed on a day in a territory (ISO 3166 codes, or WW), of all or of a part.

    Without any territory it is decided for everywhere, and never allowed.
    """
    if use is Use.VIEW_META:
        return Decision(ALLOW, ())
    if use is Use.DATA_MINING_AI:
        return Decision(DENY, (Reason(DENY, "", reasons.NO_MACHINES),))
    found = {reason for _claim, reason in judged(claims, facts, use, on, territory, part)}
    return Decision(worst(reason.verdict for reason in found), tuple(sorted(found, key=_worst_first)))


def judged(
    claims: Sequence[Claim],
    facts: Facts,
    use: Use,
    on: date,
    territory: frozenset[str] = EVERYWHERE,
    part: Part | None = None,
) -> list[tuple[Claim | None, Reason]]:
    """Give each reason with the claim that it comes from; None: from what is missing or does not fit together."""
    asked = Asked(use, on, territory or EVERYWHERE)
    here = [claim for claim in claims if _counts(claim, asked) and claim.concerns(part)]
    whole = [claim for claim in claims if claim.status is not ClaimStatus.SUPERSEDED and claim.part is None]
    found: list[tuple[Claim | None, Reason]] = [
        (claim, _of_claim(claim, facts.consents, asked)) for claim in here
    ]
    known = {(reason.layer, reason.verdict) for claim, reason in found if claim and claim.part is None}
    for reason in _of_missing(whole, facts, asked):
        if (reason.layer, reason.verdict) not in known or reason.text == reasons.DISPUTED:
            found.append((None, reason))
    if not territory:
        found.append((None, Reason(ASK, "", reasons.NO_TERRITORY)))
    return found


def gaps(claims: Sequence[Claim], facts: Facts, on: date, territory: frozenset[str]) -> list[Claim]:
    """Give what nobody claims, as claims of somebody unknown: layers without, or not with all of its shares."""
    whole = [claim for claim in claims if claim.status is not ClaimStatus.SUPERSEDED and claim.part is None]
    found = []
    for layer in facts.layers | {claim.layer for claim in whole}:
        missing: dict[int, set[str]] = {}
        for country, total in zip(territory, _shares(whole, layer, on, territory), strict=True):
            missing.setdefault(FULL - total, set()).add(country)
        found += [
            Claim(layer, Basis.UNKNOWN, ClaimStatus.ASSERTED, territory=frozenset(countries), share_bp=share)
            for share, countries in missing.items()
            if share > 0
        ]
    return found


def _of_missing(whole: Sequence[Claim], facts: Facts, asked: Asked) -> list[Reason]:
    if whole:
        found = [_of_claim(gap, (), asked) for gap in gaps(whole, facts, asked.on, asked.territory)]
    else:
        found = [Reason(_unknown(asked.use)[0], "", reasons.NOT_RESEARCHED)]
    for layer in {claim.layer for claim in whole} - STAND_ALONE:
        if max(_shares(whole, layer, asked.on, asked.territory)) > FULL:
            found.append(Reason(ASK, layer.value, reasons.DISPUTED))
    if asked.use in SALES and not facts.has_master:
        found.append(Reason(ASK, "", reasons.NO_FILE))
    return found


def _counts(claim: Claim, asked: Asked) -> bool:
    # What is online on a non-commercial basis in one country is sold in no country.
    is_never_sold = claim.basis is Basis.OUT_OF_COMMERCE and asked.use in SALES
    is_here = claim.touches(asked.territory) or is_never_sold
    return claim.status is not ClaimStatus.SUPERSEDED and is_here


def _of_claim(claim: Claim, consents: Iterable[Consent], asked: Asked) -> Reason:
    verdict, text = _by_basis(claim, asked.use, asked.on)
    days: dict[str, date | None] = {}
    given = [consent for consent in consents if consent.is_about(claim, asked.use)]
    if given and claim.basis not in _NOT_BY_CONSENT:
        verdict, text, days = _by_consent(given, asked, verdict, text)
    doubt = _doubt(claim, asked.use, asked.on)
    if doubt and verdict is ALLOW:
        verdict, text = ASK, doubt
    limit = claim.limits.get(asked.use, ALLOW)
    if limit.severity > verdict.severity:
        verdict = limit
        text = reasons.FORBIDDEN_BY_HOLDER if limit is DENY else reasons.CONDITIONS
    part = (claim.part.in_ms, claim.part.out_ms) if claim.part else None
    return Reason(verdict, claim.layer.value, text, _values(text, claim, days), part)


def _by_consent(
    given: Sequence[Consent], asked: Asked, verdict: Verdict, text: str
) -> tuple[Verdict, str, dict[str, date | None]]:
    """Let consent open what must be asked for; what was taken back is refused."""
    if any(consent.holds(asked.on, asked.territory) for consent in given):
        return (ALLOW, reasons.CONSENT_GIVEN, {}) if verdict is ASK else (verdict, text, {})
    if withdrawn := [consent.withdrawn_on for consent in given if consent.is_withdrawn(asked.on)]:
        return DENY, reasons.CONSENT_WITHDRAWN, {reasons.CONSENT_WITHDRAWN: max(filter(None, withdrawn))}
    ended = [consent.valid_to for consent in given if consent.valid_to and consent.valid_to < asked.on]
    if ended and verdict is ASK:
        return ASK, reasons.CONSENT_ENDED, {reasons.CONSENT_ENDED: max(ended)}
    return verdict, text, {}


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
        verdict, text = _unknown(use)
        # Somebody is on record, and only what they think of it is not known.
        return verdict, reasons.ASK_HOLDER if claim.holder and verdict is ASK else text
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


def _worst_first(reason: Reason) -> tuple[int, int, str, tuple[tuple[str, str], ...], tuple[int, int]]:
    place = _ORDER[reason.layer] if reason.layer else -1
    return -reason.verdict.severity, place, reason.text, reason.values, reason.part or (-1, -1)


_ORDER = {layer.value: place for place, layer in enumerate(Layer)}


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


def _shares(claims: Sequence[Claim], layer: Layer, on: date, territory: frozenset[str]) -> list[int]:
    """Add up who holds a layer on a day, for each country of a territory."""
    held = [claim for claim in claims if claim.layer is layer and claim.is_in_force(on)]
    everywhere = sum(claim.share_bp for claim in held if WORLDWIDE in claim.territory)
    elsewhere = [claim for claim in held if WORLDWIDE not in claim.territory]
    return [
        everywhere + sum(claim.share_bp for claim in elsewhere if country in claim.territory)
        for country in territory
    ]


def _values(text: str, claim: Claim, days: dict[str, date | None]) -> tuple[tuple[str, str], ...]:
    days = {
        reasons.EXPIRED: claim.valid_to,
        reasons.NOT_YET: claim.valid_from,
        reasons.OPTED_OUT: claim.opted_out_on,
        reasons.IN_NOTICE: claim.notified_on and end_of_notice(claim.notified_on),
    } | days
    found = [("day", str(days[text]))] if "%(day)s" in text else []
    if "%(holder)s" in text:
        found.append(("holder", claim.holder or ""))
    return tuple(found)
