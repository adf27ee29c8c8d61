"""Letters about tickets: the ticket itself, and what becomes of money that found no place."""

from archive import mail
from catalogue import performances
from catalogue.performances import Performance
from licensing import orders, tickets
from licensing.orders import Order
from licensing.tickets import Ticket


def send(ticket: Ticket) -> None:
    """Send a ticket to its holder: the link opens the stream, so it goes to nobody else."""
    mail.send(
        "ticket",
        ticket.holder_email,
        ticket.lang,
        name=ticket.holder_name,
        title=ticket.entry.title,
        times=times(performances.find(ticket.entry_id)),
        token=tickets.link_token(ticket),
        number=ticket.line.order.number if ticket.line else None,
        order_token=orders.link_token(ticket.line.order) if ticket.line else None,
        consent=ticket.line.order.consent["text"] if ticket.line else None,
        gross=ticket.line.order.gross.show(ticket.lang) if ticket.line else None,
    )


def tell_full(order: Order) -> None:
    """Tell a buyer that the money came, that no place was left, and that it goes back."""
    mail.send(
        "ticket_full",
        order.buyer_email,
        order.lang,
        name=order.buyer_name,
        title=order.lines[0].title,
        number=order.number,
        gross=order.gross.show(order.lang),
        token=orders.link_token(order),
    )


def times(performance: Performance | None) -> dict[str, object]:
    """Give the moments of a performance, for a page or a letter."""
    if performance is None:
        return {}
    names = ("starts_at", "ends_at", "opens_at", "viewing_until", "is_live", "is_seen_later")
    return {name: getattr(performance, name) for name in names}
