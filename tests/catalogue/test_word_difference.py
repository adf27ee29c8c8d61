"""What changed between two texts is shown word by word, and nothing of either is lost."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogue import word_difference
from catalogue.word_difference import GONE, NEW, SAME

TEXTS = st.text(alphabet="ab é.\n", max_size=40)


@pytest.mark.parametrize(
    ("before", "after", "pieces"),
    [
        ("Blauw uur", "Blauw uur", [(SAME, "Blauw uur")]),
        ("Blauw uur", "Blauwe uren", [(GONE, "Blauw uur"), (NEW, "Blauwe uren")]),
        (
            "de bassist speelt",
            "de drummer speelt",
            [(SAME, "de "), (GONE, "bassist"), (NEW, "drummer"), (SAME, " speelt")],
        ),
        ("", "nieuw", [(NEW, "nieuw")]),
        ("oud", "", [(GONE, "oud")]),
        ("Opname.", "Opname, later.", [(SAME, "Opname"), (NEW, ", later"), (SAME, ".")]),
    ],
)
def test_words_are_shown_whole(before: str, after: str, pieces: list[tuple[str, str]]) -> None:
    assert [(piece.state, piece.text) for piece in word_difference.compare(before, after)] == pieces


@given(TEXTS, TEXTS)
def test_both_texts_can_be_read_from_the_pieces(before: str, after: str) -> None:
    pieces = word_difference.compare(before, after)

    assert "".join(piece.text for piece in pieces if piece.state != NEW) == before
    assert "".join(piece.text for piece in pieces if piece.state != GONE) == after
    assert all(piece.text for piece in pieces)


@pytest.mark.parametrize("word", ["woord {} ", "{},", "regel {}\n"])
def test_long_texts_take_no_long_time(word: str) -> None:
    before = "".join(word.format(at) for at in range(3000))[:20_000]
    after = "".join(word.format(at * 7) for at in range(3000))[:20_000]
    started = time.process_time()

    word_difference.compare(before, after)

    assert time.process_time() - started < 2
