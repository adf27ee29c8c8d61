"""People: the page of one, the page of two, and both as data. Who is on no public entry is not found."""

from dataclasses import fields
from typing import Any

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from archive import clock
from archive.errors import NotFound
from archive.language import language
from catalogue import pids
from catalogue.agents import Agent
from catalogue.pages import people, people_company, people_data, people_pair
from catalogue.views import json_answers

FRESH = 60  # seconds that an answer of the API may be used unasked


def register(pages: Blueprint) -> None:
    """Put these views on the floor's pages."""
    pages.add_url_rule("/people/<pid>", "person", person)
    pages.add_url_rule("/people/<pid>/with/<other>", "pair", pair)


def register_data(api: Blueprint) -> None:
    """Put these views on the API."""
    api.add_url_rule("/people/<pid>/companions", "companions", companions_data)
    api.add_url_rule("/people/<pid>/with/<other>", "pair", pair_data)


def person(pid: str) -> ResponseReturnValue:
    """Show a person, an ensemble or an organisation. Raises NotFound."""
    if (stored := pids.normalise(pid)) is not None and stored != pid:
        return redirect(url_for("catalogue.person", pid=stored), 301)
    today, lang = clock.now().date(), language()
    agent = people.get(pid, today)
    typed, everybody = request.args.get("name", ""), request.args.get("all") == "1"
    page = people.make(agent, lang, today)
    company = people_company.make(agent, typed, everybody=everybody, lang=lang, today=today)
    response = make_response(
        render_template("catalogue/person.html", **_values(page), company=company, everybody=everybody)
    )
    if typed or everybody:
        response.headers["X-Robots-Tag"] = "noindex, follow"
    return response


def pair(pid: str, other: str) -> ResponseReturnValue:
    """Show what two people did together. Raises NotFound."""
    stored = [pids.normalise(one) or one for one in (pid, other)]
    if stored != [pid, other]:
        return redirect(url_for("catalogue.pair", pid=stored[0], other=stored[1]), 301)
    page = people_pair.make(*_two(pid, other), language(), clock.now().date())
    return render_template("catalogue/person_pair.html", **_values(page))


def companions_data(pid: str) -> ResponseReturnValue:
    """List who was there with somebody, all of them or those with a `name` that begins so. Raises NotFound."""
    today = clock.now().date()
    agent = people.get(pid, today)
    typed = request.args.get("name", "")
    company = people_company.make(agent, typed, everybody=True, lang=language(), today=today)
    return json_answers.make(people_data.companions(agent, company), FRESH)


def pair_data(pid: str, other: str) -> ResponseReturnValue:
    """List what two people did together. Raises NotFound."""
    page = people_pair.make(*_two(pid, other), language(), clock.now().date())
    return json_answers.make(people_data.pair(page), FRESH)


def _two(pid: str, other: str) -> tuple[Agent, Agent]:
    today = clock.now().date()
    first, second = people.get(pid, today), people.get(other, today)
    if first is second:
        raise NotFound("This takes two different people. Look at either of them.")
    return first, second


def _values(page: Any) -> dict[str, Any]:
    return {field.name: getattr(page, field.name) for field in fields(page)}
