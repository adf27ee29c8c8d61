"""Words that are looked for but not asked for, unless there is nothing else. Dutch and English. Pure."""

from catalogue.folding import Reading

_DUTCH = "de het een van in op met en of te voor bij uit om aan door"
_ENGLISH = "the a an of on at with and for by from to"
STOP_WORDS = frozenset(f"{_DUTCH} {_ENGLISH}".split())


def is_stop_word(reading: Reading) -> bool:
    """Tell whether a word as it was read is one of these."""
    return len(reading) == 1 and len(reading[0]) == 1 and reading[0][0] in STOP_WORDS
