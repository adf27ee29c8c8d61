"""Working with corrections from the public: what can be corrected, reading what is sent, applying and declining.

What a page says of a recording's date, place or line-up may be said by its session; a correction is about the entry
that says it.
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from archive import mail
from archive.db import db
from archive.errors import Invalid, Refused
from catalogue import agents, corrections, credits, entries, folding
from catalogue.agents import Agent, AgentKind
from catalogue.corrections import About, Correction, CorrectionState
from catalogue.credits import Certainty, Credit, Role
from catalogue.entries import Entry, EntryKind
from catalogue.pages import labels
from catalogue.pages.pieces import Piece
from catalogue.places import Place, PlaceKind
from catalogue.recordings import LineUp

MAX = {About.DESCRIPTION_NL: 5_000, About.DESCRIPTION_EN: 5_000, About.REMARK: 5_000}
MAX_VALUE = 500
MAX_SOURCE = 1_000
MAX_NAME = 200
SPOT = 8.0  # percent of the picture, the side of what is kept around a point

FIELDS = {
    About.TITLE: _l("Title"),
    About.DATE: _l("Date"),
    About.PLACE: _l("Place"),
    About.DESCRIPTION_NL: _l("Description in Dutch"),
    About.DESCRIPTION_EN: _l("Description in English"),
    About.PERSON: _l("Who it is"),
    About.REMARK: _l("Something else"),
}


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
    seen_version: int | None


@dataclass(frozen=True)
class Choice:
    """Something in the catalogue that a proposal may mean; `value` is what the form sends."""

    value: str
    label: str
    note: str = ""


def offered(lang: str) -> list[About]:
    """List what a form offers to correct, in the order of the page."""
    description = About.DESCRIPTION_NL if lang == "nl" else About.DESCRIPTION_EN
    return [About.TITLE, About.DATE, About.PLACE, description, About.REMARK]


def target(piece: Piece, about: About) -> Entry:
    """Return the entry that says what is to be corrected: a recording's session, where it speaks for it."""
    if about is About.DATE:
        return piece.dated
    at = piece.session_entry
    if at is None or piece.entry.kind is not EntryKind.RECORDING:
        return piece.entry
    if about is About.PLACE and piece.entry.place is None and at.place is not None:
        return at
    inherits = piece.recording is not None and piece.recording.lineup is LineUp.SESSION
    return at if about is About.PERSON and inherits else piece.entry


def present(entry: Entry, about: About, lang: str) -> str:
    """Write what an entry says now, as the public sees it."""
    match about:
        case About.TITLE:
            return entry.title
        case About.DATE:
            return entry.date_text or labels.date_label(entry, lang) or ""
        case About.PLACE:
            return entry.place.line if entry.place else ""
        case About.DESCRIPTION_NL:
            return entry.description_nl or ""
        case About.DESCRIPTION_EN:
            return entry.description_en or ""
        case About.PERSON:
            return "; ".join(_names(entry))
        case About.REMARK:
            return ""


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
        seen_version=_number(form.get("version", "")),
    )
    errors = {} if chosen else {"about": _("Choose what it is about.")}
    return said, errors | _wrong(said)


def add(piece: Piece, said: Said, lang: str, moment: datetime) -> Correction:
    """Keep what somebody sent, with what the entry said when they looked."""
    entry = target(piece, said.about)
    contact = mail.read_address(said.contact) if said.contact else None
    return corrections.add(
        entry,
        said.about,
        seen=present(entry, said.about, lang),
        proposed=said.proposed,
        source=said.source,
        region=said.region if piece.image is not None else None,
        lang=lang,
        name=said.name or None,
        contact=contact,
        may_be_named=said.may_be_named,
        consent_at=moment if said.has_consent else None,
        created_at=moment,
    )


def spot(correction: Correction) -> tuple[float, float] | None:
    """Return the middle of the marked spot in percent of the picture; None without one."""
    region = correction.region
    return (region["x"] + region["w"] / 2, region["y"] + region["h"] / 2) if region else None


def choices(correction: Correction) -> list[Choice]:
    """List what a proposed place or name may mean, the likeliest first."""
    if correction.about is About.PLACE:
        return [Choice(str(place.id), place.line) for place in _places(correction.proposed)]
    if correction.about is not About.PERSON:
        return []
    known = [
        Choice(str(agent.id), agent.name, ", ".join(part for part in _about_agent(agent) if part))
        for agent in _people(correction.proposed)
    ]
    return [*known, Choice("new", correction.proposed, str(_("not in the register yet")))]


def vacancies(entry: Entry) -> list[Credit]:
    """List the credits of an entry of which nobody knows whose they are."""
    return [credit for credit in credits.of(entry.id)[entry.id] if credit.agent_id is None]


def apply(
    correction: Correction, seen_version: int, choice: str, vacancy: str, account_id: int, moment: datetime
) -> None:
    """Put a correction into its entry and save it; raise Refused, Moved, or Invalid when a choice is missing.

    `choice` is one of `choices`, `vacancy` the id of one of `vacancies` or nothing.
    """
    entry = correction.entry
    entries.require_version(entry, seen_version)
    _put(correction, entry, choice, vacancy)
    entries.save(entry, account_id, comment(correction))
    version = entry.version
    corrections.decide(correction, CorrectionState.APPLIED, account_id, moment, version=version)
    _tell(correction, "correction_applied", "")


