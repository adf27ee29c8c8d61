"""Questions drawn from a collection by a fixed seed, in strata, each with the entries that are right answers to it."""

import random
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from catalogue.search.document import Document
from catalogue.search.stop_words import STOP_WORDS
from tests.relevance import slips, spelling
from tests.relevance.measuring import Item
from tests.relevance.shelves import Pids, Shelves

SEED = 1922
PER_STRATUM = 46
COMPOUNDS: dict[str, str] = tomllib.loads(
    Path(__file__).with_name("compounds.toml").read_text(encoding="utf-8")
)["part"]

MIN_SLIP = 5  # letters of a word that is misspelt; shorter ones turn into other words
MIN_TWO_SLIPS = 8  # letters of a word that is misspelt twice

# What others write before a family name; it sorts under what comes after.
_PREFIXES = frozenset({"van", "de", "der", "den", "von", "du", "la", "le"})
_WORD = re.compile(r"[^\W\d_]+")


class Asked(NamedTuple):
    """A question and its right answers."""

    q: str
    right: Pids


Stratum = Callable[[Shelves, random.Random], Iterator[Asked]]


def of(collection: str, shelves: Shelves) -> list[Item]:
    """Draw the items of all strata; of each at most PER_STRATUM."""
    return [item for name, draw in STRATA.items() for item in _drawn(collection, name, draw, shelves)]


def _drawn(collection: str, name: str, draw: Stratum, shelves: Shelves) -> list[Item]:
    rng = random.Random(f"{SEED}/{collection}/{name}")
    right = {asked.q: asked.right for asked in draw(shelves, rng) if asked.right}
    chosen = rng.sample(sorted(right), min(PER_STRATUM, len(right)))
    return [Item(name, q, right[q]) for q in chosen]


def _exact_title(shelves: Shelves, rng: random.Random) -> Iterator[Asked]:
    """Right: what bears this title, every take of it."""
    for one in shelves.drawn:
        yield Asked(one.titles[0], shelves.entitled(one.titles[0]))


def _title_and_performer(shelves: Shelves, rng: random.Random) -> Iterator[Asked]:
    """Right: what bears this title and names this person."""
    for one in shelves.drawn:
        if persons := shelves.persons(one):
            name = _called(rng.choice(persons).shown, rng)
            yield Asked(f"{one.titles[0]} {name}", shelves.entitled(one.titles[0]) & shelves.named(name))


def _partial_title(shelves: Shelves, rng: random.Random) -> Iterator[Asked]:
    """Right: what has these words side by side in a title. No part that is of a name: that would ask for its bearer."""
    for one in shelves.drawn:
        words = one.titles[0].split()
        if len(words) < 3:
            continue
        length = rng.randint(2, len(words) - 1)
        start = rng.randint(0, len(words) - length)
        part = " ".join(words[start : start + length]).strip(",;:-–'\"()")
        if _tells(part) and not _is_of_names(part, one):
            yield Asked(part, shelves.partly_entitled(part))


def _name_variant(shelves: Shelves, rng: random.Random) -> Iterator[Asked]:
    """Right: what names a person or a group that also has this name."""
    for one in shelves.drawn:
        for bearer in one.bearers:
            for name in bearer.names:
                if spelling.folded(name) != spelling.folded(bearer.shown):
                    yield Asked(name, shelves.named(name))


def _last_name_first(shelves: Shelves, rng: random.Random) -> Iterator[Asked]:
    """Right: what names this person. "Rhijn, Coba van" as well as "van Rhijn, Coba"."""
    for name in sorted({bearer.shown for one in shelves.drawn for bearer in shelves.persons(one)}):
        first, last = _parted(name)
        if first and last:
            bare = last.removeprefix(_prefix(last)).strip()
            turned = f"{bare}, {first} {_prefix(last)}".strip() if rng.random() < 0.5 else f"{last}, {first}"
            yield Asked(turned, shelves.named(name))


def _without_accents(shelves: Shelves, rng: random.Random) -> Iterator[Asked]:
    """Right: what bears the title or name as it is written with its accents."""
    return _rewritten(shelves, slips.without_accents)


