"""The files of an entry on the desk: send them, see what became of them, choose the fragment, take them off."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

from flask import Blueprint, g, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from archive import audit, bodies, clock
from archive.accounts import Role
from archive.assets import Asset, AssetRole
from archive.config import current
from archive.db import db
from archive.errors import DomainError, Invalid, NotFound
from archive.language import language
from archive.serving_files import send_stored
from archive.sign_in import staff_only
from catalogue import arrivals, clips, derivatives, entries, masters, outbox, taking_in
from catalogue.arrivals import Arrival, ArrivalState
from catalogue.entries import Entry
from catalogue.pages import files as pages_of_files

AT_ONCE = 15 << 20  # bytes that a form without script may send; the web server takes no more than 16 MB
HEARD = frozenset({AssetRole.FRAGMENT, AssetRole.ACCESS})
SEEN = frozenset({AssetRole.THUMBNAIL, AssetRole.PREVIEW})

P = ParamSpec("P")


def register(pages: Blueprint) -> None:
    """Put these views on the floor's pages."""
    entry, arrival = "/desk/entries/<pid>", "/desk/arrivals/<token>"
    pages.add_url_rule(f"{entry}/files", "desk_files", desk_files)
    pages.add_url_rule(f"{entry}/files", "desk_files_send", desk_files_send, methods=["POST"])
    pages.add_url_rule(f"{entry}/arrivals", "desk_announce", desk_announce, methods=["POST"])
    pages.add_url_rule(arrival, "desk_piece", desk_piece, methods=["POST"])
    pages.add_url_rule(f"{arrival}/decide", "desk_arrival", desk_arrival, methods=["POST"])
    master = f"{entry}/files/<int:asset_id>"
    pages.add_url_rule(f"{master}/clip", "desk_clip", desk_clip, methods=["POST"])
    pages.add_url_rule(f"{master}/copies", "desk_copies", desk_copies, methods=["POST"])
    pages.add_url_rule(f"{master}/take-off", "desk_take_off", desk_take_off, methods=["POST"])
    pages.add_url_rule(
        f"{master}/<any({', '.join(role.value for role in AssetRole)}):role>", "desk_copy", desk_copy
    )


