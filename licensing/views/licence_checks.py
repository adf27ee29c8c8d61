"""The public check of a licence: a page, JSON, and its terms as ODRL; none of them tells whose it is. Beside it what
all licences have in common.
"""

from datetime import timedelta

from flask import Blueprint, Response, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from archive import clock, rate_limits, transactions
from archive.config import current
from archive.errors import NotFound
from archive.language import language
from licensing import agreements, documents, licences, machine_licences, odrl, orders, wording
from licensing.agreements import Agreement
from licensing.document_tables import day_of
from licensing.licences import Licence

# Enough for somebody with a shelf of documents, and hopeless for guessing among 59 bits.
CHECKS = 60
WINDOW = timedelta(minutes=10)

_PAGE = "text/html"
_JSON = "application/json"


def register(pages: Blueprint, open_pages: Blueprint) -> None:
    """Put these views on the floor's pages."""
    pages.add_url_rule("/licences/<code>", "licence", licence)
    pages.add_url_rule("/licences", "licence_check", licence_check)
    pages.add_url_rule("/licences/terms", "terms", terms)
    pages.add_url_rule("/orders/<token>/agreement.jsonld", "agreement_terms", agreement_terms)
    open_pages.add_url_rule("/licences/<code>", "licence", licence_for_anybody)
    open_pages.add_url_rule("/licences/<code>.json", "licence_json", licence_json)
    open_pages.add_url_rule("/licences/<code>.jsonld", "licence_terms", licence_terms)


def terms() -> ResponseReturnValue:
    """Show what all licences have in common, for those who are about to agree to it."""
    parties = {
        "licensor": current().site_name,
        "licensee": str(_("the buyer")),
        "contact": current().contact_email,
    }
    sections = documents.terms_in_common(language(), parties)
    return render_template("licensing/terms.html", sections=sections, version=orders.TERMS_VERSION)


@transactions.writes
def licence(code: str) -> ResponseReturnValue:
    """Say what a licence is worth today, or each licence of an agreement."""
    found = _find(code)
    if code != found.code:
        return redirect(url_for("licensing.licence", code=found.code), 301)
    today = day_of(clock.now())
    if isinstance(found, Agreement):
        parts = [
            (part, machine_licences.standing_on(part, today)[0]) for part in agreements.of_agreement(found.id)
        ]
        return render_template("licensing/agreement_check.html", agreement=found, parts=parts)
    standing, successor = machine_licences.standing_on(found, today)
    return render_template(
        "licensing/licence.html",
        licence=found,
        standing=standing,
        successor=successor,
        answers=wording.answers(found.grant["choice"]),
    )


def licence_check() -> ResponseReturnValue:
    """Ask for a code, as printed on a document."""
    code = request.args.get("code", "").strip()
    if code:
        return redirect(url_for("licensing.licence", code=code), 303)
    return render_template("licensing/licence_check.html")


@transactions.writes
def licence_for_anybody(code: str) -> ResponseReturnValue:
    """Lead from the address on a document to the page in the reader's language; give programs what they ask for."""
    wanted = request.accept_mimetypes.best_match([_PAGE, _JSON, odrl.MEDIA_TYPE], default=_PAGE)
    if wanted == _JSON:
        return licence_json(code)
    if wanted == odrl.MEDIA_TYPE:
        return licence_terms(code)
    return redirect(url_for("licensing.licence", code=code), 302)


@transactions.writes
def licence_json(code: str) -> ResponseReturnValue:
    """Answer the check as JSON; of an agreement, for each of its licences."""
    found, today = _find(code), day_of(clock.now())
    if isinstance(found, Agreement):
        parts = agreements.of_agreement(found.id)
        answer = {"code": found.code, "licences": [machine_licences.check(part, today) for part in parts]}
    else:
        answer = machine_licences.check(found, today)
    return _for_today(jsonify(answer))


@transactions.writes
def licence_terms(code: str) -> ResponseReturnValue:
    """Give the terms as ODRL."""
    found = _find(code)
    if isinstance(found, Agreement):
        terms: object = [machine_licences.public_terms(part) for part in agreements.of_agreement(found.id)]
    else:
        terms = machine_licences.public_terms(found)
    return _as_odrl(terms)


def agreement_terms(token: str) -> ResponseReturnValue:
    """Give the licensee the whole terms of an order as ODRL."""
    agreement = agreements.of_order(orders.get_by_token(token).id)
    parts = agreements.of_agreement(agreement.id) if agreement else []
    if agreement is None or not parts:
        raise NotFound("This order has no licence yet. It has one as soon as it is paid.")
    return _as_odrl(machine_licences.full_terms(agreement, parts))


def _find(code: str) -> Licence | Agreement:
    """Find what a code stands for, and count who asks; raise NotFound, TooMany."""
    transactions.keep_work()
    key = f"licence check from {rate_limits.address_key(request.remote_addr)}"
    rate_limits.check(key, CHECKS, WINDOW, clock.now())
    return licences.find_by_code(code) or agreements.get_by_code(code)


def _as_odrl(terms: object) -> ResponseReturnValue:
    answer = jsonify(terms)
    answer.mimetype = odrl.MEDIA_TYPE
    return _for_today(answer)


def _for_today(answer: Response) -> Response:
    # What a licence is worth can change at any moment.
    answer.headers["Cache-Control"] = "no-store"
    answer.vary.add("Accept")
    return answer
