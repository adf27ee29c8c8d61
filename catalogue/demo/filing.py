"""The files of the demo's pieces: what to order from their makers, and how what comes back goes into the vault."""

from datetime import datetime
from typing import Any

from archive import assets
from archive.assets import Asset, AssetRole
from archive.images import Derived
from catalogue import entry_files
from catalogue.demo import recipes
from catalogue.demo.content import Image, Session, Take
from catalogue.demo.making_files import Drawing, Made, Order, PictureOrder, Sound, SoundOrder

Piece = tuple[Session, Take] | Image

NOTICE = "Made up for the demo of Nachtregister"


def pid(piece: Piece) -> str:
    """Give the identifier of a piece's entry."""
    return piece.pid if isinstance(piece, Image) else piece[1].pid


def order(piece: Piece) -> Order:
    """Write the order for the files of a piece."""
    if isinstance(piece, Image):
        return PictureOrder(recipes.of_image(piece), piece.title, piece.by or piece.designer or "", NOTICE)
    return SoundOrder(recipes.of_take(*piece), recipes.fragment_start(*piece))


def file(entry_id: int, piece: Piece, made: Made, moment: datetime) -> None:
    """Put the files of a piece into the vault and attach them to its entry."""
    name = piece.shelf if isinstance(piece, Image) else piece[1].shelf
    kept = _sound(name, made, moment) if isinstance(made, Sound) else _drawing(name, made, moment)
    entry_files.attach(entry_id, *kept)


def _sound(name: str, made: Sound, moment: datetime) -> list[Asset]:
    common: dict[str, Any] = {"moment": moment, "sample_rate": made.sample_rate, "channels": 1}
    master = assets.keep(
        made.master,
        role=AssetRole.MASTER,
        filename=f"{name}.wav",
        media_type="audio/wav",
        suffix=".wav",
        duration_ms=made.duration_ms,
        bit_depth=16,
        peaks=list(made.peaks),
        **common,
    )
    fragment = assets.keep(
        made.fragment,
        role=AssetRole.FRAGMENT,
        filename=f"{name}-fragment.mp3",
        media_type="audio/mpeg",
        suffix=".mp3",
        derived_from=master,
        start_ms=made.fragment_start_ms,
        duration_ms=made.fragment_ms,
        **common,
    )
    return [master, fragment]


def _drawing(name: str, made: Drawing, moment: datetime) -> list[Asset]:
    master = _picture(
        AssetRole.MASTER, f"{name}.jpg", Derived(made.master, made.width, made.height), moment, None
    )
    return [
        master,
        _picture(AssetRole.PREVIEW, f"{name}-preview.jpg", made.preview, moment, master),
        _picture(AssetRole.THUMBNAIL, f"{name}-thumbnail.jpg", made.thumbnail, moment, master),
    ]


def _picture(
    role: AssetRole, filename: str, picture: Derived, moment: datetime, master: Asset | None
) -> Asset:
    return assets.keep(
        picture.content,
        role=role,
        filename=filename,
        media_type="image/jpeg",
        suffix=".jpg",
        moment=moment,
        derived_from=master,
        width=picture.width,
        height=picture.height,
    )
