"""Which documents answer a question: the same as reading each of them would tell."""

import random
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalogue import folding
from catalogue.search import parsing, wanting
from catalogue.search.document import Document, Part
from catalogue.search.engine import expanding, placing
from catalogue.search.engine.expanding import Meaning, Mode
from catalogue.search.engine.matching import Matcher
from catalogue.search.engine.segment import Segment
from catalogue.search.engine.shape import CATALOGUE, NAMED
from catalogue.search.engine.snapshot import Snapshot
from catalogue.search.question import Group, Played, Scope, Words
from tests.catalogue.engine import making, model, questions
from tests.catalogue.engine.making import document, person


def found(state: Snapshot, group: Group, q: str = "", is_lenient: bool = False) -> list[list[int]]:
    """Give the documents that answer, of each segment."""
    matcher = Matcher(state, is_lenient)
    matched = [matcher.match(one.segment, group, q) for one in state.segments]
    return [
        list(range(one.segment.size)) if hits.docs is None else hits.docs.tolist()
        for one, hits in zip(state.segments, matched, strict=True)
    ]


def answers(folder: Path, documents: Sequence[Document], q: str) -> list[int]:
    """Give the documents of one segment that answer exactly."""
    return found(making.state(folder, [documents]), parsing.parse(q).question)[0]


@settings(max_examples=40)
@given(drawn=making.documents(least=4, most=16), seed=st.integers(0, 1_000_000))
def test_a_question_is_answered_by_what_reading_every_document_finds(
    tmp_path: Path, drawn: list[Document], seed: int
):
    parts = [drawn[::2], drawn[1::2]]
    state = making.state(tmp_path, parts)

    for q in questions.drawn(seed):
        group = parsing.parse(q).question
        expected = [[doc for doc, one in enumerate(part) if model.answers(one, group)] for part in parts]
        assert found(state, group) == expected, (q, group)


@settings(max_examples=40)
@given(
    drawn=making.documents(least=4, most=16),
    name=st.sampled_from(making.NAMES),
    instrument=st.sampled_from(making.INSTRUMENTS),
)
def test_somebody_on_an_instrument_is_in_one_credit(
    tmp_path: Path, drawn: list[Document], name: str, instrument: str
):
    played = Played(
        Words(tuple(folding.readings(name)), Scope.PERSON),
        Words(tuple(folding.readings(instrument)), Scope.INSTRUMENT),
    )

    assert found(making.state(tmp_path, [drawn]), Group((played,)))[0] == [
        doc for doc, one in enumerate(drawn) if model.answers(one, played)
    ]


@pytest.mark.parametrize(
    "texts",
    [
        {"titles": ("a blue", "night b")},
        {"titles": ("a blue",), "subjects": ("night",)},
        {"titles": ("t",), "prose": ("the blue", "night falls")},
        {"titles": ("blue",), "bearers": (person("Night"),)},
        {"titles": ("t",), "bearers": (person("Blue"), person("Night"))},
        {"titles": ("t",), "bearers": (person("Blue", "Night"),)},
        {"titles": ("t",), "bearers": (person("Night", instruments=("blue",)),)},
        {"titles": ("t",), "bearers": (person("T", instruments=("blue", "night")),)},
        {"titles": (" ".join(["word"] * 127 + ["blue"]), "night")},
        {"titles": ("t",), "prose": (" ".join(["word"] * 118 + ["blue"]),), "bearers": (person("Night"),)},
    ],
)
def test_no_phrase_runs_across_texts(tmp_path: Path, texts: dict[str, object]):
    documents = [document(1, **texts), document(2, "night")]

    assert answers(tmp_path, documents, '"blue night"') == []
    assert 0 in answers(tmp_path, documents, "blue night")


def test_no_phrase_runs_from_one_document_to_the_next(tmp_path: Path):
    assert answers(tmp_path, [document(1, "blue"), document(2, "night")], '"blue night"') == []


