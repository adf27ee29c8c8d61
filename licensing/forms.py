"""What the order form asks: only what the licence must say and the law wants; and the fields it shares with others."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, EmailField, HiddenField, StringField
from wtforms.validators import AnyOf, DataRequired, InputRequired, Length, Regexp, ValidationError

from archive import mail
from archive.errors import Invalid
from licensing import vat_numbers
from licensing.countries import COUNTRIES
from licensing.orders import Buyer

ADDRESS = _l("Fill in an e-mail address, such as name@example.org.")
EMAIL = r"^[^@\s]+@[^@\s]+\.[^@\s]+$"


def trim(text: Any) -> Any:
    """Put a text on one line: line breaks have no place in a name, and would be one in a mail's header."""
    return " ".join(text.split()) if isinstance(text, str) else text


VAT_NUMBER_HINT = _l(
    "Of your organisation, if it is in another country of the European Union: you then account for the VAT."
)


def read_vat_number(text: str, organisation: str | None, country: str | None) -> str:
    """Read the VAT number of an organisation in a country; raise ValidationError."""
    if not organisation:
        raise ValidationError(_("Fill in the organisation whose number this is."))
    try:
        return vat_numbers.read(text, country or "")
    except Invalid as error:
        raise ValidationError(error.sentence()) from error


def name_field() -> StringField:
    """Ask for a name."""
    return StringField(
        _l("Your name"),
        filters=[trim],
        validators=[DataRequired(_l("Fill in your name.")), Length(max=200)],
    )


def email_field(description: Any = "") -> EmailField:
    """Ask for an address that mail can reach; say what it is for."""
    return EmailField(
        _l("E-mail address"),
        filters=[trim],
        description=description,
        validators=[DataRequired(ADDRESS), Length(max=254), Regexp(EMAIL, message=ADDRESS)],
    )


def country_field(label: Any, description: Any = "") -> StringField:
    """Ask for a country."""
    return StringField(
        label,
        default="NL",
        description=description,
        validators=[AnyOf(COUNTRIES, message=_l("Choose a country from the list."))],
    )


def form_key_field() -> HiddenField:
    """Carry the key by which a form that is sent twice is done once."""
    return HiddenField(validators=[Regexp(r"^[\w-]{22}$")])


def consent_field() -> BooleanField:
    """Ask to deliver at once, which ends the right of withdrawal (Dutch Civil Code 6:230p under g)."""
    return BooleanField(
        _l("Deliver at once. I know that I cannot withdraw from the order once I can download the file."),
        validators=[InputRequired(_l("Without this we may not deliver before fourteen days have passed."))],
    )


def terms_field() -> BooleanField:
    """Ask to agree to the terms."""
    return BooleanField(
        _l("I agree to the terms of the licence."),
        validators=[InputRequired(_l("Agree to the terms to order."))],
    )


def total_seen_field() -> HiddenField:
    """Carry the amount that the buyer has seen, in minor units."""
    return HiddenField(validators=[Regexp(r"^\d{1,12}$")])


class OrderForm(FlaskForm):  # type: ignore[misc]
    """The buyer, the production, and the two consents (Dutch Civil Code 6:230v and 6:230p under g)."""

    name = name_field()
    email = email_field(_l("We send the licence here."))
    organisation = StringField(
        _l("Organisation"),
        filters=[trim],
        description=_l("The licence is made out to it. Leave empty if you order for yourself."),
        validators=[Length(max=200)],
    )
    country = country_field(_l("Country"))
    vat_number = StringField(
        _l("VAT number"),
        filters=[trim],
        description=VAT_NUMBER_HINT,
        validators=[Length(max=40)],
    )
    street = StringField(_l("Street and number"), filters=[trim], validators=[Length(max=200)])
    postcode = StringField(_l("Postcode"), filters=[trim], validators=[Length(max=20)])
    city = StringField(_l("Place"), filters=[trim], validators=[Length(max=100)])
    project = StringField(
        _l("Title of your production"),
        filters=[trim],
        description=_l(
            "The film, podcast, book or exhibition for which you need this. It is on the licence."
        ),
        validators=[DataRequired(_l("Fill in the title; a working title is fine.")), Length(max=200)],
    )
    consent = consent_field()
    terms = terms_field()
    form_key = form_key_field()
    total_minor = total_seen_field()
    vat_standing = HiddenField()  # of the number, as the buyer has been told

    def validate_vat_number(self, field: StringField) -> None:
        """Refuse a number that cannot be, and one without an organisation."""
        if field.data:
            field.data = read_vat_number(field.data, self.organisation.data, self.country.data)

    def buyer(self, lang: str) -> Buyer:
        """Return who orders, as a valid form says; raise Invalid for an impossible address."""
        return Buyer(
            name=self.name.data or "",
            email=mail.read_address(self.email.data or ""),
            organisation=self.organisation.data or None,
            country=self.country.data or "",
            project=self.project.data or "",
            lang=lang,
            street=self.street.data or None,
            postcode=self.postcode.data or None,
            city=self.city.data or None,
            vat_number=self.vat_number.data or None,
        )


class RenewalForm(FlaskForm):  # type: ignore[misc]
    """The two consents for what follows a licence; who it is for is known."""

    consent = consent_field()
    terms = terms_field()
    kind = HiddenField(validators=[AnyOf(("renewal", "extension"))])
    total_minor = total_seen_field()
