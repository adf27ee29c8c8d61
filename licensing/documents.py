"""Documents: what stands in a licence, in Dutch or English. A licence once issued never changes.

The words of each language lie in `templates/documents/licence.<lang>.toml`, where the archive's adviser can read
them; here they are joined with what was agreed. `typesetting` prints the whole.
"""

import io
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import segno
from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal

from licensing import typesetting
from licensing.money import Money

TEMPLATE_VERSION = "2026-1"

_HERE = ZoneInfo("Europe/Amsterdam")  # days on documents are days in the archive's town
_INK = "#14151c"
_LOCALES = {"nl": "nl_NL", "en": "en_GB"}

Words = dict[str, Any]
Pairs = dict[str, str]  # values by the name of their label; what is empty is left out


@dataclass(frozen=True)
class Item:
    """The licensed piece. `who` is its headline name, `personnel` everybody. Empty texts are left out."""

    title: str
    reference: str
    address: str
    who: str = ""
    personnel: str = ""
    recorded: str = ""
    shelfmark: str = ""
    file: str = ""  # what is delivered: format and length


@dataclass(frozen=True)
class Acceptance:
    """Who accepted, when, through which page, which terms, and the fingerprint of what was accepted."""

    name: str
    at: datetime
    address: str
    terms_version: str
    sha256: str


@dataclass(frozen=True)
class LicenceTerms:
    """All that a licence says. Texts are in the language `lang` (nl or en); amounts are in one currency.

    Rights granted and not granted are pairs: the layer's name, and a sentence (see `wording.layers_granted`).
    """

    lang: str
    number: str
    code: str
    verify_url: str
    issued_at: datetime
    licensor: str
    licensor_contact: str
    licensee: str
    licensee_contact: str
    licensee_country: str
    project: str
    item: Item
    granted: tuple[tuple[str, str], ...]
    not_granted: tuple[tuple[str, str], ...]
    use: str
    territory: str
    term: str
    extent: str
    starts_on: date
    ends_on: date | None
    credit_line: str
    net: Money
    vat: Money
    vat_bp: int
    order_number: str
    paid_on: date
    acceptance: Acceptance
    is_test: bool = False  # made while payments are a trial: says on every page that it is not valid


def render_licence(terms: LicenceTerms, font_dirs: Sequence[Path] = ()) -> bytes:
    """Print a licence as PDF; the same terms and faces give the same bytes."""
    return typesetting.print_pdf("licence.typ", _data(terms), terms.issued_at, font_dirs)


def _data(terms: LicenceTerms) -> dict[str, Any]:
    words = tomllib.loads((typesetting.TEMPLATES / f"licence.{terms.lang}.toml").read_text(encoding="utf-8"))
    return {
        "lang": terms.lang,
        "words": words,
        "trial": words["trial"] if terms.is_test else "",
        "fill": _fill(terms),
        "qr": _qr(terms.verify_url),
        "granted": terms.granted,
        "withheld": terms.not_granted,
        "tables": _tables(terms, words),
    }


def _fill(terms: LicenceTerms) -> dict[str, str]:
    return {
        "licensor": terms.licensor,
        "licensee": terms.licensee,
        "contact": terms.licensor_contact,
        "title": terms.item.title,
        "who": terms.item.who,
        "project": terms.project,
        "number": terms.number,
        "code": terms.code,
        "address": terms.verify_url,
        "credit": terms.credit_line,
        "date": _date_of(terms.issued_at, terms.lang),
    }


def _tables(terms: LicenceTerms, words: Words) -> dict[str, list[list[str]]]:
    """Give label and value by section, in order."""
    labels = words["labels"] | {"vat": _vat_label(words["labels"]["vat"], terms)}
    tables = {
        "summary": _summary(terms, words),
        "parties": _parties(terms),
        "item": _item(terms.item),
        "use": _use(terms, words),
        "fee": _fee(terms),
        "delivery": {"file": terms.item.file},
        "acceptance": _acceptance(terms.acceptance, terms.lang),
    }
    return {
        section: [[labels[name], value] for name, value in pairs.items() if value]
        for section, pairs in tables.items()
    }


def _summary(terms: LicenceTerms, words: Words) -> Pairs:
    begin = _day(terms.starts_on, terms.lang)
    end = _day(terms.ends_on, terms.lang) if terms.ends_on else None
    return {
        "use": terms.use,
        "territory": terms.territory,
        "extent": terms.extent,
        "term": f"{terms.term}, {begin} – {end}"
        if end
        else f"{terms.term}, {words['since'].format(day=begin)}",
        "credit": terms.credit_line,
        "paid": (terms.net + terms.vat).show(terms.lang),
        "arrange": ", ".join(name for name, _sentence in terms.not_granted),
    }


def _parties(terms: LicenceTerms) -> Pairs:
    return {
        "licensor": f"{terms.licensor}, {terms.licensor_contact}",
        "licensee": f"{terms.licensee}, {terms.licensee_contact}",
        "country": terms.licensee_country,
        "project": terms.project,
    }


def _item(item: Item) -> Pairs:
    return {
        "item": item.title,
        "who": item.who,
        "personnel": item.personnel,
        "recorded": item.recorded,
        "shelfmark": item.shelfmark,
        "reference": item.reference,
        "address": item.address,
    }


def _use(terms: LicenceTerms, words: Words) -> Pairs:
    return {
        "use": terms.use,
        "territory": terms.territory,
        "extent": terms.extent,
        "term": terms.term,
        "from": _day(terms.starts_on, terms.lang),
        "until": _day(terms.ends_on, terms.lang) if terms.ends_on else words["without_end"],
    }


def _fee(terms: LicenceTerms) -> Pairs:
    return {
        "net": terms.net.show(terms.lang),
        "vat": terms.vat.show(terms.lang),
        "total": (terms.net + terms.vat).show(terms.lang),
        "order": terms.order_number,
        "paid_on": _day(terms.paid_on, terms.lang),
    }


def _acceptance(accepted: Acceptance, lang: str) -> Pairs:
    return {
        "accepted_by": accepted.name,
        "accepted_at": _moment(accepted.at, lang),
        "accepted_via": accepted.address,
        "accepted_terms": accepted.terms_version,
        "version": TEMPLATE_VERSION,
        "accepted_hash": f"{accepted.sha256[:32]} {accepted.sha256[32:]}",  # in two lines
    }


def _vat_label(label: str, terms: LicenceTerms) -> str:
    return f"{label} {format_decimal(Decimal(terms.vat_bp) / 100, locale=_LOCALES[terms.lang])}%"


def _qr(address: str) -> str:
    drawn = io.BytesIO()
    segno.make(address, error="m", micro=False).save(drawn, kind="svg", border=0, dark=_INK, xmldecl=False)
    return drawn.getvalue().decode()


def _day(day: date, lang: str) -> str:
    return format_date(day, "long", locale=_LOCALES[lang])


def _date_of(moment: datetime, lang: str) -> str:
    return _day(moment.astimezone(_HERE).date(), lang)


def _moment(moment: datetime, lang: str) -> str:
    return format_datetime(moment, "long", tzinfo=_HERE, locale=_LOCALES[lang])
