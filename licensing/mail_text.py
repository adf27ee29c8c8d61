"""Mail as it comes in, pure: who wrote, what of it is new, what hangs on it. Whatever bytes come in, something comes
out: mail is written by programs of every age, and by those who mean ill.
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import Message
from email.utils import getaddresses
from html.parser import HTMLParser

LONGEST_NAME = 120
MAX_ATTACHMENTS_NAMED = 20
# Where a tag of ours may stand: in addresses, however the server kept them, and in the thread.
PLACES = (
    "To",
    "Cc",
    "Delivered-To",
    "X-Original-To",
    "Envelope-To",
    "X-Envelope-To",
    "In-Reply-To",
    "References",
)
_SANE_ID = re.compile(r"<[\x21-\x3b\x3d\x3f-\x7e]{3,240}>")
_ATTRIBUTION = re.compile(
    r"(on|op|am|le|el)\b.{5,300}(wrote|schreef|geschreven|schrieb|écrit|escribió).{0,120}:",
    re.IGNORECASE | re.DOTALL,
)
_SEPARATOR = re.compile(
    r"(-{2,}\s*(original message|oorspronkelijk bericht|doorgestuurd bericht|forwarded message).*"
    r"|_{20,}|(from|van|von|de):\s.*@.*)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Mail:
    """One mail, read."""

    message_id: str  # its own, or a digest of all of it
    sender_name: str
    sender_address: str
    addressed: str  # all places in which a tag may stand
    is_automatic: bool  # an absence notice, a bounce, a list
    text: str  # what is new, in plain text
    attachments: tuple[str, ...]  # names


def read(raw: bytes, mark: str) -> Mail:
    """Read a mail; `mark` is the line below which stands what we wrote. Never raises."""
    message = _parse(raw)
    named = getaddresses([_header(message, "From")])
    name, address = named[0] if named else ("", "")
    text, attachments = _content(message)
    return Mail(
        message_id=_message_id(message, raw),
        sender_name=" ".join(name.split())[:LONGEST_NAME],
        sender_address=address.strip().lower()[:254],
        addressed="\n".join(_all(message, place) for place in PLACES),
        is_automatic=_is_automatic(message, address),
        text=answer(text, mark),
        attachments=attachments,
    )


def answer(text: str, mark: str) -> str:
    """Cut off what is quoted below an answer. Answers between quoted lines stay, quotes and all."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    end = next((at for at in range(len(lines)) if _begins_quote(lines, at, mark)), len(lines))
    kept = lines if _is_answered_between(lines[end:], mark) else lines[:end]
    while kept and (not kept[-1].strip() or _is_quoted(kept[-1])):
        kept.pop()
    return "\n".join(kept).strip()


def _parse(raw: bytes) -> Message:
    try:
        return message_from_bytes(raw, policy=policy.compat32)
    except Exception:  # its recursion, and its many ways to fail: the head is still worth reading
        return message_from_bytes(raw.partition(b"\n\n")[0][:100_000] + b"\nContent-Type: text/plain\n\n")


def _begins_quote(lines: list[str], at: int, mark: str) -> bool:
    line = lines[at].strip()
    if mark in line or _SEPARATOR.fullmatch(line):
        return True
    # Mail programs break "On … wrote:" over two lines, or three.
    return any(_ATTRIBUTION.fullmatch(" ".join(lines[at : at + size]).strip()) for size in (1, 2, 3))


def _is_answered_between(below: list[str], mark: str) -> bool:
    # Only where all that is old carries its sign can a line without it be new.
    quoted = [line for line in below if _is_quoted(line)]
    if not any(mark in line for line in quoted):
        return False
    first = below.index(quoted[0])
    return any(line.strip() and not _is_quoted(line) for line in below[first:])


def _is_quoted(line: str) -> bool:
    return line.lstrip().startswith(">")


def _is_automatic(message: Message, address: str) -> bool:
    """Say whether a program sent it by itself (RFC 3834; the others are habits of servers)."""
    submitted = _header(message, "Auto-Submitted").lower()
    precedence = _header(message, "Precedence").strip().lower()
    local = address.rpartition("@")[0].lower()
    return (
        (submitted != "" and not submitted.startswith("no"))
        or precedence in ("bulk", "junk", "list", "auto_reply")
        or any(
            message.get(name) is not None
            for name in ("List-Id", "X-Autoreply", "X-Autorespond", "X-Auto-Reply")
        )
        or _header(message, "Return-Path").strip() == "<>"
        or message.get_content_type() in ("multipart/report", "message/delivery-status")
        or local in ("mailer-daemon", "postmaster")
    )


def _message_id(message: Message, raw: bytes) -> str:
    found = _SANE_ID.search(_header(message, "Message-ID"))
    return found[0] if found else f"sha256:{hashlib.sha256(raw).hexdigest()}"


def _all(message: Message, name: str) -> str:
    return "\n".join(str(value) for value in message.get_all(name, []))


def _header(message: Message, name: str) -> str:
    value = str(message.get(name, ""))
    try:
        return str(make_header(decode_header(value)))
    except (HeaderParseError, LookupError, ValueError):
        return value


def _content(message: Message) -> tuple[str, tuple[str, ...]]:
    """Give the text, of HTML if there is no other, and the names of what is attached."""
    plain, html, attached = [], [], []
    for part in _parts(message):
        kind = part.get_content_type()
        if kind == "message/rfc822" or part.get_content_disposition() == "attachment":
            attached.append(_name(part))
        elif kind == "text/plain":
            plain.append(_decoded(part))
        elif kind == "text/html":
            html.append(_decoded(part))
        elif not (kind.startswith("image/") and part.get("Content-ID")):  # a letterhead is no attachment
            attached.append(_name(part))
    text = "\n".join(plain) if any(each.strip() for each in plain) else "\n".join(map(_without_tags, html))
    return text, tuple(attached[:MAX_ATTACHMENTS_NAMED])


def _parts(message: Message) -> Iterator[Message]:
    """Yield what a mail consists of, in order, without going into mails that are attached to it."""
    waiting = [message]
    while waiting:
        part = waiting.pop()
        within = part.get_payload()
        if isinstance(within, list) and part.get_content_type() != "message/rfc822":
            waiting.extend(each for each in reversed(within) if isinstance(each, Message))
        else:
            yield part


def _name(part: Message) -> str:
    try:
        name = part.get_filename() or ""
    except (LookupError, TypeError, ValueError):
        name = ""
    tidy = "".join(sign for sign in str(name) if sign.isprintable())
    return tidy[:LONGEST_NAME] or part.get_content_type()


def _decoded(part: Message) -> str:
    payload = part.get_payload(decode=True)
    content = payload if isinstance(payload, bytes) else str(part.get_payload()).encode("utf-8", "replace")
    try:
        return content.decode(part.get_content_charset() or "utf-8")
    except (LookupError, ValueError):
        return content.decode("utf-8", "replace")


class _Text(HTMLParser):
    """What a reader of the HTML would read, with its lines."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.said: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, _attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("script", "style", "head"):
            self._silent += 1
        if tag in ("br", "p", "div", "tr", "li", "blockquote", "hr"):
            self.said.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", "style", "head"):
            self._silent = max(0, self._silent - 1)
        if tag in ("p", "blockquote"):
            self.said.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.said.append(re.sub(r"\s+", " ", data))


def _without_tags(html: str) -> str:
    parser = _Text()
    parser.feed(html)
    parser.close()
    lines = ("".join(parser.said)).split("\n")
    return re.sub(r"\n{3,}", "\n\n", "\n".join(line.strip() for line in lines)).strip()
