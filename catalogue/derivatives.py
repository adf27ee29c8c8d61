"""The copies of a master that the site shows and plays: ordered when it comes in or is clipped, made by jobs.

Each is made in a process of its own. A copy that cannot be made is a job that is given up, not a runner that dies.
"""

import logging
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePath
from typing import Any, BinaryIO

from sqlalchemy import select

from archive import assets, audio, clock, decoding, images, jobs, storage
from archive.assets import Asset, AssetRole
from archive.config import current
from archive.db import db
from archive.errors import Invalid
from archive.jobs import Job, JobState
from archive.media_kinds import Family
from archive.storage import Stored
from archive.transactions import transaction
from catalogue import clips, masters, outbox
from catalogue.entries import Entry

log = logging.getLogger(__name__)

PICTURES = "derivatives.pictures"
CLIP = "derivatives.clip"
ACCESS = "derivatives.access"

Result = dict[str, Any]
Facts = Callable[[Result], Result]


@dataclass(frozen=True)
class Copy:
    """What a task wrote: the file's name there, what it is for, and what it is."""

    name: str
    role: AssetRole
    media_type: str
    suffix: str


PREVIEW = Copy("preview.jpg", AssetRole.PREVIEW, "image/jpeg", ".jpg")
THUMBNAIL = Copy("thumbnail.jpg", AssetRole.THUMBNAIL, "image/jpeg", ".jpg")
FRAGMENT = Copy("fragment.mp3", AssetRole.FRAGMENT, audio.MP3.media_type, audio.MP3.suffix)
FRAGMENT_OPUS = Copy("fragment.opus", AssetRole.FRAGMENT_OPUS, audio.OPUS.media_type, audio.OPUS.suffix)
WHOLE = Copy("access.mp3", AssetRole.ACCESS, audio.MP3.media_type, audio.MP3.suffix)


def family_of(master: Asset) -> Family:
    """Say whether a master is a picture or a sound."""
    return Family.PICTURE if master.media_type.startswith("image/") else Family.SOUND


def order(master: Asset) -> None:
    """Have the copies made that a master lacks."""
    have = masters.copies_of(master.id)[master.id]
    if family_of(master) is Family.PICTURE:
        if not {AssetRole.PREVIEW, AssetRole.THUMBNAIL} <= set(have):
            jobs.enqueue(PICTURES, {"asset_id": master.id})
        return
    if not {AssetRole.FRAGMENT, AssetRole.FRAGMENT_OPUS} <= set(have):
        known = have.get(AssetRole.FRAGMENT)
        length = (known.duration_ms if known else None) or audio.FRAGMENT_MS
        start = (known.start_ms if known else None) or 0
        order_clip(
            master,
            start,
            min(length, clips.LONGEST_MS, master.duration_ms or length),
            is_marked=bool(known and known.is_marked),
        )
    if AssetRole.ACCESS not in have:
        jobs.enqueue(ACCESS, {"asset_id": master.id})


def under_way() -> set[int]:
    """Return the masters of which a copy is being made, or soon will be."""
    waiting = select(Job.payload).where(
        Job.name.in_(HANDLERS), Job.state.in_([JobState.WAITING, JobState.RUNNING])
    )
    return {payload["asset_id"] for payload in db.session.scalars(waiting)}


def order_clip(master: Asset, start_ms: int, length_ms: int, *, is_marked: bool) -> None:
    """Have the fragment cut anew; raise Invalid when it does not lie within the sound."""
    whole = master.duration_ms or 0
    if length_ms < min(clips.SHORTEST_MS, whole) or length_ms > clips.LONGEST_MS:
        raise Invalid(
            "A fragment lasts from %(least)s to %(most)s seconds.",
            least=clips.SHORTEST_MS // 1000,
            most=clips.LONGEST_MS // 1000,
        )
    if start_ms < 0 or start_ms >= whole:
        raise Invalid("The fragment begins after the sound has ended. Choose an earlier beginning.")
    payload = {"asset_id": master.id, "start_ms": start_ms, "length_ms": length_ms, "is_marked": is_marked}
    jobs.enqueue(CLIP, payload)


