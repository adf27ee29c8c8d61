"""The file that a licence delivers: the master with the rights written into it, made by a job when it is licensed.

A kind of file that nothing can be written into is delivered as it came in; the licence says the same on paper. Of an
excerpt, a crop or a smaller size only that is delivered, never the master.
"""

import logging
from typing import Any

from archive import addresses, clock, decoding, storage
from archive.config import current
from archive.db import db
from archive.errors import Invalid
from archive.rights_text import DELIVERED, Rights
from archive.storage import Stored
from archive.transactions import transaction
from catalogue import credits, derivatives
from catalogue.credits import Role
from catalogue.entries import Entry
from catalogue.pages import pieces
from licensing import agreement_documents, anomalies, delivery
from licensing.delivery import Delivery
from licensing.licences import Licence

log = logging.getLogger(__name__)

# Whose work it is, in the order in which we look.
MAKERS = (Role.PHOTOGRAPHER, Role.COMPOSER, Role.PERFORMER)


def write_rights(payload: dict[str, Any]) -> None:
    """Job: make the file of a delivery, unless that has been done."""
    waiting = db.session.get_one(Delivery, payload["delivery_id"])
    if waiting.storage_key is not None:
        return
    master, said = waiting.asset, vars(rights_of(waiting.licence))
    part = delivery.part_of(waiting)
    family, key = derivatives.family_of(master), master.storage_key
    suffix = delivery.suffix_of_part(part) if part else _suffix(master.storage_key)
    db.session.rollback()
    stored = _made(payload, family, key, suffix, {"rights": said, "part": part})
    if stored is None:
        _tell_if_nothing_is_left(payload["delivery_id"], is_part=part is not None)
        return
    with transaction():
        delivery.keep_file(db.session.get_one(Delivery, payload["delivery_id"]), stored)


def rights_of(licence: Licence) -> Rights:
    """Gather what the file says."""
    entry, line = licence.entry, licence.line
    people = credits.of(entry.id)[entry.id]
    makers = next((found for role in MAKERS if (found := [one for one in people if one.role is role])), [])
    names = dict.fromkeys(one.agent.name for one in makers if one.agent is not None)
    credit = agreement_documents.credit_line(pieces.find(Entry.id == entry.id)[0])
    return Rights(
        title=entry.title,
        creator="; ".join(names),
        credit=credit,
        notice=credit if not entry.rights_uri else f"{credit} ({entry.rights_uri})",
        licensor=current().site_name,
        licensor_email=current().contact_email,
        licensee=line.order.organisation or line.order.buyer_name,
        licence_number=licence.number,
        licence_url=addresses.absolute("licensing_open.licence", lang=line.order.lang, code=licence.code),
        terms=line.summary,
        starts_on=licence.starts_on.isoformat(),
        ends_on=licence.ends_on.isoformat() if licence.ends_on else "",
    )


def _made(
    payload: dict[str, Any], family: Any, key: str, suffix: str, order: dict[str, Any]
) -> Stored | None:
    limits = decoding.limits_of(current())
    with decoding.workshop() as folder:
        try:
            with storage.vault().open(key) as file:
                path = derivatives.local(file, folder)
                decoding.run(
                    family,
                    "deliver",
                    path,
                    limits,
                    folder=folder,
                    still_busy=lambda: derivatives.keep_lease(payload["job_id"]),
                    **order,
                )
        except (Invalid, FileNotFoundError):
            log.warning("the file of a licence could not be made", extra=payload, exc_info=True)
            return None
        with (folder / DELIVERED).open("rb") as made:
            return storage.vault().put(made, suffix)


def _tell_if_nothing_is_left(delivery_id: int, *, is_part: bool) -> None:
    # The master may not stand in for a part of it, so a person has to make the file.
    if is_part:
        with transaction():
            licence = db.session.get_one(Delivery, delivery_id).licence
            anomalies.file("nothing_to_deliver", licence.number, clock.now(), order=licence.line.order.number)


def _suffix(key: str) -> str:
    name = key.rpartition("/")[2]
    return name[name.index(".") :] if "." in name else ""
