"""A quote in words: its lines with their traces, what it covers and what not, and what that comes to, plainly."""

from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _

from archive import clock
from archive.language import language, speaking
from licensing import wording
from licensing.clearance_words import part_in_words
from licensing.orders import LineKind
from licensing.pricing import Step
from licensing.quotes import Quote, QuoteLine, QuoteStatus
from licensing.reasons import SOMEBODY
from licensing.reuse_requests import RequestStatus
from licensing.vocabulary import LAYERS, N_, OPTIONS

KINDS = {
    LineKind.ACCESS_FEE: N_("Our scan or copy"),
    LineKind.LICENCE_FEE: N_("Licence"),
    LineKind.CLEARANCE_FEE: N_("Fee of a rights holder"),
    LineKind.RESEARCH_FEE: N_("Research into the rights"),
    LineKind.TECHNICAL_FEE: N_("Work on the file"),
}


@dataclass(frozen=True)
class ShownLine:
    """One line of a quote for a reader; amounts are without VAT."""

    pid: str
    title: str
    kind: str
    description: str
    part: str
    net: str
    trace: list[tuple[str, str]]
    discount_reason: str | None
    withheld: list[tuple[str, str]]  # layer, and whom to ask
    plainly: str  # what may be done, in a sentence; empty for a fee


@dataclass(frozen=True)
class Shown:
    """A quote for a reader."""

    lines: list[ShownLine]
    net: str
    vat_label: str
    vat_number: str  # of the buyer; empty: none
    vat: str
    gross: str


def shown(quote: Quote, lang: str) -> Shown:
    """Put a quote into words in a language; what staff wrote stays in the language of the quote."""
    with speaking(lang):
        labels = dict.fromkeys(wording.vat_label(line.vat_bp, line.vat_code) for line in quote.lines)
        return Shown(
            lines=[_line(line, lang) for line in quote.lines],
            net=quote.net.show(lang),
            vat_label=" / ".join(labels),
            vat_number=quote.request.vat_number or "",
            vat=quote.vat.show(lang),
            gross=quote.gross.show(lang),
        )


def state(quote: Quote, moment: datetime) -> str:
    """Say in one word what a buyer finds: waiting, accepted, declined, expired, superseded or closed."""
    if quote.status is not QuoteStatus.SENT:
        return str(quote.status.value)
    if quote.valid_until is not None and quote.valid_until < clock.day_here(moment):
        return "expired"
    return "waiting" if quote.request.status is RequestStatus.QUOTED else "closed"


def button(quote: Quote) -> str:
    """Write on the button that accepts what pressing it means (Dutch Civil Code 6:230v, paragraph 3)."""
    return str(_("Accept, order and pay %(amount)s", amount=quote.gross.show(language())))


def trace_of(line: QuoteLine, lang: str) -> list[tuple[str, str]]:
    """Give the steps of a line's price: what, and the amount after it."""
    return [wording.step(Step(**step), line.quote.currency, lang) for step in line.trace]


def _line(line: QuoteLine, lang: str) -> ShownLine:
    is_licence = line.kind is LineKind.LICENCE_FEE
    return ShownLine(
        pid=line.entry.pid,
        title=line.title,
        kind=_(KINDS[line.kind]),
        description=wording.summary(line.choice, lang) if is_licence else line.description,
        part=part_in_words(line.item),
        net=line.net.show(lang) if line.net else "",
        trace=trace_of(line, lang),
        discount_reason=line.discount_reason,
        withheld=[(_(LAYERS[found["layer"]]), found["holder"] or _(SOMEBODY)) for found in line.withheld],
        plainly=_plainly(line) if is_licence else "",
    )


def _plainly(line: QuoteLine) -> str:
    """Say what a licence line lets the buyer do, as one would say it aloud."""
    use, place = (_(OPTIONS[asked][line.choice[asked]]) for asked in ("use", "territory"))
    if line.choice["term"] == "perpetual":
        return str(
            _(
                "You may use “%(title)s” for this: %(use)s. Where: %(place)s. Without an end.",
                title=line.title,
                use=use,
                place=place,
            )
        )
    return str(
        _(
            "You may use “%(title)s” for this: %(use)s. Where: %(place)s. For %(term)s from the day you pay.",
            title=line.title,
            use=use,
            place=place,
            term=wording.in_a_line("term", line.choice["term"]),
        )
    )


def kinds(wanted: list[LineKind]) -> list[tuple[str, str]]:
    """Give kinds of lines with their names, for a list to choose from."""
    return [(kind.value, _(KINDS[kind])) for kind in wanted]
