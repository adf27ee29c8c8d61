"""How a request stands, in the words of its page: what it is now and what happens next."""

from licensing.reuse_requests import RequestStatus
from licensing.vocabulary import N_

# Each is a heading and what happens next; what staff calls triage and clearing is one thing to who waits.
_READ = (
    N_("The archive is reading your request"),
    N_("You get a mail as soon as somebody writes back. You need not do anything."),
)
WORDS: dict[RequestStatus, tuple[str, str]] = {
    RequestStatus.DRAFT: (
        N_("Your request has not been sent"),
        N_("Send it, and the archive reads it."),
    ),
    RequestStatus.SUBMITTED: (
        N_("Your request has come in"),
        N_("Somebody of the archive reads it and writes back by mail."),
    ),
    RequestStatus.TRIAGE: _READ,
    RequestStatus.NEEDS_INFO: (
        N_("The archive asks you something"),
        N_("Answer below. Then the archive goes on with your request."),
    ),
    RequestStatus.CLEARING: (
        N_("The archive asks those who hold the rights"),
        N_("That can take some weeks. You get a mail with a quote, or with what cannot be had."),
    ),
    RequestStatus.QUOTABLE: (
        N_("The archive is making your quote"),
        N_("All rights are settled. You get the quote by mail."),
    ),
    RequestStatus.QUOTED: (
        N_("Your quote is ready"),
        N_("Read it, and accept it before it ends. If something is not right, write to the archive below."),
    ),
    RequestStatus.ACCEPTED: (
        N_("You accepted the quote"),
        N_("Licence and files come as soon as the order is paid."),
    ),
    RequestStatus.DECLINED: (
        N_("You declined the quote"),
        N_("The archive closes the request. Write below if you think of something else."),
    ),
    RequestStatus.EXPIRED: (
        N_("The quote has ended"),
        N_("Write below if you still need it: prices and rights are then looked at anew."),
    ),
    RequestStatus.CLOSED_WON: (
        N_("Done"),
        N_("Your licence has been given. Keep the mail with the link to your order."),
    ),
    RequestStatus.CLOSED_LOST: (
        N_("Closed"),
        N_("Nothing was sold. You can send another request at any time."),
    ),
    RequestStatus.WITHDRAWN: (
        N_("You withdrew this request"),
        N_("The archive does nothing more with it. You can send another request at any time."),
    ),
    RequestStatus.REJECTED: (
        N_("The archive cannot give this"),
        N_("You can send another request, for another use or another piece, at any time."),
    ),
}
