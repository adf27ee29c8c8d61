"""Send stored files: with byte ranges, so that a download or a player can go on where it stopped, and under
a fixed type.
"""

from flask import request, send_file
from werkzeug.exceptions import RequestedRangeNotSatisfiable
from werkzeug.wrappers import Response as AnyResponse

from archive import storage


def send_stored(
    key: str,
    media_type: str,
    filename: str,
    sha256: str,
    *,
    as_attachment: bool = True,
    cache: str = "private, no-store",
) -> AnyResponse:
    """Answer with a file of the vault; `cache` is the Cache-Control header, the checksum is the ETag."""
    answer = send_file(
        storage.vault().open(key),
        mimetype=media_type,
        as_attachment=as_attachment,
        download_name=filename,
        etag=sha256,
        conditional=False,
    )
    answer.headers["Cache-Control"] = cache
    # An original may hold anything: nothing in it may act as part of the site.
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    size = storage.vault().size(key)
    answer.content_length = size
    try:
        return answer.make_conditional(request.environ, accept_ranges=True, complete_length=size)
    except RequestedRangeNotSatisfiable:
        answer.close()  # no answer will do it
        raise
