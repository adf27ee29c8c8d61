"""From what was read of an entry to its document: the texts it is found by, the values it is filtered by."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from catalogue import appearances, entries, folding
from catalogue.agents import Agent
from catalogue.credits import Credit
from catalogue.entries import Entry, EntryKind
from catalogue.pictures import Image
from catalogue.places import Place
from catalogue.recording_sessions import RecordingSession
from catalogue.recordings import LineUp, Recording
from catalogue.releases import Release
from catalogue.search import type_words
from catalogue.search.document import Bearer, Document, Part, year_span
from catalogue.search.material import Material
from catalogue.terms import Term

MAX_YEARS = 12  # an entry dated within more is not found by each of its years

Texts = list[str | None]


@dataclass(frozen=True)
class _Parts:
    """One entry with what belongs to it."""

    entry: Entry
    recording: Recording | None
    image: Image | None
    session: RecordingSession | None  # itself, or the one it was made at
    release: Release | None
    tracks: list[str]  # titles as the release prints them
    work: Entry | None  # what was recorded, if everybody may know of it
    credits: list[Credit]
    collections: list[Entry]  # the public ones above it
    terms: list[Term]
    marks: list[str]
    names: dict[int, list[str]]  # further ones of agents
    today: date

    @property
    def dated(self) -> Entry:
        """Where its date stands: with the session if it has none of its own."""
        has_date = self.entry.date_lo is not None or self.entry.date_hi is not None
        return self.entry if has_date or self.session is None else self.session.entry

    @property
    def place(self) -> Place | None:
        """Its place: that of the session if it has none of its own."""
        return self.entry.place or (self.session.entry.place if self.session else None)

    @property
    def instruments(self) -> list[Term]:
        """What is played, by code."""
        played = {credit.instrument for credit in self.credits if credit.instrument is not None}
        return sorted(played, key=lambda term: term.code)


def document(entry: Entry, found: Material) -> Document:
    """Compose the document of a published entry."""
    parts = _parts(entry, found)
    formats = [parts.release.format] if parts.release and parts.release.format else []
    types, vocabulary = _type_words(parts), [*parts.instruments, *parts.terms, *formats]
    dutch, english = ([term.label(lang) for term in vocabulary] for lang in ("nl", "en"))
    return Document(
        pid=entry.pid,
        kind=entry.kind.value,
        titles=_texts(_titles(parts)),
        bearers=_bearers(parts),
        subjects=_texts([*types, *dutch, *english, *_spellings(parts.instruments), *_years(parts.dated)]),
        places=_texts(_place_names(parts.place)),
        prose=_texts(_prose(parts)),
        marks=_texts(_marks(parts)),
        persons=_texts(sorted({credit.agent.pid for credit in parts.credits if credit.agent})),
        players=_texts(sorted(_players(parts.credits))),
        leaders=_texts(
            sorted({credit.agent.pid for credit in parts.credits if credit.agent and credit.leader})
        ),
        labels=_texts([agent.pid for agent in _organisations(parts)]),
        plays=_texts(sorted(_plays(parts.credits))),
        occasion=_occasion(parts),
        instruments=tuple(term.code for term in parts.instruments),
        place_pids=_texts([parts.place.pid, parts.place.city.pid]) if parts.place else (),
        collections=_texts(above.pid for above in parts.collections),
        reuse=entry.shown_reuse.value if entry.shown_reuse else None,
        lo=parts.dated.date_lo,
        hi=parts.dated.date_hi,
        price=entry.price_from_minor,
        embargo=_day_number(entry.embargo_until),
        added=int(entry.first_public_at.timestamp()) if entry.first_public_at else 0,
    )


def _parts(entry: Entry, found: Material) -> _Parts:
    recording, image = found.recordings.get(entry.id), found.images.get(entry.id)
    made = recording or image
    return _Parts(
        entry=entry,
        recording=recording,
        image=image,
        session=found.sessions.get(made.session_id if made and made.session_id else entry.id),
        release=found.releases.get(entry.id),
        tracks=found.tracks.get(entry.id, []),
        work=_work(recording, found),
        credits=_credits(entry, recording, found),
        collections=[above for above in found.ancestors[entry.id] if entries.is_public(above, found.today)],
        terms=found.terms.get(entry.id, []),
        marks=found.marks.get(entry.id, []),
        names=found.names,
        today=found.today,
    )


def _work(recording: Recording | None, found: Material) -> Entry | None:
    work = found.works.get(recording.work_id) if recording and recording.work_id else None
    return work if work is not None and entries.is_public(work, found.today) else None


def _credits(entry: Entry, recording: Recording | None, found: Material) -> list[Credit]:
    """Return its own credits, those of its session if it takes them over, and those of the work: its composers."""
    listed = list(found.credits[entry.id])
    if recording is None:
        return listed
    if recording.session_id is not None and recording.lineup is not LineUp.OWN:
        listed += found.credits[recording.session_id]
    work = _work(recording, found)
    return listed + (found.credits[work.id] if work is not None else [])


def _titles(parts: _Parts) -> Texts:
    others = [alternative.get("text") for alternative in parts.entry.alt_titles]
    given = parts.recording.title_as_given if parts.recording else None
    own = [parts.entry.title, given, *others]
    return [*own, _work_title(parts.work, own)]


def _work_title(work: Entry | None, own: Texts) -> str | None:
    # Said once more it would lift takes that are called after their work above the work's plainer takes.
    if work is None:
        return None
    said = {word for title in own if title for word in folding.words(title)}
    return None if said.issuperset(folding.words(work.title)) else work.title


def _type_words(parts: _Parts) -> list[str]:
    words = list(type_words.KIND_WORDS[parts.entry.kind.value])
    if parts.image is not None:
        words += type_words.IMAGE_WORDS[parts.image.image_type.value]
    elif parts.session is not None:
        words += type_words.SESSION_WORDS[parts.session.session_type.value]
    return words


def _bearers(parts: _Parts) -> tuple[Bearer, ...]:
    """Gather who is named: each once for each part played, with all instruments."""
    found = [_bearer(credit, parts) for credit in parts.credits if credit.agent or credit.credited_as]
    found += [
        Bearer(Part.LABEL, agent.name, _texts(_spellings_of(agent, None, parts)))
        for agent in _organisations(parts)
    ]
    announced = parts.session.leader_text if parts.session else None
    if announced:
        found.append(Bearer(Part.LEADER, announced, (announced,)))
    return _joined(found)


def _bearer(credit: Credit, parts: _Parts) -> Bearer:
    part = Part.LEADER if credit.leader else Part.PERSON
    played = [credit.instrument] if credit.instrument else []
    instruments = [*(term.label(lang) for term in played for lang in ("nl", "en")), *_spellings(played)]
    if credit.agent is None:
        return Bearer(part, credit.credited_as or "", _texts([credit.credited_as]), _texts(instruments))
    names = _spellings_of(credit.agent, credit.credited_as, parts)
    return Bearer(part, credit.agent.name, _texts(names), _texts(instruments))


def _joined(bearers: Iterable[Bearer]) -> tuple[Bearer, ...]:
    joined: dict[tuple[Part, str], Bearer] = {}
    for one in bearers:
        known = joined.get((one.part, one.shown))
        names = _texts([*known.names, *one.names]) if known else one.names
        instruments = _texts([*known.instruments, *one.instruments]) if known else one.instruments
        joined[one.part, one.shown] = Bearer(one.part, one.shown, names, instruments)
    return tuple(joined.values())


def _spellings_of(agent: Agent, credited_as: str | None, parts: _Parts) -> Texts:
    return [agent.name, credited_as, *parts.names.get(agent.id, ())]


def _organisations(parts: _Parts) -> list[Agent]:
    found = [parts.session.broadcaster, parts.session.label] if parts.session else []
    found += [parts.release.label] if parts.release else []
    return [agent for agent in found if agent is not None]


def _players(credits: Iterable[Credit]) -> set[str]:
    # Who is on some tracks of a release only need not have been there with the others.
    return {
        credit.agent.pid
        for credit in credits
        if credit.agent is not None and credit.role in appearances.PRESENT and not credit.tracks_text
    }


def _plays(credits: Iterable[Credit]) -> set[str]:
    return {
        f"{credit.agent.pid}/{credit.instrument.code}"
        for credit in credits
        if credit.agent is not None and credit.instrument is not None
    }


def _occasion(parts: _Parts) -> str:
    if parts.entry.kind not in (EntryKind.SESSION, EntryKind.RECORDING):
        return ""
    return parts.session.entry.pid if parts.session else parts.entry.pid


def _prose(parts: _Parts) -> Texts:
    entry, session = parts.entry, parts.session
    prose = [entry.description_nl, entry.description_en, entry.date_text, entry.credit_line, entry.extent]
    if session is not None:
        is_shown = session.entry is entry or entries.is_public(session.entry, parts.today)
        prose += [session.entry.title if is_shown else None, session.programme, session.entry.date_text]
    if parts.release is not None:
        prose += [" / ".join(parts.tracks), parts.release.format_text, parts.release.country]
    return [*prose, *(above.title for above in parts.collections)]


def _marks(parts: _Parts) -> Texts:
    matrix = parts.recording.matrix_no if parts.recording else None
    number = parts.release.catalogue_no if parts.release else None
    return [parts.entry.shelfmark, parts.entry.pid, matrix, number, *parts.marks]


def _spellings(instruments: Iterable[Term]) -> list[str]:
    # "tp", "tpt": what researchers type who know discographies by heart.
    return [alias for term in instruments for alias in term.aliases]


def _years(dated: Entry) -> list[str]:
    span = year_span(dated.date_lo, dated.date_hi)
    if span is None or span[1] - span[0] > MAX_YEARS:
        return []
    return [str(year) for year in range(span[0], span[1] + 1)]


def _place_names(place: Place | None) -> list[str]:
    names: list[str] = []
    while place is not None:
        names += [place.name, *place.variants]
        place = place.parent
    return names


def _day_number(day: date | None) -> int:
    return 0 if day is None else day.year * 10_000 + day.month * 100 + day.day


def _texts(texts: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for text in texts if text and text.strip()))
