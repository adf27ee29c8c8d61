"""Renewal and extension of a licence by its licensee, who comes by the link in a mail or on the order's page."""

from datetime import date
from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from archive import clock, mail
from archive.errors import Refused
from archive.language import language
from licensing import orders, renewals, wording
from licensing.document_tables import day_of
from licensing.forms import RenewalForm
from licensing.licences import Licence
from licensing.orders import OrderStatus
from licensing.renewals import Following
from licensing.successions import SuccessionKind
from licensing.views import ordering
from licensing.vocabulary import TERMS, TERRITORIES


def register(pages: Blueprint) -> None:
    """Put this view on the floor's pages."""
    pages.add_url_rule("/renewals/<token>", "renew", renew, methods=["GET", "POST"])


def renew(token: str) -> ResponseReturnValue:
    """Show what can follow a licence and what it costs; on sending, order it and go to the payment page."""
    moment = clock.now()
    licence, form = renewals.get_by_token(token), RenewalForm()
    today = day_of(moment)
    if not form.is_submitted():
        return _show(licence, token, form, today)
    if not form.validate():
        return _show(licence, token, form, today), 422
    following = _following(licence, form.kind.data or "", today)
    if form.total_minor.data != str(following.taxed.gross.minor):
        return _show(licence, token, form, today, price_changed=True), 422
    consent = {"text": str(form.consent.label.text), "at": moment.isoformat(), "address": request.base_url}
    placed = renewals.place(
        following, consent=consent, terms=orders.TERMS_VERSION, lang=language(), moment=moment
    )
    if placed.status is OrderStatus.OPEN:
        mail.send(
            "order_placed",
            placed.buyer_email,
            placed.lang,
            number=placed.number,
            token=orders.link_token(placed),
        )
    return ordering.go_and_pay(placed, moment)


def _following(licence: Licence, kind: str, today: date) -> Following:
    if kind == SuccessionKind.EXTENSION.value:
        return renewals.extension_of(licence, _changes(), today)
    return renewals.renewal_of(licence, today)


def _changes() -> dict[str, str]:
    return {name: request.args[name] for name in renewals.WIDER if request.args.get(name)}


def _show(
    licence: Licence, token: str, form: RenewalForm, today: date, *, price_changed: bool = False
) -> str:
    renewal, no_renewal = _or_reason(licence, SuccessionKind.RENEWAL, today)
    extension, no_extension = _or_reason(licence, SuccessionKind.EXTENSION, today)
    return render_template(
        "licensing/renew.html",
        licence=licence,
        token=token,
        form=form,
        errors={name: messages[0] for name, messages in form.errors.items() if name and messages},
        renewal=renewal,
        no_renewal=no_renewal,
        extension=extension,
        no_extension=no_extension,
        chosen=licence.grant["choice"] | _changes(),
        territories=[(code, wording.by_itself("territory", code)) for code in TERRITORIES],
        terms=[(code, wording.by_itself("term", code)) for code in TERMS],
        price_changed=price_changed,
    )


def _or_reason(licence: Licence, kind: SuccessionKind, today: date) -> tuple[Following | None, Any]:
    if kind is SuccessionKind.EXTENSION and not _changes():
        return None, ""
    try:
        return _following(licence, kind.value, today), ""
    except Refused as error:
        return None, error.sentence()
