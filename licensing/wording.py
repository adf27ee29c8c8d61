"""The words of this floor in the reader's language: reasons, answers, steps of a price, rights."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from babel.numbers import format_decimal
from flask_babel import format_date, get_locale
from flask_babel import gettext as _

from archive import language
from licensing import money, permissions, reasons
from licensing.choices import NO_PACKAGE, NOT_AN_ANSWER, PACKAGE, Misread
from licensing.claims import Claim, ClaimStatus, Use
from licensing.money import Money
from licensing.permissions import Facts
from licensing.pricing import Step
from licensing.reasons import Reason, Verdict
from licensing.vocabulary import LAYERS, N_, OPTIONS, QUESTIONS

_UNTAXED = {"AE": N_("VAT reverse charged"), "O": N_("Outside EU VAT")}


@dataclass(frozen=True)
class RightsLine:
    """What an entry's page says about one layer; `state` is ok, half (the buyer's own task) or no."""

    state: str
    heading: str
    text: str


def reason(found: Reason) -> str:
    """Write a reason as one sentence."""
    values = dict(found.values)
    if "day" in values:
        values["day"] = format_date(date.fromisoformat(values["day"]), "long")
    if "holder" in values:
        values["holder"] = values["holder"] or _(reasons.SOMEBODY)
    return capital(_(found.text, **values))


def reason_with_layer(found: Reason) -> str:
    """Write a reason with the layer that it is about: "Performers: we do not know ..."."""
    if not found.layer:
        return reason(found)
    stretch = f", {_clock(found.part[0])} – {_clock(found.part[1])}" if found.part else ""
    return f"{_(LAYERS[found.layer])}{stretch}: {reason(found)}"


def reason_in_cell(found: Reason) -> str:
    """Write a reason where the layer stands above it: only the part that it is about comes before."""
    stretch = f"{_clock(found.part[0])} – {_clock(found.part[1])}: " if found.part else ""
    return stretch + reason(found)


def misread(found: Misread) -> str:
    """Tell a buyer which answer could not be taken."""
    if found.question == PACKAGE:
        return str(_(NO_PACKAGE, value=found.value))
    labels = {"question": _(QUESTIONS[found.question]), "chosen": by_itself(found.question, found.chosen)}
    text: str = _(NOT_AN_ANSWER, value=found.value, **labels)
    return text


def answers(choice: Mapping[str, str]) -> list[tuple[str, str]]:
    """Give question and answer, in the order of the questions."""
    return [(_(QUESTIONS[code]), by_itself(code, choice[code])) for code in QUESTIONS if code in choice]


def summary(choice: Mapping[str, str], lang: str) -> str:
    """Write a choice as one line in a language: "Documentary, Europe, 5 years, up to 30 seconds"."""
    with language.speaking(lang):
        return capital(in_one_line(choice))


def in_one_line(choice: Mapping[str, str]) -> str:
    """Write answers one after the other, in the order of the questions."""
    return ", ".join(in_a_line(code, choice[code]) for code in QUESTIONS if code in choice)


def by_itself(question: str, answer: str) -> str:
    """Write an answer as it stands by itself."""
    label: str = _(OPTIONS[question][answer])
    return label


def in_a_line(question: str, answer: str) -> str:
    """Write an answer as it stands within a line: names of places keep their capital."""
    label = by_itself(question, answer)
    is_name = question == "territory" and answer != "world"
    return label if is_name else label[:1].lower() + label[1:]


def capital(text: str) -> str:
    """Begin a text with a capital."""
    return text[:1].upper() + text[1:]


def percent(basis_points: int) -> str:
    """Write basis points as a percentage without its sign: "21" or "25,5"."""
    return format_decimal(Decimal(basis_points) / 100, locale=get_locale())


def factor(basis_points: int) -> str:
    """Write basis points as a factor: "1.4" or "0.6"."""
    return format_decimal(Decimal(basis_points) / money.FULL, locale=get_locale())


def step(taken: Step, currency: str, lang: str) -> tuple[str, str]:
    """Write a step of a price: what was chosen and by what it multiplies, and the amount after it."""
    amount = Money(money.rounded(Fraction(taken.result)), currency).show(lang)
    if taken.code in ("base", "minimum", "package"):
        return _(taken.label), amount
    exact = Fraction(taken.factor)
    multiplied = format_decimal(round(Decimal(exact.numerator) / exact.denominator, 3), locale=get_locale())
    return f"{_(taken.label)} × {multiplied}", amount


def layers_shown(claims: Sequence[Claim], facts: Facts, lang: str, on: date) -> list[RightsLine]:
    """Say for each layer how it stands with ordinary licences, in the words of staff where there are any."""
    decision = permissions.may_use(claims, facts, Use.LICENCE_EDITORIAL, on)
    worst = {found.layer: found for found in reversed(decision.reasons) if found.layer}
    return [_line(worst[layer], _notes(claims, layer, lang)) for layer in LAYERS if layer in worst]


def layer(code: str) -> str:
    """Write the name of a layer."""
    return str(_(LAYERS[code]))


def vat_label(basis_points: int, code: str = "S") -> str:
    """Write the name of the tax with its rate: "VAT 21%", or why there is none (`code`: UN/ECE 5305)."""
    if code in _UNTAXED:
        return str(_(_UNTAXED[code]))
    return str(_("VAT %(rate)s%%", rate=percent(basis_points)))


def _clock(milliseconds: int) -> str:
    minutes, seconds = divmod(milliseconds // 1000, 60)
    return f"{minutes}:{seconds:02}"


def _notes(claims: Sequence[Claim], layer: str, lang: str) -> list[str]:
    present = [
        claim for claim in claims if claim.layer == layer and claim.status is not ClaimStatus.SUPERSEDED
    ]
    return [note for claim in present if (note := claim.note(lang))]


def _line(worst: Reason, notes: list[str]) -> RightsLine:
    state, verdict = "no", _("not possible")
    if worst.verdict is Verdict.ASK:
        verdict = _("not cleared yet")
    elif worst.text == reasons.REPORT_YOURSELF:
        state, verdict = "half", _("you arrange this yourself")
    elif worst.verdict is Verdict.ALLOW:
        state, verdict = "ok", _("cleared")
    text = " ".join(dict.fromkeys(notes)) or reason(worst)
    return RightsLine(state, f"{_(LAYERS[worst.layer])}: {verdict}.", text)
