"""New entries from scratch: a kind and a title, and where it belongs if that is known."""

from typing import Any

from flask_babel import gettext as _

from archive import clock
from archive.language import language
from catalogue import entries
from catalogue.editing import applying, present
from catalogue.entries import Entry, EntryKind
from catalogue.recordings import LineUp, Recording

MAX_TITLE = 500
COMMENT = "Begun on the desk"

# In the order of what is begun most.
KINDS = (
    EntryKind.SESSION,
    EntryKind.RECORDING,
    EntryKind.IMAGE,
    EntryKind.RELEASE,
    EntryKind.WORK,
    EntryKind.COLLECTION,
)


def start(form: Any, account_id: int) -> Entry | dict[str, str]:
    """Begin a draft from a form with kind, title and perhaps session; return what is wrong, by field, if anything."""
    errors = {}
    kind, title = form.get("kind", ""), " ".join(form.get("title", "").split())
    if kind not in {known.value for known in KINDS}:
        errors["kind"] = _("Choose what it is.")
    if not title:
        errors["title"] = _("Every entry has a title. Put one you made up yourself in square brackets.")
    elif len(title) > MAX_TITLE:
        errors["title"] = _("At most %(limit)s characters fit here.", limit=MAX_TITLE)
    session = entries.find(form.get("session", "")) if form.get("session") else None
    if form.get("session") and (session is None or session.kind is not EntryKind.SESSION):
        errors["session"] = _("There is no session with this number.")
    if errors:
        return errors
    entry = entries.add(EntryKind(kind), title, clock.now(), title_lang=language())
    applying.add_part(entry)
    if session is not None:
        _belong(entry, session)
    entries.save(entry, account_id, COMMENT)
    return entry


def _belong(entry: Entry, session: Entry) -> None:
    """Let a new recording or picture be of a session, in the same collection."""
    part: Any = present.part_of(entry)
    if entry.kind in (EntryKind.RECORDING, EntryKind.IMAGE):
        part.session_id, entry.parent_id = session.id, session.parent_id
    if isinstance(part, Recording):
        part.lineup, part.position = LineUp.SESSION, present.next_position(session.id)