def make_pictures(payload: dict[str, Any]) -> None:
    """Make the preview and the thumbnail of a picture."""
    watermark = current().watermark
    order = {
        "copies": {
            PREVIEW.name: {"longest": images.PREVIEW, "watermark": watermark},
            THUMBNAIL.name: {"longest": images.THUMBNAIL},
        },
        **_rights_of(payload["asset_id"]),
    }
    _make(
        payload,
        ("copy", order),
        {
            PREVIEW: lambda result: result[PREVIEW.name] | {"is_marked": bool(watermark)},
            THUMBNAIL: lambda result: result[THUMBNAIL.name],
        },
    )


def make_clip(payload: dict[str, Any]) -> None:
    """Cut the fragment of a sound, in both encodings."""
    order = {name: payload[name] for name in ("start_ms", "length_ms", "is_marked")}
    told = {"start_ms": payload["start_ms"], "is_marked": payload["is_marked"]}
    _make(payload, ("cut", order), dict.fromkeys((FRAGMENT, FRAGMENT_OPUS), lambda result: result | told))


def make_access(payload: dict[str, Any]) -> None:
    """Make the copy of a whole sound."""
    _make(payload, ("copy", {}), {WHOLE: lambda result: result})


def _make(payload: dict[str, Any], work: tuple[str, Result], copies: Mapping[Copy, Facts]) -> None:
    master = db.session.get(Asset, payload["asset_id"])
    if master is None:
        return  # taken out since
    family, key = family_of(master), master.storage_key
    db.session.rollback()
    task, order = work
    with decoding.workshop() as folder:
        try:
            with storage.vault().open(key) as file:
                path = local(file, folder)
                keep = partial(keep_lease, payload["job_id"])
                limits = decoding.limits_of(current())
                result = decoding.run(family, task, path, limits, folder=folder, still_busy=keep, **order)
        except (Invalid, FileNotFoundError):
            # Trying again would end the same way. The files of the entry show that the copy is not there.
            log.warning("a copy could not be made", extra={"asset_id": payload["asset_id"]}, exc_info=True)
            return
        stored = {copy: _put(folder / copy.name, copy.suffix) for copy in copies}
    with transaction():
        before = _describe(
            payload["asset_id"], stored, {copy: facts(result) for copy, facts in copies.items()}
        )
    for old in before:
        if not assets.is_used(old):
            storage.vault().delete(old)
    db.session.rollback()


def _describe(asset_id: int, stored: Mapping[Copy, Stored], facts: Mapping[Copy, Result]) -> set[str]:
    """Write the rows of new copies, and return the keys of the files they replace."""
    master = db.session.get_one(Asset, asset_id)
    name, before = PurePath(master.filename).stem, set()
    for copy, file in stored.items():
        known = assets.derivative(master, copy.role)
        if known is not None and known.storage_key != file.key:
            before.add(known.storage_key)
        assets.put_derivative(
            master,
            copy.role,
            file,
            filename=f"{name}-{copy.name}",
            media_type=copy.media_type,
            moment=clock.now(),
            **facts[copy],
        )
    for entry_id in masters.entries_with(master.id):
        masters.attach(entry_id, master)
        outbox.add(entry_id)
    return before


def local(file: BinaryIO, folder: Path) -> Path:
    """Return where a file of the vault lies on this machine; what lies elsewhere is fetched."""
    name = getattr(file, "name", None)
    if isinstance(name, str):
        return Path(name)
    path = folder / "master"
    with path.open("wb") as target:
        shutil.copyfileobj(file, target)
    return path


def _put(path: Path, suffix: str) -> Stored:
    with path.open("rb") as file:
        return storage.vault().put(file, suffix)


def _rights_of(asset_id: int) -> dict[str, str]:
    """Return the credit and the rights that the copies of a picture carry."""
    entry_id = next(iter(masters.entries_with(asset_id)), None)
    entry = db.session.get(Entry, entry_id) if entry_id is not None else None
    credit = (entry.credit_line if entry else None) or ""
    return {"credit": credit, "rights": (entry.rights_uri if entry else None) or credit}


def keep_lease(job_id: int) -> None:
    """Keep a job that decodes ours while it goes on."""
    with transaction():
        jobs.extend_lease(job_id)


HANDLERS = {PICTURES: make_pictures, CLIP: make_clip, ACCESS: make_access}
