"""Rights statements, pure: the RightsStatements.org or Creative Commons address of how free an entry is."""

from collections.abc import Iterable

from licensing.claims import Basis, Claim, ClaimStatus, Layer
from licensing.reasons import Verdict

_RS = "http://rightsstatements.org/vocab/{}/1.0/"
_CC = "http://creativecommons.org/licenses/{}/"

IN_COPYRIGHT = _RS.format("InC")
HOLDER_UNKNOWN = _RS.format("InC-RUU")
UNDETERMINED = _RS.format("UND")
NOT_EVALUATED = _RS.format("CNE")
CONTRACTUAL = _RS.format("NoC-CR")
PUBLIC_DOMAIN = "http://creativecommons.org/publicdomain/mark/1.0/"
DEDICATED = "http://creativecommons.org/publicdomain/zero/1.0/"

# From the most restrictive to the freest; of a Creative Commons licence the version does not matter.
_ORDER = (
    HOLDER_UNKNOWN,
    IN_COPYRIGHT,
    UNDETERMINED,
    NOT_EVALUATED,
    CONTRACTUAL,
    *(_CC.format(kind) for kind in ("by-nc-nd", "by-nc-sa", "by-nc", "by-nd", "by-sa", "by")),
    PUBLIC_DOMAIN,
    DEDICATED,
)


def of(claims: Iterable[Claim], required: frozenset[Layer]) -> str:
    """Give the statement of the most restrictive layer; without any claim, that nobody has looked."""
    present = [claim for claim in claims if claim.status is not ClaimStatus.SUPERSEDED]
    if not present:
        return NOT_EVALUATED
    found = [_of_claim(claim) for claim in present if claim.layer is not Layer.PORTRAIT]
    if required - {claim.layer for claim in present}:
        found.append(UNDETERMINED)
    return min(found, key=_rank, default=UNDETERMINED)


def _of_claim(claim: Claim) -> str:
    if claim.statement_uri is not None:
        return claim.statement_uri
    if claim.status is ClaimStatus.DISPUTED:
        return UNDETERMINED
    if claim.layer is Layer.DEPOSIT_CONTRACT:
        keeps_back = any(verdict is not Verdict.ALLOW for verdict in claim.limits.values())
        return CONTRACTUAL if keeps_back else DEDICATED
    if claim.basis is Basis.PUBLIC_DOMAIN:
        return PUBLIC_DOMAIN
    if claim.basis is Basis.UNKNOWN:
        # Confirmed means that somebody has searched and found nobody.
        return HOLDER_UNKNOWN if claim.status is ClaimStatus.CONFIRMED else UNDETERMINED
    return IN_COPYRIGHT


def _rank(statement: str) -> int:
    # A statement that we do not know counts as in copyright: better too narrow than too wide.
    known = (place for place, start in enumerate(_ORDER) if statement.startswith(start))
    return next(known, _ORDER.index(IN_COPYRIGHT))
