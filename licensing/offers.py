"""Offers: for an entry and a choice, what the rights and earlier sales allow, the price with VAT, or why there is none.

The page, the interface for programs, the order form and the quotes of staff all ask here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from functools import cached_property

from flask import g, has_request_context, request
from flask_babel import gettext as _

from archive.language import speaking
from catalogue.entries import Entry
from licensing import choices, exclusivity, permissions, pricing, rates, rights, taxes, wording
from licensing.choices import Choice, Misread, Question
from licensing.claims import CLASS_OF, Claim, Use, classes_of
from licensing.exclusivity import Grant
from licensing.money import Money
from licensing.orders import LineKind
from licensing.permissions import Decision, Facts
from licensing.place_of_supply import Customer
from licensing.pricing import NO_CARD, Card, Line, OnRequest, Price
from licensing.reasons import Reason, Verdict
from licensing.taxes import ANYBODY, Rate, VatLine
from licensing.vocabulary import ASSET_TYPES, COUNTRIES, N_, USES_OF

NOT_BY_ITSELF = N_("Only recordings and pictures can be licensed here. Ask the archive about anything else.")


@dataclass(frozen=True)
class Ground:
    """What the answers about one entry rest on: its claims, further facts, and what was sold of it."""

    claims: Sequence[Claim]
    facts: Facts
    sold: Sequence[Grant]


@dataclass(frozen=True)
class Offer:
    """What we answer to a choice. Without a price, the decision or else `on_request` says why."""

    choice: Choice
    asset_type: str  # empty: cannot be licensed by itself
    on: date
    ground: Ground
    misread: tuple[Misread, ...]
    decision: Decision
    card: Card | None
    price: Price | None = None
    taxed: VatLine | None = None
    on_request: OnRequest | None = None

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        """The questions of the ticket; none where no answer leads to a sale."""
        if self.card is None or not self.asset_type or not _is_anything_open(self):
            return ()
        known = {"use", *(factor.dimension for factor in self.card.factors)}
        asked = choices.questions(self.choice, self.asset_type)
        return tuple(question for question in asked if question.code in known)

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
            return wording.vat_label(self.vat.rate.bp, self.vat.rate.un_code)

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


def offer_for(entry: Entry, choice: Choice, on: date, customer: Customer = ANYBODY) -> Offer:
    """Answer a choice for an entry on a day: settle it, decide about rights, work out the price with its tax."""
    return offers_for([(entry, choice)], on, customer)[0]


def offers_for(asked: Sequence[tuple[Entry, Choice]], on: date, customer: Customer = ANYBODY) -> list[Offer]:
    """Answer many choices at once, in their order; the queries are as many as for one."""
    rate = taxes.rate_to(LineKind.LICENCE_FEE, customer, on)
    card, grounds = card_on(on), _grounds_of([entry for entry, _choice in asked])
    prices: dict[tuple[str, Choice], Price | OnRequest] = {}
    return [_answer(entry, choice, grounds[entry.id], card, on, prices, rate) for entry, choice in asked]


def card_on(on: date) -> Card | None:
    """Give the rate card in force on a day; a request that only reads looks it up once."""
    if not _only_reads():
        return rates.active_on(on)
    at_hand: dict[date, Card | None] = g.setdefault("rate_cards_at_hand", {})
    if on not in at_hand:
        at_hand[on] = rates.active_on(on)
    return at_hand[on]


def ground_of(entry: Entry) -> Ground:
    """Gather what the answers about an entry rest on."""
    return _grounds_of([entry])[entry.id]


def _answer(
    entry: Entry,
    choice: Choice,
    ground: Ground,
    card: Card | None,
    on: date,
    prices: dict[tuple[str, Choice], Price | OnRequest],
    rate: Rate,
) -> Offer:
    asset_type = ASSET_TYPES.get(entry.kind.value, "")
    if not asset_type:
        unlicensable = Reason(Verdict.ASK, "", NOT_BY_ITSELF)
        return Offer(Choice(()), "", on, ground, (), Decision(Verdict.ASK, (unlicensable,)), card)
    if card is None:
        decision = _decide(entry.id, ground, {}, on)
        return Offer(Choice(()), asset_type, on, ground, (), decision, card, on_request=OnRequest(NO_CARD))
    packages = {code: package.answers for code, package in card.packages_of(asset_type).items()}
    settled, misread = choices.settle(choice, asset_type, card.defaults[asset_type], packages)
    decision = _decide(entry.id, ground, settled.answers(), on)
    if decision.verdict is not Verdict.ALLOW:
        return Offer(settled, asset_type, on, ground, misread, decision, card)
    found = prices.get((asset_type, settled)) or price_of(card, asset_type, settled)
    prices[asset_type, settled] = found
    if isinstance(found, OnRequest):
        return Offer(settled, asset_type, on, ground, misread, decision, card, on_request=found)
    taxed = taxes.vat_on(found.net, rate)
    return Offer(settled, asset_type, on, ground, misread, decision, card, found, taxed)


def price_of(card: Card, asset_type: str, settled: Choice) -> Price | OnRequest:
    """Work out what a settled choice costs, whatever the rights say: for a quote, whose consents were asked."""
    if settled.package:
        return pricing.price_of_package(card, card.packages_of(asset_type)[settled.package])
    return pricing.price(card, Line(asset_type, settled.answers()["use"], settled.answers()))


def _decide(entry_id: int, ground: Ground, answers: Mapping[str, str], on: date) -> Decision:
    use, territory = answers.get("use", "documentary"), COUNTRIES[answers.get("territory", "netherlands")]
    decisions = [
        _may_use(ground, use_class, on, territory)
        for use_class in classes_of(use, answers.get("user_class", ""))
    ]
    decision = max(decisions, key=lambda found: found.verdict.severity)
    if decision.verdict is Verdict.ALLOW and ground.sold and answers:
        return _beside_others(decision, exclusivity.asked_for(entry_id, answers, on), answers, ground.sold)
    return decision


def _beside_others(
    decision: Decision, asked: Grant, answers: Mapping[str, str], sold: Sequence[Grant]
) -> Decision:
    found = exclusivity.refusal(asked, sold, knows_of_others=exclusivity.knows_of_others(answers))
    if found is None:
        return decision
    text, values = found
    verdict = Verdict.ASK if text == exclusivity.OTHERS_MAY else Verdict.DENY
    reason = Reason(verdict, "", text, tuple(values.items()))
    return Decision(verdict, (reason, *decision.reasons))


def _may_use(ground: Ground, use: Use, on: date, territory: frozenset[str]) -> Decision:
    return permissions.may_use(ground.claims, ground.facts, use, on, territory)


def _is_anything_open(offer: Offer) -> bool:
    # Questions are worth asking only where some answer at home leads to a sale.
    return any(
        _may_use(offer.ground, CLASS_OF[use], offer.on, rights.HOME).verdict is Verdict.ALLOW
        for use in USES_OF[offer.asset_type]
    )


def _only_reads() -> bool:
    return has_request_context() and request.method == "GET"


def _grounds_of(several: Sequence[Entry]) -> Mapping[int, Ground]:
    """Give the grounds by entry; a request that only reads gathers each of them once."""
    if not _only_reads():
        return _gathered(several)
    at_hand: dict[int, Ground] = g.setdefault("grounds_of_offers", {})
    at_hand.update(_gathered([entry for entry in several if entry.id not in at_hand]))
    return at_hand


def _gathered(several: Sequence[Entry]) -> dict[int, Ground]:
    unique = list({entry.id: entry for entry in several}.values())
    if not unique:
        return {}
    ids = [entry.id for entry in unique]
    claims, facts = rights.claims_of_many(ids), rights.facts_of_many(unique)
    sold: dict[int, list[Grant]] = {entry_id: [] for entry_id in ids}
    for grant in exclusivity.granted_of(ids):
        sold[grant.entry_id].append(grant)
    return {entry_id: Ground(claims[entry_id], facts[entry_id], sold[entry_id]) for entry_id in ids}