def _apostrophe(shelves: Shelves, rng: random.Random) -> Iterator[Asked]:
    """Right: what bears the title or name with the other kind of apostrophe."""
    return _rewritten(shelves, slips.with_other_apostrophes)


def _one_typo(shelves: Shelves, rng: random.Random) -> Iterator[Asked]:
    """Right: what bears the title or name without the slip. The first letter is kept."""
    return _misspelt(shelves, rng, lambda text: _with_slips(text, rng, shelves, count=1))


def _two_typos(shelves: Shelves, rng: random.Random) -> Iterator[Asked]:
    """Right: what bears the title or name without the slips: both in one long word, or in two words."""
    return _misspelt(shelves, rng, lambda text: _with_slips(text, rng, shelves, count=2))


def _typo_at_the_start(shelves: Shelves, rng: random.Random) -> Iterator[Asked]:
    """Right: what bears the title or name without the slip, which is in a first letter or in a word of four."""
    return _misspelt(shelves, rng, lambda text: _with_hard_slip(text, rng, shelves))


def _other_language(shelves: Shelves, rng: random.Random) -> Iterator[Asked]:
    """Right: what bears the title and the term, which is given in the language that the title is not in."""
    for one in shelves.drawn:
        pairs = [bearer.instruments[:2] for bearer in one.bearers if len(bearer.instruments) >= 2]
        terms = [pair[1] if shelves.is_dutch else pair[0] for pair in pairs if pair[0] != pair[1]]
        terms += [english for english in _ENGLISH_TYPES if shelves.is_dutch and english in one.subjects]
        if terms:
            term = rng.choice(sorted(set(terms)))
            yield Asked(f"{one.titles[0]} {term}", shelves.entitled(one.titles[0]) & shelves.about(term))
    for one in shelves.drawn:
        for title in one.titles[1:]:
            yield Asked(title, shelves.entitled(title))


def _instrument_and_person(shelves: Shelves, rng: random.Random) -> Iterator[Asked]:
    """Right: where this person is said to play this instrument. Labels in both languages, and abbreviations."""
    playing = {
        (bearer.shown, bearer.instruments)
        for one in shelves.drawn
        for bearer in shelves.persons(one)
        if bearer.instruments
    }
    for shown, instruments in sorted(playing):
        name, instrument = _called(shown, rng), rng.choice(instruments)
        form = rng.choice(("{0} {1}", "{1} {0}", "{0} op {1}", "{0} on {1}"))
        yield Asked(form.format(name, instrument.lower()), shelves.playing(name, instrument))


def _number(shelves: Shelves, rng: random.Random) -> Iterator[Asked]:
    """Right: what bears this shelfmark or identifier, with or without its signs."""
    for one in shelves.drawn:
        for mark in one.marks:
            if mark == one.pid or not any(c.isdigit() for c in mark):
                continue
            bare = "".join(c if c.isalnum() or c == " " else "" for c in mark)
            spaced = " ".join("".join(c if c.isalnum() else " " for c in mark).split())
            written = rng.choice((mark, mark.lower(), bare.lower(), spaced, bare.replace(" ", "")))
            yield Asked(written, shelves.numbered(mark))


def _part_of_compound(shelves: Shelves, rng: random.Random) -> Iterator[Asked]:
    """Right: what has the compound, or the part as a word of its own, and the other word that is asked for."""
    for one in shelves.drawn:
        for compound in sorted(shelves.words[one.pid] & COMPOUNDS.keys()):
            part = COMPOUNDS[compound]
            others = [w for text in (one.titles[0], *_names(one)) for w in spelling.words(text)]
            others = sorted({w for w in others if len(w) > 4 and w not in (part, compound)})
            if others:
                other = rng.choice(others)
                whole = {part, *(w for w, known in COMPOUNDS.items() if known == part)}
                yield Asked(f"{part} {other}", shelves.with_words(whole, {other}))


