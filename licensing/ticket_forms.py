"""What somebody who wants a ticket fills in: who it is for, where it is seen, and what they pay."""

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, StringField
from wtforms.validators import InputRequired, Length

from archive import mail
from archive.errors import Invalid
from licensing import money
from licensing.forms import country_field, email_field, form_key_field, name_field, trim
from licensing.money import Money, NotAnAmount
from licensing.orders import Buyer


class FreeTicketForm(FlaskForm):  # type: ignore[misc]
    """Who a ticket is for."""

    name = name_field()
    email = email_field(_l("We send the ticket here."))
    country = country_field(
        _l("Country where you watch"),
        _l("VAT is that of this country, and some performances may not be shown everywhere."),
    )
    form_key = form_key_field()

    def buyer(self, title: str, lang: str) -> Buyer:
        """Return who orders, as a valid form says; raise Invalid for an impossible address."""
        email = mail.read_address(self.email.data or "")
        return Buyer(self.name.data or "", email, None, self.country.data or "", title, lang)


class TicketForm(FreeTicketForm):
    """Who a ticket is for, and what they pay.

    A service of leisure on a fixed day knows no right of withdrawal (Directive 2011/83/EU, art. 16(l); Dutch Civil Code
    6:230p under e); who orders is told so and says that it was understood.
    """

    pays = StringField(_l("What you pay"), filters=[trim], validators=[Length(max=20)])
    consent = BooleanField(
        _l("I know that I cannot withdraw from the order: the ticket is for a performance at a fixed time."),
        validators=[InputRequired(_l("Tick this to order."))],
    )

    def amount(self, currency: str) -> Money:
        """Read what somebody pays; raise Invalid."""
        try:
            return money.parse(self.pays.data or "", currency)
        except NotAnAmount as error:
            raise Invalid("Write an amount as 10 or 12,50.", field="pays") from error


def consent_of(form: TicketForm, moment: Any) -> dict[str, Any]:
    """Keep what was agreed to, in the words that were read."""
    return {"text": str(form.consent.label.text), "at": moment.isoformat()}
