"""What uses, grounds and states of rights are called, for staff; by their codes. Translated when they are shown."""

from licensing.claims import Basis, ClaimStatus, Use
from licensing.parties import PartyKind, Payout, TaxProfile
from licensing.reasons import Verdict
from licensing.vocabulary import N_

USES = {
    Use.PREVIEW_30S: N_("Fragment of 30 seconds"),
    Use.LISTEN_ONSITE: N_("In the reading room"),
    Use.LISTEN_FREE_ONLINE: N_("Online, free of charge"),
    Use.LISTEN_PAID_ONLINE: N_("Online, paid"),
    Use.DOWNLOAD_PRIVATE: N_("Download for oneself"),
    Use.EMBED_THIRD_PARTY: N_("On another site"),
    Use.LICENCE_EDITORIAL: N_("Editorial: podcast, website"),
    Use.LICENCE_COMMERCIAL: N_("Advertising"),
    Use.LICENCE_ACADEMIC: N_("Education"),
    Use.LICENCE_SYNC: N_("Film or documentary"),
    Use.PRINT: N_("Book or magazine"),
    Use.EXHIBITION: N_("Exhibition"),
    Use.BROADCAST: N_("Radio or television"),
    Use.DATA_MINING_AI: N_("Data mining and AI"),
}
BASES = {
    Basis.OWNED: N_("Our own right"),
    Basis.ASSIGNED: N_("Transferred to us"),
    Basis.REPRESENTED: N_("Mandate of the holder"),
    Basis.COLLECTIVE: N_("Through a collecting society"),
    Basis.OUT_OF_COMMERCE: N_("Out of commerce"),
    Basis.EXCEPTION: N_("Legal exception"),
    Basis.PUBLIC_DOMAIN: N_("Public domain"),
    Basis.UNKNOWN: N_("Unknown"),
}
STATUSES = {
    ClaimStatus.ASSERTED: N_("Said, not checked"),
    ClaimStatus.CONFIRMED: N_("Confirmed"),
    ClaimStatus.DISPUTED: N_("Disputed"),
    ClaimStatus.SUPERSEDED: N_("History"),
}
VERDICTS = {
    Verdict.ALLOW: N_("Allowed"),
    Verdict.ASK: N_("Ask"),
    Verdict.DENY: N_("Not allowed"),
}
PARTY_KINDS = {
    PartyKind.PERSON: N_("Person"),
    PartyKind.ORGANISATION: N_("Organisation"),
    PartyKind.CMO: N_("Collecting society"),
    PartyKind.ESTATE: N_("Estate (heirs)"),
}
TAX_PROFILES = {
    TaxProfile.PRIVATE: N_("Private, no VAT"),
    TaxProfile.VAT: N_("Business, charges VAT"),
    TaxProfile.SMALL_BUSINESS: N_("Small business scheme, no VAT"),
    TaxProfile.FOREIGN: N_("Business abroad, VAT reverse charged"),
}
PAYOUTS = {
    Payout.NONE: N_("Not paid yet"),
    Payout.BANK: N_("To a bank account"),
    Payout.VIA_CMO: N_("Through its society"),
}
