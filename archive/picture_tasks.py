"""What a process of its own does with a picture (see `archive.decoding`)."""

import io
import resource
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

from archive import images, media_kinds, picture_metadata, rights_in_pictures, rights_text
from archive.errors import Invalid
from archive.images import Size

BYTES_PER_POINT = 5.5  # of a picture with a palette, while it is turned into colours
SLACK = 128 << 20

T = TypeVar("T")


def read(file: BinaryIO, _folder: Path, order: Mapping[str, Any]) -> dict[str, Any]:
    """Decode the whole picture and say what it is."""
    images.allow(order["max_pixels"])
    return asdict(_frugally(file, lambda: images.read(file)))


def copy(file: BinaryIO, folder: Path, order: Mapping[str, Any]) -> dict[str, Any]:
    """Write the copies that the order names, and say how large they are."""
    images.allow(order["max_pixels"])
    wanted: dict[str, dict[str, Any]] = order["copies"]
    sizes = [Size(**size) for size in wanted.values()]
    made = _frugally(file, lambda: images.copies(file, sizes, credit=order["credit"], rights=order["rights"]))
    for name, each in zip(wanted, made, strict=True):
        (folder / name).write_bytes(each.content)
    return {
        name: {"width": each.width, "height": each.height} for name, each in zip(wanted, made, strict=True)
    }


def _frugally(file: BinaryIO, work: Callable[[], T]) -> T:
    """Do it with the memory that the picture's size calls for; only when that does not do, with all that there is.

    libtiff puts a whole compressed file into memory beside the picture, but reads it bit by bit when it cannot.
    """
    is_tiff = media_kinds.of(file.read(media_kinds.HEAD)) is media_kinds.TIFF
    file.seek(0)
    if not is_tiff:
        return work()
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    needed = _in_use() + round(images.points(file) * BYTES_PER_POINT) + SLACK
    resource.setrlimit(resource.RLIMIT_AS, (min(needed, soft), hard))
    try:
        return work()
    except (MemoryError, Invalid):
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
        file.seek(0)
        return work()


def _in_use() -> int:
    pages = (
        Path("/proc/self/statm").read_text(encoding="ascii").split()[0]
    )  # proc(5): size of the address space
    return int(pages) * resource.getpagesize()


def describe(file: BinaryIO, _folder: Path, order: Mapping[str, Any]) -> dict[str, Any]:
    """Say what the picture says of itself."""
    images.allow(order["max_pixels"])
    return picture_metadata.read(file)


def deliver(file: BinaryIO, folder: Path, order: Mapping[str, Any]) -> dict[str, Any]:
    """Write a copy that says its rights, of the part and in the size that were licensed; raise Invalid for a kind that
    nothing can be written into.
    """
    part = order.get("part")
    if part is not None:
        images.allow(order["max_pixels"])
        made = _frugally(file, lambda: images.licensed(file, part.get("crop"), part.get("longest")))
        writer = {media_kinds.JPEG: rights_in_pictures.jpeg}
        return rights_text.write(writer, io.BytesIO(made.content), folder, order["rights"])
    writers = {
        media_kinds.JPEG: rights_in_pictures.jpeg,
        media_kinds.PNG: rights_in_pictures.png,
        media_kinds.TIFF: rights_in_pictures.tiff,
    }
    return rights_text.write(writers, file, folder, order["rights"])


TASKS = {"read": read, "copy": copy, "describe": describe, "deliver": deliver}
