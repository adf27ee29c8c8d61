"""People as data, for the API: who played with whom, how often and when; the same for every reader."""

from typing import Any

from flask import url_for

from archive.config import current
from catalogue.agents import Agent
from catalogue.pages.people_company import Company, Row
from catalogue.pages.people_pair import Named, Occasion, Page

Data = dict[str, Any]


def companions(agent: Agent, company: Company) -> Data:
    """Describe the company of somebody."""
    return {
        "person": _agent(agent.pid, agent.name, agent.kind.value),
        "total": company.total,
        "shown": len(company.rows),
        "companions": [_companion(agent.pid, row) for row in company.rows],
    }


def pair(page: Page) -> Data:
    """Describe what two people did together."""
    return {
        "people": [_named(one) for one in (page.first, page.second)],
        "total": page.total,
        "first_year": page.first_year,
        "last_year": page.last_year,
        "sessions": [_occasion(one, page) for one in page.sessions],
        "recordings": [_occasion(one, page) for one in page.recordings],
    }


def _agent(pid: str, name: str, kind: str) -> Data:
    return {"pid": pid, "name": name, "kind": kind, "links": _links(pid)}


def _named(one: Named) -> Data:
    return {"pid": one.pid, "name": one.name, "links": _links(one.pid)}


def _companion(pid: str, row: Row) -> Data:
    return {
        **_agent(row.pid, row.name, row.kind),
        "occasions": row.occasions,
        "first_year": row.first_year,
        "last_year": row.last_year,
        "together": _whole("catalogue_api.pair", pid=pid, other=row.pid),
    }


def _occasion(one: Occasion, page: Page) -> Data:
    entry, place = one.entry, one.place
    return {
        "pid": entry.pid,
        "kind": entry.kind.value,
        "title": entry.title,
        "date": {"text": one.dated.date_text, "edtf": one.dated.date_edtf},
        "place": {"pid": place.pid, "name": place.name, "city": place.city.name} if place else None,
        "played": {page.first.pid: list(one.codes[0]), page.second.pid: list(one.codes[1])},
        "recordings": list(one.recordings),
        "links": {"self": _whole("catalogue_api.entry", pid=entry.pid)},
    }


def _links(pid: str) -> Data:
    return {
        "companions": _whole("catalogue_api.companions", pid=pid),
        "page": {lang: _whole("catalogue.person", pid=pid, lang=lang) for lang in ("nl", "en")},
    }


def _whole(endpoint: str, **values: Any) -> str:
    return current().base_url + url_for(endpoint, **values)
