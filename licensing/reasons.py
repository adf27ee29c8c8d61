"""Why a use is allowed, must be asked for or is refused: the sentences that a buyer reads.

A reason keeps its text as an identifier and its values apart, so that it can be shown in any language.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from licensing.vocabulary import N_


class Verdict(str, Enum):
    """What may be done, from the widest to the narrowest."""

    ALLOW = "allow"
    ASK = "ask"
    DENY = "deny"

    @property
    def severity(self) -> int:
        """Place in the order of the verdicts; the highest wins."""
        return list(Verdict).index(self)


@dataclass(frozen=True)
class Reason:
    """One sentence (`text`, a msgid) about one layer (a code; empty: the whole) and what fills its gaps.

    Values named "day" are ISO dates; "holder" may be empty when nobody is named. `part` is the stretch of a
    recording that it is about, in milliseconds; without, all of it.
    """

    verdict: Verdict
    layer: str
    text: str
    values: tuple[tuple[str, str], ...] = ()
    part: tuple[int, int] | None = None


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """Give the narrowest of some verdicts; of none, the widest."""
    return max(verdicts, key=lambda verdict: verdict.severity, default=Verdict.ALLOW)


# Allowed
OWNED = N_("The archive holds this right.")
ASSIGNED = N_("This right was transferred to the archive.")
REPRESENTED = N_("The archive may license this for %(holder)s.")
REPORT_YOURSELF = N_(
    "Registered with %(holder)s. Report your use there; the archive supplies the details you need."
)
SETTLED_BY_SOCIETY = N_("Settled through %(holder)s.")
PUBLIC_DOMAIN = N_("No longer protected: everybody may use this.")
FRAGMENT_ONLY = N_("We do not know who holds this right; a short fragment may be heard.")
HEARD_HERE = N_("No longer on sale anywhere; it may be heard here, free of charge.")
ON_THE_PREMISES = N_("It may be consulted at the archive, under a legal exception.")
CONSENTED = N_("Who is recognisable here has consented.")
JUDGED = N_(
    "Who is recognisable here has not been asked; the archive has judged that this kind of use is fair."
)
CONSENT_GIVEN = N_("%(holder)s has consented to this use in writing.")

# To be asked for
ASK_HOLDER = N_("%(holder)s must agree to this use. The archive asks on your behalf.")
ASK_BEYOND_SOCIETY = N_(
    "%(holder)s does not give consent for a new use of this kind. The archive asks the makers on your behalf."
)
UNKNOWN = N_("We do not know yet who holds this right. The archive looks into it when you ask.")
DISPUTED = N_("More than one party says it holds this right. The archive finds out before you can use it.")
EXPIRED = N_("The agreement about this right ended on %(day)s. The archive asks for a new one.")
NOT_YET = N_("The agreement about this right begins on %(day)s. Until then the archive has to ask.")
UNCHECKED = N_("This right has not been checked yet. The archive does that when you ask.")
CONDITIONS = N_("%(holder)s attached conditions to this use. The archive asks on your behalf.")
NO_CONSENT = N_(
    "Somebody is recognisable here who has not consented to this use. The archive asks on your behalf."
)
UNDER_EXCEPTION = N_("This is kept under a legal exception that may not cover your use. Ask the archive.")
CONSENT_ENDED = N_("The consent of %(holder)s ended on %(day)s. The archive asks for a new one.")
NO_TERRITORY = N_("Say where you will use it: rights differ from country to country.")
NOT_RESEARCHED = N_("Nobody has looked into the rights yet. The archive does that when you ask.")
NO_FILE = N_("There is no digital copy yet. The archive makes one when you ask.")

# Refused
NEVER_PAID = N_(
    "Out of commerce: it may be heard here free of charge, but nothing of it may be sold or licensed."
)
IN_NOTICE = N_(
    "Announced as out of commerce; it may be heard from %(day)s, unless the rights holder objects."
)
NOT_ANNOUNCED = N_("Out of commerce, but not announced yet, so it may not be heard online.")
OPTED_OUT = N_("The rights holder asked us on %(day)s not to put this online.")
NOT_UNDER_EXCEPTION = N_("This is kept under a legal exception that does not allow this use.")
NOBODY_TO_PAY = N_("We do not know who holds this right, so it cannot be sold.")
CONSENT_WITHDRAWN = N_("%(holder)s withdrew the consent to this use on %(day)s.")
FORBIDDEN_BY_HOLDER = N_("%(holder)s does not allow this use.")
NO_MACHINES = N_("Data mining and the training of artificial intelligence are not allowed.")

SOMEBODY = N_("the rights holder")  # where a sentence wants a name and there is none