STRATA: dict[str, Stratum] = {
    "exact title": _exact_title,
    "title and performer": _title_and_performer,
    "partial title": _partial_title,
    "name variant": _name_variant,
    "last name first": _last_name_first,
    "without accents": _without_accents,
    "other apostrophe": _apostrophe,
    "number": _number,
    "instrument and person": _instrument_and_person,
    "other language": _other_language,
    "part of a compound": _part_of_compound,
    "one typo": _one_typo,
    "two typos": _two_typos,
    "typo at the start": _typo_at_the_start,
}

_ENGLISH_TYPES = ("photograph", "poster", "sleeve", "clipping", "broadcast", "rehearsal", "conversation")


def _called(shown: str, rng: random.Random) -> str:
    """Call somebody by the whole name, or one time in three by the last name."""
    _first, last = _parted(shown)
    return last if last and rng.random() < 1 / 3 else shown


def _parted(name: str) -> tuple[str, str]:
    """Part a name before the last word and what it carries along."""
    words = name.split()
    at = len(words) - 1
    while at > 1 and words[at - 1].lower() in _PREFIXES:
        at -= 1
    return " ".join(words[:at]), " ".join(words[at:])


def _prefix(last: str) -> str:
    words = last.split()
    return " ".join(word for word in words[:-1] if word.lower() in _PREFIXES)


def _names(one: Document) -> list[str]:
    return [bearer.shown for bearer in one.bearers]


def _tells(part: str) -> bool:
    words = spelling.words(part)
    return len(words) > 1 and any(len(word) > 3 and word not in STOP_WORDS for word in words)


def _is_of_names(part: str, one: Document) -> bool:
    words = {word for word in spelling.words(part) if word not in STOP_WORDS}
    named: Iterable[str] = [*one.places, *(name for bearer in one.bearers for name in bearer.names)]
    return bool(words & {word for text in named for word in spelling.words(text)})


def _titles_and_names(shelves: Shelves) -> Iterator[Asked]:
    for one in shelves.drawn:
        yield Asked(one.titles[0], shelves.entitled(one.titles[0]))
    for name in sorted({bearer.shown for one in shelves.drawn for bearer in one.bearers}):
        yield Asked(name, shelves.named(name))


def _rewritten(shelves: Shelves, rewrite: Callable[[str], str]) -> Iterator[Asked]:
    for text, right in _titles_and_names(shelves):
        if rewrite(text) != text:
            yield Asked(rewrite(text), right)


def _misspelt(shelves: Shelves, rng: random.Random, write: Callable[[str], str | None]) -> Iterator[Asked]:
    for text, right in _titles_and_names(shelves):
        if misspelt := write(text):
            yield Asked(misspelt, right)


def _with_slips(text: str, rng: random.Random, shelves: Shelves, count: int) -> str | None:
    """Misspell a word once; or one word twice or two words once. None where no word is long enough."""
    long = [found for found in _WORD.finditer(text) if len(found[0]) >= MIN_SLIP]
    if count == 2 and len(long) > 1 and rng.random() < 0.5:
        later, earlier = sorted(rng.sample(long, 2), key=lambda found: -found.start())
        return _replaced(_replaced(text, later, rng, shelves, 1), earlier, rng, shelves, 1)
    enough = [found for found in long if len(found[0]) >= (MIN_TWO_SLIPS if count == 2 else MIN_SLIP)]
    return _replaced(text, rng.choice(enough), rng, shelves, count) if enough else None


def _with_hard_slip(text: str, rng: random.Random, shelves: Shelves) -> str | None:
    words = [
        found for found in _WORD.finditer(text) if len(found[0]) >= 4 and found[0].lower() not in STOP_WORDS
    ]
    if not words:
        return None
    found = rng.choice(words)
    if len(found[0]) == 4:
        return _replaced(text, found, rng, shelves, 1)
    written = slips.slip(found[0][0], rng, first=0) + found[0][1:]
    return text[: found.start()] + written + text[found.end() :]


def _replaced(text: str, found: re.Match[str], rng: random.Random, shelves: Shelves, count: int) -> str:
    """Misspell the found word so that it becomes no other word of the collection."""
    while True:
        written = found[0]
        for _ in range(count):
            written = slips.slip(written, rng)
        if spelling.folded(written) not in shelves.vocabulary:
            return text[: found.start()] + written + text[found.end() :]
