"""The forms of a quote: a name and consents to accept, a reason to decline, an amount to offer instead."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length

from licensing import money
from licensing.clearance_forms import trim
from licensing.money import Money, NotAnAmount
from licensing.quote_acceptance import MAX_NAME
from licensing.quote_exchange import MAX_WORDS

TOO_LONG = _l("Use at most %(max)d characters.")


class AcceptForm(FlaskForm):  # type: ignore[misc]
    """Who accepts, and the two consents (Dutch Civil Code 6:230v and 6:230p under g)."""

    name = StringField(
        _l("Your name"),
        filters=[trim],
        validators=[DataRequired(_l("Fill in your name.")), Length(max=MAX_NAME, message=TOO_LONG)],
    )
    consent = BooleanField(
        _l("Deliver at once. I know that I cannot withdraw from the order once I can download the file."),
        validators=[InputRequired(_l("Without this we may not deliver before fourteen days have passed."))],
    )
    terms = BooleanField(
        _l("I agree to the terms of the licence."),
        validators=[InputRequired(_l("Agree to the terms to order."))],
    )
    terms_version = HiddenField()  # that the page showed


class DeclineForm(FlaskForm):  # type: ignore[misc]
    """Why not, if the buyer wants to say so."""

    why = TextAreaField(_l("Why not?"), validators=[Length(max=MAX_WORDS, message=TOO_LONG)])


class CounterForm(FlaskForm):  # type: ignore[misc]
    """Another amount."""

    amount = StringField(
        _l("What you offer, without VAT"),
        filters=[trim],
        validators=[DataRequired(_l("Fill in an amount, such as 150 or 150,00."))],
    )
    words = TextAreaField(
        _l("In your words"),
        validators=[
            DataRequired(_l("Say why, or what you would do without.")),
            Length(max=MAX_WORDS, message=TOO_LONG),
        ],
    )


def read_amount(text: str, currency: str) -> Money | None:
    """Read an amount, or None for what is none."""
    try:
        return money.parse(text, currency)
    except NotAnAmount:
        return None
