"""The printed agreement: made once, by a job, from what was agreed; kept in the vault and never printed again."""

import hashlib
import io
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import current_app

from archive import addresses, clock, language, storage
from archive.config import current
from archive.db import db
from archive.transactions import transaction
from catalogue import identifiers
from catalogue.credits import Role
from catalogue.entries import Entry
from catalogue.pages import cards, pieces
from catalogue.pages.pieces import Piece
from licensing import agreements, circulation, countries, delivery, documents, excerpts, vocabulary, wording
from licensing.agreement_terms import Acceptance, AgreementTerms, Item
from licensing.agreements import Agreement
from licensing.document_tables import day_of
from licensing.licences import Licence
from licensing.orders import LineKind, Order, OrderLine

JOB = "agreement.print"
FOLLOW_JOB = "agreement.follow"
FOLLOW_EVERY = timedelta(hours=6)
MEDIA_TYPE = "application/pdf"
MAKERS = (Role.COMPOSER, Role.PHOTOGRAPHER)


def print_agreement(payload: dict[str, Any]) -> None:
    """Job: print an agreement in force and put it away, unless that has been done."""
    agreement = db.session.get_one(Agreement, payload["agreement_id"])
    if agreement.storage_key is not None:
        return
    terms = terms_of(agreement)
    db.session.rollback()
    content = documents.render(terms, [Path(current_app.static_folder or "") / "vendor" / "print"])
    stored = storage.vault().put(io.BytesIO(content), ".pdf")
    with transaction():
        agreements.keep_document(db.session.get_one(Agreement, payload["agreement_id"]), stored)


def follow(_payload: dict[str, Any]) -> None:
    """Job: end the agreements of which no licence is left."""
    moment = clock.now()
    for agreement_id in agreements.in_force():
        with transaction():
            agreement = db.session.get_one(Agreement, agreement_id)
            agreements.follow(agreement, moment, day_of(moment))


def terms_of(agreement: Agreement) -> AgreementTerms:
    """Gather what the document says, in the language of the order."""
    order, parts = agreement.order, agreements.of_agreement(agreement.id)
    with language.speaking(order.lang):
        code = parts[0].code if len(parts) == 1 else agreement.code
        return AgreementTerms(
            lang=order.lang,
            number=agreement.number,
            code=code,
            verify_url=addresses.absolute("licensing_open.licence", lang=order.lang, code=code),
            issued_at=parts[0].issued_at,
            licensor=current().site_name,
            licensor_contact=current().contact_email,
            roles=_roles(parts),
            licensee=agreement.licensee,
            licensee_contact=f"{order.buyer_name}, {order.buyer_email}",
            licensee_country=countries.label(order.country, order.lang),
            licensee_vat_number=order.vat_number or "",
            end_user=agreement.end_user or "",
            project=order.project,
            production_type=_production_type(agreement, parts),
            items=tuple(_items(parts, order.lang)),
            costs=tuple((line.summary, line.net) for line in order.lines if not _is_licence(line)),
            taxes=tuple(
                (wording.vat_label(share.tax.bp, share.tax.code), share.vat) for share in order.taxed
            ),
            net=order.net,
            gross=order.gross,
            order_number=order.number,
            paid_on=day_of(parts[0].issued_at),
            acceptance=_acceptance(order),
            is_test=current().payments_are_test,
        )


