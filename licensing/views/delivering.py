"""The counted download of a master."""

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from archive import clock, transactions
from archive.serving_files import send_stored
from licensing import delivery


def register(open_pages: Blueprint) -> None:
    """Put this view on the floor's pages."""
    open_pages.add_url_rule("/downloads/<token>", "download", download)


@transactions.writes
def download(token: str) -> ResponseReturnValue:
    """Send the master of a licensed entry; what is sent from the start is counted."""
    is_head = request.method == "HEAD"
    asked = request.range
    is_continued = is_head or bool(asked and asked.ranges and asked.ranges[0][0])
    ready = delivery.redeem(token, clock.now(), is_continued=is_continued)
    file = delivery.file_of(ready)
    return send_stored(file.storage_key, file.media_type, file.name, file.sha256)
