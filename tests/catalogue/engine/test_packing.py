"""Arrays in files: what is written is read again, and nothing else ever is."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogue.search.engine import packing
from catalogue.search.engine.packing import DamagedFileError, Writer

TYPES = (
    np.uint8,
    np.int8,
    np.uint16,
    np.int16,
    np.uint32,
    np.int32,
    np.uint64,
    np.int64,
    np.float32,
    np.bool_,
)
HEADER = packing._PREFIX.size


@pytest.fixture(params=["read whole", "mapped"])
def manner(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Both manners to open a file: small files too can be mapped."""
    if request.param == "mapped":
        monkeypatch.setattr(packing, "MAPPED_FROM", 0)
    return str(request.param)


def write(path: Path) -> None:
    writer = Writer(path)
    writer.add("odd", np.arange(1001, dtype=np.uint32))
    writer.add("nothing", np.empty(0, np.int16))
    writer.add("bytes", np.frombuffer(b"blauw uur", np.uint8))
    writer.finish({"size": 3})


def test_all_sorts_of_numbers_are_read_as_they_were_written(tmp_path: Path, manner: str):
    path = tmp_path / "all"
    arrays = {kind.__name__: np.array([0, 1, 1, 0, 1], kind) for kind in TYPES}
    arrays |= {f"no {kind.__name__}": np.empty(0, kind) for kind in TYPES}
    writer = Writer(path)
    for name, array in arrays.items():
        writer.add(name, array)
    writer.finish({"size": 5, "joints": [[["kind"], [3]]]})

    pack = packing.read(path)

    assert pack.notes == {"size": 5, "joints": [[["kind"], [3]]]}
    assert list(pack.arrays) == list(arrays)
    for name, array in arrays.items():
        assert (pack.arrays[name].dtype, pack.arrays[name].tolist()) == (array.dtype, array.tolist()), name
    packing.verify(pack)
    assert pack.is_whole()


@given(kind=st.sampled_from(TYPES[:8]), values=st.lists(st.integers(0, 127)), cut=st.integers(0, 100))
def test_an_array_may_be_written_piece_by_piece(
    tmp_path: Path, kind: np.dtype[np.generic], values: list[int], cut: int
):
    writer = Writer(tmp_path / "pieces")
    room = writer.reserve("one", kind, len(values))
    writer.add("other", np.arange(3))
    room.append(values[:cut])
    room.append(values[cut:])
    writer.finish({})

    arrays = packing.read(tmp_path / "pieces").arrays

    assert (arrays["one"].tolist(), arrays["other"].tolist()) == (values, [0, 1, 2])


def test_every_array_begins_at_a_line_of_the_cache(tmp_path: Path, manner: str):
    write(tmp_path / "lines")

    arrays = packing.read(tmp_path / "lines").arrays

    addresses = [array.ctypes.data for array in arrays.values() if len(array)]
    assert {(address - addresses[0]) % packing.ALIGNMENT for address in addresses} == {0}


def test_what_is_read_cannot_be_changed(tmp_path: Path, manner: str):
    write(tmp_path / "fixed")

    with pytest.raises(ValueError, match="read-only"):
        packing.read(tmp_path / "fixed").arrays["odd"][0] = 1


def test_a_file_has_its_name_only_when_it_is_finished(tmp_path: Path):
    path = tmp_path / "part"
    writer = Writer(path)
    writer.add("odd", np.arange(10))
    assert not path.exists()

    writer.finish({})

    assert [one.name for one in tmp_path.iterdir()] == ["part"]


def test_a_file_that_is_abandoned_leaves_nothing(tmp_path: Path):
    writer = Writer(tmp_path / "part")
    writer.add("odd", np.arange(10))

    writer.abandon()

    assert list(tmp_path.iterdir()) == []


