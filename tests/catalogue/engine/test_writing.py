"""Writing the index: which segments are written again, what a commit changes, and who may write or read meanwhile."""

import random
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from catalogue.search import query, whoosh_index, whoosh_segments, whoosh_writing
from catalogue.search.document import Document
from catalogue.search.engine import packing
from catalogue.search.engine.shape import Shape
from catalogue.search.index import BusyIndexError, DamagedIndexError
from catalogue.search.whoosh_index import WhooshIndex
from catalogue.search.whoosh_segments import ArraySegment
from tests.catalogue.engine import making
from tests.catalogue.engine.making import document

TODAY = date(2026, 11, 22)


@pytest.fixture
def index(tmp_path: Path) -> Iterator[WhooshIndex]:
    opened = WhooshIndex(tmp_path)
    opened.rebuild([], lambda _done: None)
    yield opened
    opened.close()


def folder_of(index: WhooshIndex) -> Path:
    folder = index._folders.current()
    assert folder is not None
    return folder


def sizes(index: WhooshIndex) -> list[int]:
    """Give how many living documents each segment has."""
    return [entry.doc_count() for entry in whoosh_segments.read(folder_of(index))]


def pids_of(index: WhooshIndex, q: str) -> list[str]:
    return sorted(index.search(query.read([("q", q)]), TODAY).pids)


def many(first: int, count: int) -> list[Document]:
    return [document(number, f"blue word{number}th") for number in range(first, first + count)]


def test_an_update_takes_the_place_of_what_was_there(index: WhooshIndex):
    index.apply(many(0, 5), ())
    one = document(3)

    index.apply([replace(one, titles=("green",))], ())

    assert (pids_of(index, "green"), pids_of(index, "word3th"), sum(sizes(index))) == ([one.pid], [], 5)


def test_what_is_removed_is_gone_and_what_never_was_there_does_no_harm(index: WhooshIndex):
    index.apply(many(0, 100), ())

    index.apply((), [document(7).pid, "never-there"])

    assert (pids_of(index, "word7th"), sum(sizes(index)), document(7).pid in index.digests()) == (
        [],
        99,
        False,
    )


def test_what_is_removed_may_come_back(index: WhooshIndex):
    index.apply(many(0, 100), ())
    index.apply((), [document(7).pid])

    index.apply(many(7, 1), ())

    assert (pids_of(index, "word7th"), sum(sizes(index))) == ([document(7).pid], 100)


def test_an_index_can_become_empty_again(index: WhooshIndex):
    documents = many(0, 70)
    index.apply(documents, ())

    index.apply((), [one.pid for one in documents])

    assert (sizes(index), index.digests(), index.search(query.read([]), TODAY).total) == ([], {}, 0)


def test_small_segments_are_written_again_with_what_is_new(index: WhooshIndex):
    index.apply(many(0, 200), ())
    index.apply(many(200, 3), ())
    index.apply(many(203, 4), ())

    assert sizes(index) == [200, 7]


def test_a_large_segment_stays_as_it_is(index: WhooshIndex):
    index.apply(many(0, 100), ())
    before = sorted(folder_of(index).glob("*.seg"))

    index.apply(many(100, 70), [document(4).pid])

    assert set(before) < set(folder_of(index).glob("*.seg"))
    assert sizes(index) == [99, 70]


def test_a_segment_that_is_mostly_deleted_is_written_again(index: WhooshIndex):
    index.apply(many(0, 200), ())
    index.apply((), [document(number).pid for number in range(100)])
    assert [entry.deleted_count() for entry in whoosh_segments.read(folder_of(index))] == [100]

    index.apply((), [document(100).pid])

    assert [(entry.size, entry.deleted_count()) for entry in whoosh_segments.read(folder_of(index))] == [
        (99, 0)
    ]


def test_with_many_segments_those_not_much_larger_than_all_smaller_ones_are_joined():
    entries = [ArraySegment(size) for size in (100_000, 500, 450, 400, 300, 250, 200, 150, 100)]
    current = [(entry, None) for entry in entries]

    kept, again = whoosh_writing._sorted_out(current, 60)  # type: ignore[arg-type]

    assert [entry.size for entry, _segment in kept] == [100_000]
    assert [entry.size for entry, _segment in again] == [500, 450, 400, 300, 250, 200, 150, 100]


def test_with_few_segments_only_the_smallest_are_written_again():
    entries = [ArraySegment(size) for size in (400, 300, 65, 64, 2)]

    kept, again = whoosh_writing._sorted_out([(entry, None) for entry in entries], 1)  # type: ignore[misc]

    assert [entry.size for entry, _segment in kept] == [400, 300, 65]
    assert [entry.size for entry, _segment in again] == [64, 2]


def test_a_segment_is_not_written_again_for_nothing():
    entry = ArraySegment(10)

    assert whoosh_writing._sorted_out([(entry, None)], 0) == ([(entry, None)], [])  # type: ignore[list-item]


