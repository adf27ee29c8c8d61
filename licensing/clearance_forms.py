"""What the rights holder's page asks: yes, yes with conditions, or no, and who says so."""

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, StringField, TextAreaField
from wtforms.validators import AnyOf, DataRequired, InputRequired, Length, ValidationError

from licensing import money
from licensing.clearance_answers import MAX_FEE, MAX_NAME, MAX_WORDS, Answer, Reply
from licensing.clearances import CURRENCY
from licensing.money import Money, NotAnAmount

REPLIES = {
    Reply.YES.value: _l("Yes, I consent"),
    Reply.CONDITIONS.value: _l("Yes, with conditions or a fee"),
    Reply.NO.value: _l("No"),
}
NOT_AN_AMOUNT = _l("Fill in an amount in euros, such as 250 or 250,00; or leave it empty.")


def trim(text: Any) -> Any:
    """Take line breaks and doubled spaces out of a name."""
    return " ".join(text.split()) if isinstance(text, str) else text


class AnswerForm(FlaskForm):  # type: ignore[misc]
    """The answer to a question about one right."""

    reply = StringField(
        _l("Your answer"),
        validators=[AnyOf(list(REPLIES), message=_l("Choose yes, yes with conditions, or no."))],
    )
    words = TextAreaField(
        _l("Your conditions, or why not"),
        validators=[Length(max=MAX_WORDS, message=_l("Use at most %(max)d characters."))],
    )
    fee = StringField(_l("The fee you ask, in euros without VAT"), filters=[trim])
    name = StringField(
        _l("Your name"),
        filters=[trim],
        validators=[
            DataRequired(_l("Fill in your name: we keep it with your answer.")),
            Length(max=MAX_NAME, message=_l("Use at most %(max)d characters.")),
        ],
    )
    may_decide = BooleanField(
        _l("I hold this right, or I may decide for whoever holds it."),
        validators=[InputRequired(_l("Only who may decide about this right can answer."))],
    )

    def validate_words(self, field: TextAreaField) -> None:
        """Conditions are said in words, or are a fee."""
        if self.reply.data == Reply.CONDITIONS.value and not (field.data or "").strip() and not self.fee.data:
            raise ValidationError(_l("Write down your conditions, or the fee you ask."))

    def validate_fee(self, field: StringField) -> None:
        """An amount, if any."""
        if field.data and self.reply.data == Reply.CONDITIONS.value:
            read_fee(field.data)

    def answer(self) -> Answer:
        """Return what a valid form says; a plain yes or no has no fee."""
        reply = Reply(self.reply.data)
        asks = reply is Reply.CONDITIONS and self.fee.data
        words = (self.words.data or "").replace("\r\n", "\n").strip()
        return Answer(
            reply,
            self.name.data or "",
            words or None if reply is not Reply.YES else None,
            read_fee(self.fee.data or "") if asks else None,
        )


def read_fee(text: str) -> Money:
    """Read an amount that somebody asks; raise ValidationError."""
    try:
        fee = money.parse(text, CURRENCY)
    except NotAnAmount as error:
        raise ValidationError(NOT_AN_AMOUNT) from error
    if not 0 < fee.minor <= MAX_FEE:
        raise ValidationError(NOT_AN_AMOUNT)
    return fee