def test_a_phrase_in_a_title_needs_all_its_words_in_a_title(tmp_path: Path):
    in_title = document(1, "the blue night")
    in_prose = document(2, "blue", prose=("the blue night",))
    in_other_title = document(3, titles=("one", "blue night"))

    assert answers(tmp_path, [in_title, in_prose, in_other_title], 'title:"blue night"') == [0, 2]


def test_a_phrase_with_an_endless_word_is_found(tmp_path: Path):
    endless = "a" * 90

    assert answers(tmp_path, [document(1, f"blue {endless} night")], f'"blue {endless} night"') == [0]
    assert answers(tmp_path, [document(1, f"{endless}-{endless} night")], f'"{endless} night"') == []


@pytest.mark.parametrize(
    ("q", "expected"),
    [
        ("person:(ben webster)", [0]),
        ("person:(ben shorter)", []),
        ("leader:(wayne shorter)", [0]),
        ("leader:(ben webster)", []),
        ("person:(wayne shorter)", [0]),
        ("label:(blue note)", [0]),
        ("person:(blue note)", []),
        ('person:"webster ben"', [0]),
        ("person:(webst*)", [0]),
        ("person:(ben webst*)", [0]),
        ("person:(wayne webst*)", []),
    ],
)
def test_words_of_one_name_stand_in_one_name(tmp_path: Path, q: str, expected: list[int]):
    bearers = (
        person("Ben Webster", "Webster, B.", instruments=("tenor",)),
        person("Wayne Shorter", part=Part.LEADER),
        person("Blue Note", part=Part.LABEL),
    )

    assert answers(tmp_path, [document(1, bearers=bearers)], q) == expected


@settings(max_examples=60)
@given(asked=st.text("abcнр語", min_size=5, max_size=9), seed=st.integers(0, 1_000_000))
def test_words_spelt_alike_are_those_within_the_slips_that_are_allowed(tmp_path: Path, asked: str, seed: int):
    chance = random.Random(seed)
    words = {slipped(asked, chance.randint(0, 3), chance) for _ in range(30)}
    segment = making.written(tmp_path, [document(1, " ".join(sorted(words)))])
    limit = wanting.slips_allowed(asked)

    alike = {
        segment.words.texts[number].decode(): slips
        for number, slips in expanding.misspelt(segment.words, asked, NAMED)
    }

    near = {word: folding.distance(asked, word, limit) for word in words if word[0] == asked[0]}
    assert alike == {word: slips for word, slips in near.items() if 0 < slips <= limit}


def slipped(word: str, slips: int, chance: random.Random) -> str:
    """Insert, drop, change or swap some letters."""
    for _ in range(slips):
        at = chance.randrange(len(word))
        letter = chance.choice("abcнр語")
        word = chance.choice(
            (
                word[:at] + letter + word[at:],
                word[:at] + word[at + 1 :],
                word[:at] + letter + word[at + 1 :],
                word[:at] + word[at + 1 : at + 2] + word[at : at + 1] + word[at + 2 :],
            )
        )
    return word


def test_slips_are_not_looked_for_in_prose(tmp_path: Path):
    segment = making.written(tmp_path, [document(1, "coleman", prose=("colemans",))])

    assert list(expanding.misspelt(segment.words, "colemann", NAMED)) == [
        (segment.words.texts.find(b"coleman"), 1)
    ]


def weights(segment: Segment, word: str, mode: Mode) -> dict[int, int]:
    postings = expanding.postings(segment, expanding.meanings(segment, CATALOGUE, word, mode))
    assert (np.diff(postings.docs) > 0).all()
    return dict(zip(postings.docs.tolist(), postings.weights.tolist(), strict=True))


