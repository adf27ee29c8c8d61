"""From ticket to payment: the form that checks the order, the order's own page, and the way to the payment
page and back.
"""

from datetime import datetime
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from archive import addresses, clock, mail, transactions
from archive.errors import NotFound
from archive.language import language
from archive.serving_files import send_stored
from catalogue import entries
from catalogue.entries import Entry
from licensing import (
    agreement_documents,
    agreements,
    countries,
    delivery,
    exclusivity,
    invoice_documents,
    invoices,
    licences,
    location_evidence,
    missed,
    never_paid,
    offers,
    orders,
    packages,
    payments,
    place_of_supply,
    refunds,
    renewals,
    reservations,
    transfer_letters,
    transfers,
    use_sales,
    vat_numbers,
    withdrawals,
)
from licensing.choices import Choice
from licensing.forms import OrderForm
from licensing.gateways.gateway import STRIPE, TRANSFER, GatewayUnavailable
from licensing.invoice_documents import MEDIA_TYPES, Form
from licensing.licences import LicenceStatus
from licensing.offers import Offer
from licensing.orders import LineKind, Order, OrderStatus, PricedLine
from licensing.payments import Payment, PaymentStatus
from licensing.vies import Standing
from licensing.views import receipts, trying

REFRESH_SECONDS = 2


def register(pages: Blueprint) -> None:
    """Put these views on the floor's pages."""
    pages.add_url_rule("/entries/<pid>/order", "order_form", order_form, methods=["GET", "POST"])
    pages.add_url_rule("/orders/<token>", "order", order)
    pages.add_url_rule("/orders/<token>/pay", "pay", pay, methods=["POST"])
    pages.add_url_rule("/orders/<token>/return", "payment_return", payment_return)
    pages.add_url_rule("/orders/<token>/licence.pdf", "licence_document", licence_document)
    pages.add_url_rule("/orders/<token>/<number>.<any(pdf, xml):form>", "invoice_file", invoice_file)


def order_form(pid: str) -> ResponseReturnValue:
    """Show what is ordered and ask who orders; on sending, place the order and go to the payment page."""
    moment = clock.now()
    entry = entries.get_public(pid, moment.date())
    offer = offers.offer_for(entry, Choice.read(request.args), moment.date())
    if offer.price is None:
        missed.count(entry.id, offer, moment.date())
        choice: dict[str, Any] = offer.choice.answers()
        return redirect(url_for("catalogue.entry", pid=pid, _anchor="licence", **choice), 303)
    form = OrderForm()
    if not form.is_submitted():
        form.form_key.data, form.total_minor.data = orders.new_form_key(), str(offer.total.minor)
        return _show_form(entry, offer, form)
    if not form.validate():
        return _show_form(entry, offer, form), 422
    notice = _check_vat_number(form, moment)
    buyer = form.buyer(language())
    customer = vat_numbers.customer(buyer.country, buyer.organisation, buyer.vat_number, moment.date())
    offer = offers.offer_for(entry, Choice.read(request.args), moment.date(), customer)
    is_changed = form.total_minor.data != str(offer.total.minor)
    if form.errors or notice or is_changed:
        form.total_minor.data = str(offer.total.minor)
        return _show_form(entry, offer, form, price_changed=is_changed, tax_notice=notice), 422
    placed = _place(entry, offer, form, moment)
    return go_and_pay(placed, moment, _way_of_paying(placed))


