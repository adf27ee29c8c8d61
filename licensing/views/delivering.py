"""The counted download of what was licensed, by itself or packed with its documents; what staff do with its links."""

from flask import Blueprint, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.http import quote_etag

from archive import clock, storage, transactions
from archive.accounts import Role
from archive.errors import Invalid, NotFound, Unavailable
from archive.serving_files import send_stored
from archive.sign_in import staff_only
from licensing import delivery, licences, packages
from licensing.delivery import File

ACTIONS = {"stop_links": delivery.stop_links, "stop": delivery.stop, "again": delivery.deliver_again}


def register(pages: Blueprint, open_pages: Blueprint) -> None:
    """Put these views on the floor's pages."""
    open_pages.add_url_rule("/downloads/<token>", "download", download)
    open_pages.add_url_rule("/downloads/<token>/package.zip", "download_package", download_package)
    pages.add_url_rule(
        "/desk/licences/<number>/delivery", "desk_licence_delivery", desk_licence_delivery, methods=["POST"]
    )


@transactions.writes
def download(token: str) -> ResponseReturnValue:
    """Send the file of a licensed entry; what is sent from the start is counted."""
    found = delivery.find(token)
    return _send(token, delivery.file_of(found) if delivery.is_ready(found) else None)


@transactions.writes
def download_package(token: str) -> ResponseReturnValue:
    """Send the file with its licence, invoice and checksums; it counts as the file does."""
    return _send(token, packages.file_of(delivery.find(token)))


@staff_only(Role.LICENSING)
def desk_licence_delivery(number: str) -> ResponseReturnValue:
    """Stop the links of a licence's file, or the delivery, or deliver it anew."""
    ready = delivery.of_licence(licences.get_by_number(number).id)
    act = ACTIONS.get(request.form.get("do", ""))
    if ready is None:
        raise NotFound("This licence has no file to fetch.")
    if act is None:
        raise Invalid("Choose what is to be done with the delivery.")
    act(ready, request.form.get("why", "")[:2_000], clock.now(), g.account.id)
    return redirect(url_for("licensing.desk_licence", number=number), 303)


def _send(token: str, file: File | None) -> ResponseReturnValue:
    size = storage.vault().size(file.storage_key) if file else 0
    length = _continued(file, size) if file else 0
    delivery.redeem(token, clock.now(), is_continued=length is not None, length=length or 0, size=size)
    if file is None:
        raise Unavailable("The package is being made. Try again in a minute.")
    return send_stored(file.storage_key, file.media_type, file.name, file.sha256)


def _continued(file: File, size: int) -> int | None:
    """Say how many bytes a request asks for that goes on with a download; None for one that begins it.

    Where the file is another one than the asker has a part of (If-Range, RFC 9110, 13.1.5), all of it is sent.
    """
    if request.method == "HEAD":
        return 0
    asked, condition = request.range, request.headers.get("If-Range")
    spans = asked.range_for_length(size) if asked is not None else None
    if spans is None or spans[0] == 0 or condition not in (None, quote_etag(file.sha256)):
        return None
    return spans[1] - spans[0]
