"""Sleeves, pictures and fragments: the files that everybody may have, with byte ranges and conditional requests."""

import hashlib
from functools import lru_cache

from flask import Blueprint, Response, current_app, g, request
from flask.typing import ResponseReturnValue

from archive import clock, storage
from archive.assets import Asset, AssetRole
from archive.errors import NotFound
from archive.serving_files import send_stored
from catalogue import entries, entry_files, interest, sleeves
from catalogue.entries import Access, Entry
from catalogue.entry_files import Files

DAY = 86_400  # seconds that a copy may be used unasked; withdrawn files must not live on for long
MAX_SLEEVES = 2_000

_AUDIBLE = frozenset({Access.OPEN, Access.PREVIEW})


def register(open_pages: Blueprint) -> None:
    """Put these views on the floor's addresses without language."""
    open_pages.add_url_rule("/media/<pid>/sleeve.svg", "sleeve", sleeve)
    open_pages.add_url_rule("/media/<pid>/<any(thumbnail, preview):size>.jpg", "picture", picture)
    open_pages.add_url_rule("/media/<pid>/fragment.mp3", "fragment", fragment)
    open_pages.add_url_rule("/media/<pid>/fragment.opus", "fragment_opus", fragment_opus)
    open_pages.add_url_rule("/media/<pid>/whole.mp3", "whole", whole)


def sleeve(pid: str) -> ResponseReturnValue:
    """Draw the sleeve of an entry from its waveform. Raises NotFound, Gone."""
    master = _files(_public(pid)).master
    peaks = tuple(master.peaks) if master is not None and master.peaks else None
    drawn = _drawn(pid, peaks)
    response = Response(drawn, mimetype="image/svg+xml")
    response.set_etag(hashlib.sha256(drawn.encode()).hexdigest()[:32])
    return _kept_for_a_day(response).make_conditional(request)


def picture(pid: str, size: str) -> ResponseReturnValue:
    """Send the picture of an entry for lists or for the screen. Raises NotFound, Gone."""
    files = _files(_public_with_preview(pid))
    return _send(files.thumbnail if size == "thumbnail" else files.preview)


def fragment(pid: str) -> ResponseReturnValue:
    """Send the part of a recording that everybody may hear. Raises NotFound, Gone."""
    file = _files(_public_with_preview(pid)).fragment
    _note_heard(pid)
    return _send(file)


def fragment_opus(pid: str) -> ResponseReturnValue:
    """Send the same part as Opus, a third smaller. Raises NotFound, Gone."""
    file = _files(_public_with_preview(pid)).by_role.get(AssetRole.FRAGMENT_OPUS)
    _note_heard(pid)
    return _send(file)


def whole(pid: str) -> ResponseReturnValue:
    """Send the whole of a recording that is open to everybody; staff hear all. Raises NotFound, Gone."""
    entry = _public(pid)
    if entry.access is not Access.OPEN and not _is_staff():
        raise NotFound("Only a fragment of this can be heard here. The whole can be heard at the archive.")
    asset = _files(entry).by_role.get(AssetRole.ACCESS)
    if asset is None:
        raise NotFound("This entry has no such file.")
    _note_heard(pid)
    cache = "private, no-cache" if _is_staff() else f"public, max-age={DAY}"
    return send_stored(
        asset.storage_key, asset.media_type, asset.filename, asset.sha256, as_attachment=False, cache=cache
    )


def _note_heard(pid: str) -> None:
    """Count a sound that begins to play: players ask for it in pieces."""
    asked = request.range
    if not (asked and asked.ranges and asked.ranges[0][0]):
        interest.note(interest.Sort.HEARD, pid, clock.now())
        for listener in current_app.extensions.get("on_heard", ()):
            listener(pid)


def _public(pid: str) -> Entry:
    # Staff see what they work on before and after it is public; their browsers alone may keep it.
    if _is_staff():
        return entries.get(pid)
    return entries.get_public(pid, clock.now().date())


def _is_staff() -> bool:
    return g.account is not None and g.account.is_staff


def _public_with_preview(pid: str) -> Entry:
    entry = _public(pid)
    if entry.access not in _AUDIBLE:
        raise NotFound("This can be seen or heard at the archive only.")
    return entry


def _files(entry: Entry) -> Files:
    return entry_files.of(entry.id)[entry.id]


@lru_cache(maxsize=MAX_SLEEVES)
def _drawn(pid: str, peaks: tuple[float, ...] | None) -> str:
    return sleeves.sleeve(pid, peaks)


def _send(asset: Asset | None) -> Response:
    """Send a file with its checksum as entity tag; a range if one is asked for (RFC 9110, 14)."""
    if asset is None:
        raise NotFound("This entry has no such file.")
    try:
        # Fragments and previews are small; read whole, no file stays open for a slow reader.
        with storage.vault().open(asset.storage_key) as file:
            response = Response(file.read(), mimetype=asset.media_type)
    except FileNotFoundError:
        raise NotFound("This file is not here at the moment. Ask the archive about it.") from None
    response.set_etag(asset.sha256)
    response.last_modified = asset.created_at
    _kept_for_a_day(response)
    response.make_conditional(request, accept_ranges=True, complete_length=asset.size)
    return response


def _kept_for_a_day(response: Response) -> Response:
    if _is_staff():
        response.cache_control.private = True
        response.cache_control.no_cache = True
        return response
    response.cache_control.public = True
    response.cache_control.max_age = DAY
    return response
