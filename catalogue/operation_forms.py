"""What staff want done to many entries, read from a form. What is unknown or may be several things is never guessed."""

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from archive.db import db
from catalogue import hierarchy, pids
from catalogue.agents import Agent
from catalogue.credits import Role
from catalogue.entries import Access, Entry, EntryKind, Status
from catalogue.operations import FIELDS, Action, Operation
from catalogue.places import Place
from catalogue.terms import Term, TermScheme

MAX_REASON = 1_000
MOST_NAMED = 6  # of several things of one name
ABOUT = (TermScheme.GENRE, TermScheme.SUBJECT, TermScheme.FORMAT, TermScheme.TECHNIQUE)

Form = Mapping[str, str]
Errors = dict[str, str]


def read(form: Form) -> tuple[Operation | None, Errors]:
    """Read an operation; return it, or what is wrong by the name of the field."""
    text = form.get("action", "")
    if text not in {action.value for action in Action}:
        return None, {"chosen": str(_("Choose what is to be done."))}
    errors: Errors = {}
    operation = _READERS[Action(text)](form, errors)
    return (None if errors else operation), errors


def _set(form: Form, errors: Errors) -> Operation:
    field, text = _field(form, "set_field", errors), _typed(form, "set_text")
    if not text:
        errors["set_text"] = str(_("Write the new text. To empty the field choose “Empty a field”."))
    elif field and len(text) > FIELDS[field].longest:
        errors["set_text"] = str(
            _("This field has at most %(limit)s characters.", limit=FIELDS[field].longest)
        )
    return Operation(Action.SET, field, text)


def _clear(form: Form, errors: Errors) -> Operation:
    field = _field(form, "clear_field", errors)
    if field and FIELDS[field].is_required:
        errors["clear_field"] = str(_("Every entry has a title. Choose another field."))
    return Operation(Action.CLEAR, field)


def _replace(form: Form, errors: Errors) -> Operation:
    field = _field(form, "replace_field", errors)
    # Spaces at the ends are meant here.
    text, replacement = (_normal(form.get(name, ""))[:2_000] for name in ("replace_find", "replace_with"))
    if not text:
        errors["replace_find"] = str(_("Write the text to look for."))
    return Operation(Action.REPLACE, field, text, replacement, form.get("replace_any_case") == "1")


def _add_term(form: Form, errors: Errors) -> Operation:
    return Operation(Action.ADD_TERM, target=_term(form, "add_term", ABOUT, errors))


def _remove_term(form: Form, errors: Errors) -> Operation:
    return Operation(Action.REMOVE_TERM, target=_term(form, "remove_term", ABOUT, errors))


def _add_credit(form: Form, errors: Errors) -> Operation:
    instrument = None
    if form.get("add_instrument", ""):
        instrument = _term(form, "add_instrument", (TermScheme.INSTRUMENT,), errors)
    role = _code(form, "add_role", Role, errors)
    return Operation(
        Action.ADD_CREDIT, target=_agent(form, "add_who", errors), role=role, instrument=instrument
    )


def _remove_credit(form: Form, errors: Errors) -> Operation:
    role = _code(form, "remove_role", Role, errors) if form.get("remove_role", "") else None
    return Operation(Action.REMOVE_CREDIT, target=_agent(form, "remove_who", errors), role=role)


def _place(form: Form, errors: Errors) -> Operation:
    if form.get("no_place") == "1":
        return Operation(Action.PLACE)
    name, _comma, _city = _typed(form, "new_place").partition(",")
    query = select(Place).options(joinedload(Place.parent)).where(Place.merged_into_id.is_(None))
    found = list(db.session.scalars(_by(query, Place, _typed(form, "new_place"), name.strip())))
    same = [place for place in found if _typed(form, "new_place") in (place.line, place.pid)]
    place = _the_one(form, "new_place", same or found, lambda each: each.line, errors)
    return Operation(Action.PLACE, target=place.id if place else None)


