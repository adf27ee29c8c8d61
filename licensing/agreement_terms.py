"""What an agreement says, pure: its parties, the licensed pieces with their terms, the money, the acceptance."""

from dataclasses import dataclass
from datetime import date, datetime

from licensing.money import Money

TEMPLATE_VERSION = "2026-2"  # of the words and the template in templates/documents

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Item:
    """One licensed piece with its terms. `who` is its headline name, `personnel` everybody. Empty texts are left out.

    `answers` are question and answer; rights granted and not granted are the layer's name and a sentence.
    """

    licence: str
    code: str
    verify_url: str
    title: str
    reference: str
    address: str
    answers: Pairs
    starts_on: date
    ends_on: date | None
    granted: Pairs
    not_granted: Pairs
    credit_line: str
    net: Money
    who: str = ""
    makers: str = ""
    personnel: str = ""
    recorded: str = ""
    shelfmark: str = ""
    isrc: str = ""
    part: str = ""  # excerpt or crop; empty: the whole
    file: str = ""  # what is delivered
    replaces: str = ""  # number of the licence that this one renews or extends
    is_exclusive: bool = False
    is_advertising: bool = False


@dataclass(frozen=True)
class Acceptance:
    """Who accepted, when, through which page, which terms, and the fingerprint of what was accepted."""

    name: str
    at: datetime
    address: str
    terms_version: str
    sha256: str


@dataclass(frozen=True)
class AgreementTerms:
    """All that an agreement says. Texts are in the language `lang` (nl or en); amounts are in one currency.

    `roles` tell for each layer as what the licensor grants it; `costs` and `taxes` are a text and an amount.
    """

    lang: str
    number: str
    code: str
    verify_url: str
    issued_at: datetime
    licensor: str
    licensor_contact: str
    roles: Pairs
    licensee: str
    licensee_contact: str
    licensee_country: str
    end_user: str
    project: str
    production_type: str
    items: tuple[Item, ...]
    costs: tuple[tuple[str, Money], ...]
    taxes: tuple[tuple[str, Money], ...]
    net: Money
    gross: Money
    order_number: str
    paid_on: date
    acceptance: Acceptance
    licensee_vat_number: str = ""
    is_test: bool = False  # made while payments are a trial: says on every page that it is not valid
