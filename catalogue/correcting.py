"""Working with corrections from the public: what can be corrected, what they may mean, applying and declining.

What a page says of a recording's date, place or line-up may be said by its session; a correction is about the entry
that says it.
"""

from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, or_, select

from archive import mail
from archive.db import db
from archive.errors import Invalid, Refused
from catalogue import agents, corrections, credits, entries, folding
from catalogue.agents import Agent, AgentKind
from catalogue.correction_forms import Said
from catalogue.corrections import About, Correction, CorrectionState
from catalogue.credits import Certainty, Credit, Role
from catalogue.entries import Entry, EntryKind
from catalogue.pages import labels
from catalogue.pages.pieces import Piece
from catalogue.places import Place, PlaceKind
from catalogue.recordings import LineUp

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
    is_named = or_(Place.name == name, func.lower(Place.name) == name.lower())
    query = select(Place).where(is_named, Place.merged_into_id.is_(None)).order_by(Place.id).limit(50)
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
