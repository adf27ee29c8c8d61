"""A statement as PDF and as CSV: made once from frozen numbers, in the party's language, and reached by link."""

import csv
import hashlib
import io

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError, OperationalError

from archive import clock, mail, storage
from archive.db import db
from archive.jobs import Job
from licensing import (
    accruals,
    payouts,
    royalty_approval,
    royalty_documents,
    royalty_statements,
    royalty_tables,
    statement_links,
)
from licensing.parties import Party
from licensing.royalty_documents import CSV, PDF, RoyaltyDocument
from tests.licensing.royalties import (
    AFTER,
    NOON,
    agree,
    close,
    euro,
    holder,
    played_by,
    sell,
    staff,
    statement_of,
)


@pytest.fixture
def wim(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Party:
    """A party with a closed statement of three sales, two of them alike, and a refund."""
    monkeypatch.setattr(clock, "now", lambda: AFTER)
    party = holder()
    agree(party)
    entry = played_by(party)
    sell(entry, 20000)
    sell(entry, 10001)
    accrual = sell(played_by(party, '=cmd|" /C calc"!A0'), 5000)
    accruals.take_back(accrual, euro(1000), "refund", "refund:1", NOON)
    close()
    db.session.commit()
    return party


def made(party: Party) -> dict[str, RoyaltyDocument]:
    statement_id = statement_of(party).id
    db.session.rollback()
    royalty_documents.print_statement({"statement_id": statement_id})
    return royalty_documents.of_statement(statement_id)


def content(document: RoyaltyDocument) -> bytes:
    with storage.vault().open(document.storage_key) as file:
        return file.read()


def rows(party: Party) -> list[dict[str, str]]:
    return list(
        csv.DictReader(io.StringIO(royalty_tables.as_csv(statement_of(party)).removeprefix("\ufeff")))
    )


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_the_pdf_is_tagged_and_in_the_language_of_the_party(
    app: Flask, monkeypatch: pytest.MonkeyPatch, lang: str
) -> None:
    monkeypatch.setattr(clock, "now", lambda: AFTER)
    party = holder()
    agree(party, lang=lang)
    sell(played_by(party), 20000)
    close()
    db.session.commit()

    pdf = content(made(party)[PDF])

    assert pdf.startswith(b"%PDF-")
    assert b"<pdfaid:part>2" in pdf
    assert f"/Lang({lang})".encode() in pdf
    assert b"<pdfuaid:part>1" in pdf


def test_the_files_keep_their_fingerprints(wim: Party) -> None:
    for document in made(wim).values():
        assert hashlib.sha256(content(document)).hexdigest() == document.sha256


def test_documents_are_made_once(wim: Party) -> None:
    first = {kind: document.id for kind, document in made(wim).items()}

    assert {kind: document.id for kind, document in made(wim).items()} == first
    assert first.keys() == {PDF, CSV}


def test_a_document_is_never_changed(wim: Party) -> None:
    made(wim)
    db.session.commit()

    with pytest.raises((IntegrityError, OperationalError), match="append-only"):
        db.session.execute(delete(RoyaltyDocument))
    db.session.rollback()


def test_the_csv_has_a_row_for_each_line_and_sums_to_the_balance(wim: Party) -> None:
    found = rows(wim)

    assert [row["kind"] for row in found] == ["booked", "booked", "booked", "taken_back"]
    assert sum(round(float(row["amount"]) * 100) for row in found) == statement_of(wim).closing_minor
    assert found[0] | {"reference": "", "resource_id": ""} == {
        "statement": statement_of(wim).number,
        "period_start": "2026-10-01",
        "period_end": "2026-12-31",
        "payee": "Wim Bakboord",
        "kind": "booked",
        "date": "2026-11-02",
        "reference": "",
        "resource_id": "",
        "title": "Blauw uur",
        "rights_layer": "performance",
        "use_type": "documentary",
        "commercial_model": "PayAsYouGoModel",
        "territory": "europe",
        "country": "BE",
        "units": "1",
        "currency": "EUR",
        "gross": "121.00",
        "vat": "21.00",
        "fees": "0.00",
        "net": "100.00",
        "share_percent": "100.00",
        "commission_percent": "20.00",
        "amount": "80.00",
    }


def test_a_title_cannot_be_a_formula(wim: Party) -> None:
    assert {row["title"] for row in rows(wim)} == {"Blauw uur", '\'=cmd|" /C calc"!A0'}


def test_lines_of_the_same_work_and_use_are_added_up(wim: Party) -> None:
    groups = royalty_tables.grouped(statement_of(wim).lines)

    assert [
        [(row["title"][:5], row["units"], row["amount_minor"]) for row in found] for found in groups.values()
    ] == [
        [("Blauw", 2, 8000 + 4001), ("=cmd|", 1, 2000)],
        [("=cmd|", 0, -400)],
    ]


def test_the_party_reads_its_statement_by_link_and_nobody_else(wim: Party, client: FlaskClient) -> None:
    statement = statement_of(wim)
    sizes = {kind: document.size for kind, document in made(wim).items()}
    token, number = statement_links.link_token(wim.id), statement.number
    other = statement_links.link_token(holder("Ander").id)
    royalty_approval.approve(royalty_statements.get(number), AFTER, staff())
    db.session.commit()

    page = client.get(f"/nl/royalties/{token}/{number}")

    assert page.status_code == 200
    assert "120,01" in page.get_data(as_text=True).replace("\u00a0", " ")
    assert page.headers["Cache-Control"] == "no-store"
    assert client.get(f"/nl/royalties/{token}").status_code == 200
    for suffix, kind in (("pdf", PDF), ("csv", CSV)):
        with client.get(f"/nl/royalties/{token}/{number}.{suffix}") as answer:
            assert (answer.mimetype, len(answer.data)) == (kind, sizes[kind])
    for wrong in (f"{other}/{number}", f"{token}x", f"{other}/{number}.pdf", "x/y"):
        assert client.get(f"/nl/royalties/{wrong}").status_code == 404


def test_before_approval_the_party_sees_nothing_of_it(wim: Party, client: FlaskClient) -> None:
    token, number = statement_links.link_token(wim.id), statement_of(wim).number
    db.session.commit()

    assert number not in client.get(f"/nl/royalties/{token}").get_data(as_text=True)
    assert client.get(f"/nl/royalties/{token}/{number}").status_code == 404


def test_a_renewed_link_ends_the_old_one(wim: Party, client: FlaskClient) -> None:
    old = statement_links.link_token(wim.id)
    new = statement_links.renew_link(wim.id, staff())
    db.session.commit()

    assert [client.get(f"/nl/royalties/{token}").status_code for token in (old, new)] == [404, 200]


def test_the_mail_leads_to_the_statements(wim: Party) -> None:
    royalty_approval.approve(royalty_statements.get(statement_of(wim).number), AFTER, staff())

    (job,) = db.session.scalars(select(Job).where(Job.name == mail.JOB))

    assert job.payload["to"] == "wim@bakboord.example"
    assert f"/nl/royalties/{statement_links.link_token(wim.id)}" in job.payload["text"]
    assert payouts.outstanding(statement_of(wim)).show("nl") in job.payload["text"]
