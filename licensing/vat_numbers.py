"""VAT numbers of buyers: read, checked with VIES, and asked again while the answer is unknown.

Only a number that is valid lets a sale go without tax (Directive 2006/112/EC, art. 138 and 196; Implementing Regulation
(EU) No 282/2011, art. 18). Unknown is not valid: tax is charged, and given back when the number proves valid later.
"""

from datetime import date, datetime, timedelta

from sqlalchemy import CheckConstraint, ForeignKey, event, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column
from stdnum.eu import vat
from stdnum.exceptions import ValidationError

from archive.db import Model, db, enum_column
from archive.errors import Invalid
from archive.transactions import commit_intent, transaction
from archive.triggers import append_only
from licensing import vies
from licensing.place_of_supply import Customer, prefix_of
from licensing.taxes import member_states
from licensing.vies import Answer, Standing

TRUSTED = timedelta(days=30)  # a valid number may be sold to for so long while VIES gives no other answer
FRESH = timedelta(days=1)  # a clear answer of so long ago is not asked for again
PAUSE = timedelta(minutes=1)  # and after an unclear one a buyer does not wait a second time so soon
FIRST_RETRY = timedelta(minutes=15)
LAST_RETRY = timedelta(hours=12)
MAX_TRIES = 60  # about a month


class VatNumber(Model):
    """One number and what is known of it now."""

    __table_args__ = (
        CheckConstraint("standing IN ('not_checked', 'unknown') OR checked_at IS NOT NULL", "known_since"),
        CheckConstraint("tries >= 0", "tries_are_counted"),
    )

    number: Mapped[str] = mapped_column(primary_key=True)  # two letters and the rest, without signs between
    standing: Mapped[Standing] = mapped_column(enum_column(Standing))
    asked_at: Mapped[datetime | None]  # the last time
    checked_at: Mapped[datetime | None]  # of the last clear answer
    consultation: Mapped[str]  # number of the service for the last clear answer; may be empty
    holder: Mapped[str]  # the name that the service gave, where it gives one
    tries: Mapped[int] = mapped_column(default=0)  # without a clear answer since the last one
    next_try_at: Mapped[datetime | None] = mapped_column(index=True)


class VatCheck(Model):
    """One question to VIES and its answer."""

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(ForeignKey("vat_number.number"), index=True)
    before: Mapped[Standing] = mapped_column(enum_column(Standing, "standing_before"))
    standing: Mapped[Standing] = mapped_column(enum_column(Standing))
    consultation: Mapped[str]
    why: Mapped[str]
    at: Mapped[datetime]


event.listen(VatCheck.__table__, "after_create", append_only("vat_check"))


def read(text: str, country: str) -> str:
    """Read a VAT number as somebody in a country (ISO 3166) types it; raise Invalid for one that cannot be."""
    prefix = prefix_of(country)
    if prefix_of(country) not in {prefix_of(state) for state in member_states()}:
        raise Invalid("Only countries of the European Union have these numbers. Leave it empty.")
    typed = "".join(sign for sign in text.upper() if sign.isalnum() and sign.isascii())
    try:
        number = str(vat.validate(typed))
    except ValidationError:
        raise Invalid(
            "This is not a VAT number. It begins with two letters, such as %(prefix)s.", prefix=prefix
        ) from None
    number = number.replace("GR", "EL", 1) if number.startswith("GR") else number
    if not number.startswith(prefix):
        raise Invalid(
            "The number is of another country than you chose. It must begin with %(prefix)s.", prefix=prefix
        )
    return number


def find(number: str | None) -> VatNumber | None:
    """Find what is known of a number."""
    return db.session.get(VatNumber, number) if number else None


def customer(country: str, organisation: str | None, number: str | None, on: date) -> Customer:
    """Say who buys, as `taxes` wants to know it: with the number only while it is confirmed."""
    is_business = bool(organisation or number)
    return Customer(country, is_business=is_business, vat_number=confirmed(number, on))


