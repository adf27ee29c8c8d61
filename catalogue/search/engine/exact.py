"""What a question names to the letter: an identifier, or a whole title."""

import numpy as np

from catalogue.search import analysis, wanting
from catalogue.search.engine import hits
from catalogue.search.engine.hits import Hits
from catalogue.search.engine.inverting import whole_key
from catalogue.search.engine.segment import Segment

TITLE_BONUS = 20.0
MARK_BONUS = 100.0  # an identifier comes first


def raised(segment: Segment, found: Hits, q: str) -> Hits:
    """Add what the question names exactly: an identifier always answers, a whole title counts more."""
    if not q or found.docs is None:
        return found
    by_mark = marked(segment, analysis.mark(q), False)
    if by_mark.docs is not None and len(by_mark.docs):
        found = hits.any_of([found, by_mark], segment.size)
    for title, share in wanting.titles_in(q):
        named = hits.distinct(segment.wholes(whole_key(title)))
        found = hits.raised(found, named, TITLE_BONUS * share)
    return found


def marked(segment: Segment, mark: str, begins: bool) -> Hits:
    """Return the documents with an identifier, or with one that begins so."""
    column, coded = segment.columns["mark"], mark.encode("utf-8", "surrogatepass")
    if not mark:
        return hits.NOTHING
    if begins:
        docs = hits.distinct(np.sort(column.docs_between(*column.values.beginning(coded))))
    else:
        number = column.values.find(coded)
        docs = column.docs_of(number) if number >= 0 else hits.NO_DOCS
    return Hits(docs, np.full(len(docs), MARK_BONUS, np.float32))