def _as_json(view: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
    """Say a refusal as JSON, with how much of the file is here."""

    @wraps(view)
    def said(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        try:
            return view(*args, **kwargs)
        except DomainError as refusal:
            return jsonify(error=refusal.sentence(), **refusal.details), refusal.status

    return said


@staff_only(Role.CATALOGUER)
def desk_files(pid: str) -> ResponseReturnValue:
    """Show the files of an entry, and what was sent to it."""
    return _page(entries.get(pid))


@bodies.takes(AT_ONCE)
@staff_only(Role.CATALOGUER)
def desk_files_send(pid: str) -> ResponseReturnValue:
    """Take what a form without script sends. What cannot be taken is told, and the rest is taken."""
    entry, errors = entries.get(pid), []
    sent = [each for each in request.files.getlist("file") if each.filename]
    if not sent:
        errors.append(Invalid("Choose at least one file.").sentence())
    for each in sent:
        try:
            arrivals.receive(entry, g.account.id, each.filename or "", each.stream, clock.now())
        except DomainError as refusal:
            errors.append(f"{arrivals.clean_name(each.filename or '')}: {refusal.sentence()}")
        finally:
            each.close()
    if errors and len(errors) >= len(sent):
        return _page(entry, sending=errors), 422
    return redirect(url_for("catalogue.desk_files", pid=pid, missed=len(errors) or None), 303)


@staff_only(Role.CATALOGUER)
@_as_json
def desk_announce(pid: str) -> ResponseReturnValue:
    """Begin a file, or say how much of it is here; the answer says where to send its pieces and how large they are."""
    asked = request.get_json(silent=True)
    if not isinstance(asked, dict) or type(asked.get("size")) is not int:
        raise Invalid("Say what the file is called and how many bytes it has.")
    filename = str(asked.get("filename", ""))
    arrival = arrivals.announce(entries.get(pid), g.account.id, filename, asked["size"], clock.now())
    address = url_for("catalogue.desk_piece", token=arrival.token)
    return jsonify(url=address, received=arrivals.received(arrival), piece=arrivals.PIECE), 201


@bodies.takes(arrivals.PIECE)
@staff_only(Role.CATALOGUER)
@_as_json
def desk_piece(token: str) -> ResponseReturnValue:
    """Take a piece of a file that begins at `offset`."""
    arrival = _own(token)
    offset = request.args.get("offset", -1, int)
    here = arrivals.append(arrival, offset, request.get_data(cache=False), clock.now())
    return jsonify(received=here, complete=here == arrival.size)


@staff_only(Role.CATALOGUER)
def desk_arrival(token: str) -> ResponseReturnValue:
    """Remove what was sent, look at it once more, or use the file that is known already."""
    arrival, pid = arrivals.find(token), arrivals.find(token).entry.pid
    match request.form.get("do", ""):
        case "remove":
            arrivals.remove(arrival, g.account.id)
        case "again" if arrival.state is ArrivalState.QUARANTINED:
            arrivals.wait(arrival, clock.now())
        case "use":
            taking_in.use_here(arrival, g.account.id)
        case _:
            raise Invalid("This cannot be done with the file as it stands. Reload the page.")
    if request.form.get("back") == "vault":
        return redirect(url_for("catalogue.desk_vault"), 303)
    return redirect(url_for("catalogue.desk_files", pid=pid), 303)


@staff_only(Role.CATALOGUER)
def desk_clip(pid: str, asset_id: int) -> ResponseReturnValue:
    """Have the fragment cut that the form describes; a faulty form comes back with 422 and everything in it."""
    entry = entries.get(pid)
    master = _master(entry, asset_id)
    clip, errors = clips.read(request.form, master.duration_ms or 0)
    if clip is None:
        return _page(entry, clip_of=asset_id, errors=errors), 422
    derivatives.order_clip(master, clip.start_ms, clip.length_ms, is_marked=clip.is_marked)
    audit.record(
        "file.clipped",
        "entry",
        pid,
        g.account.id,
        file=master.filename,
        start_ms=clip.start_ms,
        ms=clip.length_ms,
    )
    return redirect(url_for("catalogue.desk_files", pid=pid, clipped=asset_id), 303)


@staff_only(Role.CATALOGUER)
def desk_copies(pid: str, asset_id: int) -> ResponseReturnValue:
    """Have the copies made that a file lacks."""
    derivatives.order(_master(entries.get(pid), asset_id))
    return redirect(url_for("catalogue.desk_files", pid=pid), 303)


@staff_only(Role.CATALOGUER)
def desk_take_off(pid: str, asset_id: int) -> ResponseReturnValue:
    """Let a file no longer belong to an entry; its bytes stay in the vault."""
    entry = entries.get(pid)
    master = _master(entry, asset_id)
    masters.take_off(entry.id, master)
    audit.record("file.taken_off", "entry", pid, g.account.id, file=master.filename, sha256=master.sha256)
    outbox.add(entry.id)
    return redirect(url_for("catalogue.desk_files", pid=pid), 303)


@staff_only()
def desk_copy(pid: str, asset_id: int, role: str) -> ResponseReturnValue:
    """Send a file of an entry to staff: copies to look at and to hear, a master to keep."""
    master = _master(entries.get(pid), asset_id)
    wanted = AssetRole(role)
    file = master if wanted is AssetRole.MASTER else masters.copies_of(master.id)[master.id].get(wanted)
    if file is None:
        raise NotFound("There is no such copy yet. Wait a moment and try again.")
    return send_stored(
        file.storage_key,
        file.media_type,
        file.filename,
        file.sha256,
        as_attachment=wanted not in HEARD | SEEN,
        cache="private, no-cache",
    )


def _page(
    entry: Entry,
    *,
    sending: list[str] | None = None,
    clip_of: int | None = None,
    errors: dict[str, str] | None = None,
) -> str:
    sent = arrivals.of_entry(entry.id)
    shown = pages_of_files.of(entry)
    return render_template(
        "catalogue/desk_files.html",
        entry=entry,
        masters=shown,
        arrivals=[each for each in sent if each.state is not ArrivalState.ARRIVING],
        begun=[(each, arrivals.received(each)) for each in sent if each.state is ArrivalState.ARRIVING],
        is_busy=any(each.is_under_way for each in sent) or any(each.is_busy for each in shown),
        owners=pages_of_files.owners(sent),
        sending=sending or [],
        clip_of=clip_of,
        errors=errors or {},
        form=request.form,
        most_mb=current().max_upload_mb,
        at_once_mb=AT_ONCE >> 20,
        size_label=pages_of_files.size_label,
        kind_name=pages_of_files.kind_name,
        title_lang=language(),
    )


def _own(token: str) -> Arrival:
    arrival = arrivals.find(token)
    if arrival.account_id != g.account.id:
        raise NotFound("This file is not here any more. Send it again.")
    return arrival


def _master(entry: Entry, asset_id: int) -> Asset:
    asset = db.session.get(Asset, asset_id)
    if asset is None or asset.role is not AssetRole.MASTER or entry.id not in masters.entries_with(asset.id):
        raise NotFound("This entry has no such file.")
    return asset