def order(token: str) -> ResponseReturnValue:
    """Show an order: its state, and when it is paid, the file and the licence."""
    found = orders.get_by_token(token)
    payment = payments.latest_of(found)
    is_confirming = _is_confirming(found, payment)
    if not found.is_by_agreement:
        refresh = REFRESH_SECONDS if is_confirming else None
        page = receipts.page(found, token, payment, is_confirming=is_confirming, refresh=refresh)
        return page, 200, {"Cache-Control": "no-store"}
    issued = [_issued(licence) for licence in licences.of_order(found.id)]
    agreement = agreements.of_order(found.id)
    is_printed = agreement is not None and agreement.storage_key is not None
    waits = found.status is OrderStatus.PAID and bool(issued) and not is_printed
    answer = render_template(
        "licensing/order.html",
        order=found,
        token=token,
        payment=payment,
        issued=issued,
        agreement=agreement,
        is_printed=is_printed,
        invoices=[
            (invoice, invoice_documents.files_of(invoice.id)) for invoice in invoices.all_of_order(found.id)
        ],
        given_back=refunds.of_order(found.id),
        can_withdraw=bool(withdrawals.open_lines(found, clock.day_here(clock.now()))),
        is_confirming=is_confirming,
        transfer=transfers.instructions(payment),
        takes_transfer=found.is_by_agreement and transfers.is_offered(found.gross),
        refresh=REFRESH_SECONDS if waits or is_confirming else None,
    )
    return answer, 200, {"Cache-Control": "no-store"}


def pay(token: str) -> ResponseReturnValue:
    """Go to the payment page (again)."""
    found = orders.get_by_token(token)
    if found.status is OrderStatus.PAID:
        return redirect(url_for("licensing.order", token=token), 303)
    return go_and_pay(found, clock.now(), _way_of_paying(found))


@transactions.writes
def payment_return(token: str) -> ResponseReturnValue:
    """Come back from the payment page. That proves nothing, so it only asks for the provider's object to be
    read.
    """
    found = orders.get_by_token(token)
    payment = payments.latest_of(found)
    if payment is not None:
        payments.queue_sync(payment)
    return redirect(f"{url_for('licensing.order', token=token)}?from=payment", 303)


def licence_document(token: str) -> ResponseReturnValue:
    """Send the agreement of the order as PDF."""
    found = orders.get_by_token(token)
    agreement = agreements.of_order(found.id)
    if agreement is None or agreement.storage_key is None or agreement.sha256 is None:
        return redirect(url_for("licensing.order", token=token), 303)
    name = f"{agreement.number}.pdf"
    return send_stored(agreement.storage_key, agreement_documents.MEDIA_TYPE, name, agreement.sha256)


def invoice_file(token: str, number: str, form: str) -> ResponseReturnValue:
    """Send an invoice or credit note of the order, as PDF or as UBL."""
    found = orders.get_by_token(token)
    for invoice in invoices.all_of_order(found.id):
        file = invoice_documents.files_of(invoice.id).get(Form(form))
        if file is not None and invoice.number == number:
            name = f"{number}.{form}"
            return send_stored(file.storage_key, MEDIA_TYPES[file.form], name, file.sha256)
    raise NotFound("There is no such invoice. Open your order and choose it there.")


def _check_vat_number(form: OrderForm, moment: datetime) -> str:
    """Ask about the VAT number of a buyer in another member state; return what follows for the price, if that is new
    to the buyer. A number that is not valid becomes a fault of the form.
    """
    number = form.vat_number.data
    if not number or form.country.data == place_of_supply.HOME:
        return ""
    known = vat_numbers.confirm(number, moment)
    transactions.keep_work()  # what the service said holds, whatever becomes of this form
    if known.standing is Standing.INVALID:
        form.vat_number.errors = [
            _("VIES does not know this number. Correct it, or leave it empty and pay VAT.")
        ]
        return ""
    is_confirmed = vat_numbers.confirmed(number, moment.date()) is not None
    told, form.vat_standing.data = form.vat_standing.data, f"{number} {is_confirmed}"
    if told == form.vat_standing.data:
        return ""
    if is_confirmed:
        return str(_("Your VAT number is confirmed, so you account for the VAT yourself."))
    return str(_("VIES cannot confirm your VAT number now, so you pay VAT. Once it does, you get it back."))


def _show_form(
    entry: Entry, offer: Offer, form: OrderForm, *, price_changed: bool = False, tax_notice: str = ""
) -> str:
    return render_template(
        "licensing/order_form.html",
        entry=entry,
        offer=offer,
        form=form,
        errors={name: messages[0] for name, messages in form.errors.items() if name and messages},
        countries=countries.choices(language()),
        price_changed=price_changed,
        tax_notice=tax_notice,
        takes_transfer=transfers.is_offered(offer.total),
    )


