"""Citations for reading: APA (7th edition) and Chicago (notes and bibliography, 17th edition), from CSL JSON. Pure.

Both follow the patterns for archival recordings and pictures: who, when, what [kind], where it is kept, address.
"""

import re
from collections.abc import Sequence
from typing import Any

from babel import Locale
from markupsafe import Markup, escape

Item = dict[str, Any]

MOST_APA = 20  # authors; of more the first nineteen and the last are named (APA 7, section 9.8)
MOST_NOTE = 3  # authors; of more the first and "et al." (Chicago 17, 14.76)
MOST_BIBLIOGRAPHY = 10

_UNDATED = {"nl": "z.d.", "en": "n.d."}
_AND = {"nl": "en", "en": "and"}
_SEASONS = {"nl": ("voorjaar", "zomer", "najaar", "winter"), "en": ("spring", "summer", "autumn", "winter")}
_ITALIC = Markup("<i>{}</i>")
_ENDS = ".?!…"
_WHOLE = frozenset({"graphic", "collection", "musical_score"})


def apa(item: Item, lang: str) -> Markup:
    """Write an item in APA style: Terwindt, J. (1958, March 14). *Title* [Kind]. Archive (number). Address."""
    authors = _apa_authors(item.get("author", []))
    when = f"({_apa_date(item.get('issued'), lang)})."
    title = _ITALIC.format(item["title"])
    what = escape(f" [{item['genre']}]." if item.get("genre") else ".")
    kept = f"{item['archive']} ({item['archive_location']})."
    if not authors:  # the title then stands in the author's place (APA 7, section 9.12)
        return Markup(" ").join([title + what, escape(when), escape(kept), _address(item)])
    return Markup(" ").join(
        [escape(_stopped(authors)), escape(when), title + what, escape(kept), _address(item)]
    )


def chicago_note(item: Item, lang: str) -> Markup:
    """Write a footnote in Chicago style."""
    names = [_straight(name) for name in item.get("author", [])]
    if len(names) > MOST_NOTE:
        names = [f"{names[0]} et al."]
    who = _listed(names, _AND[lang])
    rest = [
        _small(item.get("genre", "")),
        chicago_date(item.get("issued"), lang),
        item.get("event-place", ""),
        item["archive_location"],
        item["archive"],
    ]
    start = escape(f"{who}, " if who else "") + _titled(item, ",")
    return start + " " + escape(", ".join(part for part in rest if part)) + ", " + _address(item) + "."


def chicago(item: Item, lang: str) -> Markup:
    """Write an entry of a bibliography in Chicago style."""
    people = item.get("author", [])
    names = [_turned(people[0]), *(_straight(name) for name in people[1:])] if people else []
    if len(names) > MOST_BIBLIOGRAPHY:
        names = [*names[:7], "et al."]
    who = _stopped(_listed(names, _AND[lang], with_comma=True))
    stop = "" if item["title"].endswith(tuple(_ENDS)) else "."
    parts = [
        _stopped(item.get("genre", "")),
        _stopped(_large(chicago_date(item.get("issued"), lang))),
        _stopped(item.get("event-place", "")),
        _stopped(item["archive_location"]),
        _stopped(item["archive"]),
    ]
    start = escape(f"{who} " if who else "") + _titled(item, stop)
    return start + " " + escape(" ".join(part for part in parts if part)) + " " + _address(item) + "."


def chicago_date(issued: Item | None, lang: str) -> str:
    """Write a date as Chicago does: March 14, 1958; in Dutch 14 maart 1958; nothing where there is none."""
    if issued is None:
        return ""
    if "date-parts" not in issued:
        return str(issued.get("literal", ""))
    shown = " – ".join(_day_first(parts, lang) for parts in issued["date-parts"])
    return _circa(_season(issued, lang) + shown, issued)


def _apa_date(issued: Item | None, lang: str) -> str:
    if issued is None:
        return _UNDATED[lang]
    if "date-parts" not in issued:
        return str(issued.get("literal") or _UNDATED[lang])
    shown = " – ".join(_year_first(parts, lang) for parts in issued["date-parts"])
    season = _season(issued, lang).strip()
    return _circa(f"{shown}, {season}" if season else shown, issued)


def _circa(text: str, issued: Item) -> str:
    return f"ca. {text}" if issued.get("circa") else text


def _season(issued: Item, lang: str) -> str:
    season = issued.get("season")
    return f"{_SEASONS[lang][season - 1]} " if season else ""


def _year_first(parts: Sequence[int], lang: str) -> str:
    if len(parts) == 1:
        return str(parts[0])
    month = _month(parts[1], lang)
    rest = [month] if len(parts) == 2 else [f"{parts[2]} {month}" if lang == "nl" else f"{month} {parts[2]}"]
    return f"{parts[0]}, {rest[0]}"


def _day_first(parts: Sequence[int], lang: str) -> str:
    if len(parts) == 1:
        return str(parts[0])
    month = _month(parts[1], lang)
    if len(parts) == 2:
        return f"{month} {parts[0]}"
    return f"{parts[2]} {month} {parts[0]}" if lang == "nl" else f"{month} {parts[2]}, {parts[0]}"


def _month(number: int, lang: str) -> str:
    return str(Locale(lang).months["format"]["wide"][number])


def _apa_authors(names: Sequence[Item]) -> str:
    shown = [_initialled(name) for name in names]
    if len(shown) > MOST_APA:
        return ", ".join(shown[: MOST_APA - 1]) + f", … {shown[-1]}"
    if len(shown) < 2:
        return "".join(shown)
    return ", ".join(shown[:-1]) + f", & {shown[-1]}"


def _initialled(name: Item) -> str:
    if "literal" in name:
        return str(name["literal"])
    initials = " ".join(_initials(word) for word in name.get("given", "").split())
    return ", ".join(part for part in (_family(name), initials) if part)


def _initials(word: str) -> str:
    return "-".join(f"{part[0].upper()}." for part in re.split("[-‐-―]", word) if part)


def _straight(name: Item) -> str:
    return str(name.get("literal") or " ".join(part for part in (name.get("given"), _family(name)) if part))


def _turned(name: Item) -> str:
    """Write a name for sorting: the prefix comes last, as in Rhijn, Coba van."""
    given = " ".join(part for part in (name.get("given"), name.get("non-dropping-particle")) if part)
    return str(name.get("literal") or ", ".join(part for part in (name.get("family"), given) if part))


def _family(name: Item) -> str:
    return " ".join(part for part in (name.get("non-dropping-particle"), name.get("family")) if part)


def _listed(names: Sequence[str], conjunction: str, *, with_comma: bool = False) -> str:
    if len(names) < 2:
        return "".join(names)
    comma = "," if with_comma or len(names) > 2 else ""
    return f"{', '.join(names[:-1])}{comma} {conjunction} {names[-1]}"


def _titled(item: Item, mark: str) -> Markup:
    """Write a title with the mark that follows: pictures and whole collections in italics, the rest in quotes
    (Chicago 17, 8.163 to 8.198).
    """
    if item["type"] in _WHOLE:
        return _ITALIC.format(item["title"]) + mark
    return escape(f"“{item['title']}{mark}”")


def _small(text: str) -> str:
    return text[:1].lower() + text[1:]


def _large(text: str) -> str:
    return text[:1].upper() + text[1:]


def _stopped(text: str) -> str:
    return text if not text or text.endswith(tuple(_ENDS)) else f"{text}."


def _address(item: Item) -> Markup:
    return Markup('<a href="{0}">{0}</a>').format(item["URL"])