def test_an_array_that_is_not_filled_is_not_finished(tmp_path: Path):
    writer = Writer(tmp_path / "part")
    writer.reserve("odd", np.int64, 3).append([1, 2])

    with pytest.raises(ValueError, match="odd"):
        writer.finish({})
    writer.abandon()

    assert list(tmp_path.iterdir()) == []


def test_a_file_cut_short_anywhere_is_refused(tmp_path: Path, manner: str):
    path = tmp_path / "cut"
    write(path)
    whole = path.read_bytes()

    for length in [*range(1, 2 * HEADER), *range(2 * HEADER, len(whole), 97), len(whole) - 1]:
        path.write_bytes(whole[:length])
        with pytest.raises(DamagedFileError):
            packing.read(path)


def test_a_file_with_something_behind_it_is_refused(tmp_path: Path, manner: str):
    path = tmp_path / "more"
    write(path)
    path.write_bytes(path.read_bytes() + b"\0")

    with pytest.raises(DamagedFileError):
        packing.read(path)


def parts_of(path: Path) -> dict[str, range]:
    """Return where the header, each array and the table of a file lie."""
    content = path.read_bytes()
    _magic, at, length, _checksum = packing._PREFIX.unpack(content[:HEADER])
    places = packing._table_of(content, path)["arrays"]
    found = {
        name: range(place["at"], place["at"] + np.dtype(place["type"]).itemsize * place["count"])
        for name, place in places.items()
        if place["count"]
    }
    return {"header": range(HEADER), "table": range(at, at + length)} | found


@pytest.mark.parametrize("part", ["header", "table", "odd", "bytes"])
def test_a_byte_overwritten_in_any_part_is_noticed(tmp_path: Path, manner: str, part: str):
    path = tmp_path / "overwritten"
    write(path)
    whole = path.read_bytes()
    places = parts_of(path)[part]

    for place in places if len(places) < 64 else (places[0], places[len(places) // 2], places[-1]):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 0x10]) + whole[place + 1 :])
        with pytest.raises(DamagedFileError):
            packing.verify(packing.read(path))


def test_a_mapped_file_overwritten_in_an_array_opens_and_fails_when_verified(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(packing, "MAPPED_FROM", 0)
    path = tmp_path / "mapped"
    write(path)
    pack = packing.read(path)
    packing.verify(pack)

    with path.open("r+b") as file:
        file.seek(parts_of(path)["odd"][40])
        file.write(b"\xff")

    assert pack.is_whole()
    with pytest.raises(DamagedFileError, match="odd"):
        packing.verify(pack)


def test_a_mapped_file_says_when_it_is_cut_short_and_stays_whole_when_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(packing, "MAPPED_FROM", 0)
    for name in ("cut", "gone"):
        write(tmp_path / name)
    cut, gone = (packing.read(tmp_path / name) for name in ("cut", "gone"))

    with (tmp_path / "cut").open("r+b") as file:
        file.truncate(100)
    (tmp_path / "gone").unlink()

    assert (cut.is_whole(), gone.is_whole()) == (False, True)
    assert gone.arrays["odd"].tolist() == list(range(1001))


def test_a_file_read_whole_outlives_being_cut_short(tmp_path: Path):
    path = tmp_path / "small"
    write(path)
    pack = packing.read(path)

    path.write_bytes(b"")

    assert (pack.is_whole(), int(pack.arrays["odd"].sum())) == (True, sum(range(1001)))
    with pytest.raises(DamagedFileError):
        packing.verify(pack)


def test_memory_given_back_can_be_read_again(tmp_path: Path, manner: str):
    write(tmp_path / "again")
    pack = packing.read(tmp_path / "again")

    pack.let_go()

    assert pack.arrays["odd"].tolist() == list(range(1001))


@given(content=st.binary(max_size=200))
def test_bytes_that_are_no_file_of_arrays_are_refused(tmp_path: Path, content: bytes):
    (tmp_path / "any").write_bytes(content)

    with pytest.raises(DamagedFileError):
        packing.read(tmp_path / "any")