def _collection(form: Form, errors: Errors) -> Operation:
    if form.get("no_collection") == "1":
        return Operation(Action.COLLECTION)
    text = _typed(form, "new_collection")
    query = select(Entry).where(Entry.kind == EntryKind.COLLECTION, Entry.merged_into_id.is_(None))
    pid = pids.normalise(text)
    is_meant = (Entry.pid == pid) if pid else (Entry.title == text) | (Entry.shelfmark == text)
    found = list(db.session.scalars(query.where(is_meant).limit(MOST_NAMED))) if text else []
    parent = _the_one(form, "new_collection", found, lambda each: each.title, errors)
    if parent is None:
        return Operation(Action.COLLECTION)
    above = tuple(entry.id for entry in hierarchy.above([parent.id])[parent.id])
    return Operation(Action.COLLECTION, target=parent.id, above=above)


def _date(form: Form, errors: Errors) -> Operation:
    text = _typed(form, "new_date")[:300]
    if form.get("no_date") == "1":
        return Operation(Action.DATE)
    if not text:
        errors["new_date"] = str(_("Write a date, or choose to take the date away."))
    return Operation(Action.DATE, text=text)


def _access(form: Form, errors: Errors) -> Operation:
    return Operation(Action.ACCESS, text=_code(form, "new_access", Access, errors) or "")


def _status(form: Form, errors: Errors) -> Operation:
    to, reason = _code(form, "new_status", Status, errors), _typed(form, "status_reason")[:MAX_REASON]
    if to == Status.WITHDRAWN.value and not reason:
        errors["status_reason"] = str(
            _("Say why the entries are withdrawn; their pages will show the reason.")
        )
    return Operation(Action.STATUS, text=to or "", replacement=reason)


_READERS: dict[Action, Callable[[Form, Errors], Operation]] = {
    Action.SET: _set,
    Action.CLEAR: _clear,
    Action.REPLACE: _replace,
    Action.ADD_TERM: _add_term,
    Action.REMOVE_TERM: _remove_term,
    Action.ADD_CREDIT: _add_credit,
    Action.REMOVE_CREDIT: _remove_credit,
    Action.PLACE: _place,
    Action.COLLECTION: _collection,
    Action.DATE: _date,
    Action.ACCESS: _access,
    Action.STATUS: _status,
}


def _normal(text: str) -> str:
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\x00", ""))


def _typed(form: Form, name: str) -> str:
    return _normal(form.get(name, "")).strip()


def _field(form: Form, name: str, errors: Errors) -> str:
    field = form.get(name, "")
    if field not in FIELDS:
        errors[name] = str(_("Choose a field."))
        return ""
    return field


def _code(form: Form, name: str, codes: Any, errors: Errors) -> str | None:
    value = form.get(name, "")
    if value not in {code.value for code in codes}:
        errors[name] = str(_("Choose one of the list."))
        return None
    return value


def _term(form: Form, name: str, schemes: Sequence[TermScheme], errors: Errors) -> int | None:
    text = form.get(name, "")
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 12 else 0
    term = db.session.scalar(select(Term).where(Term.id == number, Term.scheme.in_(schemes)))
    if term is None:
        errors[name] = str(_("Choose one of the list."))
    return term.id if term else None


def _agent(form: Form, name: str, errors: Errors) -> int | None:
    text = _typed(form, name)
    query = select(Agent).where(Agent.merged_into_id.is_(None))
    agent = _the_one(form, name, list(db.session.scalars(_by(query, Agent, text, text))), _about, errors)
    return agent.id if agent else None


def _about(agent: Agent) -> str:
    return f"{agent.name} ({agent.disambiguation})" if agent.disambiguation else agent.name


def _by(query: Any, table: Any, text: str, name: str) -> Any:
    pid = pids.normalise(text)
    return query.where(table.pid == pid if pid else table.name == name).order_by(table.id).limit(MOST_NAMED)


def _the_one(form: Form, name: str, found: Sequence[Any], label: Callable[[Any], str], errors: Errors) -> Any:
    """Return what is meant if there is one; else say that there is none, or name the several with their numbers."""
    text = _typed(form, name)
    if len(found) == 1:
        return found[0]
    if not text:
        errors[name] = str(_("Write a name or number."))
    elif not found:
        errors[name] = str(
            _("“%(text)s” is not in the catalogue. Write the name as it stands there.", text=text)
        )
    else:
        several = "; ".join(f"{label(each)}: {each.pid}" for each in found)
        errors[name] = str(
            _("There are several of this name. Write the number of the one: %(list)s", list=several)
        )
    return None
