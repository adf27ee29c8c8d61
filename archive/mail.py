"""Mail: a message is a folder of templates, rendered where the change happens and posted by a job in that
same transaction.

The job may run twice; the message keeps its Message-ID and, in a folder, its file name, so it never becomes
two.
"""

import hashlib
import re
import smtplib
import ssl
from collections.abc import Mapping
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit
from urllib.request import url2pathname

from flask import render_template
from sqlalchemy import delete

from archive import addresses, clock, jobs, language
from archive.config import Settings, current
from archive.db import db
from archive.errors import Invalid
from archive.jobs import Job

JOB = "mail.deliver"
TIMEOUT = 30  # seconds
BARE_ADDRESS = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+"
)  # HTML 4.10.5.1.5
MAX_ADDRESS_LENGTH = 254  # RFC 5321, 4.5.3.1.3


class InsecureServerError(Exception):
    """The server offers no TLS, and the password may not be sent in the clear."""


def send(message: str, to: str, lang: str, headers: Mapping[str, str] | None = None, **context: Any) -> None:
    """Render `templates/mail/<message>/` in `lang` and queue it; raise Invalid for an impossible address.

    In these templates `url_for` gives full public addresses in the language of the message.
    """
    jobs.enqueue(JOB, write(message, to, lang, clock.now(), headers, **context))


def write(
    message: str,
    to: str,
    lang: str,
    moment: datetime,
    headers: Mapping[str, str] | None = None,
    **context: Any,
) -> jobs.Payload:
    """Render a message without queueing it; for jobs whose letters hold what may not be kept in a job's row."""
    address = read_address(to)
    context |= {"lang": lang, "url_for": partial(addresses.absolute, lang=lang)}
    with language.speaking(lang):
        subject, text, html = (
            render_template(f"mail/{message}/{part}", **context)
            for part in ("subject.txt", "body.txt", "body.html")
        )
    return {
        "to": address,
        "lang": lang,
        "subject": " ".join(subject.split()),
        "text": text,
        "html": html,
        "headers": dict(headers or {}),
        "written_at": moment.isoformat(),
    }


def read_address(text: str) -> str:
    """Return one bare e-mail address, its domain in ASCII; raise Invalid for anything else."""
    local, _at, domain = text.strip().rpartition("@")
    try:
        address = f"{local}@{domain.encode('idna').decode()}".removesuffix(".")
        Address(addr_spec=address)
    except (ValueError, IndexError, MessageError) as error:
        raise _no_address() from error
    if len(address) > MAX_ADDRESS_LENGTH or not BARE_ADDRESS.fullmatch(address):
        raise _no_address()
    return address


def _no_address() -> Invalid:
    return Invalid("An e-mail address looks like name@example.org.")


def forget(address: str) -> None:
    """Remove all messages to an address that jobs still hold, sent or not."""
    held = (Job.name == JOB) & (Job.payload["to"].as_string() == address)
    db.session.execute(delete(Job).where(held).execution_options(synchronize_session=False))


def deliver(payload: jobs.Payload) -> None:
    """Post one message: by SMTP, or into a folder when MAIL_URL is a file:// address."""
    settings = current()
    message = compose(payload, settings)
    server = urlsplit(settings.mail_url)
    if server.scheme == "file":
        _put_into_folder(message, Path(url2pathname(server.path)), f"{payload['job_id']:08d}.eml")
    else:
        _post(message, server)


def compose(payload: jobs.Payload, settings: Settings) -> EmailMessage:
    """Build the message; the same payload always gives the same bytes."""
    message = EmailMessage(policy=SMTP)
    message["From"] = settings.mail_from
    message["To"] = Address(addr_spec=payload["to"])
    message["Subject"] = payload["subject"]
    message["Date"] = format_datetime(datetime.fromisoformat(payload["written_at"]))
    message["Message-ID"] = _message_id(payload, settings)
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: keeps absence notices from answering
    for name, value in payload.get("headers", {}).items():
        message[name] = value
    message.set_content(payload["text"])
    message.add_alternative(payload["html"], subtype="html")
    message["Content-Language"] = payload["lang"]  # after the content, which begins with no such headers
    return message


def _message_id(payload: jobs.Payload, settings: Settings) -> str:
    said = f"{payload['job_id']} {payload['written_at']} {payload['to']}"
    digest = hashlib.sha256(said.encode()).hexdigest()[:24]
    return f"<{payload['job_id']}.{digest}@{urlsplit(settings.base_url).hostname}>"


def _put_into_folder(message: EmailMessage, folder: Path, name: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    temporary = folder / f".{name}"
    temporary.write_bytes(message.as_bytes())
    temporary.replace(folder / name)


def _post(message: EmailMessage, server: SplitResult) -> None:
    host, tls = server.hostname or "localhost", ssl.create_default_context()
    if server.scheme == "smtps":
        with smtplib.SMTP_SSL(host, server.port or 465, timeout=TIMEOUT, context=tls) as connection:
            _hand_over(message, connection, server)
        return
    with smtplib.SMTP(host, server.port or 587, timeout=TIMEOUT) as connection:
        connection.ehlo()
        if connection.has_extn("starttls"):
            connection.starttls(context=tls)
        elif server.username:
            raise InsecureServerError(
                f"{host} offers no STARTTLS; use smtps:// or leave the password out of MAIL_URL"
            )
        _hand_over(message, connection, server)


def _hand_over(message: EmailMessage, connection: smtplib.SMTP, server: SplitResult) -> None:
    if server.username:
        connection.login(unquote(server.username), unquote(server.password or ""))
    connection.send_message(message)
