"""What a document comes to: the sum without VAT, the VAT, and both together, in minor units of one currency."""

from sqlalchemy.orm import Mapped

from licensing.money import Money


class Totals:
    """The three sums of an order, a quote, an invoice or a grant; that they add up is a constraint of its table."""

    currency: Mapped[str]
    net_minor: Mapped[int]
    vat_minor: Mapped[int]
    gross_minor: Mapped[int]

    @property
    def net(self) -> Money:
        """The price without VAT."""
        return Money(self.net_minor, self.currency)

    @property
    def vat(self) -> Money:
        """The VAT in it."""
        return Money(self.vat_minor, self.currency)

    @property
    def gross(self) -> Money:
        """The price with VAT."""
        return Money(self.gross_minor, self.currency)
