"""The desk: people, ensembles, organisations and places, listed, added and edited."""

from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from archive.accounts import Role as StaffRole
from archive.errors import Refused
from archive.language import language
from archive.sign_in import staff_only
from catalogue import authorities, authority_forms, dates, merges, redirects
from catalogue.agents import Agent, AgentKind
from catalogue.authority_forms import Faults
from catalogue.merges import MergeKind
from catalogue.merging import joining
from catalogue.pages import authorities as authority_pages
from catalogue.pages import facts
from catalogue.places import Place, PlaceKind

LONGEST = 200  # characters of a question
EMPTY_NAMES, EMPTY_IDENTIFIERS = 2, 2

Form = MultiDict[str, str]
Thing = TypeVar("Thing", Agent, Place)
Change = TypeVar("Change")


def register(pages: Blueprint) -> None:
    """Put these views on the floor's pages."""
    both = ["GET", "POST"]
    pages.add_url_rule("/desk/people", "desk_agents", desk_agents)
    pages.add_url_rule("/desk/people/new", "desk_agent_new", desk_agent_new, methods=both)
    pages.add_url_rule("/desk/people/<pid>", "desk_agent", desk_agent, methods=both)
    pages.add_url_rule("/desk/places", "desk_places", desk_places)
    pages.add_url_rule("/desk/places/new", "desk_place_new", desk_place_new, methods=both)
    pages.add_url_rule("/desk/places/<pid>", "desk_place", desk_place, methods=both)


@staff_only()
def desk_agents() -> ResponseReturnValue:
    """List people, ensembles and organisations; those with a name that begins so."""
    listing = authority_pages.agents(*_question())
    return _list("agent", listing, authority_pages.AGENT_KINDS)


@staff_only()
def desk_places() -> ResponseReturnValue:
    """List places; those with a name that begins so."""
    listing = authority_pages.places(*_question())
    return _list("place", listing, authority_pages.PLACE_KINDS)


@staff_only(StaffRole.CATALOGUER)
def desk_agent_new() -> ResponseReturnValue:
    """Add a person, an ensemble or an organisation. A faulty form comes back with 422 and everything in it."""
    return _add(authority_forms.read_agent, authority_forms.add_agent, _agent_page)


@staff_only(StaffRole.CATALOGUER)
def desk_agent(pid: str) -> ResponseReturnValue:
    """Edit a person, an ensemble or an organisation. Raises NotFound, Moved; 409 when somebody else saved first."""
    agent = authorities.get_agent(pid)
    return _edit(agent, authority_forms.read_agent, authority_forms.change_agent, _agent_page)


@staff_only(StaffRole.CATALOGUER)
def desk_place_new() -> ResponseReturnValue:
    """Add a place. A faulty form comes back with 422 and everything in it."""
    read = partial(authority_forms.read_place, place=None)
    return _add(read, authority_forms.add_place, _place_page)


@staff_only(StaffRole.CATALOGUER)
def desk_place(pid: str) -> ResponseReturnValue:
    """Edit a place. Raises NotFound, Moved; 409 when somebody else saved first."""
    place = authorities.get_place(pid)
    read = partial(authority_forms.read_place, place=place)
    return _edit(place, read, authority_forms.change_place, _place_page)


def _add(
    read: Callable[[Form], tuple[Change, Faults]],
    add: Callable[[Change, int], Thing],
    page: Callable[..., str],
) -> ResponseReturnValue:
    if request.method == "GET":
        return page(None)
    change, faults = read(request.form)
    if faults:
        return page(None, faults, request.form), 422
    return _saved(add(change, g.account.id))


def _edit(
    thing: Thing,
    read: Callable[[Form], tuple[Change, Faults]],
    write: Callable[[Thing, Change, int], None],
    page: Callable[..., str],
) -> ResponseReturnValue:
    if request.method == "GET":
        redirects.require_unmerged(thing)
        return page(thing)
    change, faults = read(request.form)
    if faults:
        return page(thing, faults, request.form), 422
    try:
        write(thing, change, g.account.id)
    except Refused as refusal:
        return page(thing, Faults(version=refusal.sentence()), request.form), 409
    return _saved(thing)


def _saved(thing: Agent | Place) -> ResponseReturnValue:
    page = f"catalogue.desk_{_merge_kind(thing).value}"
    return redirect(url_for(page, pid=thing.pid, saved=thing.version), 303)


def _question() -> tuple[str, str, int]:
    words = " ".join(request.args.get("q", "").split())[:LONGEST]
    return words, request.args.get("kind", ""), request.args.get("page", 1, int)