def confirmed(number: str | None, on: date) -> str | None:
    """Return a number that VIES has called valid not long before a day, or None."""
    known = find(number)
    if known is None or known.standing is not Standing.VALID or known.checked_at is None:
        return None
    return number if on - TRUSTED <= known.checked_at.date() else None


def register(number: str, moment: datetime) -> VatNumber:
    """Keep a number, to be asked for by the next round of the job."""
    known = db.session.get(VatNumber, number)
    if known is not None:
        return known
    try:
        with db.session.begin_nested():
            made = VatNumber(
                number=number, standing=Standing.NOT_CHECKED, consultation="", holder="", next_try_at=moment
            )
            db.session.add(made)
    except IntegrityError:
        return db.session.get_one(VatNumber, number)  # another request was first
    return made


def confirm(number: str, moment: datetime) -> VatNumber:
    """Say what is known of a number, and ask VIES when that is too long ago.

    Commits that it is being asked before it is: the call takes seconds, and no transaction may be open meanwhile.
    """
    known = register(number, moment)
    if not _is_worth_asking(known, moment):
        return known
    commit_intent()
    answer = vies.ask(number)
    return note(number, answer, moment)


def note(number: str, answer: Answer, moment: datetime) -> VatNumber:
    """Write down what VIES said. An unclear answer takes nothing back that was clear before."""
    known = db.session.get_one(VatNumber, number, with_for_update=True)
    before, known.asked_at = known.standing, moment
    if answer.standing is Standing.UNKNOWN:
        known.tries += 1
        known.standing = Standing.UNKNOWN if before is Standing.NOT_CHECKED else before
        known.next_try_at = _next_try(known, moment)
    else:
        known.standing, known.checked_at, known.tries, known.next_try_at = answer.standing, moment, 0, None
        known.consultation, known.holder = answer.consultation, answer.name or known.holder
    db.session.add(
        VatCheck(
            number=number,
            before=before,
            standing=answer.standing,
            consultation=answer.consultation,
            why=answer.why,
            at=moment,
        )
    )
    db.session.flush()
    return known


def due(moment: datetime) -> list[str]:
    """Name the numbers that are to be asked for again."""
    query = select(VatNumber.number).where(VatNumber.next_try_at <= moment).order_by(VatNumber.next_try_at)
    return list(db.session.scalars(query))


def checks_of(number: str) -> list[VatCheck]:
    """Return all that was asked about a number, oldest first."""
    return list(db.session.scalars(select(VatCheck).where(VatCheck.number == number).order_by(VatCheck.id)))


def ask_soon(number: str, moment: datetime) -> None:
    """Have a number asked for by the next round of the job, however often that was done."""
    known = db.session.get_one(VatNumber, number, with_for_update=True)
    known.next_try_at, known.tries = moment, 0
    db.session.flush()


def latest(limit: int) -> list[VatNumber]:
    """Return the numbers that were asked about last, for the desk; what is unknown comes first."""
    is_clear = VatNumber.standing.in_([Standing.VALID, Standing.INVALID])
    query = select(VatNumber).order_by(is_clear, VatNumber.asked_at.desc(), VatNumber.number)
    return list(db.session.scalars(query.limit(limit)))


def ask_again(number: str, moment: datetime) -> VatNumber:
    """Ask VIES about a known number now, in a transaction of its own: for jobs."""
    answer = vies.ask(number)
    with transaction():
        return note(number, answer, moment)


def _is_worth_asking(known: VatNumber, moment: datetime) -> bool:
    if known.standing in (Standing.VALID, Standing.INVALID):
        return known.checked_at is None or known.checked_at < moment - FRESH
    return known.asked_at is None or known.asked_at < moment - PAUSE


def _next_try(known: VatNumber, moment: datetime) -> datetime | None:
    if known.tries > MAX_TRIES:
        return None
    doublings: int = min(known.tries - 1, 10)
    return moment + min(FIRST_RETRY * (1 << doublings), LAST_RETRY)
