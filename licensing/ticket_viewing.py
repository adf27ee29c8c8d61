"""Who may see a stream now: the holder of a ticket, unless a bank disputes what was paid for it."""

from datetime import datetime

from licensing import disputes, tickets
from licensing.tickets import Ticket


def stream_for(ticket: Ticket, device: str | None, moment: datetime) -> str | None:
    """Give the address of the stream to the device that the ticket is opened on, within the window; else None."""
    is_held = ticket.line is not None and disputes.is_order_frozen(ticket.line.order_id)
    return None if is_held else tickets.stream_for(ticket, device, moment)


def open_on(ticket: Ticket, device: str | None, moment: datetime) -> str:
    """Open a ticket on this device, as `tickets.open_on` does; raise Gone also while its payment is disputed."""
    if ticket.line is not None:
        disputes.require_undisputed(ticket.line.order_id)
    return tickets.open_on(ticket, device, moment)