def accepted_hash(order: Order) -> str:
    """Give the fingerprint (SHA-256) of what was accepted: the lines, their price and how it came about, the terms."""
    accepted = {
        "order": order.number,
        "lines": [
            [line.entry_id, line.choice, line.net_minor, line.vat_bp, line.trace] for line in order.lines
        ],
        "terms": order.terms_version,
        "consent": order.consent,
    }
    return hashlib.sha256(json.dumps(accepted, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def credit_line(piece: Piece) -> str:
    """Give the words that must stand with a piece."""
    if piece.entry.credit_line:
        return piece.entry.credit_line
    parts = (cards.who(piece), piece.entry.title, piece.entry.shelfmark, current().site_name)
    return ", ".join(part for part in parts if part)


def _is_licence(line: OrderLine) -> bool:
    return line.kind is LineKind.LICENCE_FEE


def _roles(parts: list[Licence]) -> tuple[tuple[str, str], ...]:
    """Tell as what the licensor grants which layers."""
    found: dict[str, dict[str, None]] = {}
    for part in parts:
        for layer, role in part.grant.get("roles", {}).items():
            found.setdefault(role, {})[wording.layer(layer)] = None
    return tuple((role, ", ".join(names)) for role, names in sorted(found.items(), reverse=True))


def _production_type(agreement: Agreement, parts: list[Licence]) -> str:
    code = agreement.production_type or parts[0].use_code
    return wording.by_itself("use", code) if code in vocabulary.USES else code


def _items(parts: list[Licence], lang: str) -> list[Item]:
    entry_ids = [part.entry_id for part in parts]
    found = {piece.entry.id: piece for piece in pieces.find(Entry.id.in_(entry_ids))}
    return [_item(part, found[part.entry_id], lang) for part in parts]


def _item(licence: Licence, piece: Piece, lang: str) -> Item:
    line, ready = licence.line, delivery.of_licence(licence.id)
    replaced = db.session.get(Licence, licence.supersedes_id) if licence.supersedes_id else None
    return Item(
        licence=licence.number,
        code=licence.code,
        verify_url=addresses.absolute("licensing_open.licence", lang=lang, code=licence.code),
        title=line.title,
        reference=piece.entry.pid,
        address=addresses.absolute("catalogue_open.permalink", lang=lang, pid=piece.entry.pid),
        answers=_answers(line),
        starts_on=licence.starts_on,
        ends_on=licence.ends_on,
        granted=_pairs(licence.grant["granted"]),
        not_granted=_pairs(licence.grant["not_granted"]),
        credit_line=credit_line(piece),
        net=line.net,
        who=cards.who(piece),
        makers=", ".join(agent.name for agent in piece.agents(*MAKERS)),
        personnel=_personnel(piece, lang),
        recorded=cards.where_when(piece, lang),
        shelfmark=piece.entry.shelfmark or "",
        isrc=", ".join(one.value for one in identifiers.of_entry(licence.entry_id) if one.scheme == "isrc"),
        part=excerpts.in_words(line.item),
        file=delivery.file_of(ready).name if ready else "",
        replaces=replaced.number if replaced else "",
        is_exclusive=licence.is_exclusive,
        is_advertising=licence.use_code == "advertising",
    )


def _answers(line: OrderLine) -> tuple[tuple[str, str], ...]:
    """Give question and answer; how far the licence reaches is said even where it is the ordinary answer."""
    question, answer = circulation.reach(line.choice)
    return tuple(wording.answers({**line.choice, question: answer}))


def _pairs(layers: list[list[str]]) -> tuple[tuple[str, str], ...]:
    return tuple((name, text) for name, text in layers)


def _personnel(piece: Piece, lang: str) -> str:
    """List everybody who plays, with instruments: "Joop Terwindt (trumpet), Wim Bakboord (double bass)"."""
    found: dict[str, list[str]] = {}
    for credit in piece.credits:
        if credit.role is Role.PERFORMER and credit.agent is not None:
            instrument = credit.instrument.label(lang) if credit.instrument else None
            found.setdefault(credit.agent.name, []).extend([instrument] if instrument else [])
    return ", ".join(f"{name} ({', '.join(played)})" if played else name for name, played in found.items())


def _acceptance(order: Order) -> Acceptance:
    first = order.lines[0]
    by_ticket = addresses.absolute("licensing.order_form", lang=order.lang, pid=first.piece.pid)
    return Acceptance(
        name=order.consent.get("name", order.buyer_name),
        at=order.placed_at,
        address=order.consent.get("address", by_ticket),
        terms_version=order.terms_version,
        sha256=accepted_hash(order),
    )
