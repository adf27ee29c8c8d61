"""Compounds: which words of a collection are two of its other words."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogue.search.compounds import Compounds

PROSE = """
    jazz festival concert gebouw orkest concertgebouw tenor saxofonist saxofoon platen plaat hoezen hoes radio
    uitzending opname opnames band recorder bandleider leider trompet spelers solo bas piano muziek kamer trio
    kwartet slag werker slagwerk drum stel jam sessie station plein zonne schijn nacht club clubs avond vara studio
    foto grafie groep over leden voor beeld baar onder zoek some thing
"""
vocabulary = [(word, 5, True) for word in PROSE.split()]


def split(word: str, *more: tuple[str, int, bool]) -> str:
    return " ".join(Compounds([*vocabulary, *more]).split(word))


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("jazzfestival", "jazz festival"),
        ("tenorsaxofonist", "tenor saxofonist"),
        ("tenorsaxofoon", "tenor saxofoon"),
        ("platenhoezen", "platen hoezen"),
        ("platenhoes", "platen hoes"),
        ("concertgebouworkest", "concertgebouw orkest concert gebouw"),
        ("concertgebouw", "concert gebouw"),
        ("radiouitzending", "radio uitzending"),
        ("bandrecorder", "band recorder"),
        ("trompetspelers", "trompet spelers"),
        ("pianotrio", "piano trio"),
        ("kamermuziek", "kamer muziek"),
        ("stationsplein", "station plein"),
        ("zonneschijn", "zonne schijn"),
        ("nachtclubs", "nacht clubs"),
        ("jazzgroepen", ""),
        ("bassolo", ""),
        ("slagwerker", "slag werker"),
        ("jazz", ""),
        ("overleden", ""),
        ("voorbeeld", ""),
        ("onderzoek", ""),
        ("something", ""),
        ("plaatbaar", ""),
        ("jazz1958festival", ""),
        ("", ""),
    ],
)
def test_a_compound_is_two_known_words(word, parts):
    assert split(word) == parts


def test_the_split_with_the_most_frequent_parts_is_taken():
    more = [("jazzclub", 2, True), ("avonden", 2, True), ("clubavonden", 1, True), ("jazz", 9, True)]

    assert split("jazzclubavonden", *more) == "jazzclub avonden jazz club"
    assert split("jazzclubavonden", *more, ("clubavonden", 3, True)) == "jazz clubavonden club avonden"


def test_names_are_neither_split_nor_parts():
    assert split("bandwerker", ("werker", 3, True)) == "band werker"
    assert split("bandwerker", ("werker", 3, True), ("bandwerker", 3, False)) == ""
    assert split("jazzwebster", ("webster", 30, False)) == ""


@given(st.lists(st.text("abces", min_size=1, max_size=9), max_size=30), st.text("abces", max_size=18))
def test_parts_are_known_words_that_make_up_the_word(words, word):
    parts = Compounds((known, 1, True) for known in words).split(word)

    assert set(parts) <= set(words)
    assert not parts or (word.startswith(parts[0]) and word.endswith(parts[1]))


def test_a_large_vocabulary_is_split_in_little_time():
    words = [f"{first}{last}" for first in PROSE.split() for last in PROSE.split()] * 5
    compounds = Compounds(vocabulary)
    start = time.process_time()

    for number, word in enumerate(words):
        compounds.split(word + "abcdefghij"[number % 10])

    # A million words within seconds.
    assert (time.process_time() - start) / len(words) < 50e-6
