"""What a licence covers, layer by layer, in the words of the document: rights granted, rights not granted and whom
to ask, and as what the archive grants each.

What a buyer was offered has been settled before: by the rights themselves, or by asking (see `clearances`).
"""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _

from licensing import clearing, reasons, wording
from licensing.permissions import Decision
from licensing.reasons import Reason, Verdict
from licensing.vocabulary import LAYERS, N_

OWNER, REPRESENTATIVE, ACCESS = "owner", "representative", "access_provider"
_ROLES = {
    reasons.OWNED: OWNER,
    reasons.ASSIGNED: OWNER,
    reasons.REPRESENTED: REPRESENTATIVE,
    clearing.CONSENT_GIVEN: REPRESENTATIVE,
}

CLEARED_BY = N_("%(holder)s has agreed to this use.")
CLEARED = N_("Cleared by the archive for this use.")
LEFT_OUT = N_("Left out of this licence. Ask the archive before you use it.")
NOT_GRANTED = N_("Not granted. Ask %(holder)s before you use it.")
NOBODY_KNOWN = N_(
    "Not granted: the archive has found nobody who holds this right. Ask the archive before you use it."
)
CONDITIONS = N_("Conditions: %(conditions)s")


def of(
    decision: Decision, excluded: Sequence[str] = (), conditions: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """Sort the layers of a decision: `granted` and `not_granted` are name and sentence, `layers` are codes.

    `excluded` are layers that were left out of the sale; `conditions` came with the answer of a holder, by layer.
    """
    granted: dict[str, list[str]] = {}
    withheld: dict[str, list[str]] = {}
    roles: dict[str, str] = {}
    for found in decision.reasons:
        if found.layer and _is_covered(found, excluded):
            granted.setdefault(found.layer, []).append(_granted(found))
            roles.setdefault(found.layer, _ROLES.get(found.text, ACCESS))
        elif found.layer:
            withheld.setdefault(found.layer, []).append(_withheld(found))
    for layer in withheld:
        granted.pop(layer, None)
    for layer, words in (conditions or {}).items():
        if layer in granted:
            granted[layer].append(_(CONDITIONS, conditions=words))
    return {
        "granted": _named(granted),
        "not_granted": _named(withheld),
        "layers": {"granted": list(granted), "not_granted": list(withheld)},
        "roles": {layer: role for layer, role in roles.items() if layer in granted},
    }


def _is_covered(found: Reason, excluded: Sequence[str]) -> bool:
    return (
        found.layer not in excluded
        and found.verdict is not Verdict.DENY
        and found.text != reasons.REPORT_YOURSELF
    )


def _granted(found: Reason) -> str:
    if found.verdict is Verdict.ALLOW:
        return wording.reason(found)
    holder = dict(found.values).get("holder")
    return str(_(CLEARED_BY, holder=wording.capital(holder)) if holder else _(CLEARED))


def _withheld(found: Reason) -> str:
    if found.text in (reasons.REPORT_YOURSELF, clearing.LEFT_OUT):
        return wording.reason(found)
    if found.text in (reasons.UNKNOWN, reasons.NOBODY_TO_PAY):
        return str(_(NOBODY_KNOWN))
    holder = dict(found.values).get("holder")
    return str(_(NOT_GRANTED, holder=holder) if holder else _(LEFT_OUT))


def _named(layers: Mapping[str, list[str]]) -> list[list[str]]:
    return [[_(LAYERS[layer]), " ".join(dict.fromkeys(layers[layer]))] for layer in LAYERS if layer in layers]
