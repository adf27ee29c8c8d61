"""Expected refusals. A rule raises one of these kinds; the views of this floor turn it into a page or into
problem+json (RFC 9457).
"""

from flask_babel import gettext as _


class DomainError(Exception):
    """A request that cannot be met, with a sentence that tells the reader what to do.

    The sentence is a msgid, translated when it is shown; `details` fill its gaps, written %(name)s.
    """

    status = 422
    code = "invalid"

    def __init__(self, message: str, **details: object) -> None:
        super().__init__(message)
        self.message = message
        self.details = details

    def __str__(self) -> str:
        """Say it in English, for logs and commands."""
        return self.message % self.details if self.details else self.message

    def sentence(self) -> str:
        """Say it in the reader's language."""
        text: str = _(self.message, **self.details)
        return text


class Invalid(DomainError):
    """The input does not say what is needed; nothing was changed."""


class NotFound(DomainError):
    """There is no such thing, or it is not the asker's to see."""

    status, code = 404, "not-found"


class Gone(DomainError):
    """It was public once and has been withdrawn; `details` may carry its last title."""

    status, code = 410, "gone"


class Refused(DomainError):
    """The state of things does not allow it: another change came first, or a rule forbids it."""

    status, code = 409, "refused"


class Forbidden(DomainError):
    """The account may not do this."""

    status, code = 403, "forbidden"


class TooMany(DomainError):
    """Asked too often; `details["retry_after"]` is in seconds."""

    status, code = 429, "too-many"


class Unavailable(DomainError):
    """A part the answer needs does not work at the moment; trying again later may help."""

    status, code = 503, "unavailable"