def test_a_thousand_single_commits_keep_few_segments_and_lose_nothing(tmp_path: Path):
    chance = random.Random(9)
    index = WhooshIndex(tmp_path, Shape(counted=("kind",), languages=()))  # fewer columns, less to wait for
    index.rebuild([], lambda _done: None)
    expected: dict[str, str] = {}
    most = written = 0
    for step in range(1_000):
        number = chance.randrange(700)
        one = document(number, f"blue word{number} step{step}")
        gone = [document(chance.randrange(700)).pid] if chance.random() < 0.1 else []
        gone = [pid for pid in gone if pid != one.pid]
        index.apply([one], gone)
        expected[one.pid] = one.digest
        for pid in gone:
            expected.pop(pid, None)
        current = sizes(index)
        most, written = max(most, len(current)), written + current[-1]

    assert index.digests() == expected
    assert index.search(query.read([("q", "blue")]), TODAY).total == len(expected)
    assert most <= 2 * whoosh_writing.MANY
    # Some dozens of times, not as often as another one is saved.
    assert written < 60 * 1_000
    assert len(list(folder_of(index).glob("*.seg"))) == len(sizes(index))
    index.close()


def test_what_fails_half_way_changes_nothing_and_leaves_nothing(
    index: WhooshIndex, monkeypatch: pytest.MonkeyPatch
):
    index.apply(many(0, 3), ())
    before, files = index.version(), sorted(folder_of(index).iterdir())

    def fail(*_args: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(packing.Writer, "finish", fail)
        with pytest.raises(OSError, match="No space"):
            index.apply(many(3, 3), ())

    assert (index.version(), sorted(folder_of(index).iterdir())) == (before, files)
    index.apply(many(3, 3), ())
    assert sum(sizes(index)) == 6


def test_filling_in_batches_is_the_same_as_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    documents, told = many(0, 50), list[int]()
    monkeypatch.setattr(whoosh_writing, "BATCH", 7)

    index = WhooshIndex(tmp_path)
    index.rebuild([documents[start : start + 5] for start in range(0, 50, 5)], told.append)

    folder = folder_of(index)
    (path,) = folder.glob("*.seg")
    whole = making.written(tmp_path, documents).pack
    assert told == list(range(5, 51, 5))
    assert not list(folder.glob("*.new"))
    assert {name: array.tolist() for name, array in packing.read(path).arrays.items()} == {
        name: array.tolist() for name, array in whole.arrays.items()
    }
    index.close()


def test_two_writers_keep_each_other_out(index: WhooshIndex, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(whoosh_index, "LOCK_TIMEOUT", 0.1)
    other = WhooshIndex(tmp_path)
    refused: list[type[Exception]] = []

    def batches() -> Iterator[list[Document]]:
        for write in (
            lambda: other.apply(many(0, 1), ()),
            lambda: other.rebuild([many(0, 1)], lambda _done: None),
        ):
            try:
                write()
            except BusyIndexError as error:
                refused.append(type(error))
        yield many(5, 1)

    index.rebuild(batches(), lambda _done: None)

    assert refused == [BusyIndexError, BusyIndexError]
    assert set(other.digests()) == {document(5).pid}
    other.apply(many(0, 1), ())
    assert len(index.digests()) == 2
    other.close()


def test_writers_that_wait_for_each_other_lose_nothing(index: WhooshIndex, tmp_path: Path):
    others = [WhooshIndex(tmp_path) for _ in range(4)]

    def write(writer: int) -> None:
        for step in range(8):
            others[writer].apply(many(writer * 8 + step, 1), ())

    threads = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert set(index.digests()) == {one.pid for one in many(0, 32)}


def test_readers_never_fail_while_a_writer_commits_and_joins(index: WhooshIndex, tmp_path: Path):
    """Entry 0 is always there, in one of its states; the others come and go, and segments are joined all the time."""
    index.apply([document(0, "blue always")], ())
    failed: list[BaseException] = []
    is_over = threading.Event()
    answered = [0, 0, 0]

    def read(reader: int) -> None:
        own = index if reader < 2 else WhooshIndex(tmp_path)
        try:
            while not is_over.is_set():
                result = own.search(query.read([("q", "always")]), TODAY)
                assert result.pids == (document(0).pid,), result
                assert own.search(query.read([]), TODAY).total >= 1
                answered[reader] += 1
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=read, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()
    writer = WhooshIndex(tmp_path)
    for step in range(60):
        writer.apply(
            [document(0, f"blue always step{step}"), *many(1 + step * 40 % 400, 40)], [document(step + 1).pid]
        )
    is_over.set()
    for thread in threads:
        thread.join()
    writer.close()

    assert failed == []
    assert min(answered) > 0


def test_an_index_of_which_a_file_is_missing_is_damaged(index: WhooshIndex, tmp_path: Path):
    index.apply(many(0, 3), ())
    next(folder_of(index).glob("*.seg")).unlink()

    for action in (
        lambda: WhooshIndex(tmp_path).digests(),
        lambda: WhooshIndex(tmp_path).apply(many(3, 1), ()),
    ):
        with pytest.raises(DamagedIndexError):
            action()
