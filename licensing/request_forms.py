"""What a buyer is asked about a production and about themselves: what they know by heart, and nothing else."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, EmailField, StringField, TextAreaField
from wtforms.validators import AnyOf, DataRequired, Length, Optional, ValidationError

from archive import clock, mail
from archive.errors import Invalid
from licensing import conversation, projects
from licensing.forms import VAT_NUMBER_HINT, country_field, email_field, form_key_field, read_vat_number, trim
from licensing.projects import Particulars
from licensing.reuse_requests import Requester
from licensing.vocabulary import OPTIONS

ASKED = ("territory", "term", "user_class")  # questions of the ticket that are asked here too


def _harmless(text: Any) -> Any:
    return conversation.one_line(trim(text), 5_000) if isinstance(text, str) else text


def _line(label: Any, *validators: Any, **more: Any) -> StringField:
    return StringField(label, filters=[_harmless], validators=[*validators, Length(max=200)], **more)


def _answer(question: str, label: Any, **more: Any) -> StringField:
    known = AnyOf(OPTIONS[question], message=_l("Choose an answer from the list."))
    return StringField(label, default=next(iter(OPTIONS[question])), validators=[known], **more)


class ProductionForm(FlaskForm):  # type: ignore[misc]
    """The production for which something is collected or asked."""

    title = _line(
        _l("Title of your production"),
        DataRequired(_l("Fill in the title; a working title is fine.")),
    )
    production_type = _answer("use", _l("What for"))
    territory = _answer("territory", _l("Where"))
    term = _answer("term", _l("How long"))
    user_class = _answer("user_class", _l("Who you are"))
    end_user = _line(
        _l("Made for"), description=_l("The broadcaster, publisher or client, if you make it for somebody.")
    )
    deadline = DateField(
        _l("Needed by"),
        validators=[Optional()],
        description=_l("The day on which you must know. Leave empty if there is none."),
    )
    note = TextAreaField(_l("Note"), validators=[Length(max=projects.MAX_NOTE)])
    form_key = form_key_field()

    def validate_deadline(self, field: DateField) -> None:
        """Refuse a day that has gone."""
        if field.data is not None and field.data < clock.now().date():
            raise ValidationError(_("This day has passed. Choose a later one, or leave it empty."))

    def particulars(self, carried: Mapping[str, str]) -> Particulars:
        """Return what a valid form says, with further answers of the ticket that it does not ask."""
        asked = {question: self[question].data for question in ASKED}
        return Particulars(
            title=self.title.data or "",
            production_type=self.production_type.data or "",
            choice={question: text for question, text in carried.items() if question != "use"} | asked,
            end_user=self.end_user.data or None,
            deadline=self.deadline.data,
            note=read_note(self.note.data),
        )


class RequestForm(ProductionForm):
    """A request: the production, and who asks."""

    name = _line(_l("Your name"), DataRequired(_l("Fill in your name.")))
    email = email_field(_l("We answer here."))
    organisation = _line(_l("Organisation"), description=_l("Leave empty if you ask for yourself."))
    country = country_field(_l("Country"))
    vat_number = _line(_l("VAT number"), description=VAT_NUMBER_HINT)
    licensee = _line(
        _l("Licence in the name of"),
        description=_l("Leave empty if that is your organisation, or yourself."),
    )

    def validate_email(self, field: EmailField) -> None:
        """Refuse an address that no mail can reach."""
        try:
            mail.read_address(field.data or "")
        except Invalid as error:
            raise ValidationError(error.sentence()) from error

    def validate_vat_number(self, field: StringField) -> None:
        """Refuse a number that cannot be, and one without an organisation."""
        if field.data:
            field.data = read_vat_number(field.data, self.organisation.data, self.country.data)

    def requester(self, lang: str) -> Requester:
        """Return who asks, as a valid form says."""
        name, organisation = self.name.data or "", self.organisation.data or None
        return Requester(
            name=name,
            email=mail.read_address(self.email.data or ""),
            organisation=organisation,
            country=self.country.data or "",
            licensee=self.licensee.data or organisation or name,
            end_user=self.end_user.data or None,
            lang=lang,
            vat_number=self.vat_number.data or None,
        )


def known_answers(answers: Mapping[str, str]) -> dict[str, str]:
    """Keep of some answers those that are answers to our questions."""
    return {question: text for question, text in answers.items() if text in OPTIONS.get(question, ())}


def read_note(text: str | None) -> str | None:
    """Return a note as it is kept: tidied, cut to its length, None when nothing is left."""
    return conversation.tidy(text or "")[: projects.MAX_NOTE] or None
