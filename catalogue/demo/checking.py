"""Whether the content hangs together: whatever one table names, another must hold."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator

from catalogue.demo import inks, recipes
from catalogue.demo.band import harmony, score
from catalogue.demo.content import Content, Image, Session, Take, lineup_of
from catalogue.demo.lineups import Part
from catalogue.entries import Status


def complaints(content: Content) -> list[str]:
    """List what is wrong, a sentence each; empty if all is well."""
    return [*_complaints(content)]


def _complaints(content: Content) -> Iterator[str]:
    yield from _twice(content)
    cities = {place.name for place in content.places if place.city is None}
    for place in content.places:
        yield from _missing(place.name, "city", [place.city], cities)
    keys = {collection.key for collection in content.collections}
    for collection in content.collections:
        yield from _missing(collection.key, "collection", [collection.parent], keys)
        yield from _strangers(collection.key, collection.makers, content)
    for work in content.works:
        yield from _strangers(work.title, work.makers, content)
    for session in content.sessions:
        yield from _of_session(session, content)
    for session, take in content.takes:
        yield from _of_take(session, take, content)
    for image in content.images:
        yield from _of_image(image, content)


def _of_session(session: Session, content: Content) -> Iterator[str]:
    where = session.key
    yield from _shelved(where, session, content)
    yield from _strangers(where, (*session.lineup, *session.crew), content)
    agents = {agent.name: agent for agent in content.agents}
    for role in ("broadcaster", "label"):
        name = getattr(session, role)
        if name and (name not in agents or agents[name].role != role):
            yield f"{where}: {name!r} is no {role} in ensembles.toml"
    yield from _missing(where, "person or group", [session.ensemble], agents)
    yield from _missing(where, "source", [code for code, _at in session.sources], content.citations)


def _of_take(session: Session, take: Take, content: Content) -> Iterator[str]:
    where, lineup = take.shelf, lineup_of(session, take)
    yield from _strangers(where, take.lineup, content)
    yield from _missing(where, "rights situation", [take.rights], content.situations)
    yield from _missing(where, "work", [take.work], {work.title for work in content.works})
    yield from _missing(where, "form", [take.play.form], score.FORMS)
    yield from _missing(where, "key", [take.play.key], harmony.PITCH_CLASSES)
    if not recipes.sounding(lineup):
        yield f"{where}: nobody in its line-up plays anything the band can play"
    players = recipes.sounding(lineup)
    soloists = [who for _label, _bars, who, _tempo in take.course if who]
    known = [who for who in soloists if recipes.place_of(who, players) is not None]
    yield from _missing(where, "soloist", soloists, known)
    yield from _withdrawn(where, take)


def _of_image(image: Image, content: Content) -> Iterator[str]:
    where = image.shelf
    yield from _shelved(where, image, content)
    agents = {agent.name for agent in content.agents}
    yield from _missing(where, "person or group", [image.by, image.designer, *image.depicts], agents)
    yield from _missing(where, "rights situation", [image.rights], content.situations)
    yield from _missing(where, "session", [image.session], {session.key for session in content.sessions})
    yield from _withdrawn(where, image)
    try:
        inks.named(image.ink)
    except (KeyError, ValueError):
        yield f"{where}: there is no ink {image.ink!r}"


def _shelved(where: str, piece: Session | Image, content: Content) -> Iterator[str]:
    yield from _missing(where, "place", [piece.place], {place.name for place in content.places})
    yield from _missing(where, "collection", [piece.collection], {known.key for known in content.collections})
    yield from _missing(where, "carrier", [piece.carrier], content.carriers)


def _withdrawn(where: str, piece: Take | Image) -> Iterator[str]:
    if (piece.status is Status.WITHDRAWN) != (piece.withdrawn is not None):
        yield f"{where}: what is withdrawn says why, and nothing else does"


def _strangers(where: str, parts: Iterable[Part], content: Content) -> Iterator[str]:
    names = {agent.name for agent in content.agents}
    yield from _missing(where, "person or group", [part.name for part in parts], names)


def _missing(where: str, what: str, wanted: Iterable[str | None], known: Collection[str]) -> Iterator[str]:
    for name in wanted:
        if name is not None and name not in known:
            yield f"{where}: there is no {what} {name!r}"


def _twice(content: Content) -> Iterator[str]:
    shelves = [take.shelf for _session, take in content.takes] + [image.shelf for image in content.images]
    tables: dict[str, list[str]] = {
        "shelfmark": shelves,
        "session": [session.key for session in content.sessions],
        "collection": [collection.key for collection in content.collections],
        "work": [work.title for work in content.works],
        "name": [agent.name for agent in content.agents],
        "place": [place.name for place in content.places],
    }
    for what, names in tables.items():
        yield from (
            f"{name}: this {what} is there twice" for name, times in Counter(names).items() if times > 1
        )
