"""What is sold, in words: a name for each kind of line."""

from licensing.orders import LineKind
from licensing.vocabulary import N_

KINDS = {
    LineKind.LICENCE_FEE: N_("Licences"),
    LineKind.ACCESS_FEE: N_("Access to files"),
    LineKind.CLEARANCE_FEE: N_("Clearances"),
    LineKind.RESEARCH_FEE: N_("Research"),
    LineKind.TECHNICAL_FEE: N_("Technical work"),
    LineKind.LISTEN: N_("Listening"),
    LineKind.DOWNLOAD: N_("Downloads"),
    LineKind.PASS: N_("Passes"),
    LineKind.TICKET: N_("Tickets"),
    LineKind.TIP: N_("Tips"),
    LineKind.TOP_UP: N_("Listening credit"),
}
