"""What the forms of a wallet ask: as little as a payment needs."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import EmailField, HiddenField, StringField
from wtforms.validators import AnyOf, DataRequired, Length, Regexp

from archive import mail
from licensing.countries import COUNTRIES
from licensing.forms import EMAIL, trim
from licensing.top_ups import STEPS, Wish

ADDRESS = _l("Fill in an e-mail address, such as name@example.org.")


class MailboxForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF carries no types
    """An address."""

    email = EmailField(
        _l("E-mail address"),
        filters=[trim],
        validators=[DataRequired(ADDRESS), Length(max=254), Regexp(EMAIL, message=ADDRESS)],
    )


class TopUpForm(MailboxForm):
    """How much, for whom, and where: VAT of what is heard goes by the country."""

    amount = StringField(
        _l("Amount"),
        default=str(STEPS[1]),
        validators=[AnyOf([str(step) for step in STEPS], message=_l("Choose one of the amounts."))],
    )
    country = StringField(
        _l("Country"),
        default="NL",
        validators=[AnyOf(COUNTRIES, message=_l("Choose a country from the list."))],
    )
    form_key = HiddenField(validators=[Regexp(r"^[\w-]{22}$")])

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
    form_key = HiddenField(validators=[Regexp(r"^[\w-]{22}$")])
