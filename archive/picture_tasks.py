"""What a process of its own does with a picture (see `archive.decoding`)."""

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, BinaryIO

from archive import images
from archive.images import Size


def read(file: BinaryIO, _folder: Path, order: Mapping[str, Any]) -> dict[str, Any]:
    """Decode the whole picture and say what it is."""
    images.allow(order["max_pixels"])
    return asdict(images.read(file))


def copy(file: BinaryIO, folder: Path, order: Mapping[str, Any]) -> dict[str, Any]:
    """Write the copies that the order names, and say how large they are."""
    images.allow(order["max_pixels"])
    wanted: dict[str, dict[str, Any]] = order["copies"]
    made = images.copies(
        file, [Size(**size) for size in wanted.values()], credit=order["credit"], rights=order["rights"]
    )
    for name, each in zip(wanted, made, strict=True):
        (folder / name).write_bytes(each.content)
    return {
        name: {"width": each.width, "height": each.height} for name, each in zip(wanted, made, strict=True)
    }


TASKS = {"read": read, "copy": copy}
