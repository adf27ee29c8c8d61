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


@pytest.mark.parametrize("content", [b"", b"1-missing", b"../1-x", b"\xff\xfe", b"1-a/../../etc"])
def test_a_damaged_pointer_counts_for_nothing(tmp_path: Path, content: bytes):
    (tmp_path / folders.POINTER).write_bytes(content)

    assert IndexFolders(tmp_path, 1).current() is None


def test_a_second_writer_waits_and_then_gives_up(tmp_path: Path):
    first, second = IndexFolders(tmp_path, 1), IndexFolders(tmp_path, 1)

    with first.writing(timeout=1), pytest.raises(LockTimeoutError), second.writing(timeout=0.1):
        pass

    with second.writing(timeout=0.1):
        pass


def test_old_folders_go_after_a_grace_period_and_the_current_one_stays(tmp_path: Path):
    index = IndexFolders(tmp_path, 1)
    old, current, young = index.add(), index.add(), index.add()
    index.swap(current)
    long_ago = time.time() - 2 * folders.GRACE
    os.utime(old, (long_ago, long_ago))
    os.utime(current, (long_ago, long_ago))

    index.remove_old(time.time())

    assert {old.exists(), current.exists(), young.exists()} == {False, True}
    assert not old.exists()
