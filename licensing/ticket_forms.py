"""What somebody who wants a ticket fills in: who it is for, where it is seen, and what they pay."""

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, EmailField, HiddenField, StringField
from wtforms.validators import AnyOf, DataRequired, InputRequired, Length, Regexp

from archive import mail
from archive.errors import Invalid
from licensing import money
from licensing.countries import COUNTRIES
from licensing.forms import EMAIL, trim
from licensing.money import Money, NotAnAmount
from licensing.orders import Buyer


class FreeTicketForm(FlaskForm):  # type: ignore[misc]
    """Who a ticket is for."""

    name = StringField(
        _l("Your name"),
        filters=[trim],
        validators=[DataRequired(_l("Fill in your name.")), Length(max=200)],
    )
    email = EmailField(
        _l("E-mail address"),
        filters=[trim],
        description=_l("We send the ticket here."),
        validators=[
            DataRequired(_l("Fill in an e-mail address, such as name@example.org.")),
            Length(max=254),
            Regexp(EMAIL, message=_l("Fill in an e-mail address, such as name@example.org.")),
        ],
    )
    country = StringField(
        _l("Country where you watch"),
        default="NL",
        description=_l("VAT is that of this country, and some performances may not be shown everywhere."),
        validators=[AnyOf(COUNTRIES, message=_l("Choose a country from the list."))],
    )
    form_key = HiddenField(validators=[Regexp(r"^[\w-]{22}$")])

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
