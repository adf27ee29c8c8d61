"""Addresses for machines and for ever: the lasting one of each entry, robots.txt, the site map, the bare host."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from xml.etree.ElementTree import Element, SubElement, tostring

from flask import Blueprint, Response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Select, func, or_, select

from archive import clock
from archive.config import current
from archive.db import db
from archive.errors import NotFound
from archive.language import LANGUAGES, language
from catalogue import entries, pids, places, redirects
from catalogue.agents import Agent
from catalogue.entries import Entry
from catalogue.pages import people, pieces
from catalogue.search.query import FILTERS

MAP_SIZE = (
    20_000  # entries in one part of the site map, each with two addresses; 50,000 addresses are allowed
)
MAP_NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
JSON_TYPES = ("application/json", "application/ld+json")

Place = tuple[str, datetime | None]  # an address, and when it changed last


def register(open_pages: Blueprint) -> None:
    """Put these views on the floor's addresses without language."""
    open_pages.add_url_rule("/", "root", root)
    open_pages.add_url_rule("/id/<pid>", "permalink", permalink)
    open_pages.add_url_rule("/robots.txt", "robots", robots)
    open_pages.add_url_rule("/sitemap.xml", "sitemap", sitemap)
    open_pages.add_url_rule("/sitemap-<int:part>.xml", "sitemap_part", sitemap_part)


def root() -> ResponseReturnValue:
    """Send people to the home page in their language."""
    response = redirect(url_for("catalogue.home", lang=language()), 302)
    response.vary.add("Accept-Language")
    return response


def permalink(pid: str) -> ResponseReturnValue:
    """Send people to the page of an entry or a person, or to what was made at a place, and machines to its data.

    Raises NotFound, Gone, Moved.
    """
    stored = pids.normalise(pid)
    if stored is not None and stored != pid:
        return redirect(
            url_for("catalogue_open.permalink", pid=stored, version=request.args.get("version")), 301
        )
    version = request.args.get("version", type=int)
    if version is not None:  # for people: machines take what is known now
        entries.get_public(pid, clock.now().date())
        return redirect(url_for("catalogue.entry_version", pid=pid, number=version, lang=language()), 303)
    data_url, page_url = _of_person(pid) or _of_place(pid) or _of_entry(pid)
    wanted = request.accept_mimetypes.best_match(("text/html", *JSON_TYPES), default="text/html")
    response = redirect(data_url if wanted in JSON_TYPES else page_url, 303)
    response.vary.update(("Accept", "Accept-Language"))
    response.headers.add("Link", f'<{data_url}>; rel="describedby"; type="application/json"')
    response.headers.add("Link", f'<{current().base_url}{request.path}>; rel="cite-as"')
    return response


def robots() -> ResponseReturnValue:
    """Ask robots to leave filtered results alone: there are more of them than entries, and nothing new in them."""
    names = (*FILTERS, "from", "to", "sort", "plain")
    lines = [
        "User-agent: *",
        *(f"Disallow: /*/search?*{name}=" for name in names),
        "Disallow: /*/search/values/",
        "Disallow: /*/desk",
        "Disallow: /*/selections",
        "Disallow: /*/searches",
        "Disallow: /*/entries/*/correct",
        "Disallow: /*/entries/*/who",
        f"Sitemap: {current().base_url}{url_for('catalogue_open.sitemap')}",
    ]
    return Response("\n".join(lines) + "\n", mimetype="text/plain")


def sitemap() -> ResponseReturnValue:
    """List the page of places and all public entries, or the parts of that list once it has grown."""
    parts = -(-_count() // MAP_SIZE)
    if parts <= 1:
        return _xml("urlset", "url", _places(1))
    addresses = (url_for("catalogue_open.sitemap_part", part=part) for part in range(1, parts + 1))
    return _xml("sitemapindex", "sitemap", ((address, None) for address in addresses))


def sitemap_part(part: int) -> ResponseReturnValue:
    """List one part of the public entries. Raises NotFound."""
    if not 1 <= part <= -(-_count() // MAP_SIZE):
        raise NotFound("The site map has no such part.")
    return _xml("urlset", "url", _places(part))


def _of_entry(pid: str) -> tuple[str, str]:
    entry = entries.get_public(pid, clock.now().date())
    return url_for("catalogue_api.entry", pid=entry.pid), url_for("catalogue.entry", pid=entry.pid)


def _of_person(pid: str) -> tuple[str, str] | None:
    if db.session.scalar(select(Agent.id).where(Agent.pid == pid)) is None:
        return None
    agent = people.get(pid, clock.now().date())
    return url_for("catalogue_api.companions", pid=agent.pid), url_for("catalogue.person", pid=agent.pid)


def _of_place(pid: str) -> tuple[str, str] | None:
    place = db.session.scalar(select(places.Place).where(places.Place.pid == pid))
    if place is None:
        return None
    redirects.require_unmerged(place)
    inside = select(places.Place.id).where(
        or_(places.Place.id == place.id, places.Place.parent_id == place.id)
    )
    public = _public().where(Entry.place_id.in_(inside)).limit(1)
    if db.session.execute(public).first() is None:
        raise NotFound("There is no place with this number. Check the number, or search for a name.")
    return url_for("catalogue_api.search", place=pid), url_for("catalogue.search", place=pid)


def _public() -> Select[tuple[str, datetime | None]]:
    return select(Entry.pid, Entry.public_at).where(pieces.is_public(Entry, clock.now().date()))


def _count() -> int:
    return db.session.scalar(select(func.count()).select_from(_public().subquery())) or 0


def _places(part: int) -> Iterator[Place]:
    if part == 1:
        yield from ((url_for("catalogue.places", lang=lang), None) for lang in LANGUAGES)
    query = _public().order_by(Entry.id).offset((part - 1) * MAP_SIZE).limit(MAP_SIZE)
    for pid, changed_at in db.session.execute(query):
        for lang in LANGUAGES:
            yield url_for("catalogue.entry", pid=pid, lang=lang), changed_at


def _xml(root_name: str, item_name: str, places: Iterable[Place]) -> Response:
    listed = Element(root_name, xmlns=MAP_NAMESPACE)
    for address, changed_at in places:
        item = SubElement(listed, item_name)
        SubElement(item, "loc").text = current().base_url + address
        if changed_at is not None:
            SubElement(item, "lastmod").text = changed_at.isoformat(timespec="seconds")
    return Response(tostring(listed, encoding="utf-8", xml_declaration=True), mimetype="application/xml")