def _list(of: str, listing: authority_pages.Listing, kinds: Any) -> str:
    return render_template("catalogue/desk_authorities.html", of=of, listing=listing, kinds=kinds)


def _agent_page(agent: Agent | None, faults: Faults | None = None, form: Form | None = None) -> str:
    typed = form if form is not None else _said_of_agent(agent)
    return render_template(
        "catalogue/desk_agent.html",
        names=_rows(typed, ("other_name", "other_kind"), EMPTY_NAMES if form is None else 0),
        kinds=_choices(authority_pages.AGENT_KINDS),
        name_kinds=_choices(authority_pages.NAME_KINDS),
        understood={name: _understood(typed.get(name, "")) for name in ("born", "died")},
        **_shared(agent, typed, faults, is_fresh=form is None),
    )


def _place_page(place: Place | None, faults: Faults | None = None, form: Form | None = None) -> str:
    typed = form if form is not None else _said_of_place(place)
    return render_template(
        "catalogue/desk_place.html",
        kinds=_choices(authority_pages.PLACE_KINDS),
        choices=faults.choices if faults is not None else (),
        **_shared(place, typed, faults, is_fresh=form is None),
    )


def _shared(
    thing: Agent | Place | None, typed: Form, faults: Faults | None, *, is_fresh: bool
) -> dict[str, Any]:
    """Return what the pages of agents and places have alike."""
    joined = merges.into(_merge_kind(thing), thing.id) if thing is not None else []
    return {
        "thing": thing,
        "typed": typed,
        "errors": faults or {},
        "numbers": _rows(typed, ("scheme", "value"), EMPTY_IDENTIFIERS if is_fresh else 0),
        "schemes": [(scheme, str(facts.SCHEMES.get(scheme, scheme))) for scheme in authority_forms.SCHEMES],
        "uses": authority_pages.uses_of(thing) if thing is not None else None,
        "versions": authority_pages.history(thing, language()) if thing is not None else [],
        "joined": [(made, joining.things(made)[1]) for made in joined],
    }


def _merge_kind(thing: Agent | Place) -> MergeKind:
    return MergeKind.AGENT if isinstance(thing, Agent) else MergeKind.PLACE


def _rows(typed: Form, columns: tuple[str, str], empty: int) -> list[tuple[str, str]]:
    first, second = (typed.getlist(name) for name in columns)
    rows = [(text, second[at] if at < len(second) else "") for at, text in enumerate(first)]
    return rows + [("", "")] * empty


def _said_of_agent(agent: Agent | None) -> Form:
    if agent is None:
        return MultiDict({"name": request.args.get("name", "")[:LONGEST], "kind": AgentKind.PERSON.value})
    said: Form = MultiDict(
        {
            "name": agent.name,
            "sort_name": agent.sort_name,
            "kind": agent.kind.value,
            "disambiguation": agent.disambiguation or "",
            "born": agent.born_edtf or "",
            "died": agent.died_edtf or "",
            "bio_nl": agent.bio_nl or "",
            "bio_en": agent.bio_en or "",
            "living_private": "1" if agent.living_private else "",
        }
    )
    for known in sorted(agent.names, key=lambda one: one.id):
        said.add("other_name", known.name)
        said.add("other_kind", known.kind.value)
    return _with_numbers(said, agent)


def _said_of_place(place: Place | None) -> Form:
    if place is None:
        return MultiDict({"name": request.args.get("name", "")[:LONGEST], "kind": PlaceKind.VENUE.value})
    said: Form = MultiDict(
        {
            "name": place.name,
            "kind": place.kind.value,
            "parent": place.parent.line if place.parent else "",
            "parent_pick": place.parent.pid if place.parent else "",
            "variants": "\n".join(place.variants),
            "address": place.address or "",
            "lat": "" if place.lat is None else str(place.lat),
            "lon": "" if place.lon is None else str(place.lon),
        }
    )
    return _with_numbers(said, place)


def _with_numbers(said: Form, thing: Agent | Place) -> Form:
    for one in authorities.identifiers_of(thing):
        said.add("scheme", one.scheme)
        said.add("value", one.value)
    return said


def _choices(kinds: Any) -> list[tuple[str, str]]:
    return [(kind.value, str(words)) for kind, words in kinds.items()]


def _understood(text: str) -> str:
    reading = dates.read(text) if text else None
    return dates.show(reading, language()) if reading is not None and reading.edtf else ""
