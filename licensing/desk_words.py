"""The words of the licensing desk: what its tabs, states and actions are called."""

from flask_babel import lazy_gettext as _l

from licensing.desk_actions import ActionKind
from licensing.quotes import QuoteStatus
from licensing.request_queue import Order, Tab
from licensing.reuse_requests import RequestStatus

TABS = {
    Tab.NEW: _l("New"),
    Tab.BUYER: _l("Waiting for the buyer"),
    Tab.CLEARING: _l("Clearing"),
    Tab.TO_QUOTE: _l("To quote"),
    Tab.QUOTED: _l("Quoted"),
    Tab.MINE: _l("Mine"),
    Tab.OVERDUE: _l("Overdue"),
    Tab.DONE: _l("Done"),
    Tab.ALL: _l("All"),
}
ORDERS = {
    Order.DUE: _l("Due first"),
    Order.NEWEST: _l("Newest first"),
    Order.OLDEST: _l("Oldest first"),
}
STATUSES = {
    RequestStatus.DRAFT: _l("Being written"),
    RequestStatus.SUBMITTED: _l("New"),
    RequestStatus.TRIAGE: _l("Looked at"),
    RequestStatus.NEEDS_INFO: _l("Waiting for the buyer"),
    RequestStatus.CLEARING: _l("Clearing"),
    RequestStatus.QUOTABLE: _l("To quote"),
    RequestStatus.QUOTED: _l("Quoted"),
    RequestStatus.ACCEPTED: _l("Accepted"),
    RequestStatus.DECLINED: _l("Declined by the buyer"),
    RequestStatus.EXPIRED: _l("Quote expired"),
    RequestStatus.CLOSED_WON: _l("Licensed"),
    RequestStatus.CLOSED_LOST: _l("Not licensed"),
    RequestStatus.WITHDRAWN: _l("Withdrawn by the buyer"),
    RequestStatus.REJECTED: _l("Declined by us"),
}
# The shape beside the word: full where all is settled, half where somebody else is waited for, a ring where we are.
LOOKS = {
    RequestStatus.NEEDS_INFO: "tag--ask",
    RequestStatus.CLEARING: "tag--ask",
    RequestStatus.QUOTED: "tag--direct",
    RequestStatus.ACCEPTED: "tag--direct",
    RequestStatus.CLOSED_WON: "tag--direct",
    RequestStatus.DECLINED: "tag--none",
    RequestStatus.CLOSED_LOST: "tag--none",
    RequestStatus.WITHDRAWN: "tag--none",
    RequestStatus.REJECTED: "tag--none",
}
STEPS = {
    RequestStatus.TRIAGE: _l("Looked at"),
    RequestStatus.SUBMITTED: _l("Answered by the buyer"),
    RequestStatus.CLEARING: _l("Clear the rights"),
    RequestStatus.QUOTABLE: _l("Ready to quote"),
    RequestStatus.CLOSED_LOST: _l("Close, not licensed"),
}
QUOTE_STATES = {
    QuoteStatus.DRAFT: _l("being written"),
    QuoteStatus.SENT: _l("sent"),
    QuoteStatus.ACCEPTED: _l("accepted"),
    QuoteStatus.DECLINED: _l("declined by the buyer"),
    QuoteStatus.EXPIRED: _l("expired"),
    QuoteStatus.SUPERSEDED: _l("replaced by a newer one"),
}
ACTIONS = {
    ActionKind.ASSIGN: _l("Assigned"),
    ActionKind.DUE: _l("Due date"),
    ActionKind.MOVE: _l("Moved"),
    ActionKind.DECLINE: _l("Declined"),
    ActionKind.SPAM: _l("Marked as no request"),
    ActionKind.UNDO: _l("Undone"),
}
