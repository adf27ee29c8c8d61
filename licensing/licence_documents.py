"""The printed licence: made once, by a job, from what was agreed; kept in the vault and never printed
again.
"""

import hashlib
import io
import json
from datetime import datetime
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy import ForeignKey, event, select
from sqlalchemy.orm import Mapped, mapped_column

from archive import addresses, language, storage
from archive.config import current
from archive.db import Model, db
from archive.transactions import transaction
from archive.triggers import append_only
from catalogue.credits import Role
from catalogue.entries import Entry
from catalogue.pages import cards, pieces
from catalogue.pages.pieces import Piece
from licensing import countries, delivery, documents, wording
from licensing.documents import Acceptance, Item, LicenceTerms
from licensing.licences import Licence
from licensing.orders import Order, OrderLine

JOB = "licence.print"
MEDIA_TYPE = "application/pdf"


class Document(Model):
    """One issued document; its file never changes."""

    id: Mapped[int] = mapped_column(primary_key=True)
    licence_id: Mapped[int] = mapped_column(ForeignKey("licence.id"), unique=True)
    number: Mapped[str]
    template_version: Mapped[str]
    storage_key: Mapped[str]
    sha256: Mapped[str]
    size: Mapped[int]  # bytes
    media_type: Mapped[str]
    issued_at: Mapped[datetime]


event.listen(Document.__table__, "after_create", append_only("document"))


def of_licence(licence_id: int) -> Document | None:
    """Find the document of a licence."""
    return db.session.scalar(select(Document).where(Document.licence_id == licence_id))


def print_licence(payload: dict[str, Any]) -> None:
    """Job: print a licence and put it away, unless that has been done."""
    licence_id = payload["licence_id"]
    if of_licence(licence_id) is not None:
        return
    terms = terms_of(db.session.get_one(Licence, licence_id))
    db.session.rollback()
    content = documents.render_licence(terms, [Path(current_app.static_folder or "") / "vendor" / "print"])
    stored = storage.vault().put(io.BytesIO(content), ".pdf")
    with transaction():
        if of_licence(licence_id) is None:
            _keep(licence_id, terms, stored)


def terms_of(licence: Licence) -> LicenceTerms:
    """Gather what the document says, in the language of the order."""
    line, order = licence.line, licence.line.order
    with language.speaking(order.lang):
        piece = pieces.find(Entry.id == licence.entry_id)[0]
        return LicenceTerms(
            lang=order.lang,
            number=licence.number,
            code=licence.code,
            verify_url=addresses.absolute("licensing_open.licence", lang=order.lang, code=licence.code),
            issued_at=licence.issued_at,
            licensor=current().site_name,
            licensor_contact=current().contact_email,
            licensee=order.organisation or order.buyer_name,
            licensee_contact=f"{order.buyer_name}, {order.buyer_email}",
            licensee_country=countries.label(order.country, order.lang),
            project=order.project,
            item=_item(piece, line, order.lang, licence),
            granted=_pairs(licence.grant["granted"]),
            not_granted=_pairs(licence.grant["not_granted"]),
            use=wording.by_itself("use", line.choice["use"]),
            territory=wording.by_itself("territory", line.choice["territory"]),
            term=wording.by_itself("term", line.choice["term"]),
            extent=_extent(line),
            starts_on=licence.starts_on,
            ends_on=licence.ends_on,
            credit_line=_credit_line(piece, line),
            net=line.net,
            vat=line.net.percent_of(line.vat_bp),
            vat_bp=line.vat_bp,
            order_number=order.number,
            paid_on=licence.starts_on,
            acceptance=_acceptance(order),
            is_test=current().payments_are_test,
        )


def _keep(licence_id: int, terms: LicenceTerms, stored: storage.Stored) -> None:
    db.session.add(
        Document(
            licence_id=licence_id,
            number=terms.number,
            template_version=documents.TEMPLATE_VERSION,
            storage_key=stored.key,
            sha256=stored.sha256,
            size=stored.size,
            media_type=MEDIA_TYPE,
            issued_at=terms.issued_at,
        )
    )


def _pairs(layers: list[list[str]]) -> tuple[tuple[str, str], ...]:
    return tuple((name, text) for name, text in layers)


def _item(piece: Piece, line: OrderLine, lang: str, licence: Licence) -> Item:
    ready = delivery.of_licence(licence.id)
    return Item(
        title=line.title,
        reference=piece.entry.pid,
        address=addresses.absolute("catalogue_open.permalink", lang=lang, pid=piece.entry.pid),
        who=cards.who(piece),
        personnel=_personnel(piece, lang),
        recorded=cards.where_when(piece, lang),
        shelfmark=piece.entry.shelfmark or "",
        file=ready.asset.filename if ready else "",
    )


def _personnel(piece: Piece, lang: str) -> str:
    """List everybody who plays, with instruments: "Joop Terwindt (trumpet), Wim Bakboord (double bass)"."""
    found: dict[str, list[str]] = {}
    for credit in piece.credits:
        if credit.role is Role.PERFORMER and credit.agent is not None:
            instrument = credit.instrument.label(lang) if credit.instrument else None
            found.setdefault(credit.agent.name, []).extend([instrument] if instrument else [])
    return ", ".join(f"{name} ({', '.join(played)})" if played else name for name, played in found.items())


def _extent(line: OrderLine) -> str:
    asked = next((name for name in ("duration", "size") if name in line.choice), None)
    return wording.by_itself(asked, line.choice[asked]) if asked else ""


def _credit_line(piece: Piece, line: OrderLine) -> str:
    if piece.entry.credit_line:
        return piece.entry.credit_line
    parts = (cards.who(piece), line.title, piece.entry.shelfmark, current().site_name)
    return ", ".join(part for part in parts if part)


def _acceptance(order: Order) -> Acceptance:
    accepted = {
        "order": order.number,
        "lines": [
            [line.entry_id, line.choice, line.net_minor, line.vat_bp, line.trace] for line in order.lines
        ],
        "terms": order.terms_version,
        "consent": order.consent,
    }
    said = json.dumps(accepted, sort_keys=True, ensure_ascii=False).encode()
    return Acceptance(
        name=order.buyer_name,
        at=order.placed_at,
        address=addresses.absolute("licensing.order_form", lang=order.lang, pid=order.lines[0].entry.pid),
        terms_version=order.terms_version,
        sha256=hashlib.sha256(said).hexdigest(),
    )
