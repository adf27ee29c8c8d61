"""The concerts of Carnegie Hall as documents, straight from the plans of their import: to write 7,493 entries into a
database first takes a minute and more. A test compares some of them with what import and composition make."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from catalogue import instruments, pids
from catalogue.dates import read as read_date
from catalogue.importing import plan, readers, survey
from catalogue.importing.records import PlannedConcert, PlannedCredit
from catalogue.instruments import Instrument
from catalogue.search import type_words
from catalogue.search.document import Bearer, Document, Part

FILE = Path("concerts/carnegie_jazz_concerts.jsonl.gz")


def pid(concert_id: str) -> str:
    """The identifier of a concert here."""
    return pids.derive(f"concert:{concert_id}")


def documents(path: Path) -> Iterator[Document]:
    """Read the documents of all concerts."""
    known = {instrument.code: instrument for instrument in instruments.every()}
    with survey.taken(readers.look(path), None) as surveyed:
        collection = plan.collection(surveyed.mapping).title
        for key in surveyed.sessions:
            rows = surveyed.rows_of(key)
            head = plan.group(surveyed.mapping, rows).head
            assert isinstance(head, PlannedConcert)
            yield _document(pid(rows[0].cells["id"]), head, collection, known)


def _document(
    its_pid: str, planned: PlannedConcert, collection: str, known: dict[str, Instrument]
) -> Document:
    dated = read_date(planned.date_text or "")
    played = {credit.instrument: known[credit.instrument] for credit in planned.credits if credit.instrument}
    types = (*type_words.KIND_WORDS["session"], *type_words.SESSION_WORDS["concert"])
    dutch, english = ([getattr(one, f"label_{lang}") for one in played.values()] for lang in ("nl", "en"))
    aliases = [alias for one in played.values() for alias in one.aliases]
    descriptions = (planned.description_nl, planned.description_en)
    who = sorted({pids.derive(f"person:{credit.name}") for credit in planned.credits})
    return Document(
        pid=its_pid,
        kind="session",
        titles=(planned.title,),
        bearers=_bearers(planned.credits, known),
        subjects=_texts([*types, *dutch, *english, *aliases, (planned.date_text or "")[:4]]),
        places=_texts([planned.venue, planned.city]),
        prose=_texts([*descriptions, planned.date_text, planned.credit_line, planned.title, collection]),
        marks=(its_pid,),
        persons=tuple(who),
        players=tuple(who),
        leaders=tuple(
            sorted({pids.derive(f"person:{credit.name}") for credit in planned.credits if credit.leader})
        ),
        occasion=its_pid,
        instruments=tuple(sorted(played)),
        lo=dated.lo,
        hi=dated.hi,
    )


def _bearers(credits: Iterable[PlannedCredit], known: dict[str, Instrument]) -> tuple[Bearer, ...]:
    joined: dict[tuple[Part, str], list[str]] = {}
    for credit in credits:
        labels = joined.setdefault((Part.LEADER if credit.leader else Part.PERSON, credit.name), [])
        if credit.instrument:
            one = known[credit.instrument]
            labels += [one.label_nl, one.label_en, *one.aliases]
    return tuple(Bearer(part, name, (name,), _texts(labels)) for (part, name), labels in joined.items())


def _texts(texts: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for text in texts if text and text.strip()))
