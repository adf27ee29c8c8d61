"""Mail about a request, and how an answer to it is recognised: by a signed tag in the address to reply to and, for
servers that know no such addresses, in the thread that mail programs keep (RFC 5322, 3.6.4).
"""

import base64
import hashlib
import hmac
import re
from typing import Any
from urllib.parse import urlsplit

from flask import current_app

from archive import mail
from archive.config import current
from archive.db import db
from licensing.reuse_requests import ReuseRequest, link_token

TAG = re.compile(
    r"\bv(\d{1,15})-([a-z2-7]{26})(?![a-z2-7])", re.IGNORECASE
)  # addresses lose their case on the way
SIGNATURE_BYTES = 16
MARK = "=-=-=-=-=-="  # in our mails: what stands below is ours, not the answer


def write(request: ReuseRequest, message: str, **context: Any) -> None:
    """Mail the buyer a message of `templates/mail/<message>/` that can be answered."""
    mail.send(
        message,
        request.requester_email,
        request.lang,
        headers(request),
        number=request.number,
        title=request.project.title,
        token=link_token(request),
        mark=MARK if current().mail_reply_to else "",
        **context,
    )


def headers(request: ReuseRequest) -> dict[str, str]:
    """Give the headers by which an answer comes back to the request."""
    settings = current()
    found = {"References": f"<{tag(request)}@{urlsplit(settings.base_url).hostname}>"}
    if settings.mail_reply_to:
        local, _at, domain = settings.mail_reply_to.rpartition("@")
        found["Reply-To"] = f"{local}+{tag(request)}@{domain}"
    return found


def tag(request: ReuseRequest) -> str:
    """Make the signed name of a request for addresses: its number and 128 bits that only we can make."""
    return f"v{request.id}-{_signature(request.id)}"


def find_request(text: str) -> ReuseRequest | None:
    """Find the request whose tag stands in a text of addresses and threads."""
    for number, signature in TAG.findall(text):
        if hmac.compare_digest(_signature(int(number)), signature.lower()):
            return db.session.get(ReuseRequest, int(number))
    return None


def _signature(number: int) -> str:
    secret: str = current_app.config["SECRET_KEY"]
    key = hashlib.sha256(f"mail about requests {secret}".encode()).digest()
    digest = hmac.digest(key, str(number).encode(), "sha256")[:SIGNATURE_BYTES]
    return base64.b32encode(digest).decode().rstrip("=").lower()
