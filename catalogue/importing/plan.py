"""From rows to what they say, by the shape of their table; and the collection that all hangs under. Pure."""

from collections.abc import Callable, Sequence

from catalogue.importing import concerts, discogs, marc, pbcore, photographs, sound_files, takes
from catalogue.importing.mapping import Mapping, Shape
from catalogue.importing.records import GroupPlan, PlannedCollection, PlannedSource
from catalogue.importing.rows import SourceRow

COLLECTION_KEY = "collection"

SHAPES: dict[Shape, Callable[[Mapping, Sequence[SourceRow]], GroupPlan]] = {
    Shape.RECORDING: takes.group,
    Shape.SOLO: takes.group,
    Shape.CONCERT: concerts.group,
    Shape.PHOTOGRAPH: photographs.group,
    Shape.DISCOGS: discogs.group,
    Shape.PBCORE: pbcore.group,
    Shape.MARC: marc.group,
    Shape.SOUND: sound_files.group,
}


def group(mapping: Mapping, source: Sequence[SourceRow]) -> GroupPlan:
    """Plan the rows that belong together, given in their order."""
    return SHAPES[mapping.shape](mapping, source)


def collection(mapping: Mapping) -> PlannedCollection:
    """Plan the collection that all entries of a mapping hang under."""
    words = mapping.collection
    return PlannedCollection(
        key=COLLECTION_KEY,
        title=words.title_nl,
        title_lang="nl",
        title_en=words.title_en,
        date_text=None,
        credits=(),
        sources=(PlannedSource(words.citation, url=words.url),),
        credit_line=words.credit_line,
        description_nl=words.description_nl.strip(),
        description_en=words.description_en.strip(),
    )
