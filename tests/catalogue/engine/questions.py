"""Questions drawn by chance from the words of the documents that `making` draws."""

import random

from tests.catalogue.engine.making import INSTRUMENTS, NAMES, WORDS

_FIELDS = ("person", "leader", "label", "instrument", "place", "title")


def drawn(seed: int, count: int = 12) -> list[str]:
    """Draw questions, the same for the same seed."""
    chance = random.Random(seed)
    return [_question(chance) for _ in range(count)]


def _question(chance: random.Random) -> str:
    pieces = [_piece(chance) for _ in range(chance.randint(1, 3))]
    if chance.random() < 0.3:
        pieces.insert(chance.randint(0, len(pieces)), "OR")
    if chance.random() < 0.3:
        pieces.append(f"-{_piece(chance)}")
    if chance.random() < 0.2:
        pieces = [f"({' '.join(pieces)})", "NOT", _piece(chance)]
    return " ".join(pieces)


def _piece(chance: random.Random) -> str:
    kind = chance.random()
    if kind < 0.35:
        return chance.choice(WORDS)
    if kind < 0.6:
        return f'"{" ".join(chance.choices(WORDS, k=chance.randint(1, 3)))}"'
    if kind < 0.7:
        return f"{chance.choice(('bl', 'nig', 'tr', 'ten', 'shor', 'boo', 'ноч'))}*"
    if kind < 0.75:
        return chance.choice(
            ("year:1958", "year:..1959", "year:1970..", "year:1990", "id:nr-0412", "id:blue*")
        )
    field = chance.choice(_FIELDS)
    words = chance.choice((*NAMES, *INSTRUMENTS, *WORDS, "web*", "sho*"))
    return f"{field}:({words})" if " " in words else f"{field}:{words}"
