"""Offers: for one entry and one choice, what the rights allow, the price with VAT, or why there is none."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import date

from flask import g, has_request_context, request
from flask_babel import gettext as _

from archive import clock
from archive.db import db
from archive.language import language, speaking
from catalogue import entries
from catalogue.entries import Entry
from licensing import choices, permissions, pricing, rates, rights, taxes, wording
from licensing.choices import Choice, Misread, Question
from licensing.claims import CLASS_OF, Claim
from licensing.money import Money
from licensing.permissions import Decision, Facts
from licensing.pricing import NO_CARD, Card, Line, OnRequest, Price
from licensing.reasons import Reason, Verdict
from licensing.taxes import VatLine
from licensing.vocabulary import ASSET_TYPES, COUNTRIES, N_, SCOPES, SOUND, USES, USES_OF

NOT_BY_ITSELF = N_("Only recordings and pictures can be licensed here. Ask the archive about anything else.")


@dataclass(frozen=True)
class Offer:
    """What we answer to a choice. Without a price, the decision or else `on_request` says why."""

    choice: Choice
    questions: tuple[Question, ...]
    misread: tuple[Misread, ...]
    decision: Decision
    card: Card | None
    price: Price | None = None
    taxed: VatLine | None = None
    on_request: OnRequest | None = None

    @property
    def state(self) -> str:
        """Say in one word what the buyer can do: priced (order), on_request (ask) or refused."""
        if self.price is not None:
            return "priced"
        return "refused" if self.decision.verdict is Verdict.DENY else "on_request"

    @property
    def vat(self) -> VatLine:
        """Net, tax and gross; only with a price."""
        if self.taxed is None:
            raise ValueError("without a price there is no VAT")
        return self.taxed

    @property
    def total(self) -> Money:
        """Price and VAT together; only with a price."""
        return self.vat.gross

    @property
    def card_version(self) -> str:
        """Version of the rate card, as it is stored with a sale."""
        return self.card.version if self.card else ""

    @property
    def message(self) -> str:
        """Say why there is no price, in the reader's language; empty with a price."""
        if self.price is not None:
            return ""
        if self.on_request is not None:
            return str(_(self.on_request.reason))
        deciding = [found for found in self.decision.reasons if found.verdict is self.decision.verdict]
        return " ".join(wording.reason_with_layer(found) for found in deciding)

    @property
    def notices(self) -> list[str]:
        """Tell which answers could not be taken, in the reader's language."""
        return [wording.misread(found) for found in self.misread]

    def summary(self, lang: str) -> str:
        """Write the choice as one line in a language."""
        return wording.summary(self.choice.answers(), lang)

    def vat_label(self, lang: str) -> str:
        """Write the name of the tax with its rate in a language."""
        with speaking(lang):
            return str(_("VAT %(rate)s%%", rate=wording.percent(self.vat.rate.bp)))

    def trace_for_storage(self) -> list[dict[str, str]]:
        """Give the steps of the price as they are stored with a sale; `pricing.recompute` reads them back."""
        return [asdict(step) for step in self.price.trace] if self.price else []

    def trace_shown(self, lang: str) -> list[tuple[str, str]]:
        """Give the steps of the price for a reader: what, and the amount after it."""
        if self.price is None:
            return []
        steps = [wording.step(step, self.price.net.currency, lang) for step in self.price.trace]
        base, amount = steps[0]
        return [(f"{base}: {wording.in_one_line(self.price.included)}", amount), *steps[1:]]


@dataclass(frozen=True)
class RateLine:
    """One line of the public list of rates, in the reader's language."""

    use: str
    included: str
    from_label: str


def template_globals() -> dict[str, Callable[..., object]]:
    """Name what templates may call: the offer of an entry's page, its rights, the list of rates."""
    return {"licence_offer": _offer_on_page, "rights_lines": _rights_on_page, "licence_rates": _rates_on_page}


