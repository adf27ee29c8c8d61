"""Files that may be packed by gzip, with a limit on how far they grow, so that no trap takes hold."""

import gzip
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from archive.errors import Invalid

MAGIC = b"\x1f\x8b"
MAX_GROWTH = 200  # times the size of the packed file: text shrinks to a tenth or so, a bomb to a thousandth
SMALL = 64 << 20  # bytes; what does not grow beyond this is no bomb


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """Open a file, packed or not. Raise Invalid for a packed file that is damaged or a trap."""
    with path.open("rb") as file:
        is_packed = file.read(len(MAGIC)) == MAGIC
        file.seek(0)
        if not is_packed:
            yield file
            return
        limit = max(SMALL, MAX_GROWTH * path.stat().st_size)
        try:
            with gzip.open(file) as unpacked:
                yield cast("BinaryIO", _Measured(unpacked, limit))
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise Invalid(
                "The packed file is damaged (%(problem)s). Fetch it again.", problem=str(error)
            ) from error


class _Measured:
    """What a packed file holds, as long as all of it stays below a limit in bytes."""

    def __init__(self, file: gzip.GzipFile, limit: int) -> None:
        self._file, self._left = file, limit

    def read(self, size: int) -> bytes:
        return self._counted(self._file.read(size))

    def readline(self, size: int) -> bytes:
        return self._counted(self._file.readline(size))

    def _counted(self, piece: bytes) -> bytes:
        self._left -= len(piece)
        if self._left < 0:
            raise Invalid(
                "Unpacked, the file is more than %(times)s times as large as packed: it may be a trap."
                " Unpack it, look what it holds, and import that.",
                times=MAX_GROWTH,
            )
        return piece