def _place(entry: Entry, offer: Offer, form: OrderForm, moment: datetime) -> Order:
    buyer = form.buyer(language())
    placed = orders.place(
        buyer,
        [_priced_line(entry, offer)],
        form_key=form.form_key.data or "",
        consent={"text": str(form.consent.label.text), "at": moment.isoformat()},
        terms=orders.TERMS_VERSION,
        moment=moment,
    )
    location_evidence.note_vat_number(placed, moment)
    agreements.generate(placed, moment)
    if placed.status is OrderStatus.OPEN:
        mail.send(
            "order_placed", buyer.email, buyer.lang, number=placed.number, token=orders.link_token(placed)
        )
    return placed


def _priced_line(entry: Entry, offer: Offer) -> PricedLine:
    if offer.price is None:
        raise ValueError("an order needs a price")
    return PricedLine(
        entry_id=entry.id,
        title=entry.title,
        kind=LineKind.LICENCE_FEE,
        choice=offer.choice.answers(),
        summary=offer.summary(language()),
        net=offer.price.net,
        vat=offer.vat.vat,
        vat_code=offer.vat.rate.un_code,
        vat_bp=offer.vat.rate.bp,
        vat_country=offer.vat.rate.country,
        trace=offer.trace_for_storage(),
        rate_card=offer.card_version,
        user_class=offer.choice.user_class,
        is_exclusive=exclusivity.is_exclusive(offer.choice.answers()),
    )


def _way_of_paying(found: Order) -> str:
    wants_transfer = request.form.get("way") == TRANSFER
    return (
        TRANSFER if wants_transfer and found.is_by_agreement and transfers.is_offered(found.gross) else STRIPE
    )


def go_and_pay(found: Order, moment: datetime, provider: str = STRIPE) -> ResponseReturnValue:
    """Begin the payment of an order and go to the payment page; what may no longer be sold is refused."""
    trying.ordered(found)
    never_paid.refuse(found.rights_sold)
    use_sales.require_still(found, moment)
    exclusivity.reserve(found, moment)
    reservations.hold(found, moment)
    token, lang = orders.link_token(found), found.lang
    back = addresses.absolute("licensing.payment_return", lang=lang, token=token)
    try:
        address = payments.begin(
            found,
            moment,
            # The placeholder is the provider's; our builder of addresses would encode its braces.
            return_url=back + "?session={CHECKOUT_SESSION_ID}",
            cancel_url=addresses.absolute("licensing.order", lang=lang, token=token),
            provider=provider,
        )
    except GatewayUnavailable as error:
        # The order is safe; its page says what went wrong and offers to try again.
        answer = render_template("licensing/payment_unavailable.html", message=error.sentence(), token=token)
        return answer, 503, {"Retry-After": "60"}
    if provider == TRANSFER:
        transfer_letters.write_instructions(found, moment)
    return redirect(address, 303)


def _is_confirming(found: Order, payment: Payment | None) -> bool:
    """Say whether the buyer comes from the payment page and the provider has not been asked yet.

    A bank that takes days, or refuses, is told of instead: nobody waits before a page for that.
    """
    waits = payment is not None and payment.status in (PaymentStatus.CREATED, PaymentStatus.SESSION_OPEN)
    return request.args.get("from") == "payment" and found.status is OrderStatus.AWAITING_PAYMENT and waits


def _issued(licence: licences.Licence) -> dict[str, Any]:
    ready = delivery.of_licence(licence.id)
    if ready is not None and not delivery.is_ready(ready):
        ready = None
    return {
        "licence": licence,
        "is_over": licence.status is LicenceStatus.REVOKED,
        "is_held": licence.status is LicenceStatus.SUSPENDED,
        "delivery": ready,
        "renewal_token": renewals.link_token(licence) if licence.ends_on else None,
        "download_token": delivery.link_token(ready) if ready else None,
        "package": packages.find(ready.id) if ready else None,
    }
