"""What CSL JSON may hold, for tests: types and variables of the part of the standard that we write.

Read from citation-style-language/schema, schemas/input/csl-data.json, version 1.0.2, which allows nothing else.
"""

from typing import Any

TYPES = {
    "article", "article-journal", "article-magazine", "article-newspaper", "bill", "book", "broadcast", "chapter",
    "classic", "collection", "dataset", "document", "entry", "entry-dictionary", "entry-encyclopedia", "figure",
    "graphic", "hearing", "interview", "legal_case", "legislation", "manuscript", "map", "motion_picture",
    "musical_score", "pamphlet", "paper-conference", "patent", "performance", "periodical",
    "personal_communication", "post", "post-weblog", "regulation", "report", "review", "review-book", "software",
    "song", "speech", "standard", "thesis", "treaty", "webpage",
}  # fmt: skip
NAMES = {"author", "composer", "performer", "interviewer", "contributor", "illustrator", "producer"}
DATES = {"accessed", "issued", "event-date", "original-date", "submitted", "available-date"}
TEXTS = {
    "abstract", "annote", "archive", "archive_collection", "archive_location", "archive-place", "call-number",
    "collection-title", "container-title", "dimensions", "event", "event-place", "genre", "ISRC", "ISWC", "keyword",
    "language", "medium", "note", "publisher", "publisher-place", "source", "status", "title", "URL", "version",
}  # fmt: skip
PARTS_OF_NAMES = {"family", "given", "dropping-particle", "non-dropping-particle", "suffix", "literal"}


def faults(listed: Any) -> list[str]:
    """Say what the standard does not allow in a file of CSL JSON."""
    if not isinstance(listed, list):
        return ["not a list"]
    return [fault for item in listed for fault in _of_item(item)]


def _of_item(item: Any) -> list[str]:
    found = [f"{name} is missing" for name in ("id", "type") if name not in item]
    found += [f"type {item['type']}"] if item.get("type") not in TYPES else []
    for name, value in item.items():
        if name in NAMES:
            found += [f"{name}: {each}" for each in value if not _is_name(each)]
        elif name in DATES:
            found += [] if _is_date(value) else [f"{name}: {value}"]
        elif name in TEXTS or name == "id":
            found += [] if isinstance(value, str) else [f"{name} is no text"]
        elif name == "custom":
            found += [] if isinstance(value, dict) else ["custom is no object"]
        elif name != "type":
            found.append(f"unknown variable {name}")
    return found


def _is_name(name: Any) -> bool:
    return (
        isinstance(name, dict)
        and set(name) <= PARTS_OF_NAMES
        and all(isinstance(t, str) and t for t in name.values())
    )


def _is_date(value: Any) -> bool:
    if not isinstance(value, dict) or not set(value) <= {"date-parts", "season", "circa", "literal"}:
        return False
    parts = value.get("date-parts", [[1]])
    return 1 <= len(parts) <= 2 and all(
        1 <= len(each) <= 3 and all(type(n) is int for n in each) for each in parts
    )
