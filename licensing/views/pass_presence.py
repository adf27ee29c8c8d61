"""Which day pass a browser shows: the one that its cookie keeps, of an order that was paid in this browser, or that its
page put there by the press of a button.
"""

from datetime import timedelta

from flask import Response, after_this_request, request, session

from archive import cookies
from licensing import streams
from licensing.grants import Grant
from licensing.listening_pages import COOKIE
from licensing.orders import Order

KEPT = timedelta(days=2)  # longer than any pass lasts
ORDERED = "pass_order"  # in the session: the number of the order that this browser was sent to pay


def remember(response: Response, signed: str) -> Response:
    """Keep a day pass in the browser."""
    cookies.keep(response, cookies.bound(COOKIE), signed, KEPT)
    return response


def note_order(order: Order) -> None:
    """Know the order again when this browser comes back from the payment page."""
    session[ORDERED] = order.number


def keeps(order: Order, day_pass: Grant) -> bool:
    """Say whether this browser shows a pass; let the one that ordered it do so from now on."""
    signed = request.cookies.get(cookies.bound(COOKIE))
    if streams.read_pass(signed) == day_pass.key:
        return True
    if session.get(ORDERED) != order.number:
        return False
    session.pop(ORDERED)
    after_this_request(lambda response: remember(response, streams.pass_token(day_pass)))
    return True
