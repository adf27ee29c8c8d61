"""The vault: complete or not there at all, under a key that follows from the content, and nowhere else."""

import hashlib
import io
import os
from pathlib import Path
from typing import BinaryIO, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive import storage
from archive.storage import DiskStorage


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "files"


@pytest.fixture
def vault(folder: Path) -> DiskStorage:
    return DiskStorage(folder)


def put(vault: DiskStorage, content: bytes = b"tape", suffix: str = ".wav") -> storage.Stored:
    return vault.put(io.BytesIO(content), suffix)


def files(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


@given(content=st.binary(max_size=2000))
def test_what_comes_out_is_what_went_in(vault: DiskStorage, content: bytes) -> None:
    stored = put(vault, content)

    with vault.open(stored.key) as file:
        assert file.read() == content
    assert stored.size == vault.size(stored.key) == len(content)
    assert stored.sha256 == hashlib.sha256(content).hexdigest()
    assert stored.key in set(vault.keys())


def test_the_same_bytes_have_the_same_key_and_lie_there_once(vault: DiskStorage, folder: Path) -> None:
    assert put(vault) == put(vault)
    assert len(files(folder)) == 1


def test_more_than_one_chunk_is_kept_whole(vault: DiskStorage) -> None:
    content = os.urandom(storage.CHUNK * 2 + 17)

    with vault.open(put(vault, content).key) as file:
        assert file.read() == content


def test_a_deleted_file_is_gone_and_may_be_deleted_again(vault: DiskStorage) -> None:
    key = put(vault).key
    vault.delete(key)
    vault.delete(key)

    assert list(vault.keys()) == []
    with pytest.raises(FileNotFoundError):
        vault.open(key)


def test_an_empty_vault_has_no_keys(vault: DiskStorage) -> None:
    assert list(vault.keys()) == []


@pytest.mark.parametrize(
    "key", ["../secret", "/etc/passwd", "ab/cd/../../../secret", "link/secret", "nothing"]
)
def test_a_key_leads_nowhere_else(vault: DiskStorage, folder: Path, key: str) -> None:
    put(vault)
    (folder.parent / "secret").write_text("x")
    (folder / "link").symlink_to(folder.parent)

    with pytest.raises(FileNotFoundError):
        vault.open(key)
    with pytest.raises(FileNotFoundError):
        vault.size(key)


class Breaking(io.BytesIO):
    """A source that fails half-way."""

    def read(self, _size: int | None = -1) -> bytes:
        if self.tell() > 0:
            raise OSError("the tape tore")
        return super().read(3)


def test_a_source_that_fails_leaves_nothing(vault: DiskStorage, folder: Path) -> None:
    with pytest.raises(OSError, match="tore"):
        vault.put(cast("BinaryIO", Breaking(b"half a tape")), ".wav")

    assert files(folder) == []


@pytest.mark.parametrize("fault", ["fsync", "open"])
def test_a_disk_that_fails_leaves_nothing(
    vault: DiskStorage, folder: Path, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError("no space left")

    with monkeypatch.context() as patch:
        patch.setattr(storage.os, fault, fail)
        with pytest.raises(OSError, match="no space"):
            put(vault)

    assert [name for name in files(folder) if ".incoming" in name] == []


def test_a_folder_that_cannot_be_made_leaves_nothing(
    vault: DiskStorage, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.mkdir()

    def fail(*_: object, **__: object) -> None:
        raise OSError("no space left")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", fail)
        with pytest.raises(OSError, match="no space"):
            put(vault)

    assert files(folder) == []


def test_file_and_folders_are_synced_before_the_key_is_known(
    vault: DiskStorage, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[str] = []
    sync = os.fsync

    def note(descriptor: int) -> None:
        synced.append(str(Path(f"/proc/self/fd/{descriptor}").readlink()))
        sync(descriptor)

    monkeypatch.setattr(storage.os, "fsync", note)
    stored = put(vault)

    path = (folder / stored.key).resolve()
    assert ".incoming-" in synced[0]
    assert {str(path.parent), str(path.parent.parent), str(folder.resolve())} <= set(synced[1:])
