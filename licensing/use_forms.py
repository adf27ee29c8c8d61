"""What somebody fills in who orders a day pass or a copy without credit: an address, a country, a consent."""

from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, StringField
from wtforms.validators import InputRequired, Length, Regexp

from archive import mail
from archive.errors import Invalid
from licensing import money, supply_consents, wallet
from licensing.forms import country_field, form_key_field, trim
from licensing.money import Money, NotAnAmount
from licensing.orders import Buyer
from licensing.wallet_forms import MailboxForm


class UseOrderForm(MailboxForm):
    """Where the receipt goes, where it is heard, and the consent to begin at once (Dutch Civil Code 6:230p under g)."""

    country = country_field(_l("Country"))
    pays = StringField(_l("What you pay"), filters=[trim], validators=[Length(max=20)])
    consent = BooleanField(
        supply_consents.FOR_ONE_ORDER,
        validators=[InputRequired(_l("Tick this to order: without it we may not begin for fourteen days."))],
    )
    form_key = form_key_field()
    price_minor = HiddenField(validators=[Regexp(r"^[0-9]{1,8}$")])  # what the buyer has seen

    def buyer(self, lang: str) -> Buyer:
        """Return who orders, as a valid form says; raise Invalid for an impossible address."""
        email = mail.read_address(self.email.data or "")
        return Buyer(email, email, None, self.country.data or "", "", lang)

    def seen(self) -> Money:
        """Return the price that the form showed."""
        return Money(int(self.price_minor.data or 0), wallet.CURRENCY)

    def offered(self, currency: str) -> Money | None:
        """Read what somebody offers where one may choose; raise Invalid."""
        if not self.pays.data:
            return None
        try:
            return money.parse(self.pays.data, currency)
        except NotAnAmount as error:
            raise Invalid("Write an amount as 10 or 12,50.", field="pays") from error

    def agreed(self, moment: datetime) -> dict[str, Any]:
        """Keep what was consented to, in the words that were read."""
        return {
            "text": str(self.consent.label.text),
            "version": supply_consents.VERSION,
            "at": moment.isoformat(),
        }
