"""The tables of an agreement, pure: labels and values by section, in order, in the language of the document.

What is the same for several pieces is said once, with the numbers of the pieces that it is about.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime

from licensing.agreement_terms import TEMPLATE_VERSION, Acceptance, AgreementTerms, Item, Pairs

_HERE = ZoneInfo("Europe/Amsterdam")  # days on documents are days in the archive's town
_LOCALES = {"nl": "nl_NL", "en": "en_GB"}
_NAMED_ON_PAGE_ONE = 6  # titles

Words = dict[str, Any]
Rows = list[list[str]]  # label and value
Group = dict[str, Any]  # "heading" (may be empty), and "rows"


def fill(terms: AgreementTerms, words: Words) -> dict[str, str]:
    """Give what the words of the template leave open."""
    return {
        "licensor": terms.licensor,
        "licensee": terms.licensee,
        "contact": terms.licensor_contact,
        "title": _title(terms, words),
        "what": f"“{terms.items[0].title}”" if len(terms.items) == 1 else _title(terms, words).lower(),
        "who": _who(terms),
        "project": terms.project,
        "number": terms.number,
        "code": terms.code,
        "address": terms.verify_url,
        "date": _day(terms.issued_at.astimezone(_HERE).date(), terms.lang),
    }


def summary(terms: AgreementTerms, words: Words) -> Rows:
    """Give page one: you may, you may not, what it costs, until when, the credit line, what to do at the end."""
    items = terms.items
    uses = list(dict.fromkeys(_in_a_line(item) for item in items))
    credits = list(dict.fromkeys(item.credit_line for item in items))
    withheld = dict.fromkeys(name for item in items for name, _sentence in item.not_granted)
    is_advertising = any(item.is_advertising for item in items)
    pairs = {
        "may": words["may_use"].format(use=uses[0]) if len(uses) == 1 else words["differs"],
        "may_not": words["may_not_if_advertising" if is_advertising else "may_not"],
        "paid": terms.gross.show(terms.lang),
        "until": _until(terms, words),
        "credit": credits[0] if len(credits) == 1 else words["credit_differs"],
        "afterwards": words["afterwards"],
        "arrange": ", ".join(withheld),
    }
    return _rows(pairs, words["labels"])


def groups(terms: AgreementTerms, words: Words) -> dict[str, list[Group]]:
    """Give what stands under each section of the terms."""
    labels, items = words["labels"], terms.items
    return {
        "parties": [_group(_rows(_parties(terms, words), labels))],
        "item": [
            _group(_rows(_item(item, terms), labels), _numbered(at, item.title, items))
            for at, item in enumerate(items, 1)
        ],
        "granted": _alike(items, words, lambda item: item.granted),
        "withheld": _alike(items, words, lambda item: item.not_granted),
        "use": _alike(items, words, lambda item: _use(item, terms.lang, words)),
        "credit": _alike(items, words, lambda item: (("", item.credit_line),)),
        "fee": [_group(_fee(terms, labels))],
        "delivery": _delivery(items, labels),
        "acceptance": [_group(_rows(_acceptance(terms.acceptance, terms.lang), labels))],
    }


def _title(terms: AgreementTerms, words: Words) -> str:
    if len(terms.items) == 1:
        return terms.items[0].title
    return str(words["pieces"]).format(count=len(terms.items))


def _who(terms: AgreementTerms) -> str:
    if len(terms.items) == 1:
        return terms.items[0].who
    titles = [item.title for item in terms.items]
    more = "…" if len(titles) > _NAMED_ON_PAGE_ONE else ""
    return ", ".join(titles[:_NAMED_ON_PAGE_ONE]) + more


def _until(terms: AgreementTerms, words: Words) -> str:
    periods = list(dict.fromkeys((item.starts_on, item.ends_on) for item in terms.items))
    if len(periods) > 1:
        return str(words["until_differs"])
    begin, end = periods[0]
    first = _day(begin, terms.lang)
    if end is None:
        return f"{words['without_end']}, {words['since'].format(day=first)}"
    return f"{first} – {_day(end, terms.lang)}"


def _parties(terms: AgreementTerms, words: Words) -> dict[str, str]:
    roles = [f"{words['roles'][role]}: {layers}" for role, layers in terms.roles]
    return {
        "licensor": f"{terms.licensor}, {terms.licensor_contact}",
        "as": "; ".join(roles),
        "licensee": f"{terms.licensee}, {terms.licensee_contact}",
        "country": terms.licensee_country,
        "vat_number": terms.licensee_vat_number,
        "end_user": terms.end_user,
        "project": terms.project,
        "production_type": terms.production_type,
    }


def _item(item: Item, terms: AgreementTerms) -> dict[str, str]:
    several = len(terms.items) > 1
    return {
        "licence": item.licence,
        "code": item.code if several else "",
        "item": "" if several else item.title,
        "who": item.who,
        "makers": item.makers,
        "personnel": item.personnel,
        "recorded": item.recorded,
        "part": item.part,
        "shelfmark": item.shelfmark,
        "isrc": item.isrc,
        "reference": item.reference,
        "address": item.address,
        "replaces": item.replaces,
        "net": item.net.show(terms.lang) if several else "",
    }


def _use(item: Item, lang: str, words: Words) -> Pairs:
    labels = words["labels"]
    pairs = {
        "exclusive": words["exclusive" if item.is_exclusive else "not_exclusive"],
        "languages": words["all_languages"],
        "from": _day(item.starts_on, lang),
        "ends": _day(item.ends_on, lang) if item.ends_on else words["without_end"],
    }
    return (*item.answers, *((labels[name], value) for name, value in pairs.items()))


def _fee(terms: AgreementTerms, labels: dict[str, str]) -> Rows:
    rows = [[text, amount.show(terms.lang)] for text, amount in terms.costs]
    rows.append([labels["net"], terms.net.show(terms.lang)])
    rows += [[text, amount.show(terms.lang)] for text, amount in terms.taxes]
    pairs = {
        "total": terms.gross.show(terms.lang),
        "order": terms.order_number,
        "paid_on": _day(terms.paid_on, terms.lang),
    }
    return rows + _rows(pairs, labels)


def _delivery(items: Sequence[Item], labels: dict[str, str]) -> list[Group]:
    files = [_numbered(at, item.file, items) or item.file for at, item in enumerate(items, 1) if item.file]
    return [_group([[labels["file"], "; ".join(files)]])] if files else []


def _acceptance(accepted: Acceptance, lang: str) -> dict[str, str]:
    return {
        "accepted_by": accepted.name,
        "accepted_at": format_datetime(accepted.at, "long", tzinfo=_HERE, locale=_LOCALES[lang]),
        "accepted_via": accepted.address,
        "accepted_terms": accepted.terms_version,
        "version": TEMPLATE_VERSION,
        "accepted_hash": f"{accepted.sha256[:32]} {accepted.sha256[32:]}",  # in two lines
    }


def _alike(items: Sequence[Item], words: Words, said: Callable[[Item], Pairs]) -> list[Group]:
    """Put together the pieces of which the same is said."""
    found: dict[Pairs, list[int]] = {}
    for at, item in enumerate(items, 1):
        found.setdefault(said(item), []).append(at)
    many = len(found) > 1
    return [
        _group(
            [list(pair) for pair in pairs],
            words["for_pieces"].format(numbers=_ranges(numbers)) if many else "",
        )
        for pairs, numbers in found.items()
    ]


def _ranges(numbers: Sequence[int]) -> str:
    """Write numbers that ascend: "1–3, 5"."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return ", ".join(str(first) if first == last else f"{first}–{last}" for first, last in runs)


def _numbered(at: int, text: str, items: Sequence[Item]) -> str:
    return f"{at}. {text}" if len(items) > 1 else ""


def _in_a_line(item: Item) -> str:
    return ", ".join(
        answer[:1].lower() + answer[1:] if at == 0 else answer
        for at, (_question, answer) in enumerate(item.answers)
    )


def _group(rows: Rows, heading: str = "") -> Group:
    return {"heading": heading, "rows": rows}


def _rows(pairs: dict[str, str], labels: dict[str, str]) -> Rows:
    return [[labels[name], value] for name, value in pairs.items() if value]


def _day(day: date, lang: str) -> str:
    return format_date(day, "long", locale=_LOCALES[lang])


def day_of(at: datetime) -> date:
    """Give the day of a moment in the archive's town."""
    return at.astimezone(_HERE).date()