def test_a_word_itself_weighs_more_than_one_of_its_stem_beginning_or_near_spelling(tmp_path: Path):
    titles = ("hawkins", "hawkinson", "hawkin", "other", "another", "more", "most")
    documents = [document(number, title) for number, title in enumerate(titles)]
    segment = making.written(tmp_path, documents)

    modes = (Mode.PLAIN, Mode.BEGINNING, Mode.LENIENT)
    plain, begun, near = (weights(segment, "hawkins", mode) for mode in modes)

    assert plain.keys() == {0}
    assert begun.keys() == {0, 1}
    assert near.keys() == {0, 2}
    assert plain[0] == begun[0] == near[0] > max(begun[1], near[2])


@settings(max_examples=25)
@given(drawn=making.documents(least=1, most=20), word=st.sampled_from(("night", "trein", "tenor", "blue")))
def test_each_document_counts_by_its_best_meaning(tmp_path: Path, drawn: list[Document], word: str):
    segment = making.written(tmp_path, drawn)
    meanings = expanding.meanings(segment, CATALOGUE, word, Mode.PLAIN)
    single = [expanding.postings(segment, [one]) for one in meanings]

    best: dict[int, int] = {}
    for one in single:
        for doc, weight in zip(one.docs.tolist(), one.weights.tolist(), strict=True):
            best[doc] = max(weight, best.get(doc, 0))

    assert weights(segment, word, Mode.PLAIN) == best
    assert weights(segment, word, Mode.PLAIN).keys() == {
        doc for doc, one in enumerate(drawn) if model.answers(one, Words((((word,),),)))
    }


@settings(max_examples=40)
@given(
    places=st.sets(st.integers(10, 400), max_size=60),
    others=st.sets(st.integers(10, 400), min_size=1, max_size=300),
    step=st.integers(-5, 5),
)
def test_places_with_another_so_many_steps_on_are_found_in_either_manner(
    places: set[int], others: set[int], step: int
):
    own, among = (np.array(sorted(one), np.int64) for one in (places, others))

    found = placing._followed(own, step, among.astype(np.uint32))

    assert found.tolist() == sorted(place for place in places if place + step in others)


def test_documents_with_all_words_in_one_block_need_one_meaning_of_each(tmp_path: Path):
    bearers = (person("Ben Webster", instruments=("tenor",)), person("Ben Shorter"))
    segment = making.written(tmp_path, [document(1, bearers=bearers)])

    def ways(*words: str) -> list[list[list[list[Meaning]]]]:
        numbers = [segment.words.texts.find(word.encode()) for word in words]
        return [[[[Meaning(number, number + 1)]]] if number >= 0 else [[[]]] for number in numbers]

    kinds = [1]
    assert placing.in_one_block(segment, ways("ben", "shorter"), kinds).tolist() == [0]
    assert placing.in_one_block(segment, ways("webster", "shorter"), kinds).tolist() == []
    assert placing.in_one_block(segment, ways("ben", "nobody"), kinds).tolist() == []
    assert placing.in_one_block(segment, ways("ben"), [2]).tolist() == []
    assert placing.in_one_block(segment, [], kinds).tolist() == []


def test_a_document_scores_the_same_in_every_segment(tmp_path: Path):
    drawn = making.drawn(40, seed=4)
    whole, parted = (
        making.state(tmp_path, [drawn]),
        making.state(tmp_path, [drawn[:3], drawn[3:25], drawn[25:]]),
    )

    for q in (q for seed in range(12) for q in questions.drawn(seed)):
        assert scores(whole, q).tolist() == scores(parted, q).tolist(), q


def scores(state: Snapshot, q: str) -> np.ndarray:
    """Give what every document scores, nought for those that do not answer."""
    group, matcher = parsing.parse(q).question, Matcher(state)
    every = []
    for one in state.segments:
        hits, dense = matcher.match(one.segment, group, q), np.zeros(one.segment.size)
        if hits.docs is not None and hits.scores is not None:
            dense[hits.docs] = hits.scores
        every.append(dense)
    return np.concatenate(every)