def settle(correction: Correction, account_id: int, moment: datetime, reply: str) -> None:
    """Mark a correction as done by hand; the sender hears of it."""
    version = correction.entry.version
    corrections.decide(
        correction, CorrectionState.APPLIED, account_id, moment, reply=reply or None, version=version
    )
    _tell(correction, "correction_applied", reply)


def decline(correction: Correction, account_id: int, moment: datetime, reply: str) -> None:
    """Leave the entry as it is and tell the sender why; raise Invalid without a reason."""
    if not reply.strip():
        raise Invalid("Say why: whoever sent this gets to read it.")
    corrections.decide(correction, CorrectionState.DECLINED, account_id, moment, reply=reply.strip())
    _tell(correction, "correction_declined", reply.strip())


def comment(correction: Correction) -> str:
    """Say from whom a change came, for the history; by name only with consent, as the history stays for ever."""
    if correction.may_be_named and correction.name:
        return str(
            _("Suggested by %(name)s (suggestion %(number)s)", name=correction.name, number=correction.id)
        )
    return str(_("Suggested by a visitor (suggestion %(number)s)", number=correction.id))


def _put(correction: Correction, entry: Entry, choice: str, vacancy: str) -> None:
    text = correction.proposed
    match correction.about:
        case About.TITLE:
            entry.title = " ".join(text.split())
        case About.DATE:
            entries.set_date(entry, " ".join(text.split()))
        case About.DESCRIPTION_NL:
            entry.description_nl = text
        case About.DESCRIPTION_EN:
            entry.description_en = text
        case About.PLACE:
            entry.place = _chosen_place(correction, choice)
        case About.PERSON:
            _put_person(correction, entry, choice, vacancy)
        case About.REMARK:
            raise Refused("A remark cannot be put in by itself. Edit the entry, and mark the remark as done.")


def _put_person(correction: Correction, entry: Entry, choice: str, vacancy: str) -> None:
    agent = _chosen_agent(correction, choice)
    people = credits.of(entry.id)[entry.id]
    vacant = next(
        (credit for credit in people if str(credit.id) == vacancy and credit.agent_id is None), None
    )
    if vacant is not None:
        vacant.agent, vacant.certainty = agent, Certainty.PROBABLE
        vacant.region = correction.region or vacant.region
        return
    is_image = entry.kind is EntryKind.IMAGE
    db.session.add(
        Credit(
            entry_id=entry.id,
            agent_id=agent.id,
            role=Role.DEPICTED if is_image else Role.PERFORMER,
            certainty=Certainty.PROBABLE,
            region=correction.region,
            position=max((credit.position for credit in people), default=-1) + 1,
        )
    )
    db.session.flush()


def _chosen_agent(correction: Correction, choice: str) -> Agent:
    if choice == "new":
        return agents.add(AgentKind.PERSON, " ".join(correction.proposed.split()))
    found = next((agent for agent in _people(correction.proposed) if str(agent.id) == choice), None)
    if found is None:
        raise Invalid("Choose whom is meant.")
    return found


def _chosen_place(correction: Correction, choice: str) -> Place:
    found = next((place for place in _places(correction.proposed) if str(place.id) == choice), None)
    if found is None:
        raise Invalid(
            "Choose which place is meant; one that is not in the register yet is put in by the editor."
        )
    return found


def _people(name: str) -> list[Agent]:
    """Find who may be meant: those whose name, or one of whose other names, has the same key."""
    key = folding.name_key(name)
    also = select(agents.AgentName.agent_id).where(agents.AgentName.folded == folding.fold(name))
    query = (
        select(Agent)
        .where((Agent.name_key == key) | Agent.id.in_(also), Agent.merged_into_id.is_(None))
        .where(Agent.kind == AgentKind.PERSON)
        .order_by(Agent.id)
        .limit(10)
    )
    return list(db.session.scalars(query)) if key else []


def _places(text: str) -> list[Place]:
    """Find which places may be meant, by name or by name and city."""
    wanted = folding.fold(text)
    name = text.split(",")[0].strip()
    query = select(Place).where(Place.name.ilike(name), Place.merged_into_id.is_(None)).limit(50)
    found = list(db.session.scalars(query))
    exact = [place for place in found if folding.fold(place.line) == wanted]
    rest = [place for place in found if place not in exact]
    return (exact or sorted(rest, key=lambda place: place.kind is PlaceKind.COUNTRY))[:10]


def _about_agent(agent: Agent) -> tuple[str | None, str | None]:
    years = "–".join(part or "" for part in (agent.born_edtf, agent.died_edtf))
    return agent.disambiguation, years if years != "–" else None


def _names(entry: Entry) -> list[str]:
    wanted = (Role.DEPICTED,) if entry.kind is EntryKind.IMAGE else (Role.PERFORMER, Role.CONDUCTOR)
    found = (credit for credit in credits.of(entry.id)[entry.id] if credit.role in wanted)
    return [credit.agent.name if credit.agent else str(_("unknown")) for credit in found]


def _tell(correction: Correction, message: str, reply: str) -> None:
    if correction.contact is None:
        return
    mail.send(
        message,
        correction.contact,
        correction.lang,
        name=correction.name,
        title=labels.title(correction.entry, correction.lang),
        pid=correction.entry.pid,
        reply=reply,
        days=corrections.CONTACT_KEPT.days,
    )


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


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
