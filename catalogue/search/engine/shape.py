"""What an index holds of its documents: the parts of a text and their weights, and the values that are counted."""

from dataclasses import dataclass

# Count up with each change of what is written: an index of another format is made anew.
FORMAT = 4

# One bit for each place where words may be looked for (catalogue.search.question.Scope) or told apart.
TITLE, PERSON, LEADER, LABEL, INSTRUMENT, SUBJECT, PLACE, PROSE = (1 << bit for bit in range(8))

NAMED = (
    TITLE | PERSON | LEADER | LABEL | INSTRUMENT | SUBJECT | PLACE
)  # where slips of the pen are looked for
STEMMED = INSTRUMENT | SUBJECT | PROSE  # names and titles are never stemmed


@dataclass(frozen=True)
class Part:
    """One part of a document's text, weighed by BM25F.

    `length` is the usual number of words, at which no length is held against a document, and `share` how much of
    it is. They are fixed, not measured, so that a document weighs the same in every segment. `is_counted`: a word
    that stands there twice counts twice.
    """

    bits: int
    weight: float
    length: float = 1.0
    share: float = 0.0
    is_counted: bool = False


PARTS = {
    "title": Part(TITLE, 5.0, length=5, share=0.4, is_counted=True),
    "other_title": Part(TITLE, 3.0),
    "described_title": Part(TITLE | PROSE, 4.0, length=7, share=0.4, is_counted=True),
    "person": Part(PERSON, 3.0, length=15, share=0.2),
    "leader": Part(PERSON | LEADER, 3.6, length=15, share=0.2),
    "label": Part(LABEL, 1.8),
    "plays": Part(INSTRUMENT, 0.0),  # beside a name; the instrument itself weighs as a subject
    "subject": Part(SUBJECT, 1.6),
    "place": Part(PLACE, 1.6),
    "mark": Part(0, 4.0),  # a part of a shelfmark or an identifier; the whole is a value of its own
    "prose": Part(PROSE, 0.8, length=40, share=0.7, is_counted=True),
}
CODES = {name: code for code, name in enumerate(PARTS)}

K1 = 1.2  # how soon more of the same word stops counting
STEPS = 255  # in which the weight of a word in a document is kept

# Places of words. Each text begins after a gap, so that no phrase runs across; each bearer of a name has blocks
# of its own, so that words can be told to stand in one name.
GAP = 8
BLOCK_BITS = 7
BLOCK = 1 << BLOCK_BITS
NO_BLOCK, PERSON_BLOCK, LEADER_BLOCK, LABEL_BLOCK = range(4)

MAX_WORD = 60  # letters; longer ones are cut


@dataclass(frozen=True)
class Shape:
    """The values that are kept of each document, those counted in every answer first; and how words are compared."""

    counted: tuple[str, ...]
    kept: tuple[str, ...] = ()
    languages: tuple[str, ...] = ("nl", "en")  # whose stems words of prose share
    slips: int = NAMED  # the parts in which slips of the pen are looked for
    near_names: bool = (
        True  # whether names spelt nearly so, and better words, are offered beside what is there
    )

    @property
    def names(self) -> tuple[str, ...]:
        """All of them."""
        return self.counted + self.kept


CATALOGUE = Shape(
    counted=("kind", "reuse", "place", "instrument", "person", "leader", "label", "collection"),
    kept=("plays", "player", "occasion"),
)
# `decade` is counted too: it is worked out from the years.
DECADE = "decade"
