"""Segments: turned round from documents or joined from others they are the same, number for number."""

import random
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalogue.search.document import Document
from catalogue.search.engine import gathering, inverting, joining
from catalogue.search.engine.segment import Segment
from catalogue.search.engine.shape import BLOCK_BITS, CATALOGUE, Shape
from catalogue.search.engine.sources import Source
from tests.catalogue.engine import making, model
from tests.catalogue.engine.making import document, person


@pytest.fixture(params=[2_000_000, 3], ids=["in one go", "a stretch at a time"])
def stretch(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Join with all postings at once, and with three at a time."""
    monkeypatch.setattr(joining, "STRETCH", request.param)


def word_numbers(segment: Segment) -> dict[str, int]:
    return {text.decode(): number for number, text in enumerate(segment.words.texts)}


def assert_same(one: Segment, other: Segment) -> None:
    assert one.pack.notes == other.pack.notes
    assert one.arrays.keys() == other.arrays.keys()
    for name, array in one.arrays.items():
        assert array.dtype == other.arrays[name].dtype, name
        assert array.tolist() == other.arrays[name].tolist(), name


@settings(max_examples=40)
@given(drawn=making.documents())
def test_each_word_leads_to_the_documents_that_have_it(tmp_path: Path, drawn: list[Document]):
    words = making.written(tmp_path, drawn).words

    expected = [model.counted(one) for one in drawn]
    assert [text.decode() for text in words.texts] == sorted(
        {word for counts in expected for word in counts}, key=str.encode
    )
    for number, text in enumerate(words.texts):
        word = text.decode()
        having = [doc for doc, counts in enumerate(expected) if word in counts]
        assert words.docs(number).tolist() == having
        assert words.count(number) == len(having)
        assert words.bits(number).tolist() == [model.bits(drawn[doc], word) for doc in having]
        for doc, weight in zip(having, words.weights(number).tolist(), strict=True):
            assert abs(weight - max(1, model.weight(drawn[doc], word))) <= 0.51, (word, drawn[doc])


@settings(max_examples=40)
@given(drawn=making.documents())
def test_each_word_stands_where_the_text_has_it(tmp_path: Path, drawn: list[Document]):
    segment = making.written(tmp_path, drawn)

    for number, text in enumerate(segment.words.texts):
        places = segment.words.places(number)
        docs = segment.block_docs.take(places >> BLOCK_BITS)
        counts = [model.counted(one)[text.decode()] for one in drawn]
        assert np.bincount(docs, minlength=len(drawn)).tolist() == counts
        assert (np.diff(places.astype(np.int64)) > 0).all()


@settings(max_examples=60)
@given(data=st.data(), drawn=making.documents(least=2, most=10), seed=st.integers(0, 99))
def test_joined_segments_are_what_one_made_in_one_go_is(
    tmp_path: Path, data: st.DataObject, drawn: list[Document], seed: int
):
    chance = random.Random(seed)
    chance.shuffle(drawn)
    cuts = sorted(data.draw(st.sets(st.integers(1, len(drawn) - 1), max_size=3)))
    parts = [drawn[start:end] for start, end in zip([0, *cuts], [*cuts, len(drawn)], strict=True)]
    gone = data.draw(st.sets(st.sampled_from([one.pid for one in drawn])))
    sources = [_source(tmp_path, part, gone, is_read=chance.random() < 0.5) for part in parts]
    stretch, copied = joining.STRETCH, gathering.COPIED
    joining.STRETCH, gathering.COPIED = chance.choice((1, 4, stretch)), chance.choice((1, 40, copied))
    try:
        found = making.joined(tmp_path, sources)
    finally:
        joining.STRETCH, gathering.COPIED = stretch, copied

    assert_same(found, making.written(tmp_path, [one for one in drawn if one.pid not in gone]))


def _source(folder: Path, part: list[Document], gone: set[str], is_read: bool) -> Source:
    live = np.array([one.pid not in gone for one in part])
    kept = None if live.all() else live
    if not is_read:
        return Source(making.collected(part).arrays, kept)
    segment = making.written(folder, part)
    return Source(segment.arrays, kept, segment.pack)


def test_joining_what_was_joined_changes_nothing(tmp_path: Path, stretch: None):
    documents = [document(number, f"blue {number % 3} night", marks=(f"NR-{number}",)) for number in range(9)]
    halves = [making.written(tmp_path, part) for part in (documents[:4], documents[4:])]

    once = making.joined(tmp_path, [Source(one.arrays, None, one.pack) for one in halves])
    again = making.joined(tmp_path, [Source(once.arrays, None, once.pack)])

    assert_same(once, again)
    assert_same(once, making.written(tmp_path, documents))


def test_words_and_values_that_only_deleted_documents_had_are_gone(tmp_path: Path, stretch: None):
    kept = document(1, "blue night", persons=("b",))
    gone = document(2, "aardvark night zebra", persons=("a", "c"), marks=("NR-2",), places=("Delft",))
    source = Source(making.collected([gone, kept]).arrays, np.array([False, True]))

    segment = making.joined(tmp_path, [source])

    assert list(word_numbers(segment)) == ["blue", "night"]
    assert [list(segment.columns[name].values) for name in ("person", "mark", "pid")] == [
        [b"b"], [], [kept.pid.encode()],
    ]  # fmt: skip
    assert (segment.doc(gone.pid), segment.doc(kept.pid)) == (-1, 0)


@pytest.mark.parametrize("live", [None, np.zeros(2, np.bool_)], ids=["nothing", "nothing left"])
def test_a_segment_of_no_documents_can_be_read(tmp_path: Path, live: object):
    source = making.collected([] if live is None else [document(1), document(2)])

    segment = making.joined(tmp_path, [Source(source.arrays, live)])  # type: ignore[arg-type]

    assert (segment.size, len(segment.words.texts), segment.digests()) == (0, 0, [])
    assert segment.doc("none") == -1


@settings(max_examples=25)
@given(drawn=making.documents())
def test_texts_digests_titles_and_dates_are_those_of_each_document(tmp_path: Path, drawn: list[Document]):
    segment = making.written(tmp_path, drawn)

    assert segment.digests() == [one.digest for one in drawn]
    for doc, one in enumerate(drawn):
        assert (segment.pid(doc), segment.doc(one.pid)) == (one.pid, doc)
        assert segment.texts(doc)["title"] == list(one.titles[1:])
        assert segment.texts(doc)["number"] == list(one.marks)
        assert segment.texts(doc)["text"] == list(one.prose)
    for title in {title for one in drawn for title in one.titles}:
        whole = inverting.analysis.whole(title)
        having = [doc for doc, one in enumerate(drawn) if whole in map(inverting.analysis.whole, one.titles)]
        assert sorted(set(segment.wholes(inverting.whole_key(whole)).tolist())) == having


def test_a_text_without_words_takes_no_place(tmp_path: Path):
    segment = making.written(tmp_path, [document(1, "…"), document(2, "!"), document(3, "blue")])

    assert segment.words.docs(0).tolist() == [2]
    assert segment.block_docs.take(segment.words.places(0) >> BLOCK_BITS).tolist() == [2]


def test_words_of_more_letters_than_are_kept_stand_once_at_each_place(tmp_path: Path):
    endless = "a" * 80
    segment = making.written(tmp_path, [document(1, f"{endless}-{endless} {endless}b's {endless}")])

    for number in range(len(segment.words.texts)):
        assert (np.diff(segment.words.places(number).astype(np.int64)) > 0).all()
    assert max(len(text) for text in segment.words.texts) == inverting.MAX_WORD


def test_many_long_names_of_one_person_take_several_blocks(tmp_path: Path):
    names = [f"alias{number} " + "of " * 20 + "webster" for number in range(30)]
    segment = making.written(tmp_path, [document(1, bearers=(person(*names, instruments=["tenor"]),))])

    tenor, webster = (segment.words.texts.find(word) for word in (b"tenor", b"webster"))
    blocks = [
        set((segment.words.places(number) >> inverting.BLOCK_BITS).tolist()) for number in (tenor, webster)
    ]

    assert len(blocks[0]) > 3
    assert blocks[0] == blocks[1]
    assert set(segment.blocks[sorted(blocks[0])].tolist()) == {inverting.PERSON_BLOCK}


def test_an_index_without_languages_knows_no_stems(tmp_path: Path):
    shape = Shape(counted=CATALOGUE.counted, kept=CATALOGUE.kept, languages=())
    segment = making.written(tmp_path, [document(1, prose=("nights",))], shape)

    assert segment.words.sharing_stem("night", ("en",)) == []


def test_words_of_prose_share_stems_and_words_of_names_do_not(tmp_path: Path):
    one = document(1, "kwintetten", prose=("kwintet kwintetten",), bearers=(person("Walkers"),))
    words = making.written(tmp_path, [one]).words

    assert [words.texts[number] for number in words.sharing_stem("kwintet", ("nl", "en"))] == [
        b"kwintet", b"kwintetten",
    ]  # fmt: skip
    assert words.sharing_stem("walker", ("nl", "en")) == []


def test_halves_lead_to_the_compounds_of_prose(tmp_path: Path):
    one = document(1, prose=("tenorsaxofoon tenor saxofoon platenlabels platen label",))
    words = making.written(tmp_path, [one]).words

    assert [words.texts[number] for number in words.made_of("saxofoon", ("nl", "en"))] == [b"tenorsaxofoon"]