def offer_for(entry: Entry, choice: Choice, on: date) -> Offer:
    """Answer a choice for an entry on a day: settle it, decide about rights, work out the price."""
    asset_type, card = ASSET_TYPES.get(entry.kind.value), rates.active_on(on)
    if asset_type is None:
        unlicensable = Reason(Verdict.ASK, "", NOT_BY_ITSELF)
        return Offer(Choice(()), (), (), Decision(Verdict.ASK, (unlicensable,)), card)
    claims, facts = _rights_at_hand(entry)
    if card is None:
        return Offer(Choice(()), (), (), _decide(claims, facts, {}, on), card, on_request=OnRequest(NO_CARD))
    settled, misread = choices.settle(choice, asset_type, card.defaults[asset_type])
    decision = _decide(claims, facts, settled.answers(), on)
    asked = choices.questions(settled, asset_type) if _is_anything_open(claims, facts, asset_type, on) else ()
    if decision.verdict is not Verdict.ALLOW:
        return Offer(settled, asked, misread, decision, card)
    found = pricing.price(card, Line(asset_type, settled.answers()["use"], settled.answers()))
    if isinstance(found, OnRequest):
        return Offer(settled, asked, misread, decision, card, on_request=found)
    return Offer(
        settled, asked, misread, decision, card, found, taxes.vat_on(found.net, taxes.rate_of_sale(on))
    )


def rate_list(on: date, lang: str) -> list[RateLine]:
    """List what each use of a recording costs from, and what that includes."""
    card = rates.active_on(on)
    if card is None:
        return []
    with speaking(lang):
        return [_rate_line(card, use, lang) for use in USES_OF[SOUND]]


def _decide(claims: list[Claim], facts: Facts, answers: dict[str, str], on: date) -> Decision:
    use, territory = answers.get("use", "documentary"), answers.get("territory", "netherlands")
    return permissions.may_use(claims, facts, CLASS_OF[use], on, COUNTRIES[territory])


def _is_anything_open(claims: list[Claim], facts: Facts, asset_type: str, on: date) -> bool:
    # Questions are worth asking only where some answer at home leads to a sale.
    return any(
        permissions.may_use(claims, facts, CLASS_OF[use], on, rights.HOME).verdict is Verdict.ALLOW
        for use in USES_OF[asset_type]
    )


def _rate_line(card: Card, use: str, lang: str) -> RateLine:
    row = card.row(SOUND, use)
    included = [_(SCOPES[use])]
    if row is not None:
        included += [
            wording.in_a_line(question, row.included[question]) for question in ("territory", "term")
        ]
    from_label = row.base.show(lang, whole=True) if row else _("on request")
    return RateLine(_(USES[use]), wording.capital(", ".join(included)), from_label)


def _offer_on_page(pid: str, args: Mapping[str, str]) -> Offer:
    return offer_for(_entry_at_hand(pid), Choice.read(args), clock.now().date())


def _rights_on_page(pid: str) -> list[wording.RightsLine]:
    claims, facts = _rights_at_hand(_entry_at_hand(pid))
    return wording.layers_shown(claims, facts, language(), clock.now().date())


def _entry_at_hand(pid: str) -> Entry:
    # A page asks for the offer and for the rights of the same entry, and has read it itself: once is enough.
    for known in db.session.identity_map.values():
        if isinstance(known, Entry) and known.pid == pid:
            return known
    return entries.get(pid)


def _rights_at_hand(entry: Entry) -> tuple[list[Claim], Facts]:
    """Give claims and facts, read once for the page that a request shows."""
    if not has_request_context() or request.method != "GET":
        return rights.claims_of(entry.id), rights.facts_of(entry)
    at_hand: dict[int, tuple[list[Claim], Facts]] = g.setdefault("rights_at_hand", {})
    if entry.id not in at_hand:
        at_hand[entry.id] = rights.claims_of(entry.id), rights.facts_of(entry)
    return at_hand[entry.id]


def _rates_on_page() -> list[RateLine]:
    return rate_list(clock.now().date(), language())
