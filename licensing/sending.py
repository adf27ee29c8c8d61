"""Sending a request: what was collected is frozen, the request begins, the buyer is mailed. A form sent twice, even
at the same moment, sends one request.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.exc import IntegrityError

from archive.db import db
from archive.errors import Refused
from licensing import correspondence, projects, reuse_requests, vat_numbers
from licensing.projects import Content, Particulars, Project
from licensing.reuse_requests import Requester, ReuseRequest


def send(
    requester: Requester,
    said: Particulars,
    contents: Sequence[Content],
    user_class: str,
    *,
    key: str,
    moment: datetime,
    copied_from: Project | None = None,
) -> ReuseRequest:
    """Send a request for some contents; raise Refused when there are none. What the buyer wrote is the note of
    what they said.
    """
    known = reuse_requests.find_by_key(key)
    if known is not None:
        return known
    if not contents:
        raise Refused("There is nothing in this project that can be asked for. Add something first.")
    try:
        with db.session.begin_nested():
            frozen = projects.freeze(
                said, contents, key=key, lang=requester.lang, moment=moment, copied_from=copied_from
            )
            if requester.vat_number:
                vat_numbers.register(requester.vat_number, moment)
            request = reuse_requests.submit(
                requester, frozen, frozen.answers, user_class, said.note, key=key, moment=moment
            )
    except IntegrityError:  # the same form came at the same moment and was first
        return reuse_requests.get_by_key(key)
    correspondence.write(request, "request_sent")
    return request
