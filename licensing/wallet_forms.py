"""What the forms of a wallet ask: as little as a payment needs."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import EmailField, StringField
from wtforms.validators import AnyOf, DataRequired, Length

from archive import mail
from licensing.forms import country_field, email_field, form_key_field, trim
from licensing.top_ups import STEPS, Wish


class MailboxForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF carries no types
    """An address."""

    email = email_field()


class TopUpForm(MailboxForm):
    """How much, for whom, and where: VAT of what is heard goes by the country."""

    amount = StringField(
        _l("Amount"),
        default=str(STEPS[1]),
        validators=[AnyOf([str(step) for step in STEPS], message=_l("Choose one of the amounts."))],
    )
    country = country_field(_l("Country"))
    form_key = form_key_field()

    def fixed(self, email: str | None) -> "TopUpForm":
        """Take an address that is known already, so that it need not be typed."""
        if email is not None:
            self.email.data = email
        return self

    def wish(self, lang: str) -> Wish:
        """Return what is wanted, as a valid form says; raise Invalid for an impossible address."""
        return Wish(
            minor=int(self.amount.data or 0),
            email=mail.read_address(self.email.data or ""),
            lang=lang,
            country=self.country.data or "",
            form_key=self.form_key.data or "",
        )


class TipForm(FlaskForm):  # type: ignore[misc]
    """How much, and from where; the address is needed for a payment alone."""

    amount = StringField(
        _l("Amount"),
        filters=[trim],
        default="5",
        validators=[DataRequired(_l("Fill in an amount.")), Length(max=20)],
    )
    how = StringField(default="pay", validators=[AnyOf(("credit", "pay"))])
    email = EmailField(_l("E-mail address"), filters=[trim], validators=[Length(max=254)])
    form_key = form_key_field()
