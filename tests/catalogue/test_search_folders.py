"""Folders of the index: which one counts, one writer at a time, and what is cleared away."""

import os
import time
from pathlib import Path

import pytest

from catalogue.search import folders
from catalogue.search.folders import IndexFolders, LockTimeoutError


def test_a_new_folder_counts_only_after_the_swap(tmp_path: Path):
    index = IndexFolders(tmp_path, 1)
    folder = index.add()
    assert index.current() is None

    index.swap(folder)

    assert index.current() == folder
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([folder.name, folders.POINTER])


def test_an_index_of_another_format_does_not_count(tmp_path: Path):
    index = IndexFolders(tmp_path, 1)
    index.swap(index.add())

    assert IndexFolders(tmp_path, 2).current() is None


@pytest.mark.parametrize(
    "content", [b"", b"1-missing", b"../1-x", b"\xff\xfe", b"1-a/../../etc", b"1-\0", b"1-" + b"x" * 9_999]
)
def test_a_damaged_pointer_counts_for_nothing(tmp_path: Path, content: bytes):
    (tmp_path / folders.POINTER).write_bytes(content)

    assert IndexFolders(tmp_path, 1).current() is None


def test_a_second_writer_waits_and_then_gives_up(tmp_path: Path):
    first, second = IndexFolders(tmp_path, 1), IndexFolders(tmp_path, 1)

    with first.writing(timeout=1), pytest.raises(LockTimeoutError), second.writing(timeout=0.1):
        pass

    with second.writing(timeout=0.1):
        pass


def test_old_folders_go_after_a_grace_period_that_begins_when_they_no_longer_count(tmp_path: Path):
    index = IndexFolders(tmp_path, 1)
    old, current = made(index), index.add()
    long_ago = time.time() - 2 * folders.GRACE
    os.utime(old, (long_ago, long_ago))
    index.swap(current)
    os.utime(current, (long_ago, long_ago))

    index.remove_old(time.time())
    assert (old.exists(), current.exists()) == (True, True)  # somebody may be opening it

    index.remove_old(time.time() + folders.GRACE)
    assert (old.exists(), current.exists()) == (False, True)


def test_what_a_killed_rebuild_left_goes_at_once(tmp_path: Path):
    index = IndexFolders(tmp_path, 1)
    current, unfinished = made(index), index.add()
    (unfinished / "half").write_bytes(b"a segment")
    (tmp_path / f"{folders.POINTER}.1234").write_text("1-never")

    index.remove_old(time.time())

    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([current.name, folders.POINTER])


def test_the_next_rebuild_clears_away_the_last_one_even_when_no_index_counts(tmp_path: Path):
    index = IndexFolders(tmp_path, 1)
    unfinished = index.add()

    folder = made(index)

    assert not unfinished.exists()
    assert index.current() == folder


def test_a_folder_that_cannot_be_filled_gives_its_room_back(tmp_path: Path):
    index = IndexFolders(tmp_path, 1)
    before = made(index)

    def fill_up() -> None:
        with index.writing(timeout=1):
            (index.add() / "half").write_bytes(b"a segment")
            raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        fill_up()

    assert {path for path in tmp_path.iterdir() if path.is_dir()} == {before}
    assert index.current() == before


def made(index: IndexFolders) -> Path:
    folder = index.add()
    index.swap(folder)
    return folder
