"""What a visitor's form says: read into typed values, with what is wrong by field. Nothing is asked of the database."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import gettext as _

from archive import mail
from archive.errors import Invalid
from catalogue.corrections import About

MAX = {About.DESCRIPTION_NL: 5_000, About.DESCRIPTION_EN: 5_000, About.REMARK: 5_000}
MAX_VALUE = 500
MAX_SOURCE = 1_000
MAX_NAME = 200
SPOT = 8.0  # percent of the picture, the side of what is kept around a point


@dataclass(frozen=True)
class Said:
    """What a form says; texts without outer space."""

    about: About
    proposed: str
    source: str
    name: str
    contact: str
    has_consent: bool
    may_be_named: bool
    region: dict[str, float] | None


def read(form: Mapping[str, str], about: About | None) -> tuple[Said, dict[str, str]]:
    """Read a form about one thing; return what it says and what is wrong with it (field -> message)."""
    chosen = about or next((each for each in About if each.value == form.get("about")), None)
    texts = {key: form.get(key, "").strip().replace("\r\n", "\n") for key in ("proposed", "source")}
    name, contact = (" ".join(form.get(key, "").split()) for key in ("name", "contact"))
    said = Said(
        about=chosen or About.REMARK,
        proposed=_plain(texts["proposed"]),
        source=_plain(texts["source"]),
        name=_plain(name),
        contact=contact,
        has_consent=form.get("consent") == "1",
        may_be_named=form.get("may_be_named") == "1" and bool(name),
        region=_region(form.get("x", ""), form.get("y", "")) if form.get("spot") == "1" else None,
    )
    errors = {} if chosen else {"about": _("Choose what it is about.")}
    return said, errors | _wrong(said)


def _wrong(said: Said) -> dict[str, str]:
    errors: dict[str, str] = {}
    limit = MAX.get(said.about, MAX_VALUE)
    if not said.proposed:
        errors["proposed"] = _("Say how it should be.")
    elif len(said.proposed) > limit:
        errors["proposed"] = _("This can have %(limit)s characters at most.", limit=limit)
    if not said.source:
        errors["source"] = _("Say how you know; a guess is welcome too, when it says so.")
    elif len(said.source) > MAX_SOURCE:
        errors["source"] = _("This can have %(limit)s characters at most.", limit=MAX_SOURCE)
    if len(said.name) > MAX_NAME:
        errors["name"] = _("This can have %(limit)s characters at most.", limit=MAX_NAME)
    return errors | _wrong_contact(said)


def _wrong_contact(said: Said) -> dict[str, str]:
    if (said.contact or said.name) and not said.has_consent:
        return {"consent": _("Tick this, or leave your name and address out.")}
    try:
        if said.contact:
            mail.read_address(said.contact)
    except Invalid as error:
        return {"contact": error.sentence()}
    return {}


def _region(x: str, y: str) -> dict[str, float] | None:
    """Make the square around a point, in percent of the picture, as credits keep it."""
    try:
        left, top = (float(text) for text in (x, y))
    except ValueError:
        return None
    if not (0 <= left <= 100 and 0 <= top <= 100):
        return None
    corner = [round(min(max(value - SPOT / 2, 0.0), 100.0 - SPOT), 1) for value in (left, top)]
    return {"x": corner[0], "y": corner[1], "w": SPOT, "h": SPOT}


def _plain(text: str) -> str:
    """Leave out signs that databases refuse and nobody types."""
    return "".join(
        sign for sign in text if sign == "\n" or unicodedata.category(sign) not in ("Cc", "Cs")
    ).strip()
